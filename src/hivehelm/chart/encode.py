"""Chart.yaml and Chart.lock out of the model: what Go's encoders write of `pkg/chart/v2`'s structs."""

from __future__ import annotations

from hivehelm.chart.model import API_V1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.chart.model import Dependency, Lock, Metadata


def chart_yaml(metadata: Metadata) -> bytes:
    """Return the Chart.yaml of a chart; dependencies of a v1 chart are in another file."""
    from hivehelm.golang.yaml import dump

    document = metadata_document(metadata)
    if metadata.api_version == API_V1:
        document.pop("dependencies", None)
    return dump(document).encode("utf-8", "surrogateescape")


def lock_yaml(lock: Lock) -> bytes:
    """Return the Chart.lock, or requirements.lock, that says what `lock` does.

    Raises:
        TimeError: `lock.generated` is not a time.
    """
    from hivehelm.golang.yaml import dump

    return dump(lock_document(lock)).encode("utf-8", "surrogateescape")


def lock_document(lock: Lock) -> dict[str, Any]:
    """Return a lock's fields in the order of Go's struct; the time is spelt as Go spells it.

    Raises:
        TimeError: `lock.generated` is not a time.
    """
    dependencies = lock.dependencies
    return {
        "generated": _marshalled(lock.generated),
        "digest": lock.digest,
        "dependencies": None if dependencies is None else [dependency_document(one) for one in dependencies],
    }


def metadata_document(metadata: Metadata) -> dict[str, Any]:
    """Return a chart's metadata under Chart.yaml's names, without what is empty."""
    document = {
        "name": metadata.name,
        "home": metadata.home,
        "sources": metadata.sources,
        "version": metadata.version,
        "description": metadata.description,
        "keywords": metadata.keywords,
        "maintainers": [
            {
                name: text
                for name, text in (("name", person.name), ("email", person.email), ("url", person.url))
                if text
            }
            for person in metadata.maintainers or ()
        ],
        "icon": metadata.icon,
        "apiVersion": metadata.api_version,
        "condition": metadata.condition,
        "tags": metadata.tags,
        "appVersion": metadata.app_version,
        "deprecated": metadata.deprecated,
        "annotations": metadata.annotations,
        "kubeVersion": metadata.kube_version,
        "dependencies": [dependency_document(dependency) for dependency in metadata.dependencies or ()],
        "type": metadata.type,
    }
    return {name: value for name, value in document.items() if value}


def dependency_document(dependency: Dependency) -> dict[str, Any]:
    """Return a dependency's fields in the order of Go's struct, without what is empty."""
    document = {
        "name": dependency.name,
        "version": dependency.version,
        "repository": dependency.repository,
        "condition": dependency.condition,
        "tags": dependency.tags,
        "enabled": dependency.enabled,
        "import-values": dependency.import_values,
        "alias": dependency.alias,
    }
    # The two that Go writes even when they are empty.
    always = ("name", "repository")
    return {name: value for name, value in document.items() if value or name in always}


def _marshalled(time: str) -> str:
    from hivehelm.golang.timefmt import format as format_time
    from hivehelm.golang.timeparse import parse

    instant = parse("2006-01-02T15:04:05Z07:00", time)
    return format_time("2006-01-02T15:04:05.999999999Z07:00", instant)
