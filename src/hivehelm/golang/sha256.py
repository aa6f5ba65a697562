"""crypto/sha256: by OpenSSL where there is much to hash, else by what the interpreter brings itself."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import _Hash as Hash

MUCH = 256 << 10
"""From this many bytes on OpenSSL is worth the 3 ms that loading it takes."""


def new(size: int) -> Hash:
    """Return what hashes about `size` bytes."""
    if size < MUCH and "_hashlib" not in sys.modules:
        # As `random` does.
        name = "_sha2" if sys.version_info >= (3, 12) else "_sha256"
        try:
            own = __import__(name)
        except ImportError:
            from hashlib import sha256

            return sha256()
        return own.sha256()  # type: ignore[no-any-return]
    from hashlib import sha256

    return sha256()


def hexdigest(data: bytes) -> str:
    """Return the digest of `data` in hexadecimal digits."""
    found = new(len(data))
    found.update(data)
    return found.hexdigest()
