"""Sprig's functions of chance; all of them draw from the system's cryptographic source."""

from __future__ import annotations

from hivehelm.golang.utf8 import runes
from hivehelm.gotemplate.functions.limits import bounded
from hivehelm.gotemplate.functions.signature import FunctionError, go

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PRINTABLE = "".join(map(chr, range(32, 127)))


def _draw(count: int, alphabet: str) -> str:
    from secrets import choice

    bounded(count, "runtime error: makeslice: len out of range", 1 << 20)
    return "".join(choice(alphabet) for _ in range(count))


@go("int")
def rand_alpha_num(count: int) -> str:
    """`randAlphaNum`: `count` letters and digits; nothing where `count` is negative."""
    return _draw(count, _DIGITS + _LETTERS)


@go("int")
def rand_alpha(count: int) -> str:
    """`randAlpha`: `count` letters."""
    return _draw(count, _LETTERS)


@go("int")
def rand_numeric(count: int) -> str:
    """`randNumeric`: `count` digits."""
    return _draw(count, _DIGITS)


@go("int")
def rand_ascii(count: int) -> str:
    """`randAscii`: `count` printable characters, space among them."""
    return _draw(count, _PRINTABLE)


@go("int")
def rand_bytes(count: int) -> str:
    """`randBytes`: `count` bytes, in base64."""
    from base64 import b64encode
    from os import urandom

    if count < 0:
        raise FunctionError("runtime error: makeslice: len out of range")
    bounded(count, "runtime error: makeslice: len out of range")
    return b64encode(urandom(count)).decode()


@go("int, int")
def rand_int(least: int, limit: int) -> int:
    """`randInt`: an integer from `least` up to `limit`, without it."""
    from secrets import randbelow

    if limit <= least:
        raise FunctionError("invalid argument to Intn")
    return least + randbelow(limit - least)


@go("string")
def shuffle(text: str) -> str:
    """`shuffle`: the characters in another order."""
    from secrets import SystemRandom

    characters = list(runes(text))
    SystemRandom().shuffle(characters)
    return "".join(characters)


def uuidv4() -> str:
    """`uuidv4`: a random UUID."""
    from os import urandom

    number = int.from_bytes(urandom(16), "big")
    number = number & ~(0xF << 76) | 4 << 76
    number = number & ~(0x3 << 62) | 2 << 62
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
