"""Sprig's functions of chance; all of them draw from the system's cryptographic source."""

from __future__ import annotations

from hivehelm.golang.utf8 import runes
from hivehelm.gotemplate.functions.limits import bounded
from hivehelm.gotemplate.functions.signature import FunctionError, go

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PRINTABLE = "".join(map(chr, range(32, 127)))


def below(limit: int) -> int:
    """Return a number from 0 up to `limit`, without it; each is as likely as any other.

    As `secrets.randbelow`, which takes 9 ms to import: half of what a small chart takes.
    """
    from os import urandom

    bits = (limit - 1).bit_length()
    size = (bits + 7) // 8
    while (drawn := int.from_bytes(urandom(size), "big") >> size * 8 - bits) >= limit:
        pass
    return drawn


def _draw(count: int, alphabet: str) -> str:
    """Return `count` characters: bytes choose them, but for those at the end that would favour the first."""
    from os import urandom

    bounded(count, "runtime error: makeslice: len out of range", 1 << 20)
    unfair = bytes(range(256 - 256 % len(alphabet), 256))
    drawn = b""
    while len(drawn) < count:
        drawn += urandom(count - len(drawn)).translate(None, unfair)
    return "".join([alphabet[byte % len(alphabet)] for byte in drawn])


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
    from binascii import b2a_base64
    from os import urandom

    if count < 0:
        raise FunctionError("runtime error: makeslice: len out of range")
    bounded(count, "runtime error: makeslice: len out of range")
    return b2a_base64(urandom(count), newline=False).decode()


@go("int, int")
def rand_int(least: int, limit: int) -> int:
    """`randInt`: an integer from `least` up to `limit`, without it."""
    if limit <= least:
        raise FunctionError("invalid argument to Intn")
    return least + below(limit - least)


@go("string")
def shuffle(text: str) -> str:
    """`shuffle`: the characters in another order."""
    characters = list(runes(text))
    for place in range(len(characters) - 1, 0, -1):
        other = below(place + 1)
        characters[place], characters[other] = characters[other], characters[place]
    return "".join(characters)


def uuidv4() -> str:
    """`uuidv4`: a random UUID."""
    from os import urandom

    number = int.from_bytes(urandom(16), "big")
    number = number & ~(0xF << 76) | 4 << 76
    number = number & ~(0x3 << 62) | 2 << 62
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
