"""Which entries of an index count: those that a chart could be (`loadIndex`, `Metadata.Validate`)."""

from __future__ import annotations

from hivehelm.chart.errors import ValidationError
from hivehelm.sources.index.decode import OWN, document_of
from hivehelm.sources.index.entry import ChartVersion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.sources.index.decode import Document

_OWN = [name for name, _ in OWN.values()]


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
