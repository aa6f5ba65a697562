"""Secret keys and how they are unlocked (RFC 9580, 5.5.3 and 3.7.2)."""

from __future__ import annotations

from hivehelm.provenance import algorithms, s2k
from hivehelm.provenance.errors import (
    DummyKeyError,
    InvalidArgumentError,
    MismatchedKeyError,
    StructuralError,
    UnsupportedError,
)
from hivehelm.provenance.octets import Integer, Octets, need, read_all
from hivehelm.provenance.publickey import PublicKey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.provenance.octets import Source

_PLAIN, _AEAD, _SHA1, _CHECKSUM = 0, 253, 254, 255


class SecretKey(PublicKey):
    """A key with its secret part, which may be `encrypted`, or elsewhere (`dummy`).

    `secret_integers`, or `secret` where they have a fixed size, are what is secret once it is known.
    """

    encrypted = False
    dummy = False
    secret_integers: tuple[Integer, ...] = ()
    secret: bytes = b""
    _usage: int
    _cipher: int = 0
    _aead: int = 0
    _derivation: s2k.Derivation
    _nonce: bytes
    _sealed: bytes

    def parse(self, source: Source) -> None:
        """Read the key; what is not encrypted is known then.

        Raises:
            UnsupportedError: it is of a kind that Helm's library does not know.
            StructuralError, TruncatedError, MismatchedKeyError: it is broken.
            EndOfStreamError: it ends where more could follow.
        """
        super().parse(source)
        self._usage = need(source, 1)[0]
        if self._usage == _PLAIN:
            self._parse_plain(read_all(source))
        elif self._usage in (_SHA1, _CHECKSUM, _AEAD):
            self._parse_encrypted(source)
        else:
            raise UnsupportedError("deprecated s2k function in private key")

    def _parse_plain(self, data: bytes) -> None:
        if len(data) < 2:
            raise StructuralError("truncated private key data")
        if self.version == 4:
            data = _without_checksum(data)
        self._take(data)

    def _parse_encrypted(self, source: Source) -> None:
        from hivehelm.provenance.ciphers import BLOCK_SIZES, NONCE_SIZES

        if self.version == 6:
            need(source, 1)
            if self._usage == _CHECKSUM:
                raise StructuralError(f"wrong s2k identifier for version {self.version}")
        self._cipher = need(source, 1)[0]
        if self._cipher and self._cipher not in BLOCK_SIZES:
            raise UnsupportedError("unsupported cipher function in private key")
        if self._usage == _AEAD:
            self._aead = need(source, 1)[0]
            if self._aead not in NONCE_SIZES:
                raise UnsupportedError("unsupported aead mode in private key")
        if self.version == 6:
            need(source, 1)
        self._derivation = s2k.Derivation.read(source)
        if self._derivation.mode == s2k.GNU:
            self.dummy = True
            return
        self._check_derivation()
        size = NONCE_SIZES[self._aead] if self._usage == _AEAD else BLOCK_SIZES.get(self._cipher, 0)
        if not size:
            raise UnsupportedError(f"unsupported cipher in private key: {self._cipher}")
        self.encrypted = True
        self._nonce = need(source, size)
        self._sealed = read_all(source)

    def _check_derivation(self) -> None:
        if self._derivation.mode == s2k.ARGON2 and self._usage != _AEAD:
            raise StructuralError("using Argon2 S2K without AEAD is not allowed")
        if self._derivation.mode == s2k.SIMPLE and self.version == 6:
            raise StructuralError("using Simple S2K with version 6 keys is not allowed")

    def unlock(self, passphrase: bytes) -> None:
        """Decrypt the secret part.

        Raises:
            DummyKeyError: it is not here.
            StructuralError: the passphrase is another.
            SealError: the same, of an authenticated cipher.
            UnsupportedError: it is encrypted with nothing.
            MismatchedKeyError: it is not the public key's.
        """
        from hivehelm.provenance import ciphers

        if self.dummy:
            raise DummyKeyError
        if not self.encrypted:
            return
        if self._cipher not in ciphers.KEY_SIZES:
            raise UnsupportedError(f"unsupported cipher in private key: {self._cipher}")
        key = self._derivation.key(passphrase, ciphers.KEY_SIZES[self._cipher])
        if self._usage == _AEAD:
            packet = 0xC7 if self.subkey else 0xC5
            about = bytes((packet, self.version, self._cipher, self._aead))
            key = ciphers.expand(key, about, ciphers.KEY_SIZES[self._cipher])
            associated = bytes((packet,)) + self.body
            data = ciphers.unseal(self._aead, key, self._nonce, self._sealed, associated)
        else:
            data = self._checked(ciphers.decrypt(self._cipher, key, self._nonce, self._sealed))
        try:
            self._take(data)
        except MismatchedKeyError:
            raise MismatchedKeyError("invalid key parameters") from None
        self.encrypted = False

    def _checked(self, data: bytes) -> bytes:
        if self._usage == _CHECKSUM:
            if len(data) < 2:
                raise StructuralError("truncated private key data")
            return _without_checksum(data)
        if len(data) < 20:
            raise StructuralError("truncated private key data")
        digest = algorithms.new_hash(algorithms.SHA1)
        digest.update(data[:-20])
        if digest.digest() != data[-20:]:
            raise StructuralError("private key checksum failure")
        return data[:-20]

    def _take(self, data: bytes) -> None:
        """Take the secret part from its bytes, and see that it is the public key's."""
        if self.algorithm in algorithms.POINT_SIZES:
            if len(data) != algorithms.POINT_SIZES[self.algorithm]:
                name = {25: "x25519", 26: "x448", 27: "ed25519", 28: "ed448"}[self.algorithm]
                raise StructuralError(f"wrong {name} key size")
            self.secret = data
        else:
            source = Octets(data)
            count = 3 if self.algorithm in algorithms.RSA_KEYS else 1
            self.secret_integers = tuple(Integer.read(source) for _ in range(count))
        if self.algorithm in algorithms.SIGNING:
            from hivehelm.provenance.signer import private_key

            private_key(self)

    def check_unlocked(self) -> None:
        """Refuse to sign while the key is locked.

        Raises:
            InvalidArgumentError: it is.
        """
        if self.encrypted:
            raise InvalidArgumentError(f"signing key {self.key_id:016X} is encrypted")


def _without_checksum(data: bytes) -> bytes:
    if sum(data[:-2]) & 0xFFFF != int.from_bytes(data[-2:], "big"):
        raise StructuralError("private key checksum failure")
    return data[:-2]
