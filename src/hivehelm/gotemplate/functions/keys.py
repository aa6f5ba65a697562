"""Sprig's private keys, in PEM."""

from __future__ import annotations

from hivehelm.golang.der import from_pem
from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_SUFFIX = " PRIVATE KEY"

# Digests of RSA keys that were made here: looking whether they are sound takes as long as to make them.
_SOUND: dict[bytes, None] = {}
_MOST = 256


@go("string")
def gen_private_key(kind: str) -> str:
    """`genPrivateKey`: a new key: `rsa` (4096 bits, also for ""), `dsa`, `ecdsa` (P-256) or `ed25519`."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519

    if kind in ("", "rsa"):
        return private_pem(new_rsa(4096))
    if kind == "dsa":
        return private_pem(dsa.generate_private_key(2048))
    if kind == "ecdsa":
        return private_pem(ec.generate_private_key(ec.SECP256R1()))
    if kind == "ed25519":
        return private_pem(ed25519.Ed25519PrivateKey.generate())
    return f"Unknown type {kind}"


def new_rsa(size: int) -> PrivateKeyTypes:
    """Return a new RSA key of `size` bits."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, size)
    if len(_SOUND) >= _MOST:
        _SOUND.clear()
    block = from_pem(private_pem(key))
    if block is not None:
        _SOUND[_digest(block[1])] = None
    return key


def _digest(data: bytes) -> bytes:
    from _blake2 import blake2b

    return blake2b(data, digest_size=32).digest()


def private_pem(key: PrivateKeyTypes) -> str:
    """Return a key in the format of its kind: PKCS #1, SEC 1, OpenSSL's for DSA, PKCS #8 for the others."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    own = isinstance(key, (rsa.RSAPrivateKey, dsa.DSAPrivateKey, ec.EllipticCurvePrivateKey))
    form = PrivateFormat.TraditionalOpenSSL if own else PrivateFormat.PKCS8
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def parse_private(pem: str) -> PrivateKeyTypes:
    """Return the key in a PEM text.

    Raises:
        FunctionError: there is none. What is wrong inside a block is told in our words, not encoding/asn1's.
    """
    block = from_pem(pem)
    if block is None:
        raise FunctionError("no PEM data in input")
    kind, data = block
    if kind == "PRIVATE KEY":
        return _load(data, "decoding PEM as PKCS#8")
    if not kind.endswith(_SUFFIX):
        raise FunctionError(f"no private key data in PEM block of type {kind}")
    name = kind.removesuffix(_SUFFIX)
    if name not in ("RSA", "EC", "DSA"):
        raise FunctionError(f"invalid private key type {kind}")
    return _load(data, f"parsing {name} private key from PEM")


def _load(data: bytes, doing: str) -> PrivateKeyTypes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        return load_der_private_key(data, None, unsafe_skip_rsa_key_validation=_digest(data) in _SOUND)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise FunctionError(f"{doing}: asn1: structure error: not a private key") from None
