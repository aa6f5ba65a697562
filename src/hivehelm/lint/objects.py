"""The objects in a text, as far as rules look at them.

Source: apimachinery's `YAMLOrJSONDecoder`. A text that begins with a brace is read as a stream of JSON
values; where that fails, the rest is read as YAML documents, unless it was JSON more than once already.
"""

from __future__ import annotations

from hivehelm.chart.values import SeparatorError, documents
from hivehelm.errors import HivehelmError
from hivehelm.golang.json import JSONError
from hivehelm.golang.jsonstruct import STRING, Map, Slice, Struct, decode, spell
from hivehelm.golang.yaml import YAMLError, load
from hivehelm.manifest.documents import SPACE
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.golang.jsonstruct import Shape

_LOOK = 4096
_METADATA = Struct("k8sYamlMetadata", "rules.k8sYamlMetadata", {"Namespace": STRING, "Name": STRING})
_OBJECT = Struct(
    "k8sYamlStruct",
    "rules.k8sYamlStruct",
    {"apiVersion": STRING, "Kind": STRING, "Metadata": _METADATA},
)
_ITEM_METADATA = Struct("", "struct { Annotations map[string]string }", {"Annotations": Map(STRING)})
_ITEM = Struct("", f"struct {{ Metadata {_ITEM_METADATA.go_type} }}", {"Metadata": _ITEM_METADATA})
_LIST = Struct("", f"struct {{ Items []{_ITEM.go_type} }}", {"Items": Slice(_ITEM)})


class ObjectError(HivehelmError):
    """A text holds something that is no object; `str()` is the text of apimachinery's decoder."""


class Object(Record):
    """What is read of an object; what it does not say is empty."""

    api_version: str = ""
    kind: str = ""
    name: str = ""


def objects(data: bytes) -> Iterator[Object | None]:
    """Yield the objects of a text in their order, None for documents without contents.

    Raises:
        ObjectError: one cannot be read; those before it have been yielded.
    """
    if not _decoded(data[:_LOOK]).lstrip(SPACE).startswith("{"):
        yield from _of_yaml(data)
        return
    from hivehelm.golang.jsonread import first

    text = _decoded(data)
    position = count = 0
    while True:
        try:
            value, end = first(text, position)
            found = _object(decode(value, _OBJECT, ordered=True))
        except EOFError:
            return
        except JSONError as error:
            failure = error
            break
        yield found
        position, count = end, count + 1
    if count > 1:
        raise ObjectError(str(failure))
    offset = failure.offset
    problem = f"json: offset {offset}: {failure}" if offset >= 0 else str(failure)
    rest = _after_space(text[position:].encode("utf-8", "surrogateescape"))
    if rest is None:
        raise ObjectError(problem)
    following = _of_yaml(rest)
    try:
        yield next(following)
    except ObjectError:
        # What JSON's decoder said first is what is told.
        raise ObjectError(problem) from None
    yield from following


def item_annotations(data: bytes) -> list[dict[str, str]]:
    """Return the annotations of the items of a List, which is the first document of a text.

    Raises:
        ObjectError: it is not YAML, or its items are none.
    """
    found = _unmarshal(data, _LIST) or {}
    return [
        ((item or {}).get("Metadata") or {}).get("Annotations") or {} for item in found.get("Items") or ()
    ]


def _of_yaml(data: bytes) -> Iterator[Object | None]:
    try:
        for document in documents(data):
            value = _unmarshal(document, _OBJECT)
            yield None if value is None else _object(value)
    except SeparatorError as error:
        raise ObjectError(str(error)) from None


def _unmarshal(data: bytes, shape: Shape) -> Any:
    def prepare(value: Any) -> None:
        spell(value, shape)

    try:
        return decode(load(data, whole=True, prepare=prepare), shape)
    except YAMLError as error:
        raise ObjectError(str(error)) from None
    except JSONError as error:
        raise ObjectError(f"error unmarshaling JSON: while decoding JSON: {error}") from None


def _object(found: dict[str, Any] | None) -> Object | None:
    if found is None:
        return None
    return Object(
        api_version=found.get("apiVersion") or "",
        kind=found.get("Kind") or "",
        name=(found.get("Metadata") or {}).get("Name") or "",
    )


def _after_space(rest: bytes) -> bytes | None:
    """Return what is left for YAML behind the spaces up to the end of a line (`consumeWhitespace`).

    None where nothing can be read any more: it wants four bytes to look at one character.
    """
    position = 0
    while len(rest) - position >= 4:
        size = 1
        while size < 4 and rest[position + size] & 0xC0 == 0x80:
            size += 1
        try:
            character = rest[position : position + size].decode()
        except UnicodeDecodeError:
            return None
        if character == "\ufffd":
            return None
        if character not in SPACE:
            return rest[position:]
        position += size
        if character == "\n":
            return rest[position:]
    return None


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
