"""How go-yaml scans tags, anchors, aliases and directives."""

from __future__ import annotations

import re

from hivehelm.golang.yaml.syntax.scalars import end_line
from hivehelm.golang.yaml.syntax.text import BLANKS, ENDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from hivehelm.golang.yaml.syntax.text import Text

_NAME: Final = re.compile("[0-9A-Za-z_-]*")
_URI: Final = re.compile(r"[0-9A-Za-z_\-;/?:@&=+$,.!~*'()\[\]]*")
_OCTET: Final = re.compile("%([0-9A-Fa-f]{2})")
_AFTER_NAME: Final = ENDS | frozenset("?:,]}%@`")


def _name(text: Text) -> str:
    text.need(1)
    found = _NAME.match(text.chars, text.at)
    assert found is not None  # noqa: S101 - it may be empty
    text.go(found.end(), 1)
    return found[0]


def _skip_blanks(text: Text) -> None:
    text.need(1)
    while text.chars[text.at] in BLANKS:
        text.at += 1
        text.need(1)


def anchor(text: Text) -> str:
    """Scan the name of an anchor or alias, whose mark stands here.

    Raises:
        YAMLError: it is empty, or something else follows it.
    """
    text.at += 1
    name = _name(text)
    if not name or text.chars[text.at] not in _AFTER_NAME:
        text.fail("did not find expected alphabetic or numeric character")
    return name


def tag(text: Text) -> tuple[str, str]:
    """Scan a tag: its handle (`!`, `!!`, `!e!`, or nothing) and the rest.

    Raises:
        YAMLError: it is wrong, or not followed by a blank.
    """
    text.need(2)
    if text.chars[text.at + 1] == "<":
        text.at += 2
        handle, suffix = "", _uri(text, "")
        if text.chars[text.at] != ">":
            text.fail("did not find the expected '>'")
        text.at += 1
    else:
        handle = _handle(text)
        if len(handle) > 1 and handle[-1] == "!":
            suffix = _uri(text, "")
        else:
            suffix = _uri(text, handle)
            handle = "!"
            if not suffix:
                handle, suffix = "", "!"
    text.need(1)
    if text.chars[text.at] not in ENDS:
        text.fail("did not find expected whitespace or line break")
    return handle, suffix


def _handle(text: Text, *, directive: bool = False) -> str:
    text.need(1)
    if text.chars[text.at] != "!":
        text.fail("did not find expected '!'")
    text.at += 1
    found = "!" + _name(text)
    if text.chars[text.at] == "!":
        text.at += 1
        return found + "!"
    if directive and found != "!":
        text.fail("did not find expected '!'")
    return found


def _uri(text: Text, head: str) -> str:
    """Scan a tag's URI, of which `head` was read already, a first `!` of it included."""
    octets = bytearray(head[1:].encode())
    begun = bool(head)
    text.need(1)
    while True:
        found = _URI.match(text.chars, text.at)
        assert found is not None  # noqa: S101 - it may be empty
        if found[0]:
            octets += found[0].encode()
            text.go(found.end(), 1)
        elif text.chars[text.at] == "%":
            octets += _escaped(text)
            text.need(1)
        else:
            break
        begun = True
    if not begun:
        text.fail("did not find expected tag URI")
    return octets.decode("utf-8", "surrogateescape")


def _escaped(text: Text) -> bytes:
    """Scan the octets of one escaped character."""
    octets = bytearray()
    width = 1
    while len(octets) < width:
        text.need(3)
        found = _OCTET.match(text.chars, text.at)
        if found is None:
            text.fail("did not find URI escaped octet")
        octet = int(found[1], 16)
        if octets:
            if octet & 0xC0 != 0x80:
                text.fail("found an incorrect trailing UTF-8 octet")
        elif octet >= 0x80:
            width = (
                2 if octet & 0xE0 == 0xC0 else 3 if octet & 0xF0 == 0xE0 else 4 if octet & 0xF8 == 0xF0 else 0
            )
            if not width:
                text.fail("found an incorrect leading UTF-8 octet")
        octets.append(octet)
        text.at += 3
    return bytes(octets)


def directive(text: Text) -> tuple[str, tuple[int, int] | tuple[str, str]]:
    """Scan a directive and its line's end.

    Returns:
        Its name, with the version for `YAML`, with handle and prefix for `TAG`.

    Raises:
        YAMLError: it is another, or is wrong.
    """
    text.at += 1
    name = _name(text)
    if not name:
        text.fail("could not find expected directive name")
    if text.chars[text.at] not in ENDS:
        text.fail("found unexpected non-alphabetical character")
    value: tuple[int, int] | tuple[str, str]
    if name == "YAML":
        value = _version(text)
    elif name == "TAG":
        value = _prefix(text)
    else:
        text.fail("found unknown directive name")
    text.need(1)
    end_line(text)
    return name, value


def _version(text: Text) -> tuple[int, int]:
    _skip_blanks(text)
    major = _number(text)
    if text.chars[text.at] != ".":
        text.fail("did not find expected digit or '.' character")
    text.at += 1
    return major, _number(text)


def _number(text: Text) -> int:
    text.need(1)
    digits = ""
    while "0" <= (char := text.chars[text.at]) <= "9":
        digits += char
        if len(digits) > 2:
            text.fail("found extremely long version number")
        text.at += 1
        text.need(1)
    if not digits:
        text.fail("did not find expected version number")
    return int(digits)


def _prefix(text: Text) -> tuple[str, str]:
    _skip_blanks(text)
    handle = _handle(text, directive=True)
    text.need(1)
    if text.chars[text.at] not in BLANKS:
        text.fail("did not find expected whitespace")
    _skip_blanks(text)
    prefix = _uri(text, "")
    text.need(1)
    if text.chars[text.at] not in ENDS:
        text.fail("did not find expected whitespace or line break")
    return handle, prefix
