"""Public keys and subkeys (RFC 9580, 5.5.2 and 5.5.5)."""

from __future__ import annotations

from hivehelm.provenance import algorithms
from hivehelm.provenance.errors import ProvenanceError, StructuralError, UnsupportedError
from hivehelm.provenance.octets import Integer, need, read_counted, read_full

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.provenance.octets import Source

_CIPHERS = (2, 3, 7, 8, 9)
# A check on a curve takes as long as one with an RSA key of this size, on the slowest ones.
_CURVE_COST = 4096


class PointError(ProvenanceError):
    """A key's point is not on its curve."""


class PublicKey:
    """A public key: `version`, `created` (seconds since 1970), `algorithm`, and what it consists of.

    `integers` are those of RSA, DSA and ElGamal; `point` is that of other keys, on `curve` (an object
    identifier in hexadecimal, or none). `fingerprint` and `key_id` name it.
    """

    version: int
    created: int
    algorithm: int
    subkey: bool
    integers: tuple[int, ...] = ()
    curve: str = ""
    point: bytes = b""
    fingerprint: bytes
    key_id: int
    bits: int = 0
    """What a check of one of its signatures costs: that of an RSA key with so many."""

    def __init__(self, *, subkey: bool = False) -> None:
        self.subkey = subkey

    def parse(self, source: Source) -> None:
        """Read the key.

        Raises:
            UnsupportedError: it is of a kind that Helm's library does not know.
            StructuralError, TruncatedError, PointError: it is broken.
            EndOfStreamError: there is nothing where a point of fixed size should be.
        """
        head = need(source, 6)
        self.version = head[0]
        if self.version not in (4, 6):
            raise UnsupportedError(f"public key version {self.version}")
        if self.version == 6:
            need(source, 4)
        self.created = int.from_bytes(head[1:5], "big")
        self.algorithm = head[5]
        material = self._material(source)
        count = len(material).to_bytes(4, "big") if self.version == 6 else b""
        self.body = head + count + material
        self._name()

    def _material(self, source: Source) -> bytes:
        """Read what is the algorithm's own; return its bytes."""
        algorithm = self.algorithm
        if algorithm in algorithms.RSA_KEYS:
            return self._rsa(source)
        if algorithm in (algorithms.DSA, algorithms.ELGAMAL):
            return self._integers(source, 4 if algorithm == algorithms.DSA else 3)
        if algorithm in (algorithms.ECDSA, algorithms.EDDSA, algorithms.ECDH):
            return self._elliptic(source)
        if algorithm in algorithms.POINT_SIZES:
            self.point = read_full(source, algorithms.POINT_SIZES[algorithm])
            self.bits = _CURVE_COST
            return self.point
        raise UnsupportedError(f"public key type: {algorithm}")

    def _integers(self, source: Source, count: int) -> bytes:
        integers = [Integer.read(source) for _ in range(count)]
        self.integers = tuple(one.value for one in integers)
        self.bits = max(one.bits for one in integers)
        return b"".join(one.encoded for one in integers)

    def _rsa(self, source: Source) -> bytes:
        modulus, exponent = Integer.read(source), Integer.read(source)
        if len(exponent.data) > 3:
            raise UnsupportedError("large public exponent")
        self.integers = (modulus.value, exponent.value)
        self.bits = modulus.bits
        return modulus.encoded + exponent.encoded

    def _elliptic(self, source: Source) -> bytes:
        if self.version == 6 and self.algorithm == algorithms.EDDSA:
            raise StructuralError("cannot generate v6 key with deprecated algorithm: EdDSALegacy")
        name = read_counted(source)
        self.curve = name.hex()
        self.bits = _CURVE_COST
        if self.curve not in algorithms.ALL_CURVES:
            raise UnsupportedError(f"unknown oid: {self.curve}")
        if self.algorithm == algorithms.ECDH:
            return bytes((len(name),)) + name + self._ecdh(source)
        if self.algorithm == algorithms.EDDSA and self.curve not in algorithms.EDWARDS:
            raise UnsupportedError(f"unsupported oid: {self.curve}")
        point = Integer.read(source)
        if self.algorithm == algorithms.EDDSA:
            self.point = _edwards_point(self.curve, point.data)
        elif self.curve in algorithms.CURVES:
            self.point = point.data
            check_point(self.curve, point.data, "ecdsa")
        else:
            raise UnsupportedError(f"unsupported oid: {self.curve}")
        return bytes((len(name),)) + name + point.encoded

    def _ecdh(self, source: Source) -> bytes:
        """Read a key to encrypt to: it is in the way to what follows it."""
        if self.version == 6 and self.curve == algorithms.CURVE25519:
            raise StructuralError("cannot read v6 key with deprecated OID: Curve25519Legacy")
        point = Integer.read(source)
        derivation = read_counted(source)
        if self.curve in algorithms.EDWARDS:
            raise UnsupportedError(f"unsupported oid: {self.curve}")
        if len(derivation) < 3 or derivation[0] != 1:
            raise UnsupportedError("unsupported ECDH KDF")
        if derivation[1] not in algorithms.SALTS or derivation[2] not in _CIPHERS:
            raise UnsupportedError("unsupported ECDH KDF hash or cipher")
        size = {algorithms.CURVE25519: 33, algorithms.CURVE448: 57}.get(self.curve)
        if size and len(point.data) != size:
            raise PointError("ecdh: failed to parse EC point")
        return point.encoded + bytes((len(derivation),)) + derivation

    def _name(self) -> None:
        """Compute fingerprint and key ID (5.5.4)."""
        number = algorithms.SHA1 if self.version == 4 else 8
        digest = algorithms.new_hash(number)
        digest.update(self.for_hash())
        self.fingerprint = digest.digest()
        part = self.fingerprint[12:20] if self.version == 4 else self.fingerprint[:8]
        self.key_id = int.from_bytes(part, "big")

    def for_hash(self) -> bytes:
        """Return the bytes of the key that signatures over it are over (5.2.4)."""
        size = len(self.body)
        if self.version == 4:
            return b"\x99" + (size & 0xFFFF).to_bytes(2, "big") + self.body
        return b"\x9b" + size.to_bytes(4, "big") + self.body

    def expired(self, lifetime: int | None, now: int) -> bool:
        """Tell whether the key, which lives for `lifetime` seconds, is too old or of the future."""
        return self.created > now or bool(lifetime and now > self.created + lifetime)


def check_point(curve: str, point: bytes, who: str) -> None:
    """Refuse a point that is not on a curve.

    Raises:
        PointError: it is not.
    """
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        if point[:1] != b"\x04":
            raise ValueError("only points in full are taken")
        ec.EllipticCurvePublicKey.from_encoded_point(getattr(ec, algorithms.CURVES[curve])(), point)
    except ValueError:
        raise PointError(f"{who}: failed to parse EC point") from None


def _edwards_point(curve: str, point: bytes) -> bytes:
    if not point:
        raise StructuralError("empty EdDSA public key")
    if point[0] != 0x40:
        raise UnsupportedError(f"unsupported EdDSA compression: {point[0]}")
    if len(point) != algorithms.POINT_SIZES[algorithms.EDWARDS[curve]] + 1:
        raise PointError("eddsa: failed to parse EC point")
    return point[1:]
