"""Sprig's functions on upper, lower and title case.

Rules: Go's strings and unicode, github.com/Masterminds/goutils v1.1.1 and github.com/huandu/xstrings v1.5.0.
"""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang.unicode import (
    SPACE,
    Runes,
    is_digit,
    is_letter,
    is_lower,
    is_number,
    is_punct,
    is_space,
    is_title,
    is_upper,
    to_lower,
    to_title,
    to_upper,
)
from hivehelm.golang.utf8 import runes
from hivehelm.gotemplate.functions.signature import go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


_UPPER_CASE = Runes(to_upper)
_LOWER_CASE = Runes(to_lower)


@go("string")
def upper(text: str) -> str:
    """`upper`."""
    return text.upper() if text.isascii() else runes(text).translate(_UPPER_CASE)


@go("string")
def lower(text: str) -> str:
    """`lower`."""
    return text.lower() if text.isascii() else runes(text).translate(_LOWER_CASE)


@go("string")
def title(text: str) -> str:
    """`title`: the first letter of each word in title case (`strings.Title`)."""
    if FAST and text.isascii():
        runs = zip(" " + text, text, text.upper(), strict=False)
        return "".join([capital if before in _SEPARATORS else rune for before, rune, capital in runs])
    result = []
    previous = " "
    for rune in runes(text):
        result.append(to_title(rune) if _separates(previous) else rune)
        previous = rune
    return "".join(result)


def _separates(rune: str) -> bool:
    if rune < "\x80":
        return not (rune.isalnum() or rune == "_")
    return is_space(rune) and not is_letter(rune) and not is_digit(rune)


_SEPARATORS = frozenset(filter(_separates, map(chr, range(0x80))))


@go("string")
def untitle(text: str) -> str:
    """`untitle`: the first letter of each word in lower case (`goutils.Uncapitalize`)."""
    if FAST and text.isascii():
        runs = zip(" " + text, text, text.lower(), strict=False)
        return "".join([small if before in SPACE else rune for before, rune, small in runs])
    result = []
    first = True
    for rune in runes(text):
        if is_space(rune):
            first = True
        elif first:
            first = False
            result.append(to_lower(rune))
            continue
        result.append(rune)
    return "".join(result)


@go("string")
def swapcase(text: str) -> str:
    """`swapcase`: upper case for lower and the other way round; words begin in title case."""
    if FAST and text.isascii():
        return text.swapcase()
    result = []
    space = True
    for rune in runes(text):
        if is_upper(rune) or is_title(rune):
            result.append(to_lower(rune))
            space = False
        elif is_lower(rune):
            result.append(to_title(rune) if space else to_upper(rune))
            space = False
        else:
            result.append(rune)
            space = is_space(rune)
    return "".join(result)


_connects = frozenset("-_" + "".join(SPACE)).__contains__


@go("string")
def camelcase(text: str) -> str:
    """`camelcase`: words joined, each with a capital (`xstrings.ToPascalCase`)."""
    letters = runes(text)
    start = 0
    while start < len(letters) and _connects(letters[start]):
        start += 1
    if start == len(letters):
        # The connector that ends a text of nothing else counts twice.
        return letters + letters[-1:]
    result = [letters[:start]]
    capital = is_upper(letters[start])
    current = to_upper(letters[start])
    for rune in letters[start + 1 :]:
        previous, current = current, rune
        if _connects(current) and _connects(previous):
            result.append(previous)
        elif _connects(previous):
            capital = is_upper(current)
            current = to_upper(current)
        else:
            if capital and is_upper(current):
                current = to_lower(current)
            else:
                capital = False
            result.append(previous)
    return "".join(result) + current


@go("string")
def snakecase(text: str) -> str:
    """`snakecase`: lower-case words joined by underscores (`xstrings.ToSnakeCase`)."""
    return _lower_words(text, "_")


@go("string")
def kebabcase(text: str) -> str:
    """`kebabcase`: lower-case words joined by hyphens (`xstrings.ToKebabCase`)."""
    return _lower_words(text, "-")


# What a run of characters is; None stands for the end of the text, or a byte that is not UTF-8.
_NUMBER, _UPPER, _WORD, _CONNECTOR, _PUNCT, _OTHER = "number", "upper", "word", "connector", "punct", "other"
_REPLACEMENT = "\ufffd"


class _Words:
    """The runs of a text, one after the other, as xstrings' `nextWord` cuts them."""

    def __init__(self, text: str) -> None:
        self.rest = text
        self._classes = text.translate(_CLASSES) if FAST and text.isascii() else ""

    def next(self) -> tuple[str | None, str]:
        kind: str | None
        if self._classes:
            kind, size = _ascii_run(self._classes)
            self._classes = self._classes[size:]
        else:
            kind, size = _run(self.rest) if self.rest else (None, 0)
        word, self.rest = self.rest[:size], self.rest[size:]
        return kind, word


def _class(rune: str) -> str:
    if _connects(rune):
        return "-" if rune in "-_" else " "
    if is_punct(rune):
        return "."
    if is_letter(rune):
        return "A" if is_upper(rune) else "a"
    return "0" if is_number(rune) else "$"


# What the characters of ASCII are, what goes on with a run that begins with each of these, and what it is.
_CLASSES = Runes(_class)
_RUNS = {
    "-": ("- ", _CONNECTOR),
    " ": ("- ", _CONNECTOR),
    ".": (".-", _PUNCT),
    "A": ("A", _UPPER),
    "a": ("a", _WORD),
    "0": ("0", _NUMBER),
    "$": ("$", _OTHER),
}


def _ascii_run(classes: str) -> tuple[str, int]:
    """Do what `_run` does for a text of which these are the classes."""
    same, kind = _RUNS[classes[0]]
    rest = classes.lstrip(same)
    size = len(classes) - len(rest)
    if kind == _UPPER and rest[:1] == "a":
        size = len(classes) - len(rest.lstrip("a")) if size == 1 else size - 1
    return kind, size


def _run(text: str) -> tuple[str | None, int]:
    rune, size = _valid_rune(text, 0, _REPLACEMENT)
    if rune == _REPLACEMENT:
        return None, size
    if _connects(rune):
        return _CONNECTOR, _extend(text, size, rune, _connects)
    if is_punct(rune):
        return _PUNCT, _extend(text, size, rune, is_punct)
    if is_upper(rune):
        return _UPPER, _upper_run(text, size, rune)
    if _is_word(rune):
        return _WORD, _extend(text, size, rune, _is_small)
    if is_number(rune):
        return _NUMBER, _extend(text, size, rune, is_number)
    return _OTHER, _extend(text, size, rune, _is_other)


def _upper_run(text: str, size: int, rune: str) -> int:
    if size == len(text):
        return size
    rune, step = _valid_rune(text, size, rune)
    if is_upper(rune):
        # "HTTPStatus" is "HTTP" and "Status": the last capital belongs to the word that follows.
        last = step
        size += step
        while size < len(text):
            rune, step = _valid_rune(text, size, rune)
            if not is_upper(rune):
                break
            last = step
            size += step
        return size - last if size < len(text) and _is_word(rune) else size
    if _is_word(rune):
        return _extend(text, size + step, rune, _is_small)
    return size


def _extend(text: str, size: int, rune: str, belongs: Callable[[str], bool]) -> int:
    while size < len(text):
        rune, step = _valid_rune(text, size, rune)
        if not belongs(rune):
            break
        size += step
    return size


def _valid_rune(text: str, start: int, previous: str) -> tuple[str, int]:
    """Return the next rune that is UTF-8 and how far it reaches; `previous` where none is left."""
    for i in range(start, len(text)):
        if not (text[i] == _REPLACEMENT or "\udc80" <= text[i] <= "\udcff"):
            return text[i], i + 1 - start
    return previous, len(text) - start


def _is_word(rune: str) -> bool:
    # The ideographs are no words to xstrings; the bounds are its own.
    return is_letter(rune) and not (
        "\u4e00" <= rune <= "\u9fcc" or "\u3400" <= rune <= "\u4d85" or "\U00020000" <= rune <= "\U0002b81d"
    )


def _is_small(rune: str) -> bool:
    return _is_word(rune) and not is_upper(rune)


def _is_other(rune: str) -> bool:
    return not (_connects(rune) or _is_word(rune) or is_number(rune) or is_punct(rune))


def _lower_words(text: str, connector: str) -> str:
    if not text:
        return ""
    words = _Words(text)
    result: list[str] = []
    kind, word = words.next()
    while words.rest:
        if kind != _CONNECTOR:
            result.append(_lowered(kind, word, connector))
        before, last = kind, word
        kind, word = words.next()
        if before == _NUMBER:
            kind, word = _take_words(words, kind, word, connector, result)
            if kind not in (None, _PUNCT, _CONNECTOR):
                result.append(connector)
        elif before == _CONNECTOR:
            result.append(_lowered(before, last, connector))
        elif before != _PUNCT:
            if kind != _NUMBER:
                if kind not in (_CONNECTOR, _PUNCT):
                    result.append(connector)
            elif words.rest:
                kind, word = _after_number(words, word, connector, result)
    result.append(_lowered(kind, word, connector))
    return "".join(result)


def _after_number(words: _Words, number: str, connector: str, result: list[str]) -> tuple[str | None, str]:
    # A number belongs to the word before it ("Bld4Floor"), unless small letters follow ("HTTP2xx").
    kind, word = words.next()
    if kind != _WORD:
        result.append(number)
        if kind not in (_CONNECTOR, _PUNCT):
            result.append(connector)
        return kind, word
    result.append(connector + number)
    kind, word = _take_words(words, kind, word, connector, result)
    if kind not in (None, _PUNCT, _CONNECTOR):
        result.append(connector)
    return kind, word


def _take_words(
    words: _Words, kind: str | None, word: str, connector: str, result: list[str]
) -> tuple[str | None, str]:
    while kind in (_WORD, _NUMBER):
        result.append(_lowered(kind, word, connector))
        kind, word = words.next()
    return kind, word


def _lowered(kind: str | None, word: str, connector: str) -> str:
    if kind not in (_UPPER, _CONNECTOR):
        return word
    if word.isascii():
        return word.lower() if kind == _UPPER else connector * len(word)
    return "".join(
        connector if _connects(rune) else to_lower(rune) if is_upper(rune) else rune for rune in runes(word)
    )
