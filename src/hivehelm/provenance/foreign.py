"""Packets of messages, which keyrings and signatures have none of: read as far as Helm's library reads them.

It leaves off where the contents begin, and takes those for packets: what it says then depends on how far.
"""

from __future__ import annotations

from hivehelm.provenance import algorithms, s2k
from hivehelm.provenance.ciphers import BLOCK_SIZES, NONCE_SIZES
from hivehelm.provenance.errors import (
    AEADError,
    CompressionError,
    EndOfStreamError,
    StructuralError,
    TruncatedError,
    UnsupportedDataError,
    UnsupportedError,
)
from hivehelm.provenance.octets import Integer, Octets, Span, need, read_all, read_counted, read_full

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.provenance.octets import Source

_SESSION_KEY = 64
# What Go's buffered readers read at a time.
_BUFFER = 4096


def _encrypted_key(body: Source) -> None:
    """Read a session key for a public one (RFC 9580, 5.1)."""
    version = need(body, 1)[0]
    if version not in (3, 6):
        raise UnsupportedError(f"unknown EncryptedKey version {version}")
    if version == 3:
        need(body, 8)
    elif need(body, 1) != b"\0":
        key_version = need(body, 1)[0]
        if key_version not in (4, 6):
            raise UnsupportedError(f"unknown public key version {key_version}")
        need(body, 32 if key_version == 6 else 20)
    algorithm = need(body, 1)[0]
    if algorithm in (algorithms.RSA, algorithms.RSA_ENCRYPT, algorithms.ELGAMAL, algorithms.ECDH):
        Integer.read(body)
    if algorithm == algorithms.ELGAMAL:
        Integer.read(body)
    elif algorithm == algorithms.ECDH:
        read_counted(body)
    elif algorithm in (algorithms.X25519, algorithms.X448):
        read_full(body, algorithms.POINT_SIZES[algorithm])
        size = read_full(body, 1)[0]
        if version == 3:
            read_full(body, 1)
            size = (size - 1) & 0xFF
        read_full(body, size)
    read_all(body)


def _passphrase_key(body: Source) -> None:
    """Read a session key for a passphrase (5.3)."""
    version = need(body, 1)[0]
    if version not in (4, 6):
        raise UnsupportedError("unknown SymmetricKeyEncrypted version")
    if version == 6:
        need(body, 1)
    cipher = need(body, 1)[0]
    if cipher not in BLOCK_SIZES:
        raise UnsupportedError(f"unknown cipher: {cipher}")
    mode = 0
    if version == 6:
        try:
            mode = need(body, 1)[0]
        except TruncatedError:
            raise StructuralError("cannot read AEAD octet from packet") from None
        need(body, 1)
    if s2k.Derivation.read(body).mode == s2k.GNU:
        raise UnsupportedError("missing key GNU extension in session key")
    if version == 6:
        try:
            need(body, NONCE_SIZES.get(mode, 0))
        except TruncatedError:
            raise StructuralError("cannot read AEAD IV") from None
    key = read_all(Octets(_up_to(body, _SESSION_KEY)))
    if len(key) == _SESSION_KEY:
        raise UnsupportedError("oversized encrypted session key")


def _up_to(body: Source, size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := body.read(size - len(data))):
        data += piece
    return data


def _one_pass(body: Source) -> None:
    """Read what announces a signature (5.4)."""
    version, _, number, _ = need(body, 4)
    if version not in (3, 6):
        raise UnsupportedError(f"one-pass-signature packet version {version}")
    if number not in algorithms.HASHES:
        raise UnsupportedError(f"hash function: {number}")
    if version == 6:
        size = need(body, 1)[0]
        if number not in algorithms.SALTS:
            raise UnsupportedError("hash function not supported for V6 signatures")
        if size != algorithms.SALTS[number]:
            raise StructuralError("unexpected salt size for the given hash algorithm")
        need(body, size + 32)
    else:
        need(body, 8)
    need(body, 1)


def _compressed(body: Source) -> None:
    """Read how data are compressed (5.6)."""
    number = need(body, 1)[0]
    if number > 3:
        raise UnsupportedDataError(f"unknown compression algorithm: {number}")
    if number != 2:
        return
    head = body.read(_BUFFER)
    if len(head) < 2:
        head += body.read(_BUFFER - len(head)) if head else b""
    if len(head) < 2:
        raise TruncatedError
    if head[0] & 15 != 8 or head[0] >> 4 > 7 or int.from_bytes(head[:2], "big") % 31:
        raise CompressionError("zlib: invalid header")
    if head[1] & 0x20:
        if len(head) < 6:
            raise TruncatedError
        if head[2:6] != b"\0\0\0\1":
            raise CompressionError("zlib: invalid dictionary")


def _literal(body: Source) -> None:
    """Read what a file is called (5.9)."""
    need(body, need(body, 2)[1])
    need(body, 4)


def _attribute(body: Source) -> None:
    """Read a picture of a key's owner, whatever is in it (5.12)."""
    data = read_all(body)
    while data:
        size, start = data[0], 1
        if size == 255:
            size, start = int.from_bytes(data[1:5], "big"), 5
        elif size >= 192:
            size, start = ((size - 192) << 8) + int.from_bytes(data[1:2], "big") + 192, 2
        if len(data) < start + 1 or not 0 < size <= len(data) - start:
            raise StructuralError("subpacket truncated")
        data = data[start + size :]


def _encrypted(_: Source) -> None:
    """Read nothing: all is encrypted (5.7)."""


def _protected(body: Source) -> None:
    """Read how data are encrypted and protected (5.13)."""
    version = need(body, 1)[0]
    if version == 1:
        return
    if version != 2:
        raise UnsupportedDataError("unknown SymmetricallyEncrypted version")
    try:
        cipher, mode, chunk = read_full(body, 3)
    except (TruncatedError, EndOfStreamError) as error:
        raise StructuralError(f"could not read aead header: {_words(error)}") from None
    if BLOCK_SIZES.get(cipher) != 16:
        raise UnsupportedDataError(f"invalid aead cipher: {cipher}")
    if mode not in NONCE_SIZES:
        raise UnsupportedDataError(f"unknown aead mode: {mode}")
    if chunk > 16:
        raise UnsupportedDataError(f"invalid aead chunk size byte: {chunk}")
    try:
        read_full(body, 32)
    except (TruncatedError, EndOfStreamError) as error:
        raise StructuralError(f"could not read aead salt: {_words(error)}") from None


def _aead(body: Source) -> None:
    """Read how data are encrypted, as a draft of the standard had it."""
    try:
        _, cipher, mode, _ = read_full(body, 4)
    except (TruncatedError, EndOfStreamError) as error:
        raise AEADError(f"could not read aead header:{_words(error)}") from None
    if mode not in (1, 2):
        raise AEADError("unknown mode")
    try:
        read_full(body, NONCE_SIZES[mode])
    except (TruncatedError, EndOfStreamError) as error:
        raise AEADError(f"could not read aead nonce:{_words(error)}") from None
    if cipher not in BLOCK_SIZES:
        raise UnsupportedDataError(f"unknown cipher: {chr(cipher)}")


def _words(error: Exception) -> str:
    return "EOF" if isinstance(error, EndOfStreamError) else str(error)


def _padding(body: Source) -> None:
    """Read what means nothing (5.14); of such in pieces nothing is read."""
    if isinstance(body, Span):
        read_all(body)


READERS: dict[int, Callable[[Source], None]] = {
    1: _encrypted_key,
    3: _passphrase_key,
    4: _one_pass,
    8: _compressed,
    9: _encrypted,
    11: _literal,
    17: _attribute,
    18: _protected,
    20: _aead,
    21: _padding,
}
