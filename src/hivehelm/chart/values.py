"""values.yaml: documents merged into one table (`LoadValues` of `pkg/chart/v2/loader`)."""

from __future__ import annotations

from hivehelm.chart.errors import ChartError
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class SeparatorError(HivehelmError):
    """A line that separates documents has `text` behind its dashes."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"invalid Yaml document separator: {self.text}"


def load_values(data: bytes) -> dict[str, Any]:
    """Return the values of a values file: its documents merged, later ones first, tables key by key.

    The tables are the caller's own.

    Raises:
        ChartError: a document is not YAML, or not a table.
    """
    from hivehelm.golang.yaml import YAMLError, load

    values: dict[str, Any] = {}
    for document in _reading(data):
        try:
            table = load(document)
        except YAMLError as error:
            raise ChartError(f"cannot unmarshal yaml document: {error}") from None
        if table is None:
            continue
        if not isinstance(table, dict):
            raise ChartError(f"cannot unmarshal yaml document: {_not_a_table(table)}")
        values = merge(values, table) if values else table
    return values


def merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of both, those of `over` first, tables merged (`MergeMaps`); neither is changed."""
    merged = dict(under)
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(below := merged.get(key), dict):
            merged[key] = merge(below, value)
        else:
            merged[key] = value
    return merged


def _not_a_table(value: object) -> str:
    if isinstance(value, list):
        kind = "array"
    elif isinstance(value, bool):
        kind = "bool"
    else:
        kind = "string" if isinstance(value, str) else "number"
    return (
        "error unmarshaling JSON: while decoding JSON: "
        f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
    )


def _reading(data: bytes) -> Iterator[bytes]:
    try:
        yield from documents(data)
    except SeparatorError as error:
        raise ChartError(f"error reading yaml document: {error}") from None


def documents(data: bytes) -> Iterator[bytes]:
    """Split as apimachinery's `YAMLReader` does: a line that starts with `---` ends a document, unless it is
    the first, and may hold nothing else but a comment.

    Raises:
        SeparatorError: it holds something else.
    """
    if not data.startswith(b"---") and b"\n---" not in data:
        if data:
            yield data if data.endswith(b"\n") else data + b"\n"
        return
    document: list[bytes] = []
    for line in data.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n"):
        if line.startswith(b"---"):
            rest = line[3:].decode("utf-8", "surrogateescape").strip()
            if rest and not rest.startswith("#"):
                raise SeparatorError(rest)
            if document:
                yield b"\n".join(document) + b"\n"
                document = []
                continue
        document.append(line)
    if document:
        yield b"\n".join(document) + b"\n"
