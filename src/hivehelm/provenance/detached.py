"""A signature apart from what it signs: who made it, and whether it counts (RFC 9580, 10.4)."""

from __future__ import annotations

from hivehelm.provenance import signature as kinds
from hivehelm.provenance.errors import (
    ExpiredKeyError,
    ExpiredSignatureError,
    InvalidArgumentError,
    InvalidSignatureError,
    RevokedKeyError,
    StructuralError,
    UnknownSignerError,
    UnsupportedError,
)
from hivehelm.provenance.packets import PacketReader
from hivehelm.provenance.signature import Signature
from hivehelm.provenance.verifier import check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.provenance.entity import Entity, Key
    from hivehelm.provenance.octets import Source


def check_detached(keys: list[Entity], signed: bytes, source: Source, now: int) -> Entity:
    """Return whose signature it is, of those in a source the first that one of the keys may have made.

    Args:
        keys: a keyring.
        signed: what is signed, with line ends as on the wire.
        source: the packets of signatures.
        now: seconds since 1970, at which neither keys nor the signature may have expired.

    Raises:
        UnknownSignerError: no key of the keyring that may sign is said to have made it.
        InvalidSignatureError: the key did not make it.
        RevokedKeyError, ExpiredKeyError, ExpiredSignatureError: it did, and does not count.
        ProvenanceError: there is something else than signatures.
    """
    one, candidates = _find(keys, source)
    if one.kind not in (kinds.BINARY, kinds.TEXT):
        raise UnsupportedError(f"unsupported signature type: {one.kind}")
    digest = one.new_hash()
    digest.update(signed)
    problem: InvalidSignatureError | InvalidArgumentError
    for key in candidates:
        try:
            check(key.public, digest, one)
        except (InvalidSignatureError, InvalidArgumentError) as error:
            problem = error
            continue
        _check_details(key, one, now)
        return key.entity
    raise problem


def _find(keys: list[Entity], source: Source) -> tuple[Signature, list[Key]]:
    packets = PacketReader(source)
    while (packet := packets.next()) is not None:
        if not isinstance(packet, Signature):
            raise StructuralError("non signature packet found")
        if packet.issuer is None:
            raise StructuralError("signature doesn't have an issuer")
        found = [
            key
            for entity in keys
            for key in entity.keys(packet.issuer)
            if key.signature is not None and key.signature.has_flags and key.signature.signs
        ]
        if found:
            return packet, found
    raise UnknownSignerError


def _check_details(key: Key, one: Signature, now: int) -> None:
    """Refuse what is signed correctly and does not count."""
    entity = key.entity
    own, identity = entity.self_signature()
    if own is None:
        raise UnknownSignerError
    bound = key.signature or own
    involved = [one, own, bound, bound.embedded or bound]
    for signature in involved:
        for name in signature.critical_notations:
            raise InvalidSignatureError(f"unknown critical notation: {name}")
    revocations = [entity.revocations, key.revocations, identity.revocations if identity else []]
    if any(_revoked(found, now) for found in revocations):
        raise RevokedKeyError
    if entity.primary.expired(own.key_lifetime, now):
        raise ExpiredKeyError
    if key.public.expired(bound.key_lifetime, now):
        raise ExpiredKeyError
    if any(signature.expired(now) for signature in involved):
        raise ExpiredSignatureError


def _revoked(revocations: list[Signature], now: int) -> bool:
    """Tell whether one of them counts: a key that was compromised is revoked before that, too."""
    return any(one.compromised or not one.expired(now) for one in revocations)
