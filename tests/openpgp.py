"""Keys and signatures of OpenPGP as tests want them, broken ones too: from RFC 9580, apart from our reader.

A `Key` is one pair; `certificate` puts names, subkeys and signatures around it.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESOCB3
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import CAST5, TripleDES
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:
    from cryptography.hazmat.primitives.ciphers.modes import CFB

CREATED = 1_600_000_000
HASHES = {
    1: "md5",
    2: "sha1",
    8: "sha256",
    9: "sha384",
    10: "sha512",
    11: "sha224",
    12: "sha3_256",
    14: "sha3_512",
}
ALGORITHMS = {
    "rsa": 1,
    "rsa4096": 1,
    "rsa1024": 1,
    "rsa-sign": 3,
    "dsa": 17,
    "p256": 19,
    "p384": 19,
    "p521": 19,
    "k256": 19,
    "brainpool": 19,
    "eddsa": 22,
    "eddsa448": 22,
    "x25519": 25,
    "ed25519": 27,
    "ed448": 28,
}
CURVES: dict[str, tuple[str, Any]] = {
    "p256": ("2a8648ce3d030107", ec.SECP256R1),
    "p384": ("2b81040022", ec.SECP384R1),
    "p521": ("2b81040023", ec.SECP521R1),
    "k256": ("2b8104000a", ec.SECP256K1),
    "brainpool": ("2b2403030208010107", ec.BrainpoolP256R1),
}


#: The keys that were made, by their fingerprints.
FINGERPRINTS: dict[str, str] = {}


def packet(tag: int, body: bytes) -> bytes:
    return bytes((0xC0 | tag, 0xFF)) + len(body).to_bytes(4, "big") + body


def integer(value: int | bytes) -> bytes:
    number = value if isinstance(value, int) else int.from_bytes(value, "big")
    return number.bit_length().to_bytes(2, "big") + number.to_bytes((number.bit_length() + 7) // 8, "big")


def subpacket(kind: int, content: bytes, *, critical: bool = False) -> bytes:
    size = len(content) + 1
    length = bytes((size,)) if size < 192 else b"\xff" + size.to_bytes(4, "big")
    return length + bytes((kind | (0x80 if critical else 0),)) + content


def number(value: int) -> bytes:
    return value.to_bytes(4, "big")


def notation(name: bytes, *, critical: bool) -> bytes:
    return subpacket(20, bytes(4) + len(name).to_bytes(2, "big") + b"\0\1" + name + b"x", critical=critical)


@functools.cache
def pair(kind: str, which: int = 0) -> Any:
    """Return a private key of a kind; `which` tells several apart.

    Those of Edwards curves are the same each time, and so are their signatures; others are made once in a
    process.
    """
    if kind.startswith("rsa"):
        size = int(kind[3:]) if kind[3:].isdigit() else 2048
        return rsa.generate_private_key(65537, size)
    if kind == "dsa":
        return dsa.generate_private_key(1024)  # noqa: S505 - larger ones take seconds to make
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind][1]())
    seed = hashlib.shake_256(f"{kind} {which}".encode()).digest(57)
    if kind == "x25519":
        return x25519.X25519PrivateKey.from_private_bytes(seed[:32])
    if "448" in kind:
        return ed448.Ed448PrivateKey.from_private_bytes(seed)
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])


class Key:
    """A pair of keys of a kind, with the time it was made; `which` tells several of one kind apart."""

    def __init__(self, kind: str, which: int = 0, *, created: int = CREATED, version: int = 4) -> None:
        self.kind = kind
        self.private = pair(kind, which)
        self.algorithm = ALGORITHMS[kind]
        self.created = created
        self.version = version
        material = self._material()
        count = number(len(material)) if version == 6 else b""
        self.body = bytes((version,)) + number(created) + bytes((self.algorithm,)) + count + material
        size = len(self.body).to_bytes(2 if version == 4 else 4, "big")
        self.hashed = (b"\x99" if version == 4 else b"\x9b") + size + self.body
        name = "sha1" if version == 4 else "sha256"
        self.fingerprint = hashlib.new(name, self.hashed).digest()
        self.key_id = self.fingerprint[-8:] if version == 4 else self.fingerprint[:8]
        FINGERPRINTS[self.fingerprint.hex().upper()] = f"{kind} {which}"

    def _material(self) -> bytes:
        public = self.private.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            return integer(numbers.n) + integer(numbers.e)
        if isinstance(public, dsa.DSAPublicKey):
            of = public.public_numbers()
            group = of.parameter_numbers
            return b"".join(integer(one) for one in (group.p, group.q, group.g, of.y))
        if isinstance(public, ec.EllipticCurvePublicKey):
            oid = bytes.fromhex(CURVES[self.kind][0])
            point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            return bytes((len(oid),)) + oid + integer(point)
        raw: bytes = public.public_bytes_raw()
        if self.algorithm == 22:
            oid = bytes.fromhex("2b6571" if "448" in self.kind else "2b06010401da470f01")
            return bytes((len(oid),)) + oid + integer(b"\x40" + raw)
        return raw

    def _secrets(self) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            numbers = self.private.private_numbers()
            p, q = sorted((numbers.p, numbers.q))
            return b"".join(integer(one) for one in (numbers.d, p, q, pow(p, -1, q)))
        if isinstance(self.private, dsa.DSAPrivateKey):
            return integer(self.private.private_numbers().x)
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return integer(self.private.private_numbers().private_value)
        raw: bytes = self.private.private_bytes_raw()
        if self.algorithm == 22:
            return integer(b"\x40" + raw) if "448" in self.kind else integer(raw)
        return raw

    def public(self, *, subkey: bool = False) -> bytes:
        return packet(14 if subkey else 6, self.body)

    def secret(
        self,
        passphrase: bytes | None = None,
        *,
        subkey: bool = False,
        usage: int = 254,
        cipher: int = 9,
        mode: int = 3,
        aead: int = 2,
        hashed_with: int = 8,
        count: int = 0x60,
        argon: bytes = b"\1\1\4",
        data: bytes | None = None,
    ) -> bytes:
        """Return the packet of the secret key, locked with a passphrase if there is one."""
        tag = 7 if subkey else 5
        data = self._secrets() if data is None else data
        checksum = (sum(data) & 0xFFFF).to_bytes(2, "big")
        if passphrase is None:
            return packet(tag, self.body + b"\0" + data + (checksum if self.version == 4 else b""))
        salt = secrets.token_bytes(16 if mode == 4 else 8)
        size = {2: 24, 3: 16, 7: 16, 8: 24, 9: 32}[cipher]
        if mode == 4:
            derivation = b"\4" + salt + argon
            key = Argon2id(
                salt=salt, length=size, iterations=argon[0], lanes=argon[1], memory_cost=1 << argon[2]
            ).derive(passphrase)
        else:
            derivation = (
                bytes((mode, hashed_with)) + (salt if mode else b"") + (bytes((count,)) if mode == 3 else b"")
            )
            key = _derive(
                mode, salt, passphrase, hashed_with, (16 + (count & 15)) << ((count >> 4) + 6), size
            )
        if usage == 253:
            parameters = bytes((cipher, aead))
            nonce = secrets.token_bytes({1: 16, 2: 15, 3: 12}[aead])
            about = bytes((0xC0 | tag, self.version)) + parameters
            key = HKDF(hashes.SHA256(), size, b"", about).derive(key)
            sealed = _seal(aead, key, nonce, data, bytes((0xC0 | tag,)) + self.body)
        else:
            parameters = bytes((cipher,))
            nonce = secrets.token_bytes(8 if cipher < 4 else 16)
            algorithm = AES(key) if cipher > 3 else (TripleDES if cipher == 2 else CAST5)(key)
            encryptor = Cipher(algorithm, CFB(nonce)).encryptor()
            check = checksum if usage == 255 else hashlib.sha1(data).digest()  # noqa: S324 - the format's
            sealed = encryptor.update(data + check)
        if self.version == 6:
            parameters += bytes((len(derivation),))
        parameters += derivation + nonce
        counted = bytes((len(parameters),)) if self.version == 6 else b""
        return packet(tag, self.body + bytes((usage,)) + counted + parameters + sealed)

    def dummy(self, *, how: int = 1) -> bytes:
        """Return the stub that GnuPG leaves of a secret key which is elsewhere."""
        return packet(5, self.body + b"\xff\0\x65\0GNU" + bytes((how,)))

    def signature(
        self,
        kind: int,
        signed: bytes,
        extra: bytes = b"",
        *,
        created: int | None = CREATED,
        hash_id: int = 10,
        unhashed: bytes = b"",
        issuer: bytes | None = None,
        algorithm: int = 0,
        version: int = 0,
        mistake: bool = False,
    ) -> bytes:
        """Return the body of a signature; `mistake` makes one over something else."""
        version = version or self.version
        area = b"" if created is None else subpacket(2, number(created), critical=True)
        if issuer is None:
            area += subpacket(33, bytes((self.version,)) + self.fingerprint)
            area += subpacket(16, self.key_id) if version == 4 else b""
        else:
            area += issuer
        area += extra
        width = 2 if version < 6 else 4
        head = (
            bytes((version, kind, algorithm or self.algorithm, hash_id))
            + len(area).to_bytes(width, "big")
            + area
        )
        trailer = head + bytes((version, 0xFF)) + number(len(head))
        salt = bytes(16 if hash_id == 8 else 32) if version == 6 else b""
        digest = hashlib.new(HASHES[hash_id], salt + signed + trailer + (b"!" if mistake else b"")).digest()
        body = head + len(unhashed).to_bytes(width, "big") + unhashed + digest[:2]
        if version == 6:
            body += bytes((len(salt),)) + salt
        return body + self.sign(digest, hash_id)

    def sign(self, digest: bytes, hash_id: int) -> bytes:
        """Return what the algorithm makes of a hash, as packets have it."""
        kinds: dict[int, Any] = {
            1: hashes.MD5,
            2: hashes.SHA1,
            8: hashes.SHA256,
            9: hashes.SHA384,
            10: hashes.SHA512,
            11: hashes.SHA224,
            12: hashes.SHA3_256,
            14: hashes.SHA3_512,
        }
        how = Prehashed(kinds[hash_id]())
        if isinstance(self.private, rsa.RSAPrivateKey):
            return integer(self.private.sign(digest, padding.PKCS1v15(), how))
        if isinstance(self.private, dsa.DSAPrivateKey):
            return b"".join(integer(one) for one in decode_dss_signature(self.private.sign(digest, how)))
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            made = self.private.sign(digest, ec.ECDSA(how))
            return b"".join(integer(one) for one in decode_dss_signature(made))
        raw: bytes = self.private.sign(digest)
        if self.algorithm != 22:
            return raw
        if "448" in self.kind:
            return integer(b"\x40" + raw) + integer(0)
        return integer(raw[:32]) + integer(raw[32:])


def _derive(mode: int, salt: bytes, passphrase: bytes, hash_id: int, count: int, size: int) -> bytes:
    text = (salt if mode else b"") + passphrase
    if mode == 3:
        text = (text * (count // len(text) + 1))[: max(count, len(text))]
    key = b""
    zeros = 0
    while len(key) < size:
        key += hashlib.new(HASHES[hash_id], bytes(zeros) + text).digest()
        zeros += 1
    return key[:size]


def _seal(mode: int, key: bytes, nonce: bytes, data: bytes, about: bytes) -> bytes:
    if mode == 1:
        from cryptography.hazmat.primitives.ciphers.modes import CTR
        from cryptography.hazmat.primitives.cmac import CMAC

        def mac(which: int, text: bytes) -> bytes:
            context = CMAC(AES(key))
            context.update(bytes(15) + bytes((which,)) + text)
            return context.finalize()

        start = mac(0, nonce)
        sealed = Cipher(AES(key), CTR(start)).encryptor().update(data)
        tag = bytes(a ^ b ^ c for a, b, c in zip(start, mac(1, about), mac(2, sealed), strict=True))
        return sealed + tag
    return (AESOCB3(key) if mode == 2 else AESGCM(key)).encrypt(nonce, data, about)


def claim(
    key: Key, name: bytes, extra: bytes = b"", *, flags: int | None = 3, kind: int = 0x13, **how: Any
) -> bytes:
    """Return the packets of a name and of the key's own signature over it."""
    signed = key.hashed + b"\xb4" + number(len(name)) + name
    if flags is not None:
        extra = subpacket(27, bytes((flags,))) + extra
    return packet(13, name) + packet(2, key.signature(kind, signed, extra, **how))


def bind(
    key: Key,
    sub: Key,
    extra: bytes = b"",
    *,
    flags: int = 2,
    cross: bool = True,
    kind: int = 0x18,
    **how: Any,
) -> bytes:
    """Return the packet of the signature that binds a subkey; `cross` with that of the subkey in it."""
    signed = key.hashed + sub.hashed
    if kind == 0x18:
        extra = subpacket(27, bytes((flags,))) + extra
    if cross and flags & 2 and kind == 0x18:
        extra += subpacket(32, sub.signature(0x19, signed))
    return packet(2, key.signature(kind, signed, extra, **how))


def certificate(
    key: Key, *names: str, after: bytes = b"", before: bytes = b"", secret: bool = False, **how: Any
) -> bytes:
    """Return a key with names that it claims; `before` follows the key, `after` the names."""
    first = key.secret() if secret else key.public()
    if key.version == 6:
        before = packet(2, key.signature(0x1F, key.hashed, subpacket(27, b"\3"))) + before
    return first + before + b"".join(claim(key, name.encode(), **how) for name in names) + after


def armored(data: bytes, kind: str = "PGP PUBLIC KEY BLOCK", headers: str = "") -> bytes:
    letters = base64.b64encode(data).decode()
    lines = "\n".join(letters[start : start + 64] for start in range(0, len(letters), 64))
    return f"-----BEGIN {kind}-----\n{headers}\n{lines}\n-----END {kind}-----\n".encode()


def keybox(*keys: bytes, flags: int = 0) -> bytes:
    """Return GnuPG's keybox of keys: its first blob, and one for each."""
    data = b"\0\0\0\x20\1\1\0\2KBXf" + bytes(20)
    for key in keys:
        blob = b"\2\1" + flags.to_bytes(2, "big") + number(24) + number(len(key)) + bytes(8) + key + bytes(20)
        data += number(len(blob) + 4) + blob
    return data


def clear_signed(text: str, signature: bytes, *, hash_name: str = "SHA512") -> bytes:
    """Return a text with the packets of signatures below."""
    below = armored(signature, "PGP SIGNATURE").decode()
    return f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: {hash_name}\n\n{text}\n{below}".encode()


def canonical(text: str) -> bytes:
    return b"\r\n".join(line.rstrip(b" \t\r") for line in text.encode().split(b"\n"))
