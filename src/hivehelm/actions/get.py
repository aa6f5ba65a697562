"""`get`: what is on record of a release (pkg/action/get*.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.actions.errors import InvalidNameError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.release.model import Release


class Metadata(Record):
    """What `get metadata` shows; names as Helm's JSON has them, `dependencies` as in Chart.yaml.

    `deployed_at` is RFC 3339 without fractions.
    """

    name: str
    chart: str
    version: str
    app_version: str
    annotations: dict[str, str]
    labels: dict[str, str]
    dependencies: list[dict[str, Any]]
    namespace: str
    revision: int
    status: str
    deployed_at: str
    apply_method: str

    def to_document(self) -> dict[str, Any]:
        """Return the members of Helm's JSON, in its order and without what is empty."""
        document: dict[str, Any] = {
            "name": self.name,
            "chart": self.chart,
            "version": self.version,
            "appVersion": self.app_version,
        }
        optional = {
            "annotations": self.annotations,
            "labels": self.labels,
            "dependencies": self.dependencies,
        }
        document |= {name: value for name, value in optional.items() if value}
        document |= {
            "namespace": self.namespace,
            "revision": self.revision,
            "status": self.status,
            "deployedAt": self.deployed_at,
        }
        if self.apply_method:
            document["applyMethod"] = self.apply_method
        return document

    @property
    def dependency_names(self) -> str:
        """The names of the chart's dependencies, sorted, with commas between."""
        return ",".join(sorted(str(dependency.get("name", "")) for dependency in self.dependencies))


def get(context: Context, name: str, revision: int = 0) -> Release:
    """Return a revision of release `name`; 0 and below is the newest.

    Raises:
        UnreachableError: the cluster does not answer.
        InvalidNameError: no release can have that name.
        ReleaseNotFoundError: there is no such revision.
    """
    context.check_reachable()
    return content(context, name, revision)


def get_values(
    context: Context,
    name: str,
    revision: int = 0,
    *,
    all: bool = False,  # noqa: A002 - Helm's flag
    warn: Callable[[str], None] | None = None,
) -> dict[str, Any] | None:
    """Return the values that the user gave, or with `all` those that the chart was rendered with.

    Raises:
        as `get` does.
    """
    release = get(context, name, revision)
    if not all:
        return release.config
    from hivehelm.values.coalesce import coalesce

    return coalesce(release.chart, release.config or {}, warn=warn)


def get_metadata(context: Context, name: str, revision: int = 0) -> Metadata:
    """Return what is known of a revision without its contents.

    Raises:
        as `get` does.
    """
    release = get(context, name, revision)
    chart = release.chart_metadata
    return Metadata(
        name=release.name,
        chart=chart.get("name") or "",
        version=chart.get("version") or "",
        app_version=chart.get("appVersion") or "",
        annotations=chart.get("annotations") or {},
        labels=release.labels,
        dependencies=chart.get("dependencies") or [],
        namespace=release.namespace,
        revision=release.version,
        status=release.info.status,
        deployed_at=_to_seconds(release.info.last_deployed),
        apply_method=release.apply_method,
    )


def content(context: Context, name: str, revision: int) -> Release:
    """Return a revision without asking whether the cluster is there (Helm's `releaseContent`).

    Raises:
        InvalidNameError, ReleaseNotFoundError: there is none.
        StorageError: the records cannot be read.
    """
    from hivehelm.actions.names import fault

    if reason := fault(name):
        raise InvalidNameError(name, reason, f"releaseContent: Release name is invalid: {name}")
    return context.storage.last(name) if revision <= 0 else context.storage.get(name, revision)


def _to_seconds(instant: str) -> str:
    import re

    from hivehelm.release.times import ZERO

    return re.sub(r"[.,][0-9]+", "", instant or ZERO)
