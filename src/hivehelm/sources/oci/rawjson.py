"""JSON kept to the letter: Go's `json.RawMessage`, written again as `json.MarshalIndent` does.

Everything here takes texts that are known to be JSON.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SPACE = " \t\r\n"
_HTML = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def members(text: str) -> dict[str, str]:
    """Return the values of the object in `text` as they are spelt; of equal keys the last counts."""
    from hivehelm.golang.jsonread import first

    found: dict[str, str] = {}
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "}":
        key, at = first(text, at)
        at = _skip(text, _skip(text, at) + 1)
        _, end = first(text, at)
        found[key] = text[at:end]
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def sorted_object(values: Mapping[str, str]) -> str:
    """Return the object of these raw values, without white space, keys in byte order."""
    from hivehelm.golang.json import quote, sorted_keys

    return "{" + ",".join(f"{quote(key)}:{compact(values[key])}" for key in sorted_keys(dict(values))) + "}"


def compact(text: str) -> str:
    """Return `text` without white space; what HTML would take for its own is escaped."""
    return "".join(_pieces(text)).translate(_HTML)


def indented(text: str) -> str:
    """Return `text`, which is compact, in lines that begin with tabs (`json.Indent`)."""
    out: list[str] = []
    line = "\n"
    opened = False
    for piece in _pieces(text):
        if piece in ("}", "]"):
            line = line[:-1]
            out.append(piece if opened else line + piece)
            opened = False
            continue
        if opened:
            line_break = line
            out.append(line_break)
            opened = False
        if piece in ("{", "["):
            out.append(piece)
            line += "\t"
            opened = True
        elif piece == ",":
            out.append("," + line)
        elif piece == ":":
            out.append(": ")
        else:
            out.append(piece)
    return "".join(out)


def _pieces(text: str) -> Iterator[str]:
    """Yield strings, punctuation and what is between, without white space."""
    at = 0
    while at < len(text):
        char = text[at]
        if char == '"':
            end = at + 1
            while text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            yield text[at : end + 1]
            at = end + 1
        else:
            if char not in _SPACE:
                yield char
            at += 1


def _skip(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at
