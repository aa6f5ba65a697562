"""Which styles can hold a scalar, and what has to be written with it (go.yaml.in/yaml/v3's emitterc.go)."""

from __future__ import annotations

from functools import lru_cache

from hivehelm.golang.yaml import scalar as scalars
from hivehelm.golang.yaml.typed import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from hivehelm.golang.yaml.commented.node import Node

BREAKS: Final = "\n\r\x85\u2028\u2029"
#: Collections, and the tags that they have without saying so.
COLLECTIONS: Final = {"sequence": "!!seq", "mapping": "!!map"}
_MAX_SIMPLE_KEY: Final = 128


@lru_cache(4096)
def analysis(value: str) -> Analysis:
    """Return which styles can hold a text; keys and the like come again and again."""
    return Analysis(value)


class Analysis:
    """Which styles can hold a text."""

    __slots__ = ("block", "block_plain", "flow_plain", "single")

    def __init__(self, value: str) -> None:
        if not value:
            self.flow_plain, self.block_plain, self.single, self.block = False, True, True, False
            return
        first, last = value[0], value[-1]
        edges = first == " " or last == " " or first in BREAKS or last in BREAKS
        breaks = has_break(value)
        tabs = "\t" in value
        printable = value.isascii() and value.isprintable()
        special = not printable and any(map(scalars.is_special, value.replace("\t", "")))
        break_space = breaks and any(char + " " in value for char in BREAKS)
        space_break = breaks and any(" " + char in value for char in BREAKS)
        flow_marks, block_marks = _indicators(value)
        loose = edges or break_space or space_break or tabs or special or breaks
        self.flow_plain = not loose and not flow_marks
        self.block_plain = not loose and not block_marks
        self.single = not (break_space or space_break or tabs or special)
        self.block = not (last == " " or space_break or special)


def _indicators(value: str) -> tuple[bool, bool]:
    """Tell whether a text has what is no plain text in brackets, and what is none in blocks."""
    if value[:3] in ("---", "..."):
        return True, True
    first = value[0]
    follows = len(value) == 1 or value[1] in " \t"
    flow = block = False
    if first in "#,[]{}&*!|>'\"%@`":
        return True, True
    if first in "?:":
        flow, block = True, follows
    elif first == "-" and follows:
        flow = block = True
    rest = value[1:]
    flow = flow or any(char in rest for char in ",?[]{}:")
    if ": " in rest or ":\t" in rest or rest.endswith(":"):
        block = True
    if "#" in rest:
        place = value.find("#", 1)
        while place > 0:
            if value[place - 1] in " \t\0" or value[place - 1] in BREAKS:
                flow = block = True
                break
            place = value.find("#", place + 1)
    return flow, block


def has_break(value: str) -> bool:
    """Tell whether a text has line breaks, Unicode's own among them."""
    return any(char in value for char in BREAKS)


def pieces(value: str) -> Iterable[str]:
    """Yield a text's lines, and the line breaks between them on their own."""
    import re

    return (piece for piece in re.split(f"([{BREAKS}])", value) if piece)


def is_simple(key: Node) -> bool:
    """Tell whether a key can stand before its colon without a mark."""
    if key.kind in COLLECTIONS:
        if key.content:
            return False
        length = len(key.anchor.encode()) + len(tag_of(key).encode())
    elif key.kind == "alias":
        length = len(key.value.encode())
    else:
        if has_break(key.value):
            return False
        length = len(key.anchor.encode()) + len(tag_of(key).encode()) + len(_encoded(key.value))
    return length <= _MAX_SIMPLE_KEY


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def tag_of(node: Node) -> str:
    """Return the tag that has to be written."""
    if node.kind == "alias" or not node.tag:
        return ""
    if node.tagged:
        return node.tag
    if node.kind != "scalar":
        return "" if COLLECTIONS[node.kind] == node.tag else node.tag
    if node.tag == "!!str":
        return ""
    return "" if plain(node.value)[0] == node.tag else node.tag


def must_quote(node: Node) -> bool:
    """Tell whether a string without quotes would be read as something else."""
    return node.tag == "!!str" and not node.tagged and plain(node.value)[0] != "!!str"


def escaped_tag(text: str) -> str:
    """Return a tag as it is written: what else is not taken is percent-encoded."""
    kept = ";/?:@&=+$,_.~*'()[]-"
    return "".join(
        char
        if char in kept or (char.isascii() and char.isalnum())
        else "".join(f"%{byte:02X}" for byte in _encoded(char))
        for char in text
    )
