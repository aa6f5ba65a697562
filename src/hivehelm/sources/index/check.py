"""Which entries of an index count: those that a chart could be (`loadIndex`, `Metadata.Validate`)."""

from __future__ import annotations

from hivehelm.chart.errors import ValidationError
from hivehelm.sources.index.decode import OWN, document_of
from hivehelm.sources.index.entry import ChartVersion
from hivehelm.sources.index.order import newest_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.sources.index.decode import Document

_OWN = [name for name, _ in OWN.values()]


def kept(name: str, entries: Sequence[Document | None], log: Callable[..., None]) -> list[Document]:
    """Return the valid ones of a chart's entries, the newest first; `log` hears of the others."""
    valid: list[Document] = []
    for entry in reversed(entries):
        if entry is None:
            log("WARN", "skipping loading invalid entry for chart: empty entry", name=name)
            continue
        try:
            valid.append(checked(entry))
        except ValidationError as error:
            log(
                "WARN",
                "skipping loading invalid entry for chart",
                name=name,
                version=entry.get("version", ""),
                error=str(error),
            )
    return newest_first(valid[::-1], lambda entry: entry["version"])


def checked(entry: Document) -> Document:
    """Return an entry with its texts tidied, as one of version v1 where it names none.

    Raises:
        ValidationError: no chart is like that.
    """
    from hivehelm.chart.validate import validate

    metadata = ChartVersion(entry).metadata
    metadata.api_version = metadata.api_version or "v1"
    try:
        validate(metadata)
    except ValidationError as error:
        # Some repositories leave aliases out.
        if not str(error).startswith("validation: more than one dependency with name or alias"):
            raise
    return document_of(metadata) | {name: entry[name] for name in _OWN if name in entry}
