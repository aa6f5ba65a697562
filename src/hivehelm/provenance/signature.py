"""Signatures (RFC 9580, 5.2)."""

from __future__ import annotations

from hivehelm.provenance import algorithms
from hivehelm.provenance.errors import StructuralError, UnsupportedError
from hivehelm.provenance.octets import Integer, need, read_full
from hivehelm.provenance.subpackets import read_subpackets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import _Hash

    from hivehelm.provenance.octets import Source
    from hivehelm.provenance.publickey import PublicKey

# Kinds of signatures (5.2.1).
BINARY, TEXT = 0x00, 0x01
CERTIFICATIONS = (0x10, 0x11, 0x12, 0x13)
SUBKEY_BINDING, PRIMARY_KEY_BINDING, DIRECT = 0x18, 0x19, 0x1F
KEY_REVOCATION, SUBKEY_REVOCATION, CERTIFICATION_REVOCATION = 0x20, 0x28, 0x30


class Signature:
    """A signature and what it says: times in seconds since 1970, lifetimes in seconds.

    `signs`: its key may sign; it says so or not where it `has_flags`. `suffix` is what is hashed after what
    is signed; `integers` are those of the algorithm, `raw` the bytes of those that have none.
    """

    version: int
    kind: int
    algorithm: int
    hash: int
    created: int | None = None
    lifetime: int | None = None
    key_lifetime: int | None = None
    issuer: int | None = None
    issuer_fingerprint: bytes | None = None
    primary_identity = False
    has_flags = False
    signs = False
    compromised = False
    embedded: Signature | None = None
    suffix: bytes
    tag: bytes
    salt: bytes = b""
    integers: tuple[Integer, ...] = ()
    raw: bytes = b""

    def __init__(self, *, depth: int = 0) -> None:
        self.depth = depth
        self.critical_notations: list[str] = []

    def parse(self, source: Source) -> None:
        """Read the signature.

        Raises:
            UnsupportedError: it is of a kind that Helm's library does not know.
            StructuralError, TruncatedError: it is broken.
            EndOfStreamError: there is nothing where a signature of fixed size should be.
        """
        self.version = need(source, 1)[0]
        if self.version not in (4, 6):
            raise UnsupportedError(f"signature packet version {self.version}")
        width = 4 if self.version == 6 else 2
        head = need(source, 3 + width)
        self.kind, self.algorithm, self.hash = head[:3]
        if self.algorithm not in algorithms.SIGNING:
            raise UnsupportedError(f"public key algorithm {self.algorithm}")
        if self.hash not in (algorithms.SALTS if self.version == 6 else algorithms.HASHES):
            raise UnsupportedError(f"hash function {self.hash}")
        hashed = need(source, int.from_bytes(head[3:], "big"))
        self.suffix = hash_suffix(bytes((self.version,)) + head + hashed)
        read_subpackets(self, hashed, hashed=True)
        unhashed = need(source, int.from_bytes(need(source, width), "big"))
        read_subpackets(self, unhashed, hashed=False)
        self.tag = need(source, 2)
        if self.version == 6:
            self._read_salt(source)
        self._read_numbers(source)

    def _read_salt(self, source: Source) -> None:
        size = algorithms.SALTS[self.hash]
        if need(source, 1)[0] != size:
            raise StructuralError("unexpected salt size for the given hash algorithm")
        self.salt = need(source, size)

    def _read_numbers(self, source: Source) -> None:
        if size := algorithms.EDWARDS_SIGNATURES.get(self.algorithm):
            self.raw = read_full(source, size)
            return
        count = 1 if self.algorithm in algorithms.RSA_KEYS else 2
        self.integers = tuple(Integer.read(source) for _ in range(count))

    def new_hash(self) -> _Hash:
        """Return the hash that takes what is signed."""
        digest = algorithms.new_hash(self.hash)
        digest.update(self.salt)
        return digest

    def is_by(self, key: PublicKey) -> bool:
        """Tell whether a key is the one that is said to have made it."""
        if self.issuer_fingerprint is not None:
            return self.issuer_fingerprint == key.fingerprint
        return self.issuer == key.key_id

    def expired(self, now: int) -> bool:
        """Tell whether it is too old, or from the future."""
        created = self.created or 0
        return created > now or bool(self.lifetime and now > created + self.lifetime)


def hash_suffix(fields: bytes) -> bytes:
    """Return what is hashed after what is signed (5.2.4), from the signature's first fields."""
    return fields + bytes((fields[0], 0xFF)) + len(fields).to_bytes(4, "big")
