"""encoding/json's Unmarshal into `any`: CPython's reader where they agree, our own where not."""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang import jsonscan
from hivehelm.golang.json import JSONError, repair
from hivehelm.golang.utf8 import length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

_INF: Final = (float("inf"), float("-inf"))
MAX_DEPTH: Final = 10_000
_UNFINISHED: Final = "unexpected end of JSON input"


def loads(text: str | bytes) -> Any:
    """Return the value that `text` spells; numbers are floats, what is not UTF-8 becomes U+FFFD.

    Raises:
        JSONError: the text is not JSON, or has a number beyond float64.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    if not FAST or (text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH):
        return _Scanner(text).document()
    try:
        value = jsonscan.whole(repair(text), _number, _refuse)
    except (ValueError, RecursionError):
        return _Scanner(text).document()
    # Halves of surrogate pairs are only in escapes now.
    return _mended(value) if "\\ud" in text or "\\uD" in text else value


def first(text: str, start: int = 0, *, finite: bool = False) -> tuple[Any, int]:
    """Return the value that `text` spells from `start` on, and where it ends; what follows is not read.

    Numbers beyond float64 are infinite, for structs that may not want them, and refused if `finite`.

    Raises:
        EOFError: there is only white space.
        JSONError: as `loads`, with the text of a `json.Decoder`; its offset counts bytes of all of `text`.
    """
    scanner = _Scanner(text)
    if (begin := scanner.seek(start)) == len(text):
        raise EOFError
    if FAST:
        try:
            value, end = jsonscan.first(text, begin, _number, _refuse)
            if isinstance(value, float) and text[end : end + 1] in (".", "e", "E"):
                # A number that goes on, or is not complete.
                raise ValueError
            return _mended(value), end
        except (ValueError, RecursionError):
            pass
    try:
        value = scanner.value()
    except JSONError as error:
        if error.offset > len(text) or error.message == _UNFINISHED:
            raise JSONError("unexpected EOF") from None
        raise JSONError(error.message, length(text[: error.offset - 1]) + 1) from None
    if finite:
        scanner.check()
    return value, scanner.end


def _depth(text: str) -> int:
    """Return how deep brackets nest at most, those inside of strings counted, too."""
    depth = deepest = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _number(text: str) -> float:
    value = float(text)
    if value in _INF:
        raise ValueError(text)
    return value


def _refuse(text: str) -> float:
    raise ValueError(text)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return repair(value)
    if isinstance(value, dict):
        return {repair(key): _mended(item) for key, item in value.items()}
    return [_mended(item) for item in value] if isinstance(value, list) else value


_SPACE: Final = frozenset(" \t\r\n")
_DIGITS: Final = frozenset("0123456789")
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_ESCAPES: Final = {
    "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "\\": "\\", "/": "/", '"': '"',
}  # fmt: skip
_WORDS: Final = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}


class _Scanner:
    """Reads character by character, without recursion, and stops where Go does."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._too_big = ""

    def seek(self, start: int) -> int:
        """Go to the first character from `start` on that is not white space; return where it is."""
        self._at = start
        self._skip()
        return self._at

    def document(self) -> Any:
        """Return the only value of the text."""
        value = self.value()
        if char := self._skip():
            raise self._wrong(char, "after top-level value")
        self.check()
        return value

    def check(self) -> None:
        """Refuse a number that was beyond float64, which Go reads over first."""
        if self._too_big:
            raise JSONError(f"json: cannot unmarshal number {self._too_big} into Go value of type float64")

    @property
    def end(self) -> int:
        """Where what was read ends."""
        return self._at

    def value(self) -> Any:
        """Return the value that comes next."""
        top: list[Any] = []
        stack: list[tuple[list[Any] | dict[str, Any], str]] = [(top, "")]
        value: Any
        while True:
            char = self._skip()
            if char in ("[", "{") and char:
                self._at += 1
                if len(stack) > MAX_DEPTH:
                    raise self._wrong(char, "exceeded max depth")
                opened: list[Any] | dict[str, Any] = [] if char == "[" else {}
                key = ""
                if self._skip() == ("]" if char == "[" else "}"):
                    self._at += 1
                    value = opened
                else:
                    if char == "{":
                        key = self._key()
                    stack.append((opened, key))
                    continue
            else:
                value = self._scalar(char)
            while True:
                holder, key = stack[-1]
                if isinstance(holder, dict):
                    holder[key] = value
                else:
                    holder.append(value)
                if holder is top:
                    return value
                char = self._skip()
                if char == ",":
                    self._at += 1
                    if isinstance(holder, dict):
                        stack[-1] = (holder, self._key())
                    break
                if char != ("}" if isinstance(holder, dict) else "]"):
                    where = "object key:value pair" if isinstance(holder, dict) else "array element"
                    raise self._wrong(char, f"after {where}")
                self._at += 1
                value = holder
                stack.pop()

    def _skip(self) -> str:
        """Return the next character that is not white space, without stepping over it."""
        while (char := self._peek()) in _SPACE:
            self._at += 1
        return char

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _wrong(self, char: str, where: str) -> JSONError:
        # Within a token Go reads a space past the end.
        if not char:
            return JSONError(_UNFINISHED, self._at)
        return JSONError(f"invalid character {_spell(char)} {where}", self._at + 1)

    def _key(self) -> str:
        char = self._skip()
        if char != '"':
            raise self._wrong(char, "looking for beginning of object key string")
        key = self._string()
        char = self._skip()
        if char != ":":
            raise self._wrong(char, "after object key")
        self._at += 1
        return key

    def _scalar(self, char: str) -> Any:
        if char == '"':
            return self._string()
        if char == "-" or char in _DIGITS:
            return self._number()
        if char not in _WORDS:
            raise self._wrong(char, "looking for beginning of value")
        word, value = _WORDS[char]
        for wanted in word:
            if (char := self._peek()) != wanted:
                raise self._wrong(char or " ", f"in literal {word} (expecting '{wanted}')")
            self._at += 1
        return value

    def _string(self) -> str:
        self._at += 1
        out: list[str] = []
        while (char := self._peek()) != '"':
            if not char or char < " ":
                raise self._wrong(char, "in string literal")
            self._at += 1
            if char == "\\":
                char = self._escape()
            out.append(char)
        self._at += 1
        # Pairs of escaped surrogates are one character, halves none.
        return repair("".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))

    def _escape(self) -> str:
        char = self._peek()
        if char in _ESCAPES:
            self._at += 1
            return _ESCAPES[char]
        if char != "u":
            raise self._wrong(char or " ", "in string escape code")
        for _ in range(4):
            self._at += 1
            if (char := self._peek()) not in _HEX:
                raise self._wrong(char or " ", "in \\u hexadecimal character escape")
        self._at += 1
        return chr(int(self._text[self._at - 4 : self._at], 16))

    def _number(self) -> float:
        start = self._at
        if self._peek() == "-":
            self._at += 1
        if self._peek() == "0":
            self._at += 1
        else:
            self._digits("in numeric literal")
        if self._peek() == ".":
            self._at += 1
            self._digits("after decimal point in numeric literal")
        if self._peek() in ("e", "E"):
            self._at += 1
            if self._peek() in ("+", "-"):
                self._at += 1
            self._digits("in exponent of numeric literal")
        text = self._text[start : self._at]
        value = float(text)
        if value in _INF:
            self._too_big = self._too_big or text
        return value

    def _digits(self, where: str) -> None:
        if (char := self._peek()) not in _DIGITS:
            raise self._wrong(char or " ", where)
        while self._peek() in _DIGITS:
            self._at += 1


def _spell(char: str) -> str:
    """Return a character as Go's scanner does, which looks at the first byte of it only."""
    if char == "'":
        return r"'\''"
    if char == '"':
        return "'\"'"
    from hivehelm.golang.fmt import quote

    byte = char.encode("utf-8", "surrogateescape")[0]
    return f"'{quote(chr(byte))[1:-1]}'"
