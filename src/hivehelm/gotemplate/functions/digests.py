"""Sprig's checksums, in hexadecimal but for Adler-32."""

from __future__ import annotations

from hivehelm.golang.utf8 import encode
from hivehelm.gotemplate.functions.signature import go


@go("string")
def sha1sum(text: str) -> str:
    """`sha1sum`."""
    from hashlib import sha1

    return sha1(encode(text), usedforsecurity=False).hexdigest()


@go("string")
def sha256sum(text: str) -> str:
    """`sha256sum`."""
    from hivehelm.golang.sha256 import hexdigest

    return hexdigest(encode(text))


@go("string")
def sha512sum(text: str) -> str:
    """`sha512sum`."""
    from hashlib import sha512

    return sha512(encode(text)).hexdigest()


@go("string")
def adler32sum(text: str) -> str:
    """`adler32sum`: in decimal."""
    from zlib import adler32

    return str(adler32(encode(text)))
