"""What a search asks of a chart's versions, without what they repeat of each other."""

from __future__ import annotations

import marshal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.sources.index.order import Key

    Text = tuple[str, str, str]
    Row = tuple[str, str, int, int]

RELEASE = 1
"""A version that is no prerelease, and above 0.0.0."""

ABOVE_ALL = 2
"""A version above 0.0.0-0, the least of all."""

_LEAST = (0, 0, 0, 0, ((0, 0),))
_NONE = (0, 0, 0, 1, ())


class Table:
    """A chart's versions, the newest first, each text of theirs once.

    `texts` are name, description and keywords, which most versions share.
    """

    __slots__ = ("_rows", "texts")

    def __init__(self, texts: Sequence[Text], rows: bytes) -> None:
        self.texts = texts
        self._rows = rows

    @property
    def rows(self) -> list[Row]:
        """Version, appVersion, the place of the text, RELEASE and ABOVE_ALL as bits; read at each call."""
        rows: list[Row] = marshal.loads(self._rows)  # noqa: S302 of a checked file
        return rows


def marks(order: Key) -> int:
    """Return the bits of a version by its key."""
    return (RELEASE if order[3] and order > _NONE else 0) | (ABOVE_ALL if order > _LEAST else 0)
