"""Sprig's checksums, in hexadecimal but for Adler-32."""

from __future__ import annotations

import sys

from hivehelm.golang.utf8 import encode
from hivehelm.gotemplate.functions.signature import go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import _Hash

# From this many bytes on OpenSSL is worth the 3 ms that loading it takes.
_MUCH = 256 << 10


@go("string")
def sha1sum(text: str) -> str:
    """`sha1sum`."""
    from hashlib import sha1

    return sha1(encode(text), usedforsecurity=False).hexdigest()


@go("string")
def sha256sum(text: str) -> str:
    """`sha256sum`."""
    data = encode(text)
    if len(data) >= _MUCH or "_hashlib" in sys.modules:
        from hashlib import sha256

        return sha256(data).hexdigest()
    return _plain(data).hexdigest()


def _plain(data: bytes) -> _Hash:
    """Return the hash that the interpreter brings itself, as `random` does."""
    try:
        from _sha2 import sha256  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            from hashlib import sha256
    return sha256(data)  # type: ignore[no-any-return,unused-ignore]


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
