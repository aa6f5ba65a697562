"""Signatures made with a secret key (RFC 9580, 5.2), as Helm's library makes them."""

from __future__ import annotations

from hivehelm.provenance import algorithms
from hivehelm.provenance.errors import DummyKeyError, InvalidArgumentError, MismatchedKeyError
from hivehelm.provenance.octets import Integer
from hivehelm.provenance.packets import SIGNATURE, header
from hivehelm.provenance.publickey import PointError
from hivehelm.provenance.signature import TEXT, hash_suffix
from hivehelm.provenance.verifier import hash_algorithm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.provenance.secretkey import SecretKey

_MAX_DSA = 4096
_SALT_NOTATION = b"salt@notations.openpgpjs.org"


def text_signature(key: SecretKey, text: bytes, now: int) -> bytes:
    """Return the packet of a signature over a text in its canonical form, made at `now`, with SHA-512.

    Raises:
        DummyKeyError: the secret part of the key is elsewhere.
        InvalidArgumentError: the key cannot sign this.
    """
    import secrets

    if key.dummy:
        raise DummyKeyError
    salt = secrets.token_bytes(algorithms.SALTS[algorithms.SHA512])
    hashed = _hashed_area(key, now, salt)
    width = 4 if key.version == 6 else 2
    fields = bytes((key.version, TEXT, key.algorithm, algorithms.SHA512)) + len(hashed).to_bytes(width, "big")
    digest = algorithms.new_hash(algorithms.SHA512)
    if key.version == 6:
        digest.update(salt)
    digest.update(text + hash_suffix(fields + hashed))
    value = digest.digest()
    body = fields + hashed + bytes(width) + value[:2]
    if key.version == 6:
        body += bytes((len(salt),)) + salt
    body += _sign(key, value)
    return header(SIGNATURE, len(body)) + body


def _hashed_area(key: SecretKey, now: int, salt: bytes) -> bytes:
    """Return when and by what key; older versions have no field for a salt, which is in a notation."""
    fingerprint = bytes((key.version,)) + key.fingerprint
    created = _subpacket(0x80 | 2, now.to_bytes(4, "big"))
    if key.version == 6:
        return created + _subpacket(0x80 | 33, fingerprint)
    sizes = len(_SALT_NOTATION).to_bytes(2, "big") + len(salt).to_bytes(2, "big")
    notation = _subpacket(20, bytes(4) + sizes + _SALT_NOTATION + salt)
    return created + _subpacket(16, key.key_id.to_bytes(8, "big")) + notation + _subpacket(33, fingerprint)


def _subpacket(kind: int, content: bytes) -> bytes:
    return bytes((len(content) + 1, kind)) + content


def _sign(key: SecretKey, value: bytes) -> bytes:
    """Return the bytes of what the algorithm makes of a hash."""
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

    private, prehashed = private_key(key), Prehashed(hash_algorithm(algorithms.SHA512))
    if key.algorithm in algorithms.RSA_KEYS:
        try:
            data = private.sign(value, padding.PKCS1v15(), prehashed)
        except ValueError:  # the modulus has no room for the hash
            words = "Signature: need to call Sign, SignUserId or SignKey before Serialize"
            raise InvalidArgumentError(words) from None
        return Integer.of(data).encoded
    if key.algorithm in (algorithms.DSA, algorithms.ECDSA):
        how = prehashed if key.algorithm == algorithms.DSA else ec.ECDSA(prehashed)
        pair = decode_dss_signature(private.sign(value, how))
        return b"".join(Integer.of(one.to_bytes(one.bit_length() // 8 + 1, "big")).encoded for one in pair)
    data = private.sign(value)
    if key.algorithm != algorithms.EDDSA:
        return bytes(data)
    if algorithms.EDWARDS[key.curve] == algorithms.ED25519:
        return Integer.of(data[:32]).encoded + Integer.of(data[32:]).encoded
    return Integer.of(b"\x40" + data).encoded + Integer.of(b"").encoded


def private_key(key: SecretKey) -> Any:
    """Return what signs for a key.

    Raises:
        MismatchedKeyError: the secret part is not the public one's.
        PointError: it is not even one of that size.
    """
    if key.algorithm in algorithms.RSA_KEYS:
        return _rsa(key)
    if key.algorithm == algorithms.DSA:
        return _dsa(key)
    if key.algorithm == algorithms.ECDSA:
        return _ecdsa(key)
    if key.algorithm == algorithms.EDDSA:
        return _eddsa(key)
    name = "ed25519" if key.algorithm == algorithms.ED25519 else "ed448"
    return _edwards(key.algorithm, key.secret, key.point, f"{name}: invalid {name} public key")


def _rsa(key: SecretKey) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa

    modulus, exponent = key.integers
    secret, p, q = (one.value for one in key.secret_integers)
    if p * q != modulus:
        raise MismatchedKeyError("crypto/rsa: p * q != n")
    if min(p, q) < 3 or any((secret * exponent - 1) % (prime - 1) for prime in (p, q)):
        raise MismatchedKeyError("crypto/rsa: invalid CRT exponent")
    try:
        numbers = rsa.RSAPrivateNumbers(
            p=p,
            q=q,
            d=secret,
            dmp1=rsa.rsa_crt_dmp1(secret, p),
            dmq1=rsa.rsa_crt_dmq1(secret, q),
            iqmp=rsa.rsa_crt_iqmp(p, q),
            public_numbers=rsa.RSAPublicNumbers(exponent, modulus),
        )
        # What OpenSSL would check besides, that the primes are some, takes a tenth of a second.
        return numbers.private_key(unsafe_skip_rsa_key_validation=True)
    except ValueError:
        raise MismatchedKeyError("crypto/rsa: invalid private key") from None


def _dsa(key: SecretKey) -> Any:
    from cryptography.hazmat.primitives.asymmetric import dsa

    p, q, g, y = key.integers
    secret = key.secret_integers[0].value
    if min(g, y) <= 1 or g > p:
        raise MismatchedKeyError("dsa: invalid group")
    if p <= q:
        raise MismatchedKeyError("dsa: invalid group prime")
    # Of larger ones than are in use the power is not computed.
    if q.bit_length() < 150 or (p - 1) % q or (p.bit_length() <= _MAX_DSA and pow(g, q, p) != 1):
        raise MismatchedKeyError("dsa: invalid order")
    public = dsa.DSAPublicNumbers(y, dsa.DSAParameterNumbers(p, q, g))
    try:
        return dsa.DSAPrivateNumbers(secret, public).private_key()
    except ValueError:
        raise MismatchedKeyError("dsa: mismatching values") from None


def _ecdsa(key: SecretKey) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    kind = algorithms.CURVES[key.curve]
    try:
        private = ec.derive_private_key(key.secret_integers[0].value, getattr(ec, kind)())
    except (ValueError, OverflowError):
        private = None
    point = private and private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    if point != key.point:
        raise MismatchedKeyError(f"ecc ({algorithms.CURVE_NAMES[kind]}): invalid point")
    return private


def _eddsa(key: SecretKey) -> Any:
    kind, secret = algorithms.EDWARDS[key.curve], key.secret_integers[0].data
    size = algorithms.POINT_SIZES[kind]
    if kind == algorithms.ED25519:
        if len(secret) > size:
            raise PointError("eddsa: failed to parse scalar")
        return _edwards(kind, secret.rjust(size, b"\0"), key.point, "ecc: invalid ed25519 secret")
    if len(secret) != size + 1:
        raise PointError("eddsa: failed to parse scalar")
    return _edwards(kind, secret[1:], key.point, "ecc: invalid ed448 secret")


def _edwards(kind: int, secret: bytes, point: bytes, words: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    of = Ed25519PrivateKey if kind == algorithms.ED25519 else Ed448PrivateKey
    private = of.from_private_bytes(secret)
    if private.public_key().public_bytes_raw() != point:
        raise MismatchedKeyError(words)
    return private
