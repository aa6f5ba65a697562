"""The document of an index into checked entries, with the errors of Go's decoders.

An index that is JSON goes through encoding/json; one that is YAML through sigs.k8s.io/yaml's UnmarshalStrict,
where a key may not be given twice and must be known. There a number becomes a string only where a struct has
its string itself: not in what Chart.yaml says, which is embedded.
"""

from __future__ import annotations

from hivehelm.chart.decode import GO_NAMES, METADATA, STRING, STRINGS, TIME, Decoder, floats, fold, spell
from hivehelm.chart.model import Metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Entries = dict[str, list["Document | None"] | None]
    Document = dict[str, Any]

_BOOL = "bool"
OWN = {
    "urls": ("urls", STRINGS),
    "created": ("created", TIME),
    "removed": ("removed", _BOOL),
    "digest": ("digest", STRING),
    "checksum": ("checksum", STRING),
    "engine": ("engine", STRING),
    "tillerversion": ("tillerVersion", STRING),
    "url": ("url", STRING),
}
"""What an entry has besides the chart's metadata."""

_TOP = {
    "serverinfo": ("serverInfo", "map[string]interface {}"),
    "apiversion": ("apiVersion", STRING),
    "generated": ("generated", TIME),
    "publickeys": ("publicKeys", STRINGS),
    "annotations": ("annotations", "map[string]string"),
}


def spell_entry(entry: Any) -> None:
    """Put texts for numbers where sigs.k8s.io/yaml does in an entry."""
    if isinstance(entry, dict):
        spell(entry, OWN)
        for key, value in entry.items():
            if fold(key) in METADATA:
                # Where the embedded struct stands, its own fields are looked for once more.
                spell(value, METADATA)


def spell_index(document: Any) -> None:
    """Put texts for numbers where sigs.k8s.io/yaml does in a whole index."""
    if not isinstance(document, dict):
        return
    spell(document, _TOP)
    for key, entries in document.items():
        if fold(key) == "entries" and isinstance(entries, dict):
            for versions in entries.values():
                for entry in versions if isinstance(versions, list) else ():
                    spell_entry(entry)


class Top:
    """What an index says of itself; attributes are Go's names."""

    def __init__(self) -> None:
        self.apiVersion = ""
        self.generated = ""
        self.publicKeys: list[str] | None = None
        self.annotations: dict[str, str] | None = None
        self.serverInfo: dict[str, Any] | None = None


class IndexDecoder(Decoder):
    """Decodes an index, or its entries one by one."""

    def index(self, document: Any) -> tuple[Top, Entries]:
        """Return what an index says, and its entries.

        Raises:
            BadTimeError: what should be a time is none.
        """
        top = Top()
        entries: Entries = {}
        if document is None:
            return top, entries
        if not isinstance(document, dict):
            self.mismatch(document, "repo.IndexFile", "", ())
            return top, entries
        for key in self.keys(document):
            value = document[key]
            folded = fold(key)
            if folded == "entries":
                if value is None:
                    entries = {}
                elif self.expect(value, dict, "map[string]repo.ChartVersions", "IndexFile", ("entries",)):
                    entries |= {name: self.versions(value[name]) for name in self.keys(value)}
            elif folded in _TOP:
                self.top_field(folded, value, top)
            else:
                self.unknown(key)
        return top, entries

    def top_field(self, folded: str, value: Any, top: Top) -> None:
        """Read a field of the index itself, by its name in lower case.

        Raises:
            BadTimeError: what should be a time is none.
        """
        name, kind = _TOP[folded]
        if name != "serverInfo":
            self.field(value, top, name, kind, "IndexFile", (name,))
        elif value is not None:
            self.expect(value, dict, kind, "IndexFile", (name,))

    def versions(self, value: Any) -> list[Document | None] | None:
        """Return the entries of one chart.

        Raises:
            BadTimeError: what should be a time is none.
        """
        if value is None:
            return None
        if self.expect(value, list, "repo.ChartVersions", "IndexFile", ("entries",)) is None:
            return None
        return [self.entry(item) for item in value]

    def entry(self, value: Any) -> Document | None:
        """Return one entry under Go's names.

        Raises:
            BadTimeError: what should be a time is none.
        """
        if value is None:
            return None
        document: Document = {}
        if not isinstance(value, dict):
            self.mismatch(value, "repo.ChartVersion", "IndexFile", ("entries",))
            return document
        metadata = Metadata()
        own = _Own()
        for key in self.keys(value):
            folded = fold(key)
            item = value[key]
            if (field := METADATA.get(folded)) is not None:
                name = GO_NAMES.get(folded, folded)
                if folded == "dependencies":
                    item = _imports(item)
                self.field(item, metadata, *field, "ChartVersion", ("entries", "Metadata", name))
            elif (field := OWN.get(folded)) is not None:
                self.field(item, own, *field, "ChartVersion", ("entries", field[0]))
            else:
                self.unknown(key)
        return document_of(metadata) | own.document()


def _imports(value: Any) -> Any:
    """Return dependencies whose import-values have JSON's numbers."""
    if not isinstance(value, list):
        return value
    return [
        {key: floats(inner) if key == "import-values" else inner for key, inner in item.items()}
        if isinstance(item, dict)
        else item
        for item in value
    ]


class _Own:
    """What an entry has of its own, as Go names it."""

    def document(self) -> Document:
        """Return what is there; an empty list of addresses, too, since it is written otherwise than none."""
        return {name: value for name, value in vars(self).items() if value or value == []}


def document_of(metadata: Metadata) -> Document:
    """Return metadata under Go's names, without what is empty; people and dependencies that are null stay."""
    from hivehelm.chart.encode import dependency_document, metadata_document

    people, needed = metadata.maintainers, metadata.dependencies
    if not (people and None in people) and not (needed and None in needed):
        return metadata_document(metadata)
    metadata.maintainers = metadata.dependencies = None
    document = metadata_document(metadata)
    document["maintainers"] = [
        one and {"name": one.name, "email": one.email, "url": one.url} for one in people or ()
    ]
    document["dependencies"] = [one and dependency_document(one) for one in needed or ()]
    metadata.maintainers, metadata.dependencies = people, needed
    return document
