"""Go's regular expressions on google-re2: the same syntax, the same linear time, Go's package around it.

Positions are bytes inside; texts go in and come out as `str`. A byte that is not UTF-8 matches as U+FFFD.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.extension import alone
from hivehelm.golang.utf8 import decode, encode, valid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Spans = list[tuple[int, int]]

_MEMORY = 32 << 20
_CACHED = 256
_DEEPEST = 1000


class RegexError(HivehelmError):
    """A pattern that Go refuses; `str()` is Go's text."""

    def __init__(self, problem: str, part: str, pattern: str) -> None:
        super().__init__(f"error parsing regexp: {problem}: `{part}`")
        self.pattern = pattern


class Subject:
    """A text as bytes, and how to cut it back into text."""

    __slots__ = ("_offsets", "_original", "_plain", "data")

    def __init__(self, text: str) -> None:
        self._plain = text if text.isascii() else None
        self._offsets: list[int] | None = None
        self._original = b""
        if valid(text):
            self.data = text.encode()
        else:
            self._map_escapes(text)

    def _map_escapes(self, text: str) -> None:
        self._original = encode(text)
        self._offsets = []
        pieces = []
        offset = 0
        for character in text:
            escaped = "\udc80" <= character <= "\udcff"
            piece = ("\ufffd" if escaped else character).encode()
            self._offsets += [offset] * len(piece)
            offset += 1 if escaped else len(piece)
            pieces.append(piece)
        self._offsets.append(offset)
        self.data = b"".join(pieces)

    def cut(self, start: int, end: int) -> str:
        """Return the text between two positions."""
        if self._plain is not None:
            return self._plain[start:end]
        if self._offsets is not None:
            return decode(self._original[self._offsets[start] : self._offsets[end]])
        return self.data[start:end].decode()

    def width(self, position: int) -> int:
        """Return the bytes of the character at `position`, 0 at the end."""
        if position >= len(self.data):
            return 0
        lead = self.data[position]
        return 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4


class Regex:
    """A compiled pattern; get one from `compile`."""

    __slots__ = ("_anchor", "_engine", "_names", "pattern")

    def __init__(self, pattern: str) -> None:
        _re2: Any = alone("re2", "_re2")
        self.pattern = pattern
        options = _re2.RE2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        if not valid(pattern):
            raise RegexError("invalid UTF-8", _after_first_escape(pattern), pattern)
        engine = _re2.RE2(pattern.encode(), options)
        if not engine.ok():
            raise _translated(engine.error(), pattern)
        if pattern.count("(") >= _DEEPEST and _depth(pattern) >= _DEEPEST:
            raise RegexError("expression nests too deeply", pattern, pattern)
        if _matches_bytes(pattern):
            raise RegexError("invalid escape sequence", "\\C", pattern)
        self._engine: Any = engine
        self._anchor = _re2.RE2.Anchor.UNANCHORED
        self._names: dict[str, int] | None = None

    def _search(self, data: bytes, position: int) -> Spans | None:
        while True:
            spans: Spans = self._engine.Match(self._anchor, data, position, len(data))
            start = spans[0][0]
            if start < 0:
                return None
            if start >= len(data) or data[start] & 0xC0 != 0x80:
                return spans
            # To RE2, `\\B` also holds within a character.
            position = start + 1

    def _matches(self, subject: Subject, limit: int) -> Iterator[Spans]:
        # An empty match next to the one before it does not count.
        position, previous, found = 0, -1, 0
        size = len(subject.data)
        while position <= size and (limit < 0 or found < limit):
            spans = self._search(subject.data, position)
            if spans is None:
                return
            start, end = spans[0]
            counts = True
            if end == position:
                counts = start != previous
                position += subject.width(position) or 1
            else:
                position = end
            previous = end
            if counts:
                found += 1
                yield spans

    def match(self, text: str) -> bool:
        """Return whether the pattern matches somewhere in `text`."""
        return self._search(Subject(text).data, 0) is not None

    def find(self, text: str) -> str:
        """Return the leftmost match, "" where there is none."""
        subject = Subject(text)
        spans = self._search(subject.data, 0)
        return "" if spans is None else subject.cut(*spans[0])

    def find_index(self, text: str) -> tuple[int, int] | None:
        """Return where the leftmost match begins and ends, in bytes; None where there is none."""
        spans = self._search(Subject(text).data, 0)
        return None if spans is None else spans[0]

    def find_all(self, text: str, limit: int = -1) -> list[str] | None:
        """Return the first `limit` matches, all if it is negative; None if there are none."""
        subject = Subject(text)
        return [subject.cut(*spans[0]) for spans in self._matches(subject, limit)] or None

    def split(self, text: str, limit: int = -1) -> list[str] | None:
        """Return the texts between matches, at most `limit`, all if that is negative; None if it is 0."""
        if limit == 0:
            return None
        if self.pattern and not text:
            return [""]
        subject = Subject(text)
        parts: list[str] = []
        begin = end = 0
        for spans in self._matches(subject, limit):
            if limit > 0 and len(parts) == limit - 1:
                break
            end = spans[0][0]
            if spans[0][1] != 0:
                parts.append(subject.cut(begin, end))
            begin = spans[0][1]
        if end != len(subject.data):
            parts.append(subject.cut(begin, len(subject.data)))
        return parts

    def replace(self, text: str, replacement: str) -> str:
        """Return `text` with each match replaced; `$1`, `${1}`, `$name` in `replacement` stand for groups."""
        parts = _template(replacement)
        return self._replaced(text, lambda subject, spans: self._expand(parts, subject, spans))

    def replace_literal(self, text: str, replacement: str) -> str:
        """Return `text` with each match replaced by `replacement` as it is."""
        return self._replaced(text, lambda _subject, _spans: replacement)

    def _replaced(self, text: str, substitute: Callable[[Subject, Spans], str]) -> str:
        subject = Subject(text)
        size = len(subject.data)
        result: list[str] = []
        position = copied = 0
        while position <= size:
            spans = self._search(subject.data, position)
            if spans is None:
                break
            start, end = spans[0]
            result.append(subject.cut(copied, start))
            # Nothing for an empty match right after another match.
            if end > copied or start == 0:
                result.append(substitute(subject, spans))
            copied = end
            width = subject.width(position)
            position = position + width if position + width > end else max(end, position + (width == 0))
        result.append(subject.cut(copied, size))
        joined = "".join(result)
        return joined if valid(joined) else decode(encode(joined))

    def _expand(self, parts: list[tuple[str, str]], subject: Subject, spans: Spans) -> str:
        result = []
        for literal, group in parts:
            result.append(literal)
            index = self._group(group) if group else None
            if index is not None and index < len(spans) and spans[index][0] >= 0:
                result.append(subject.cut(*spans[index]))
        return "".join(result)

    def _group(self, name: str) -> int | None:
        if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0") and len(name) < 9:
            return int(name)
        if self._names is None:
            self._names = {decode(key): index for key, index in self._engine.NamedCapturingGroups()}
        return self._names.get(name)


_COMPILED: dict[str, Regex] = {}


def compile(pattern: str) -> Regex:  # noqa: A001 - as in `re`
    """Return the compiled `pattern`; the latest ones are remembered.

    Raises:
        RegexError: Go would not compile it.
    """
    if (known := _COMPILED.get(pattern)) is None:
        known = Regex(pattern)
        if len(_COMPILED) >= _CACHED:
            del _COMPILED[next(iter(_COMPILED))]
        _COMPILED[pattern] = known
    return known


def quote_meta(text: str) -> str:
    """Return a pattern that matches just `text` (`regexp.QuoteMeta`)."""
    return "".join("\\" + c if c in "\\.+*?()|[]{}^$" else c for c in text)


def _template(text: str) -> list[tuple[str, str]]:
    """Return a replacement as pairs of literal text and the group after it, "" where there is none."""
    parts = []
    literal = ""
    rest = text
    while True:
        before, dollar, rest = rest.partition("$")
        literal += before
        if not dollar:
            parts.append((literal, ""))
            return parts
        if rest[:1] == "$":
            literal, rest = literal + "$", rest[1:]
            continue
        name, length = _reference(rest)
        if not name:
            literal += "$"
            continue
        parts.append((literal, name))
        literal, rest = "", rest[length:]


def _reference(text: str) -> tuple[str, int]:
    from hivehelm.golang.unicode import is_digit, is_letter

    braces = text[:1] == "{"
    end = start = int(braces)
    while end < len(text) and (text[end] == "_" or is_letter(text[end]) or is_digit(text[end])):
        end += 1
    if end == start or (braces and text[end : end + 1] != "}"):
        return "", 0
    return text[start:end], end + braces


# RE2's words for its errors, and Go's.
_PROBLEMS = {
    "invalid escape sequence": "invalid escape sequence",
    "invalid character class": "invalid character class",
    "invalid character class range": "invalid character class range",
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "unexpected )": "unexpected )",
    "trailing \\": "trailing backslash at end of expression",
    "no argument for repetition operator": "missing argument to repetition operator",
    "invalid repetition size": "invalid repeat count",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid UTF-8": "invalid UTF-8",
    "invalid named capture group": "invalid named capture",
}


def _translated(error: str | bytes, pattern: str) -> RegexError:
    message = error if isinstance(error, str) else decode(error)
    problem, _, part = message.partition(": ")
    if problem == "trailing \\":
        part = ""
    elif problem == "invalid perl operator" and part.startswith("(?<"):
        # Go takes a look-behind for the beginning of a name.
        rest = pattern[pattern.find(part) :]
        if len(rest) > 3:
            end = rest.find(">") + 1 or len(rest)
            return RegexError("invalid named capture", rest[:end], pattern)
    elif problem == "bad repetition operator" and _too_many(count := part[part.rfind("{") :]):
        return RegexError("invalid repeat count", count, pattern)
    elif problem not in _PROBLEMS:
        return RegexError("expression too large", pattern, pattern)
    return RegexError(_PROBLEMS[problem], part, pattern)


def _too_many(count: str) -> bool:
    least, _, most = count[1:].rstrip("?}").partition(",")
    if count[:1] != "{" or not least.isdigit() or (most and not most.isdigit()):
        return False
    return int(least) > 1000 or (most != "" and (int(most) > 1000 or int(most) < int(least)))


def _after_first_escape(pattern: str) -> str:
    return pattern[next(i for i, character in enumerate(pattern) if "\udc80" <= character <= "\udcff") :]


def _matches_bytes(pattern: str) -> bool:
    """Tell whether a valid pattern uses `\\C`, which Go does not have."""
    position = 0
    while (position := pattern.find("\\", position)) >= 0:
        following = pattern[position + 1 : position + 2]
        if following == "C":
            return True
        position += 2
        if following == "Q" and (position := pattern.find("\\E", position)) < 0:
            return False
    return False


def _depth(pattern: str) -> int:
    """Return how deep the groups of a valid pattern nest; brackets in classes count too."""
    depth = deepest = 0
    escaped = False
    for character in pattern:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif character == ")":
            depth -= 1
    return deepest
