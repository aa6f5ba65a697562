"""Rendered text split into documents, and the head of each (releaseutil's manifest)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final


SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""unicode.IsSpace, which knows fewer separators than str.isspace."""


class ManifestError(HivehelmError):
    """A template rendered to something that is not a manifest; `path` is the template."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"YAML parse error on {path}: {reason}")
        self.path = path
        self.reason = reason


class HeadError(HivehelmError):
    """A document without a head that can be read; `str()` is the text of sigs.k8s.io/yaml."""


class Head(Record):
    """What Helm reads of a document; `annotations` is None where there are none."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    annotations: dict[str, str] | None = None
    has_metadata: bool = False


def split(text: str) -> list[str]:
    """Return the documents of a text, without white space before each, and without those that are only that.

    Three dashes at the start of a line part documents, whatever follows them on that line.
    """
    parts = ("\n" + text.lstrip(SPACE)).split("\n---")
    last = len(parts) - 1
    # The line feed before the dashes belongs to the document they end.
    documents = [
        (part.lstrip("\t ") if place else part) + ("\n" if place < last else "")
        for place, part in enumerate(parts)
    ]
    return [found for document in documents if (found := document.lstrip(SPACE))]


def head(text: str) -> Head:
    """Return a document's head, having read all of the document: an error anywhere in it counts.

    Raises:
        HeadError: it is not YAML, or its head has values of other types.
    """
    from hivehelm.manifest.outline import ordinary, outline

    lines = outline(text)
    if lines is not None:
        if (found := ordinary(lines)) is not None:
            return found
        try:
            return _head(lines)
        except HeadError:
            # What is wrong is told of the whole.
            pass
    return _head(text)


def _head(text: str) -> Head:
    from hivehelm.golang.yaml import YAMLError, load

    try:
        value = load(text, whole=True, prepare=_spell)
    except YAMLError as error:
        raise HeadError(str(error)) from None
    return _decode(value)


def _spell(value: Any) -> None:
    """Put texts for the numbers and booleans that stand where the head has strings."""
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        folded = _fold(key)
        if folded in ("apiversion", "kind"):
            value[key] = _text(item)
        elif folded == "metadata" and isinstance(item, dict):
            for inner, member in item.items():
                folded = _fold(inner)
                if folded == "name":
                    item[inner] = _text(member)
                elif folded == "annotations" and isinstance(member, dict):
                    member.update({name: _text(annotation) for name, annotation in member.items()})


def _decode(value: Any) -> Head:
    """Return the head of a parsed document, as encoding/json fills a SimpleHead; keys match in any case.

    Raises:
        HeadError: a value is of another type. The first in the order of JSON counts, as in Go.
    """
    if value is None:
        return Head()
    found: dict[str, str] = {}
    annotations: dict[str, str] | None = None
    has_metadata = False
    reader = _Reader()
    for name, item in reader.fields(value, "Go value of type util.SimpleHead"):
        if name in ("apiversion", "kind"):
            field = "apiVersion" if name == "apiversion" else name
            found[name] = reader.string(item, f"SimpleHead.{field}", found.get(name, ""))
        elif name == "metadata":
            has_metadata = item is not None
            if item is None:
                found.pop("name", None)
                annotations = None
                continue
            for key, inner in reader.fields(item, f"Go struct field SimpleHead.metadata of type {_METADATA}"):
                if key == "name":
                    found["name"] = reader.string(inner, ".metadata.name", found.get("name", ""))
                elif key == "annotations":
                    annotations = reader.strings(inner, ".metadata.annotations", annotations)
    reader.finish()
    return Head(
        api_version=found.get("apiversion", ""),
        kind=found.get("kind", ""),
        name=found.get("name", ""),
        annotations=annotations,
        has_metadata=has_metadata,
    )


_METADATA: Final = (
    'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }'
)
_FOLDED: Final = frozenset(["apiversion", "kind", "metadata", "name", "annotations"])


class _Reader:
    """encoding/json's habit of reading on after a value of a wrong type, and reporting the first."""

    def __init__(self) -> None:
        self._problem = ""

    def finish(self) -> None:
        """Raise what was found."""
        if self._problem:
            raise HeadError(
                f"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {self._problem}"
            )

    def _refuse(self, value: object, place: str) -> None:
        from hivehelm.golang.json import kind_name

        self._problem = self._problem or f"{kind_name(value)} into {place}"

    def fields(self, value: Any, place: str) -> list[tuple[str, Any]]:
        """Return the members of an object under their folded names, in the order of encoding/json."""
        if not isinstance(value, dict):
            self._refuse(value, place)
            return []
        return [(folded, value[key]) for key in sorted(value) if (folded := _fold(key)) in _FOLDED]

    def string(self, value: object, place: str, before: str) -> str:
        """Return a string; null leaves what was there `before`, and so do other values, which are refused."""
        if isinstance(value, str):
            return value
        if value is not None:
            self._refuse(value, f"Go struct field {place} of type string")
        return before

    def strings(self, value: Any, place: str, before: dict[str, str] | None) -> dict[str, str] | None:
        """Return a map of strings, added to the one `before`."""
        if value is None:
            return None
        if not isinstance(value, dict):
            self._refuse(value, f"Go struct field {place} of type map[string]string")
            return before
        found = dict(before or {})
        for key in sorted(value):
            found[key] = self.string(value[key], place, "")
        return found


def _fold(key: str) -> str:
    return key.lower() if key.isascii() else key.replace("\u212a", "k").replace("\u017f", "s").lower()


def _text(value: object) -> object:
    from hivehelm.golang.yaml.decode import scalar_text

    return scalar_text(value)
