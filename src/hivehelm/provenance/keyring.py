"""Keyrings, and the key of one that signs (`pkg/provenance/sign.go`)."""

from __future__ import annotations

from hivehelm.provenance.entity import EntityReader
from hivehelm.provenance.errors import KeyringError, ProvenanceError
from hivehelm.provenance.octets import Octets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.provenance.entity import Entity

MAX_BYTES = 32 << 20

_KINDS = ("PGP PUBLIC KEY BLOCK", "PGP PRIVATE KEY BLOCK")


def load(path: str) -> list[Entity]:
    """Return the keys of a keyring: packets as in pubring.gpg, GnuPG's keybox, or armored blocks.

    Raises:
        ProvenanceFileError: the system refuses.
        TooLargeError: it has more bytes than are read, or more signatures than are checked.
        ProvenanceError: it is no keyring, or a broken one.
    """
    from hivehelm.provenance.files import read_file
    from hivehelm.provenance.keybox import is_keybox, public_keys

    data = read_file(path, MAX_BYTES)
    if is_keybox(data):
        try:
            data = public_keys(data)
        except KeyringError as error:
            raise KeyringError(f"reading keybox {path}: {error}") from None
    elif data.strip().startswith(b"-----BEGIN PGP"):
        try:
            return _armored(data)
        except ProvenanceError as error:
            raise KeyringError(f"reading armored keyring {path}: {error}") from None
    return EntityReader(Octets(data)).read_all()


def _armored(data: bytes) -> list[Entity]:
    from hivehelm.golang.fmt import quote
    from hivehelm.provenance.armor import blocks

    entities = []
    for block in blocks(data):
        if block.kind not in _KINDS:
            raise KeyringError(f"expected a public or private key block, got {quote(block.kind)}")
        entities += EntityReader(block).read_all()
    if not entities:
        raise KeyringError("no keys found")
    return entities


def select(entities: list[Entity], name: str) -> Entity | None:
    """Return the key one of whose names is `name`, or else the one with a name that contains it.

    Raises:
        KeyringError: several names contain it, even of one key, and none is it.
    """
    from hivehelm.golang.fmt import quote

    found: list[Entity] = []
    for entity in entities:
        for identity in entity.identities:
            if identity == name:
                return entity
            if name in identity:
                found.append(entity)
    if len(found) > 1:
        raise KeyringError(f"more than one key contain the id {quote(name)}")
    return found[0] if found else None
