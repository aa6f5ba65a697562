"""Sprig's encryption: AES-256-CBC, keyed with the password's first 32 bytes, in base64."""

from __future__ import annotations

from hivehelm.golang.utf8 import decode, encode
from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK = 16


def _cipher(password: str, vector: bytes) -> Cipher[CBC]:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    return Cipher(AES(encode(password)[:32].ljust(32, b"\0")), CBC(vector))


@go("string, string")
def encrypt_aes(password: str, text: str) -> str:
    """`encryptAES`: a random vector and the encrypted text; nothing of nothing."""
    from base64 import b64encode
    from os import urandom

    if not text:
        return ""
    data = encode(text)
    padding = _BLOCK - len(data) % _BLOCK
    vector = urandom(_BLOCK)
    encryptor = _cipher(password, vector).encryptor()
    sealed = encryptor.update(data + bytes((padding,)) * padding) + encryptor.finalize()
    return b64encode(vector + sealed).decode()


@go("string, string")
def decrypt_aes(password: str, encrypted: str) -> str:
    """`decryptAES`: what `encryptAES` encrypted; the padding is not checked."""
    from hivehelm.golang.base64 import CorruptInputError, decode64

    if not encrypted:
        return ""
    try:
        data = decode64(encode(encrypted))
    except CorruptInputError as error:
        raise FunctionError(str(error)) from None
    if len(data) < _BLOCK:
        capacity = len(encode(encrypted)) // 4 * 3
        raise FunctionError(f"runtime error: slice bounds out of range [:{_BLOCK}] with capacity {capacity}")
    vector, sealed = data[:_BLOCK], data[_BLOCK:]
    if len(sealed) % _BLOCK:
        raise FunctionError("crypto/cipher: input not full blocks")
    if not sealed:
        raise FunctionError("runtime error: index out of range [-1]")
    decryptor = _cipher(password, vector).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    size = len(plain) - plain[-1]
    if size < 0:
        raise FunctionError(f"runtime error: slice bounds out of range [:{size}]")
    return decode(plain[:size])
