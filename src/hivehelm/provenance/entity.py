"""Keys with what they say of themselves: names, subkeys, lifetimes, revocations (RFC 9580, 10.1)."""

from __future__ import annotations

from hivehelm.provenance import algorithms, signature
from hivehelm.provenance.errors import (
    InvalidArgumentError,
    InvalidSignatureError,
    OpenPGPError,
    ProvenanceError,
    StructuralError,
    TooLargeError,
    UnsupportedError,
)
from hivehelm.provenance.packets import PacketReader, UserId
from hivehelm.provenance.publickey import PublicKey
from hivehelm.provenance.secretkey import SecretKey
from hivehelm.provenance.signature import Signature
from hivehelm.provenance.verifier import check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.provenance.octets import Source
    from hivehelm.provenance.packets import Packet

# What the checks of a keyring's signatures may cost together, in those with RSA keys of 2048 bits.
MAX_COST = 50_000.0


class Identity:
    """A name of a key: `signature` is the newest with which the key claims it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signature: Signature | None = None
        self.revocations: list[Signature] = []


class Key:
    """A key that may have signed: an entity's primary one, or a subkey; `signature` says what it may do."""

    def __init__(self, public: PublicKey, entity: Entity, own: Signature | None) -> None:
        self.public = public
        self.entity = entity
        self.signature = own
        self.revocations: list[Signature] = []


class Entity:
    """A primary key, its names and its subkeys."""

    def __init__(self, primary: PublicKey) -> None:
        self.primary = primary
        self.identities: dict[str, Identity] = {}
        self.subkeys: list[Key] = []
        self.revocations: list[Signature] = []
        self.direct: Signature | None = None

    def primary_identity(self) -> Identity | None:
        """Return the name that speaks for the key: not revoked, marked as primary, or the newest."""
        best = None
        for identity in self.identities.values():
            if best is None or _rank(identity) > _rank(best):
                best = identity
        return best

    def self_signature(self) -> tuple[Signature | None, Identity | None]:
        """Return the signature that speaks for the primary key, and the name it is of where it is of one."""
        if self.primary.version == 6:
            return self.direct, None
        identity = self.primary_identity()
        return (identity.signature if identity else None), identity

    def keys(self, key_id: int) -> Iterator[Key]:
        """Yield the keys of an ID."""
        if self.primary.key_id == key_id:
            yield Key(self.primary, self, self.self_signature()[0])
        for key in self.subkeys:
            if key.public.key_id == key_id:
                yield key


def _rank(identity: Identity) -> tuple[int, bool, bool, int]:
    own = identity.signature
    return (
        -len(identity.revocations),
        own is not None,
        bool(own and own.primary_identity),
        (own.created or 0 if own else 0),
    )


class EntityReader:
    """The entities of a source."""

    def __init__(self, source: Source) -> None:
        self._packets = PacketReader(source)
        self._cost = 0.0

    def read_all(self) -> list[Entity]:
        """Return the entities; those that are not understood or broken are left out if there are others.

        Raises:
            ProvenanceError: there are only such, or what follows are no packets.
        """
        entities = []
        last: OpenPGPError | None = None
        while True:
            try:
                entity = self.read()
            except (UnsupportedError, StructuralError) as error:
                last = error
                if not self._skip():
                    break
                continue
            if entity is None:
                break
            entities.append(entity)
        if last is not None and not entities:
            raise last
        return entities

    def _skip(self) -> bool:
        """Go to the next public key; tell whether there is one. (Secret ones are passed over, as by Helm.)"""
        while (packet := self._next_readable()) is not None:
            if isinstance(packet, PublicKey) and not isinstance(packet, SecretKey) and not packet.subkey:
                self._packets.unread(packet)
                return True
        return False

    def _next_readable(self) -> Packet | None:
        while True:
            try:
                return self._packets.next()
            except UnsupportedError:
                continue

    def read(self) -> Entity | None:
        """Return the next entity, None at the end.

        Raises:
            ProvenanceError: it is broken.
        """
        packet = self._packets.next()
        if packet is None:
            return None
        if not isinstance(packet, PublicKey):
            self._packets.unread(packet)
            raise StructuralError("first packet was not a public/private key")
        if packet.algorithm not in algorithms.SIGNING:
            raise StructuralError("primary key cannot be used for signatures")
        entity = Entity(packet)
        revocations, direct = self._read_parts(entity)
        if not entity.identities and packet.version < 6:
            raise StructuralError(f"v{packet.version} entity without any identities")
        if packet.version == 6:
            entity.direct = self._direct(packet, direct)
        for one in revocations:
            try:
                self._check(packet, one, packet.for_hash())
            except (InvalidSignatureError, InvalidArgumentError):
                raise StructuralError("revocation signature signed by alternate key") from None
            entity.revocations.append(one)
        return entity

    def _read_parts(self, entity: Entity) -> tuple[list[Signature], list[Signature]]:
        """Read what follows a primary key; return the revocations of it, and what it says of itself."""
        revocations, direct = [], []
        while (packet := self._packets.next()) is not None:
            if isinstance(packet, UserId):
                self._add_identity(entity, packet)
            elif isinstance(packet, Signature):
                if packet.kind == signature.KEY_REVOCATION:
                    revocations.append(packet)
                elif packet.kind == signature.DIRECT:
                    direct.append(packet)
            elif isinstance(packet, PublicKey):
                if not packet.subkey:
                    self._packets.unread(packet)
                    break
                self._add_subkey(entity, packet)
        return revocations, direct

    def _signatures(self) -> Iterator[Signature]:
        """Yield the signatures that follow."""
        while (packet := self._packets.next()) is not None:
            if not isinstance(packet, Signature):
                self._packets.unread(packet)
                return
            yield packet

    def _add_identity(self, entity: Entity, name: str) -> None:
        identity, primary = Identity(name), entity.primary
        data = name.encode("utf-8", "surrogateescape")
        signed = primary.for_hash() + b"\xb4" + len(data).to_bytes(4, "big") + data
        for one in self._signatures():
            if one.kind not in (*signature.CERTIFICATIONS, signature.CERTIFICATION_REVOCATION):
                raise StructuralError("user ID signature with wrong type")
            if not one.is_by(primary):
                continue
            try:
                self._check(primary, one, signed)
            except (InvalidSignatureError, InvalidArgumentError) as error:
                raise StructuralError(f"user ID self-signature invalid: {error}") from None
            if one.kind == signature.CERTIFICATION_REVOCATION:
                identity.revocations.append(one)
            elif identity.signature is None or _newer(one, identity.signature):
                identity.signature = one
            entity.identities[name] = identity

    def _add_subkey(self, entity: Entity, public: PublicKey) -> None:
        key = Key(public, entity, None)
        for one in self._subkey_signatures():
            if one.kind not in (signature.SUBKEY_BINDING, signature.SUBKEY_REVOCATION):
                raise StructuralError("subkey signature with wrong type")
            try:
                self._check_subkey(entity.primary, public, one)
            except OpenPGPError as error:
                raise StructuralError(f"subkey signature invalid: {error}") from None
            if one.kind == signature.SUBKEY_REVOCATION:
                key.revocations.append(one)
            elif key.signature is None or _newer(one, key.signature):
                key.signature = one
        if key.signature is None:
            raise StructuralError("subkey packet not followed by signature")
        entity.subkeys.append(key)

    def _subkey_signatures(self) -> Iterator[Signature]:
        """Yield the signatures that follow a subkey; what is broken among them breaks the subkey."""
        try:
            yield from self._signatures()
        except TooLargeError:
            raise
        except ProvenanceError as error:
            raise StructuralError(f"subkey signature invalid: {error}") from None

    def _check_subkey(self, primary: PublicKey, public: PublicKey, one: Signature) -> None:
        """Refuse a subkey that the primary key does not bind, or that does not agree to sign (5.2.1.8)."""
        signed = primary.for_hash() + public.for_hash()
        self._check(primary, one, signed)
        if not one.signs:
            return
        if one.embedded is None:
            raise StructuralError("signing subkey is missing cross-signature")
        try:
            self._check(public, one.embedded, signed)
        except (InvalidSignatureError, InvalidArgumentError) as error:
            raise StructuralError(f"error while verifying cross-signature: {error}") from None

    def _direct(self, primary: PublicKey, found: list[Signature]) -> Signature:
        """Return what a key of version 6 says of itself last (10.1.1)."""
        if not found:
            raise StructuralError("v6 entity without a valid direct-key signature")
        main: Signature | None = None
        for one in found:
            if one.is_by(primary) and (main is None or _newer(one, main)):
                main = one
        if main is None:
            raise StructuralError("no valid direct-key self-signature for v6 primary key found")
        try:
            self._check(primary, main, primary.for_hash())
        except (InvalidSignatureError, InvalidArgumentError):
            raise StructuralError("invalid direct-key self-signature for v6 primary key") from None
        return main

    def _check(self, key: PublicKey, one: Signature, signed: bytes) -> None:
        self._cost += max(1.0, (key.bits / 2048) ** 2)
        if self._cost > MAX_COST:
            raise TooLargeError("the keyring has more signatures than are checked")
        digest = one.new_hash()
        digest.update(signed)
        check(key, digest, one)


def _newer(one: Signature, other: Signature) -> bool:
    return (one.created or 0) > (other.created or 0)
