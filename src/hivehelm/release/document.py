"""A chart as release records hold it: the JSON of `pkg/chart/v2`'s structs, and back."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from hivehelm.chart.model import Chart, Dependency, File, Lock, Metadata


def chart_document(chart: Chart) -> dict[str, Any]:
    """Return `chart` in the order and with the omissions of Go's encoder; subcharts are not in records.

    Values are shared with the chart. Bytes become base64.
    """
    from hivehelm.chart.encode import lock_document, metadata_document
    from hivehelm.release.times import ZERO

    document: dict[str, Any] = {
        "metadata": metadata_document(chart.metadata),
        "lock": None if chart.lock is None else lock_document(chart.lock),
        "templates": _files(chart.templates),
        "values": _values(chart),
        "schema": None if chart.schema is None else _base64(chart.schema),
        "schemamodtime": _instant(chart.schema_modtime) or ZERO,
        "files": _files(chart.files),
    }
    if modtime := _instant(chart.modtime):
        document["modtime"] = modtime
    return document


def chart_from_document(document: Any) -> Chart:
    """Return the chart of a record.

    Raises:
        ReleaseDecodeError: it is not a chart.
    """
    from hivehelm.chart.model import Chart
    from hivehelm.release.errors import ReleaseDecodeError

    try:
        source = document or {}
        metadata = source.get("metadata")
        schema = source.get("schema")
        lock = source.get("lock")
        return Chart(
            metadata_from_document({} if metadata is None else metadata),
            values=source.get("values") or {},
            templates=_files_from(source.get("templates")),
            files=_files_from(source.get("files")),
            schema=None if schema is None else _bytes(schema),
            lock=None if lock is None else _lock_from(lock),
            modtime=_nanoseconds(source.get("modtime")),
            schema_modtime=_nanoseconds(source.get("schemamodtime")),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ReleaseDecodeError(f"release record holds no chart: {error}") from error


def metadata_from_document(document: dict[str, Any]) -> Metadata:
    """Return a chart's metadata from what `metadata_document` makes of it."""
    from hivehelm.chart.model import Maintainer, Metadata

    people = document.get("maintainers")
    dependencies = document.get("dependencies")
    return Metadata(
        document.get("name", ""),
        document.get("version", ""),
        document.get("apiVersion", ""),
        home=document.get("home", ""),
        sources=document.get("sources"),
        description=document.get("description", ""),
        keywords=document.get("keywords"),
        maintainers=None
        if people is None
        else [Maintainer(who.get("name", ""), who.get("email", ""), who.get("url", "")) for who in people],
        icon=document.get("icon", ""),
        condition=document.get("condition", ""),
        tags=document.get("tags", ""),
        app_version=document.get("appVersion", ""),
        deprecated=document.get("deprecated", False),
        annotations=document.get("annotations"),
        kube_version=document.get("kubeVersion", ""),
        dependencies=None if dependencies is None else [_dependency_from(one) for one in dependencies],
        type=document.get("type", ""),
    )


def _filled(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}


def _dependency_from(document: dict[str, Any]) -> Dependency:
    from hivehelm.chart.model import Dependency

    return Dependency(
        document.get("name", ""),
        document.get("version", ""),
        document.get("repository", ""),
        document.get("condition", ""),
        document.get("tags"),
        document.get("enabled", False),
        document.get("import-values"),
        document.get("alias", ""),
    )


def _lock_from(document: dict[str, Any]) -> Lock:
    from hivehelm.chart.model import Lock
    from hivehelm.release.times import ZERO

    dependencies = document.get("dependencies")
    return Lock(
        document.get("generated") or ZERO,
        document.get("digest", ""),
        None if dependencies is None else [_dependency_from(one) for one in dependencies],
    )


def _values(chart: Chart) -> dict[str, Any] | None:
    """Return a chart's defaults; a chart without a values.yaml has Go's nil."""
    if chart.values or any(file.name == "values.yaml" for file in chart.raw):
        return chart.values
    return None


def _files(files: Iterable[File]) -> list[dict[str, Any]] | None:
    """Return files as records hold them; no files at all are Go's nil."""
    return [
        _filled(name=file.name) | {"data": _base64(file.data)} | _filled(modtime=_instant(file.modtime))
        for file in files
    ] or None


def _files_from(documents: Iterable[dict[str, Any]] | None) -> list[File]:
    from hivehelm.chart.model import File

    return [
        File(one["name"], _bytes(one.get("data") or ""), _nanoseconds(one.get("modtime")))
        for one in documents or ()
    ]


def _base64(data: bytes) -> str:
    from binascii import b2a_base64

    return b2a_base64(data, newline=False).decode("ascii")


def _bytes(text: str) -> bytes:
    from binascii import a2b_base64

    return a2b_base64(text, strict_mode=True)


def _instant(nanoseconds: int | None) -> str:
    from hivehelm.release.times import rfc3339

    return "" if nanoseconds is None else rfc3339(nanoseconds)


def _nanoseconds(text: str | None) -> int | None:
    from hivehelm.release.times import ZERO, nanoseconds

    return None if not text or text == ZERO else nanoseconds(text)
