"""Passphrases become keys (RFC 9580, 3.7)."""

from __future__ import annotations

from hivehelm.provenance import algorithms
from hivehelm.provenance.errors import StructuralError, TooLargeError, UnsupportedError
from hivehelm.provenance.octets import read_full

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.provenance.octets import Source

SIMPLE, SALTED, ITERATED, ARGON2, GNU = 0, 1, 3, 4, 101

# The most that Argon2 may ask for: RFC 9106's first choice, 2 GiB in one pass, counted in KiB.
_MAX_MEMORY = 1 << 21
_PIECE = 1 << 16


class Derivation:
    """How a key is derived from a passphrase: `mode`, and the parameters of it."""

    mode: int
    hash: int = 0
    salt: bytes = b""
    count: int = 0
    passes = lanes = memory = 0

    @classmethod
    def read(cls, source: Source) -> Derivation:
        """Read the parameters.

        Raises:
            UnsupportedError: Helm's library does not know the way.
            StructuralError: they are not possible.
            EndOfStreamError, TruncatedError: they are not complete.
        """
        self = cls()
        self.mode = read_full(source, 1)[0]
        if self.mode == ARGON2:
            self._read_argon2(source)
        elif self.mode in (SIMPLE, SALTED, ITERATED):
            data = read_full(source, {SIMPLE: 1, SALTED: 9, ITERATED: 10}[self.mode])
            self.hash, self.salt = data[0], data[1:9]
            if self.hash not in algorithms.HASHES:
                raise UnsupportedError(f"hash for S2K function: {self.hash}")
            if self.mode == ITERATED:
                self.count = (16 + (data[9] & 15)) << ((data[9] >> 4) + 6)
        elif self.mode == GNU:
            if read_full(source, 5)[1:] != b"GNU\1":
                raise UnsupportedError("GNU S2K extension")
        else:
            raise UnsupportedError("S2K function")
        return self

    def _read_argon2(self, source: Source) -> None:
        data = read_full(source, 19)
        self.salt = data[:16]
        self.passes, self.lanes, exponent = data[16:]
        if not self.lanes:
            raise StructuralError("invalid argon2 params: parallelism is 0")
        if not self.passes:
            raise StructuralError("invalid argon2 params: iterations is 0")
        if exponent > 31 or 1 << exponent < 8 * self.lanes:
            raise StructuralError("invalid argon2 params: memory is out of bounds")
        self.memory = 1 << exponent

    def key(self, passphrase: bytes, size: int) -> bytes:
        """Return the key of `size` bytes that a passphrase gives.

        Raises:
            TooLargeError: it would take more memory than is given.
        """
        if self.mode == ARGON2:
            return self._argon2(passphrase, size)
        text = self.salt + passphrase
        count = max(self.count, len(text))
        key = b""
        while len(key) < size:
            digest = algorithms.new_hash(self.hash)
            # Each further hash is of as many zeros more (3.7.1.1).
            digest.update(bytes(len(key) // digest.digest_size))
            repeated = text * max(1, min(count, _PIECE) // max(1, len(text)))
            left = count
            while left > len(repeated) > 0:
                digest.update(repeated)
                left -= len(repeated)
            digest.update(repeated[:left])
            key += digest.digest()
        return key[:size]

    def _argon2(self, passphrase: bytes, size: int) -> bytes:
        if self.memory * self.passes > _MAX_MEMORY:
            raise TooLargeError("the passphrase's key takes more memory and time than is given to it")
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        return Argon2id(
            salt=self.salt, length=size, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory
        ).derive(passphrase)
