"""Sprig's string functions: trimming, cutting, splitting, joining, quoting, indenting.

Rules: sprig v3.3.0's strings.go and the Go package strings; strings are counted and cut in bytes.
"""

from __future__ import annotations

from hivehelm.golang.fmt import quote as go_quote
from hivehelm.golang.fmt import sprint
from hivehelm.golang.kinds import NilStringSlice, StringMap, StringSlice
from hivehelm.golang.unicode import SPACE
from hivehelm.golang.utf8 import decode, encode, length, normal, valid
from hivehelm.gotemplate.functions.limits import bounded
from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def strval(value: Any) -> str:
    """Return a value as sprig's `strval` spells it: like `%v`, but bytes are text."""
    if value.__class__ is str:
        return value
    if isinstance(value, bytes):
        return decode(value)
    return sprint(value)


def strslice(value: Any) -> list[str]:
    """Return a value as `[]string`: a list's elements without nils, nothing for nil, else the value alone.

    A `[]string` is returned itself, not a copy.
    """
    if value.__class__ is StringSlice or value.__class__ is NilStringSlice:
        return value
    if value is None:
        return StringSlice()
    if isinstance(value, list):
        return StringSlice(strval(element) for element in value if element is not None)
    if isinstance(value, bytes):
        return StringSlice(str(byte) for byte in value)
    return StringSlice([strval(value)])


def hello() -> str:
    """`hello`: a greeting."""
    return "Hello!"


def to_string(value: Any) -> str:
    """`toString`: any value as text."""
    return strval(value)


def to_strings(value: Any) -> list[str]:
    """`toStrings`: a list of texts."""
    return strslice(value)


@go("string")
def trim(text: str) -> str:
    """`trim`: without white space at both ends."""
    return text.strip(SPACE)


@go("string, string")
def trim_all(characters: str, text: str) -> str:
    """`trimAll`, `trimall`: without any of `characters` at both ends."""
    if not valid(characters) or "\ufffd" in characters:
        # To Go a byte that is not UTF-8 is U+FFFD, in the set and in the text alike.
        characters += "\ufffd" + "".join(map(chr, range(0xDC80, 0xDD00)))
    return text.strip(characters) if characters else text


@go("string, string")
def trim_prefix(prefix: str, text: str) -> str:
    """`trimPrefix`."""
    if not valid(prefix):
        return decode(encode(text).removeprefix(encode(prefix)))
    return text.removeprefix(prefix)


@go("string, string")
def trim_suffix(suffix: str, text: str) -> str:
    """`trimSuffix`."""
    if not valid(suffix):
        return decode(encode(text).removesuffix(encode(suffix)))
    return text.removesuffix(suffix)


@go("string, string")
def contains(part: str, text: str) -> bool:
    """`contains`: whether `part` occurs in `text`."""
    return part in text if valid(part) else encode(part) in encode(text)


@go("string, string")
def has_prefix(prefix: str, text: str) -> bool:
    """`hasPrefix`."""
    return text.startswith(prefix) if valid(prefix) else encode(text).startswith(encode(prefix))


@go("string, string")
def has_suffix(suffix: str, text: str) -> bool:
    """`hasSuffix`."""
    return text.endswith(suffix) if valid(suffix) else encode(text).endswith(encode(suffix))


@go("string, string, string")
def replace(old: str, new: str, text: str) -> str:
    """`replace`: every `old` by `new`; an empty `old` is found around every character."""
    if not valid(old):
        return decode(encode(text).replace(encode(old), encode(new)))
    return normal(text.replace(old, new))


@go("int, string")
def repeat(count: int, text: str) -> str:
    """`repeat`: `text`, `count` times over."""
    if count < 0:
        raise FunctionError("strings: negative Repeat count")
    bounded(count * length(text), "strings: Repeat output length overflow")
    return normal(text * count)


@go("int, string")
def trunc(count: int, text: str) -> str:
    """`trunc`: the first `count` bytes, or the last `-count`."""
    if text.isascii():
        if count < 0:
            return text[count:] if len(text) + count > 0 else text
        return text[:count]
    data = encode(text)
    if count < 0:
        return decode(data[count:]) if len(data) + count > 0 else text
    return decode(data[:count])


@go("int, int, string")
def substr(start: int, end: int, text: str) -> str:
    """`substr`: bytes from `start` to `end`; a negative one stands for the text's own."""
    data = encode(text)
    size = len(data)
    if start < 0:
        if end < 0:
            raise FunctionError(f"runtime error: slice bounds out of range [:{end}]")
        if end > size:
            raise FunctionError(f"runtime error: slice bounds out of range [:{end}] with length {size}")
        return decode(data[:end])
    if end < 0 or end > size:
        end = size
    if start > end:
        raise FunctionError(f"runtime error: slice bounds out of range [{start}:{end}]")
    return decode(data[start:end])


def quote(*values: Any) -> str:
    """`quote`: each value but nil as text in double quotes, joined by spaces."""
    if len(values) == 1 and (only := values[0]).__class__ is str:
        return go_quote(only)
    return " ".join(go_quote(strval(value)) for value in values if value is not None)


def squote(*values: Any) -> str:
    """`squote`: each value but nil in single quotes, joined by spaces."""
    return " ".join(
        f"'{value}'" if value.__class__ is str else f"'{sprint(value)}'"
        for value in values
        if value is not None
    )


def cat(*values: Any) -> str:
    """`cat`: the values but nil, joined by spaces."""
    return " ".join(sprint(value) for value in values if value is not None)


@go("int, string")
def indent(spaces: int, text: str) -> str:
    """`indent`: every line after `spaces` spaces."""
    if spaces < 0:
        raise FunctionError("strings: negative Repeat count")
    bounded(spaces * (text.count("\n") + 1), "strings: Repeat output length overflow")
    pad = " " * spaces
    return pad + text.replace("\n", "\n" + pad)


@go("int, string")
def nindent(spaces: int, text: str) -> str:
    """`nindent`: a line break, then `indent`."""
    return "\n" + indent(spaces, text)


@go("string, string, int")
def plural(one: str, many: str, count: int) -> str:
    """`plural`: `one` where `count` is 1, else `many`."""
    return one if count == 1 else many


@go("string, any")
def join(separator: str, values: Any) -> str:
    """`join`: a list's elements as text, with `separator` between them."""
    return normal(separator.join(strslice(values)))


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    """Return `strings.SplitN`: at most `limit` parts, all where it is negative."""
    if limit == 0:
        return []
    if not separator:
        if limit < 0 or limit >= len(text):
            return list(text)
        return [*text[: limit - 1], text[limit - 1 :]]
    if not valid(separator):
        parts = encode(text).split(encode(separator), limit - 1 if limit > 0 else -1)
        return [decode(part) for part in parts]
    return text.split(separator, limit - 1 if limit > 0 else -1)


@go("string, string")
def split(separator: str, text: str) -> StringMap:
    """`split`: the parts of `text` under `_0`, `_1`, …"""
    return StringMap((f"_{i}", part) for i, part in enumerate(_split(text, separator)))


@go("string, int, string")
def splitn(separator: str, limit: int, text: str) -> StringMap:
    """`splitn`: like `split`, into at most `limit` parts."""
    return StringMap((f"_{i}", part) for i, part in enumerate(_split(text, separator, limit)))


@go("string, string")
def split_list(separator: str, text: str) -> StringSlice:
    """`splitList`: the parts of `text`."""
    return StringSlice(_split(text, separator))
