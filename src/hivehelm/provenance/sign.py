"""Sign an archive."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.provenance.signatory import Passphrase


def sign(archive: str, metadata: bytes, keyring: str, key: str, passphrase: Passphrase | bytes = b"") -> str:
    """Return the provenance file for an archive.

    Args:
        archive: its path.
        metadata: the YAML of what it is: a chart's or a plugin's.
        keyring: the path of a keyring with secret keys.
        key: the name of the one that signs, or a part that only its name has.
        passphrase: unlocks it, if it is locked; a function is given the name of the key.

    Raises:
        ProvenanceError: the keyring, the key or the passphrase is not the right one, or the system refuses.
    """
    from hivehelm.golang.filepath import base
    from hivehelm.provenance.files import sha256
    from hivehelm.provenance.signatory import Signatory

    signatory = Signatory.from_keyring(keyring, key)
    signatory.decrypt_key(passphrase if callable(passphrase) else lambda _: passphrase)
    return signatory.clear_sign(sha256(archive), base(archive), metadata)
