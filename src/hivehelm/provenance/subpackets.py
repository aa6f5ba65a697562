"""What signatures say of themselves and of keys (RFC 9580, 5.2.3.7 and the clauses after it)."""

from __future__ import annotations

from hivehelm.provenance.errors import StructuralError, UnsupportedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.provenance.signature import Signature

    Reader = Callable[[Signature, bytes, bool], None]

_ISSUER, _EMBEDDED, _FINGERPRINT = 16, 32, 33
_UNHASHED = (_ISSUER, _EMBEDDED, _FINGERPRINT)
_ANY_CONTENT = frozenset((11, 21, 22, 23, 24, 26, 28, 30))


def read_subpackets(signature: Signature, data: bytes, *, hashed: bool) -> None:
    """Set the fields of a signature from one of its two areas; only who made it counts of the unhashed one.

    Raises:
        StructuralError: the data are broken.
        UnsupportedError: something critical is not understood.
    """
    position = 0
    while position < len(data):
        position = _read_one(signature, data, position, hashed)
    if signature.created is None:
        raise StructuralError("no creation time in signature")


def _read_one(signature: Signature, data: bytes, position: int, hashed: bool) -> int:
    size, start = _length(data, position)
    end = start + size
    if end > len(data):
        raise StructuralError("signature subpacket truncated")
    if not size:
        raise StructuralError("zero length signature subpacket")
    kind, critical, content = data[start] & 0x7F, data[start] >= 0x80, data[start + 1 : end]
    if not hashed and kind not in _UNHASHED:
        return end
    if read := _READERS.get(kind):
        read(signature, content, critical if kind == _NOTATION else hashed)
    elif critical and kind not in _ANY_CONTENT:
        raise UnsupportedError(f"unknown critical signature subpacket type {kind}")
    return end


def _length(data: bytes, position: int) -> tuple[int, int]:
    """Return the size of a subpacket and where it begins."""
    first = data[position]
    if first < 192:
        return first, position + 1
    room = len(data) - position
    if room < 2 or (first == 255 and room < 5):
        raise StructuralError("signature subpacket truncated")
    if first < 255:
        return ((first - 192) << 8) + data[position + 1] + 192, position + 2
    return int.from_bytes(data[position + 1 : position + 5], "big"), position + 5


def _created(signature: Signature, content: bytes, _: bool) -> None:
    if len(content) != 4:
        raise StructuralError("signature creation time not four bytes")
    signature.created = int.from_bytes(content, "big")


def _expires(signature: Signature, content: bytes, _: bool) -> None:
    if len(content) != 4:
        raise StructuralError("expiration subpacket with bad length")
    signature.lifetime = int.from_bytes(content, "big")


def _exportable(_: Signature, content: bytes, __: bool) -> None:
    if content[:1] == b"\0":
        raise UnsupportedError("signature with non-exportable certification")


def _trust(_: Signature, content: bytes, __: bool) -> None:
    if len(content) != 2:
        raise StructuralError("trust subpacket with bad length")


def _expression(_: Signature, content: bytes, __: bool) -> None:
    if not content:
        raise StructuralError("regexp subpacket with bad length")
    if content[-1]:
        raise StructuralError("expected regular expression to be null-terminated")


def _key_expires(signature: Signature, content: bytes, _: bool) -> None:
    if len(content) != 4:
        raise StructuralError("key expiration subpacket with bad length")
    signature.key_lifetime = int.from_bytes(content, "big")


def _issuer(signature: Signature, content: bytes, hashed: bool) -> None:
    if signature.version > 4 and hashed:
        raise StructuralError("issuer subpacket found in v6 key")
    if len(content) != 8:
        raise StructuralError("issuer subpacket with bad length")
    if signature.version <= 4:
        signature.issuer = int.from_bytes(content, "big")


def _notation(signature: Signature, content: bytes, critical: bool) -> None:
    size = int.from_bytes(content[4:6], "big")
    if len(content) < 8 or len(content) != 8 + size + int.from_bytes(content[6:8], "big"):
        raise StructuralError("notation data subpacket with bad length")
    if critical:
        signature.critical_notations.append(content[8 : 8 + size].decode("utf-8", "replace"))


def _primary(signature: Signature, content: bytes, _: bool) -> None:
    if len(content) != 1:
        raise StructuralError("primary user id subpacket with bad length")
    signature.primary_identity = content > b"\0"


def _flags(signature: Signature, content: bytes, _: bool) -> None:
    signature.has_flags = True
    if content:
        signature.signs = signature.signs or bool(content[0] & 2)


def _reason(signature: Signature, content: bytes, _: bool) -> None:
    if not content:
        raise StructuralError("empty revocation reason subpacket")
    signature.compromised = content[0] == 2


def _embedded(signature: Signature, content: bytes, _: bool) -> None:
    from hivehelm.provenance.octets import Octets
    from hivehelm.provenance.signature import PRIMARY_KEY_BINDING, Signature

    if signature.embedded is not None:
        raise StructuralError("Cannot have multiple embedded signatures")
    if signature.depth >= _DEPTH:
        raise StructuralError("signatures embedded too deeply")
    signature.embedded = Signature(depth=signature.depth + 1)
    signature.embedded.parse(Octets(content))
    if signature.embedded.kind != PRIMARY_KEY_BINDING:
        raise StructuralError(f"cross-signature has unexpected type {signature.embedded.kind}")


def _fingerprint(signature: Signature, content: bytes, _: bool) -> None:
    if not content:
        raise StructuralError("empty issuer fingerprint subpacket")
    version, fingerprint = content[0], content[1:]
    if len(fingerprint) != (32 if version >= 5 else 20):
        raise StructuralError("bad fingerprint length")
    signature.issuer_fingerprint = fingerprint
    signature.issuer = int.from_bytes(fingerprint[:8] if version >= 5 else fingerprint[12:], "big")


def _recipient(_: Signature, content: bytes, __: bool) -> None:
    if not content:
        raise StructuralError("invalid intended recipient fingerpring length")
    if len(content) - 1 != (32 if content[0] >= 5 else 20):
        raise StructuralError("invalid fingerprint length")


def _suites(_: Signature, content: bytes, __: bool) -> None:
    if len(content) % 2:
        raise StructuralError("invalid aead cipher suite length")


# Signatures in signatures: more than one makes no sense, and each costs a level of the stack.
_DEPTH = 4
_NOTATION = 20
_READERS: dict[int, Reader] = {
    2: _created,
    3: _expires,
    4: _exportable,
    5: _trust,
    6: _expression,
    9: _key_expires,
    _ISSUER: _issuer,
    _NOTATION: _notation,
    25: _primary,
    27: _flags,
    29: _reason,
    _EMBEDDED: _embedded,
    _FINGERPRINT: _fingerprint,
    35: _recipient,
    39: _suites,
}
