"""One version of a chart in an index (`repo.ChartVersion`)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from hivehelm.chart.model import Metadata
    from hivehelm.sources.index.store import Store

ZERO_TIME = "0001-01-01T00:00:00Z"
"""When Go's time starts: that of a version that does not say when it was made."""


class ChartVersion:
    """A version of a chart: what its Chart.yaml says, and where its archive is.

    `document` is what the index says under Go's names, checked, and without what is empty; it is shared and
    must not be changed.
    """

    __slots__ = ("_document",)

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    @property
    def document(self) -> Mapping[str, Any]:
        """What the index says."""
        return self._document

    def __repr__(self) -> str:
        return f"ChartVersion({self.name!r}, {self.version!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChartVersion) and self.document == other.document

    __hash__ = None  # type: ignore[assignment]

    def _text(self, name: str) -> str:
        text: str = self.document.get(name, "")
        return text

    @property
    def name(self) -> str:
        """The chart's name."""
        return self._text("name")

    @property
    def version(self) -> str:
        """The chart's version, a semantic one."""
        return self._text("version")

    @property
    def app_version(self) -> str:
        """The version of what the chart installs."""
        return self._text("appVersion")

    @property
    def description(self) -> str:
        """What the chart is, in a sentence."""
        return self._text("description")

    @property
    def keywords(self) -> list[str]:
        """What the chart is to be found by."""
        return list(self.document.get("keywords") or ())

    @property
    def urls(self) -> list[str]:
        """Where the archive is; relative to the repository where they are no full addresses."""
        return list(self.document.get("urls") or ())

    @property
    def digest(self) -> str:
        """The archive's SHA-256 in hexadecimal digits, "" where the index does not say."""
        return self._text("digest")

    @property
    def created(self) -> str:
        """When the archive was made, as the index spells it (RFC 3339)."""
        return self._text("created") or ZERO_TIME

    @property
    def removed(self) -> bool:
        """Whether the version was taken back."""
        return bool(self.document.get("removed"))

    @property
    def deprecated(self) -> bool:
        """Whether the chart should no longer be used."""
        return bool(self.document.get("deprecated"))

    @property
    def metadata(self) -> Metadata:
        """All that Chart.yaml says; the caller's own."""
        from hivehelm.chart.decode import METADATA, Decoder
        from hivehelm.chart.model import Metadata

        metadata = Metadata()
        Decoder(strict=False).struct(dict(self.document), metadata, METADATA, "Metadata", "v2.Metadata", ())
        return metadata


class StoredVersion(ChartVersion):
    """A version of which only that is in memory: the rest is read whenever it is asked for."""

    __slots__ = ("_at", "_size", "_store", "_version")

    def __init__(self, store: Store, version: str, at: int, size: int) -> None:
        self._store = store
        self._version = version
        self._at = at
        self._size = size

    @property
    def document(self) -> Mapping[str, Any]:
        """What the index says."""
        return self._store.document(self._at, self._size)

    @property
    def version(self) -> str:
        """The chart's version, a semantic one."""
        return self._version
