"""Sprig's base64 and base32; what cannot be decoded gives the text of the error."""

from __future__ import annotations

from hivehelm.golang.utf8 import decode, encode
from hivehelm.gotemplate.functions.signature import go


@go("string")
def b64enc(text: str) -> str:
    """`b64enc`."""
    from binascii import b2a_base64

    return b2a_base64(encode(text), newline=False).decode()


@go("string")
def b64dec(text: str) -> str:
    """`b64dec`."""
    from hivehelm.golang.base64 import CorruptInputError, decode64

    try:
        return decode(decode64(encode(text)))
    except CorruptInputError as error:
        return str(error)


@go("string")
def b32enc(text: str) -> str:
    """`b32enc`."""
    from base64 import b32encode

    return b32encode(encode(text)).decode()


@go("string")
def b32dec(text: str) -> str:
    """`b32dec`."""
    from hivehelm.golang.base64 import CorruptInputError, decode32

    try:
        return decode(decode32(encode(text)))
    except CorruptInputError as error:
        return str(error)
