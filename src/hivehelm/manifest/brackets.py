"""Lists and maps that stand in brackets within the lines of a document, and where they end."""

from __future__ import annotations

from hivehelm.manifest.keys import is_word, key_name, pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Libyaml is asked for no more than so many characters of them, as the whole document may be read again.
_MAX_FLOW: Final = 4096


def is_whole(value: str) -> bool:
    """Tell whether `value` is YAML in brackets, all of it, with or without a remark behind it."""
    simple = value.partition(" #")[0].rstrip(" ")
    return _is_list(simple) or _is_map(simple) or _is_flow(value)


def end(lines: list[str], number: int, column: int) -> int:
    """Return the line behind brackets that go on at line `number`; -1: they are out of the ordinary.

    All lines that are deeper than the block at `column` belong to them, and one that closes them.
    """
    last = number
    pad = " " * (column + 1)
    while last < len(lines) and lines[last].startswith(pad):
        last += 1
    if last < len(lines) and lines[last].lstrip(" ")[:1] in ("]", "}"):
        last += 1
    # Where they begin the line has a key before them, or nothing but items.
    opening = lines[number - 1].lstrip(" -")
    if opening[0] not in "[{":
        opening = pair(opening)[1]
    text = "\n".join((opening, *lines[number:last]))
    return last if "\t" not in text and _is_flow(text) else -1


def _is_list(value: str) -> bool:
    """Tell whether `value` is a list of simple scalars."""
    if value[0] != "[" or value[-1] != "]":
        return False
    inner = value[1:-1].strip(" ")
    return not inner or all(_is_item(item.strip(" ")) for item in inner.split(","))


def _is_map(value: str) -> bool:
    """Tell whether `value` is a map of simple keys to simple scalars."""
    if value[0] != "{" or value[-1] != "}":
        return False
    inner = value[1:-1].strip(" ")
    for entry in inner.split(",") if inner else ():
        key, _, item = entry.strip(" ").partition(": ")
        if key[:1] in "\"'" or key_name(key) is None or not _is_item(item.strip(" ")):
            return False
    return True


def _is_item(item: str) -> bool:
    if not item:
        return False
    first = item[0]
    if first in "\"'":
        return len(item) > 1 and item[-1] == first and first not in item[1:-1] and "\\" not in item
    return first not in "-." and is_word(item)


def _is_flow(value: str) -> bool:
    """Tell whether `value` is YAML in brackets; anchors and tags count with the whole document."""
    if not ("]" in value or "}" in value):
        return False
    if '"' in value or len(value) > _MAX_FLOW:
        from hivehelm.golang.yaml import flow

        try:
            flow.read(value)
        except ValueError:
            pass
        else:
            return True
    if len(value) > _MAX_FLOW or any(mark in value for mark in "&*!"):
        return False
    from hivehelm.golang.yaml import YAMLError, load

    try:
        load(f"key: {value}\nnext: one")
    except YAMLError:
        return False
    return True
