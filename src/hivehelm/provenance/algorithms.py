"""The numbers that OpenPGP gives to algorithms (RFC 9580, 9), as far as Helm's library knows them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import _Hash

# Public keys (9.1).
RSA, RSA_ENCRYPT, RSA_SIGN, ELGAMAL, DSA, ECDH, ECDSA, EDDSA = 1, 2, 3, 16, 17, 18, 19, 22
X25519, X448, ED25519, ED448 = 25, 26, 27, 28
RSA_KEYS = (RSA, RSA_ENCRYPT, RSA_SIGN)
SIGNING = frozenset((RSA, RSA_SIGN, DSA, ECDSA, EDDSA, ED25519, ED448))

# The bytes of keys and signatures that have a fixed size (5.5.5.7 to 5.5.5.10, 5.2.3.3 and 5.2.3.4).
POINT_SIZES = {X25519: 32, X448: 56, ED25519: 32, ED448: 57}
EDWARDS_SIGNATURES = {ED25519: 64, ED448: 114}

# Hashes (9.5): the names that hashlib has for them. SHA-1 is taken in signatures of version 4 only.
SHA1, SHA512 = 2, 10
HASHES = {
    SHA1: "sha1",
    8: "sha256",
    9: "sha384",
    SHA512: "sha512",
    11: "sha224",
    12: "sha3_256",
    14: "sha3_512",
}
# The bytes of salt that signatures of version 6 have (9.5).
SALTS = {8: 16, 9: 24, 10: 32, 11: 16, 12: 16, 14: 32}

# Curves (9.2) by their object identifiers in hexadecimal, and what `cryptography` calls them.
CURVES = {
    "2a8648ce3d030107": "SECP256R1",
    "2b81040022": "SECP384R1",
    "2b81040023": "SECP521R1",
    "2b8104000a": "SECP256K1",
    "2b2403030208010107": "BrainpoolP256R1",
    "2b240303020801010b": "BrainpoolP384R1",
    "2b240303020801010d": "BrainpoolP512R1",
}
CURVE_NAMES = {
    "SECP256R1": "P-256",
    "SECP384R1": "P-384",
    "SECP521R1": "P-521",
    "SECP256K1": "secp256k1",
    "BrainpoolP256R1": "brainpoolP256r1",
    "BrainpoolP384R1": "brainpoolP384r1",
    "BrainpoolP512R1": "brainpoolP512r1",
}
CURVE25519, CURVE448 = "2b060104019755010501", "2b656f"
EDWARDS = {"2b06010401da470f01": ED25519, "2b6571": ED448}
ALL_CURVES = frozenset((*CURVES, CURVE25519, CURVE448, *EDWARDS))


def new_hash(number: int) -> _Hash:
    """Return a hash to write to, by OpenPGP's number for it."""
    import hashlib

    return hashlib.new(HASHES[number], usedforsecurity=False)
