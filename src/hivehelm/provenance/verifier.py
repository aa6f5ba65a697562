"""Whether a key made a signature over a hash (RFC 9580, 5.2.3 and 5.2.4)."""

from __future__ import annotations

from hivehelm.provenance import algorithms
from hivehelm.provenance.errors import InvalidArgumentError, InvalidSignatureError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash

    from cryptography.hazmat.primitives.hashes import HashAlgorithm

    from hivehelm.provenance.publickey import PublicKey
    from hivehelm.provenance.signature import Signature

_ENCRYPTING = (algorithms.RSA_ENCRYPT, algorithms.ELGAMAL, algorithms.ECDH)


def check(key: PublicKey, digest: _Hash, signature: Signature) -> None:
    """Refuse a signature that a key did not make over what a hash was given.

    The hash is given the signature's own fields as well, as Helm's library does: of several keys of one ID
    only the first can have made it.

    Raises:
        InvalidSignatureError: the key did not make it.
        InvalidArgumentError: the key cannot make such signatures.
    """
    if key.algorithm in _ENCRYPTING:
        raise InvalidArgumentError("public key cannot generate signatures")
    digest.update(signature.suffix)
    value = digest.digest()
    if signature.version == 6 and value[:2] != signature.tag:
        raise InvalidSignatureError("hash tag doesn't match")
    if key.algorithm != signature.algorithm:
        raise InvalidArgumentError("public key and signature use different algorithms")
    name, verify = _CHECKS[key.algorithm]
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        verify(key, value, signature)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, OverflowError):
        raise InvalidSignatureError(f"{name} verification failure") from None


def hash_algorithm(number: int) -> HashAlgorithm:
    """Return what `cryptography` calls a hash."""
    from cryptography.hazmat.primitives import hashes

    kinds: dict[int, HashAlgorithm] = {
        2: hashes.SHA1(),  # noqa: S303 - what old signatures were made with
        8: hashes.SHA256(),
        9: hashes.SHA384(),
        10: hashes.SHA512(),
        11: hashes.SHA224(),
        12: hashes.SHA3_256(),
        14: hashes.SHA3_512(),
    }
    return kinds[number]


def _rsa(key: PublicKey, value: bytes, signature: Signature) -> None:
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    modulus, exponent = key.integers
    # Leading zeros are not written, and need not be left out.
    data = signature.integers[0].data.rjust((modulus.bit_length() + 7) // 8, b"\0")
    public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    public.verify(data, value, padding.PKCS1v15(), Prehashed(hash_algorithm(signature.hash)))


def _dsa(key: PublicKey, value: bytes, signature: Signature) -> None:
    from cryptography.hazmat.primitives.asymmetric import dsa
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

    p, q, g, y = key.integers
    public = dsa.DSAPublicNumbers(y, dsa.DSAParameterNumbers(p, q, g)).public_key()
    first, second = signature.integers
    numbers = encode_dss_signature(first.value, second.value)
    public.verify(numbers, value, Prehashed(hash_algorithm(signature.hash)))


def _ecdsa(key: PublicKey, value: bytes, signature: Signature) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

    curve = getattr(ec, algorithms.CURVES[key.curve])()
    public = ec.EllipticCurvePublicKey.from_encoded_point(curve, key.point)
    first, second = signature.integers
    numbers = encode_dss_signature(first.value, second.value)
    public.verify(numbers, value, ec.ECDSA(Prehashed(hash_algorithm(signature.hash))))


def _eddsa(key: PublicKey, value: bytes, signature: Signature) -> None:
    first, second = (one.data for one in signature.integers)
    if algorithms.EDWARDS[key.curve] == algorithms.ED25519:
        if len(first) > 32 or len(second) > 32:
            raise ValueError("a number is too large")
        _ed25519_raw(key.point, value, first.rjust(32, b"\0") + second.rjust(32, b"\0"))
        return
    if len(first) != 115:
        raise ValueError("the signature has another size")
    _ed448_raw(key.point, value, first[1:])


def _ed25519(key: PublicKey, value: bytes, signature: Signature) -> None:
    _ed25519_raw(key.point, value, signature.raw)


def _ed448(key: PublicKey, value: bytes, signature: Signature) -> None:
    _ed448_raw(key.point, value, signature.raw)


def _ed25519_raw(point: bytes, value: bytes, data: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(point).verify(data, value)


def _ed448_raw(point: bytes, value: bytes, data: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey

    Ed448PublicKey.from_public_bytes(point).verify(data, value)


_CHECKS: dict[int, tuple[str, Callable[[PublicKey, bytes, Signature], None]]] = {
    algorithms.RSA: ("RSA", _rsa),
    algorithms.RSA_SIGN: ("RSA", _rsa),
    algorithms.DSA: ("DSA", _dsa),
    algorithms.ECDSA: ("ECDSA", _ecdsa),
    algorithms.EDDSA: ("EdDSA", _eddsa),
    algorithms.ED25519: ("Ed25519", _ed25519),
    algorithms.ED448: ("ed448", _ed448),
}
