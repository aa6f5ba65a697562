"""How go-yaml scans scalars: plain, in quotes and in blocks."""

from __future__ import annotations

import re

from hivehelm.golang.yaml.syntax.text import BLANKS, BREAKS, ENDS, LINE_ENDS, SPACES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from hivehelm.golang.yaml.syntax.text import Text

_ENDS: Final = rf" \t\0{BREAKS}"
_PLAIN: Final = re.compile(rf"(?:[^:{_ENDS}]|:(?![{_ENDS}]))*")
_PLAIN_IN_BRACKETS: Final = re.compile(rf"(?:[^:,?\[\]{{}}{_ENDS}]|:(?![{_ENDS}]))*")
_SINGLE: Final = re.compile(rf"[^'{_ENDS}]+")
_DOUBLE: Final = re.compile(rf'[^"\\{_ENDS}]+')
_LINE: Final = re.compile(rf"[^\0{BREAKS}]*")
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_ESCAPES: Final = {
    "0": "\0",
    "a": "\x07",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "'": "'",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_CODES: Final = {"x": 2, "u": 4, "U": 8}


class _Gap:
    """Blanks and line breaks between two words of a scalar."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken
        self._blanks: list[str] = []
        self._first = ""
        self._others: list[str] = []

    def blank(self, char: str) -> None:
        """Add a blank, which counts for nothing on a new line."""
        if not self.broken:
            self._blanks.append(char)

    def line(self, found: str) -> None:
        """Add a line break."""
        if self.broken:
            self._others.append(found)
        else:
            self._first = found
            self.broken = True

    def folded(self) -> str:
        """Return what stands for the gap: its blanks, or a space for one line break, or all but the first."""
        if not self.broken:
            return "".join(self._blanks)
        others = "".join(self._others)
        return (others or " ") if self._first == "\n" else self._first + others


def plain(text: Text, indent: int, *, brackets: bool) -> tuple[str, bool]:
    """Scan a plain scalar within a block at column `indent` - 1.

    Returns:
        Its value, and whether the scalar was followed by a line break.

    Raises:
        YAMLError: a tab stands where a line is indented.
    """
    pattern = _PLAIN_IN_BRACKETS if brackets else _PLAIN
    chars = text.chars
    words: list[str] = []
    gap = _Gap()
    while True:
        text.need(4)
        if text.at_document() or chars[text.at] == "#":
            break
        word = pattern.match(chars, text.at)
        assert word is not None  # noqa: S101 - it may be empty
        if word[0]:
            words += (gap.folded(), word[0])
            text.go(word.end(), 2)
            gap = _Gap()
        if chars[text.at] not in SPACES:
            break
        while (char := chars[text.at]) in SPACES:
            if char in BLANKS:
                if gap.broken and char == "\t" and text.column < indent:
                    text.fail("found a tab character that violates indentation")
                gap.blank(char)
                text.at += 1
            else:
                text.need(2)
                gap.line(text.take_break())
            text.need(1)
        if not brackets and text.column < indent:
            break
    return "".join(words), gap.broken


def quoted(text: Text) -> str:
    """Scan a scalar in the quotes that begin here.

    Raises:
        YAMLError: it has no end, or an escape is wrong.
    """
    chars = text.chars
    mark = chars[text.at]
    text.at += 1
    words: list[str] = []
    while True:
        text.need(4)
        if text.at_document():
            text.fail("found unexpected document indicator")
        if chars[text.at] == "\0":
            text.fail("found unexpected end of stream")
        gap = _Gap(broken=_words(text, mark, words))
        text.need(1)
        if chars[text.at] == mark:
            break
        while (char := chars[text.at]) in SPACES:
            if char in BLANKS:
                gap.blank(char)
                text.at += 1
            else:
                text.need(2)
                gap.line(text.take_break())
            text.need(1)
        words.append(gap.folded())
    text.at += 1
    return "".join(words)


def _words(text: Text, mark: str, words: list[str]) -> bool:
    """Scan what has no blanks, up to the closing quote; say whether it ended with an escaped line break."""
    chars = text.chars
    pattern = _SINGLE if mark == "'" else _DOUBLE
    while (char := chars[text.at]) not in ENDS:
        if (word := pattern.match(chars, text.at)) is not None:
            words.append(word[0])
            text.go(word.end(), 2)
            continue
        following = chars[text.at + 1]
        if char == mark:
            if mark == '"' or following != "'":
                break
            words.append("'")
            text.at += 2
        elif following in BREAKS:
            text.need(3)
            text.at += 1
            text.take_break()
            return True
        elif following in _CODES:
            text.at += 2
            words.append(_code(text, _CODES[following]))
        elif following in _ESCAPES:
            words.append(_ESCAPES[following])
            text.at += 2
        else:
            text.fail("found unknown escape character")
        text.need(2)
    return False


def _code(text: Text, length: int) -> str:
    text.need(length)
    digits = text.chars[text.at : text.at + length]
    if not _HEXADECIMAL.issuperset(digits):
        text.fail("did not find expected hexdecimal number")
    code = int(digits, 16)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        text.fail("found invalid Unicode character escape code")
    text.at += length
    return chr(code)


def block(text: Text, parent: int) -> str:
    """Scan the literal or folded scalar that begins here, within a block at column `parent`.

    Raises:
        YAMLError: what follows its mark is wrong, or a tab indents a line.
    """
    chars = text.chars
    folded = chars[text.at] == ">"
    text.at += 1
    text.need(1)
    chomping, increment = _header(text)
    indent = max(parent, 0) + increment if increment else 0
    indent, breaks = _breaks(text, indent, parent)
    text.need(1)
    parts: list[str] = []
    lead = ""
    blank = False
    while text.column == indent and chars[text.at] != "\0":
        begins_blank = chars[text.at] in BLANKS
        if folded and not blank and not begins_blank and lead == "\n":
            parts.append("" if breaks else " ")
        else:
            parts.append(lead)
        blank = begins_blank
        line = _LINE.match(chars, text.at)
        assert line is not None  # noqa: S101 - it may be empty
        parts += (breaks, line[0])
        text.go(line.end(), 1)
        text.need(2)
        lead = text.take_break() if chars[text.at] in BREAKS else ""
        indent, breaks = _breaks(text, indent, parent)
    if chomping != "-":
        parts.append(lead)
    if chomping == "+":
        parts.append(breaks)
    return "".join(parts)


def _header(text: Text) -> tuple[str, int]:
    """Scan the rest of a block scalar's first line: how its end is chomped, and how far it is indented."""
    chars = text.chars
    chomping, increment = "", 0
    for turn in range(2):
        char = chars[text.at]
        if char in "+-" and not chomping:
            chomping = char
        elif "0" <= char <= "9" and not increment:
            if char == "0":
                text.fail("found an indentation indicator equal to 0")
            increment = int(char)
        else:
            break
        text.at += 1
        if not turn:
            text.need(1)
    text.need(1)
    end_line(text)
    return chomping, increment


def end_line(text: Text) -> None:
    """Go over blanks, a comment and the line's end.

    Raises:
        YAMLError: there is something else.
    """
    chars = text.chars
    while chars[text.at] in BLANKS:
        text.at += 1
        text.need(1)
    skip_comment(text)
    if chars[text.at] not in LINE_ENDS:
        text.fail("did not find expected comment or line break")
    if chars[text.at] != "\0":
        text.need(2)
        text.take_break()


def skip_comment(text: Text) -> None:
    """Go over a comment, if one begins here."""
    if text.chars[text.at] == "#":
        line = _LINE.match(text.chars, text.at)
        assert line is not None  # noqa: S101 - it may be empty
        text.go(line.end(), 1)


def _breaks(text: Text, indent: int, parent: int) -> tuple[int, str]:
    """Go over indentation and empty lines; return the indentation, found out if it is 0, and the breaks."""
    chars = text.chars
    widest = 0
    found: list[str] = []
    while True:
        text.need(1)
        while (not indent or text.column < indent) and chars[text.at] == " ":
            text.at += 1
            text.need(1)
        widest = max(widest, text.column)
        if (not indent or text.column < indent) and chars[text.at] == "\t":
            text.fail("found a tab character where an indentation space is expected")
        if chars[text.at] not in BREAKS:
            break
        text.need(2)
        found.append(text.take_break())
    return indent or max(widest, parent + 1, 1), "".join(found)
