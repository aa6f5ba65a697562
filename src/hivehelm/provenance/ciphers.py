"""The ciphers that secret keys are kept under (RFC 9580, 5.5.3, 9.3 and 9.6)."""

from __future__ import annotations

from hivehelm.provenance.errors import ProvenanceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm

_TRIPLE_DES, _CAST5 = 2, 3
# AES with keys of three sizes, in bytes.
_AES = {7: 16, 8: 24, 9: 32}
KEY_SIZES = {_TRIPLE_DES: 24, _CAST5: 16, **_AES}
BLOCK_SIZES = {_TRIPLE_DES: 8, _CAST5: 8, **dict.fromkeys(_AES, 16)}

_EAX, _OCB, _GCM = 1, 2, 3
NONCE_SIZES = {_EAX: 16, _OCB: 15, _GCM: 12}
_TAG = 16


class SealError(ProvenanceError):
    """What was encrypted and authenticated does not come out of its cipher: the passphrase is another."""

    def __init__(self, words: str) -> None:
        super().__init__(words)


def decrypt(cipher: int, key: bytes, nonce: bytes, data: bytes) -> bytes:
    """Return what was encrypted in CFB."""
    from cryptography.hazmat.primitives.ciphers import Cipher

    try:
        from cryptography.hazmat.decrepit.ciphers.modes import CFB
    except ImportError:  # older releases have it among the others
        from cryptography.hazmat.primitives.ciphers.modes import CFB
    context = Cipher(_block(cipher, key), CFB(nonce)).decryptor()
    return context.update(data) + context.finalize()


def _block(cipher: int, key: bytes) -> BlockCipherAlgorithm:
    if cipher in _AES:
        from cryptography.hazmat.primitives.ciphers.algorithms import AES

        return AES(key)
    from cryptography.hazmat.decrepit.ciphers.algorithms import CAST5, TripleDES

    return TripleDES(key) if cipher == _TRIPLE_DES else CAST5(key)


def expand(key: bytes, about: bytes, size: int) -> bytes:
    """Return the key for authenticated encryption that a derived one gives (3.7.2.1)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), size, b"", about).derive(key)


def unseal(mode: int, key: bytes, nonce: bytes, data: bytes, associated: bytes) -> bytes:
    """Return what was encrypted and authenticated.

    Raises:
        SealError: the key is another, or the data changed.
    """
    from cryptography.exceptions import InvalidTag

    try:
        if mode == _EAX:
            return _eax(key, nonce, data, associated)
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESOCB3

        return (AESOCB3(key) if mode == _OCB else AESGCM(key)).decrypt(nonce, data, associated)
    except (InvalidTag, ValueError):
        words = {_EAX: "crypto/eax: Tag authentication failed", _OCB: "crypto/ocb: Tag authentication failed"}
        raise SealError(words.get(mode, "cipher: message authentication failed")) from None


def _eax(key: bytes, nonce: bytes, data: bytes, associated: bytes) -> bytes:
    """Return what was encrypted in EAX, which is counter mode between three CMACs."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CTR
    from cryptography.hazmat.primitives.cmac import CMAC
    from cryptography.hazmat.primitives.constant_time import bytes_eq

    def mac(number: int, text: bytes) -> bytes:
        context = CMAC(AES(key))
        context.update(bytes(15) + bytes((number,)) + text)
        return context.finalize()

    text, tag = data[:-_TAG], data[-_TAG:]
    start = mac(0, nonce)
    expected = bytes(a ^ b ^ c for a, b, c in zip(start, mac(1, associated), mac(2, text), strict=True))
    if not bytes_eq(expected, tag):
        raise InvalidTag
    context = Cipher(AES(key), CTR(start)).decryptor()
    return context.update(text) + context.finalize()
