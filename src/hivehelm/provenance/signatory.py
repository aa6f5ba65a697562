"""Who signs archives and verifies them: a keyring, and the key that signs (`pkg/provenance/sign.go`)."""

from __future__ import annotations

from hivehelm.provenance.errors import KeyringError, SigningError, VerificationError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.provenance.clearsign import Message
    from hivehelm.provenance.entity import Entity
    from hivehelm.provenance.secretkey import SecretKey

    Passphrase = Callable[[str], bytes]


class Verification(Record):
    """Who signed what: the names of the key and its fingerprint in hexadecimal, the file and its hash."""

    signed_by: tuple[str, ...]
    fingerprint: str
    file_name: str
    file_hash: str


class Signatory:
    """A keyring, and with a `key` the one that signs."""

    def __init__(self, keys: list[Entity], key: Entity | None = None) -> None:
        self.keys = keys
        self.key = key

    @classmethod
    def from_keyring(cls, path: str, name: str = "") -> Signatory:
        """Read a keyring; with a `name` find the key that is called so, or that alone has it in its name.

        Raises:
            ProvenanceError: the keyring cannot be read, or the name is that of several keys.
        """
        from hivehelm.provenance.keyring import load, select

        keys = load(path)
        return cls(keys, select(keys, name) if name else None)

    def decrypt_key(self, passphrase: Passphrase) -> None:
        """Unlock the key with what `passphrase` gives when it is asked by the key's name, if it is locked.

        Raises:
            KeyringError: there is no secret key.
            ProvenanceError: the passphrase is another.
        """
        key = self._secret_key()
        if key.encrypted:
            names = self.key.identities if self.key else {}
            key.unlock(passphrase(next((name for name in names if name), "Unknown")))

    def _secret_key(self) -> SecretKey:
        from hivehelm.provenance.secretkey import SecretKey

        if self.key is None:
            raise KeyringError("private key not found")
        if not isinstance(self.key.primary, SecretKey):
            raise KeyringError("provided key is not a private key. Try providing a keyring with secret keys")
        return self.key.primary

    def clear_sign(self, checksum: str, file_name: str, metadata: bytes, now: int | None = None) -> str:
        """Return the provenance of a file of a SHA-256, about which `metadata` is YAML, signed at `now`.

        Raises:
            ProvenanceError: there is no key that can sign.
        """
        import time

        from hivehelm.provenance import clearsign
        from hivehelm.provenance.errors import DummyKeyError, InvalidArgumentError
        from hivehelm.provenance.message import compose
        from hivehelm.provenance.signer import text_signature

        key = self._secret_key()
        key.check_unlocked()
        text = compose(metadata, file_name, checksum)
        try:
            when = int(time.time()) if now is None else now
            packet = text_signature(key, clearsign.canonical(text), when)
        except (DummyKeyError, InvalidArgumentError) as error:
            raise SigningError(error) from error
        return clearsign.encode(text, packet, "" if key.version == 6 else "SHA512")

    def verify(
        self, checksum: str, provenance: bytes, file_name: str, now: int | None = None
    ) -> Verification:
        """Check the provenance of a file of a SHA-256, as of `now`; return who signed it.

        Raises:
            ProvenanceError: nobody in the keyring did, or it is another file.
        """
        from hivehelm.golang.fmt import quote
        from hivehelm.provenance import clearsign
        from hivehelm.provenance.message import checksums

        message = clearsign.decode(provenance)
        if message is None:
            raise VerificationError("signature block not found")
        signer = self._check(message, now)
        file_hash = f"sha256:{checksum}"
        expected = checksums(message.text).get(file_name)
        if expected is None:
            raise VerificationError(f"provenance does not contain a SHA for a file named {quote(file_name)}")
        if expected != file_hash:
            raise VerificationError(
                f"sha256 sum does not match for {file_name}: {quote(expected)} != {quote(file_hash)}"
            )
        return Verification(
            signed_by=tuple(signer.identities),
            fingerprint=signer.primary.fingerprint.hex().upper(),
            file_name=file_name,
            file_hash=file_hash,
        )

    def _check(self, message: Message, now: int | None) -> Entity:
        import time

        from hivehelm.provenance.detached import check_detached

        return check_detached(
            self.keys, message.signed, message.signature, int(time.time()) if now is None else now
        )
