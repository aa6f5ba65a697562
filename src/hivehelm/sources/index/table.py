"""What a search needs of a chart's versions, without what they repeat of each other."""

from __future__ import annotations

from hivehelm.sources.index.order import key, newest_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    Text = tuple[str, str, str]
    Row = tuple[str, str, int, int]

RELEASE = 1
"""A version that is no prerelease, and above 0.0.0."""

ABOVE_ALL = 2
"""A version above 0.0.0-0, the least of all."""

_LEAST = (0, 0, 0, 0, ((0, 0),))
_NONE = (0, 0, 0, 1, ())


class Table:
    """A chart's versions as rows: version, appVersion, the place of its text, RELEASE and ABOVE_ALL as bits.

    A text is a chart's name, description and keywords, which most versions share.
    """

    __slots__ = ("rows", "texts")

    def __init__(self, texts: Sequence[Text], rows: Sequence[Row]) -> None:
        self.texts = texts
        self.rows = rows


def tabulate(entries: Sequence[Mapping[str, Any]]) -> Table:
    """Return the table of a chart's entries, which are the newest first."""
    places: dict[Text, int] = {}
    rows: dict[str, Row] = {}
    versions = [entry["version"] for entry in entries]
    if len(set(map(key, versions))) < len(versions):
        # A search sorts once more, and of two that are spelt alike the last stays.
        entries = newest_first(entries, lambda entry: entry["version"])
    for entry in entries:
        version = entry["version"]
        text = (entry["name"], entry.get("description", ""), " ".join(entry.get("keywords") or ()))
        place = places.setdefault(text, len(places))
        rows[version] = (version, entry.get("appVersion", ""), place, marks(version))
    return Table(list(places), list(rows.values()))


def marks(version: str) -> int:
    """Return the bits of a version."""
    order = key(version)
    return (RELEASE if order[3] and order > _NONE else 0) | (ABOVE_ALL if order > _LEAST else 0)
