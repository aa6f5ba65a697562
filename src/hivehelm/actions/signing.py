"""Sign the archive of a chart (`Package.Clearsign` of Helm's `pkg/action/package.go`)."""

from __future__ import annotations

from hivehelm.actions.errors import ActionError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.provenance.signatory import Passphrase


class UnsignableError(ActionError):
    """An archive cannot be read to sign it; `cause` says why."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"failed to load chart for signing: {cause}")
        self.cause = cause


class Signing(Record):
    """With what archives are signed: the name of a key, and the path of the keyring it is in.

    `passphrases()` is called once the key is found, and gives what fetches the passphrase by its name.
    """

    key: str
    keyring: str
    passphrases: Callable[[], Passphrase]


def sign_archive(path: str, signing: Signing) -> str:
    """Write the provenance file of a chart's archive next to it; return its path.

    Raises:
        ProvenanceError: the keyring or the key cannot be used.
        UnsignableError: the archive is broken.
        PathError: the system refuses.
        HivehelmError: there is no passphrase.
    """
    from hivehelm.chart.encode import metadata_document
    from hivehelm.chart.errors import ChartError
    from hivehelm.chart.load import load
    from hivehelm.chart.save import replace_file
    from hivehelm.golang.filepath import base
    from hivehelm.golang.yaml import dump
    from hivehelm.provenance.files import sha256
    from hivehelm.provenance.signatory import Signatory

    signatory = Signatory.from_keyring(signing.keyring, signing.key)
    signatory.decrypt_key(signing.passphrases())
    try:
        chart = load(path)
    except ChartError as error:
        raise UnsignableError(error) from error
    metadata = dump(metadata_document(chart.metadata)).encode("utf-8", "surrogateescape")
    text = signatory.clear_sign(sha256(path), base(path), metadata)
    signed = f"{path}.prov"
    replace_file(signed, (text.encode("utf-8", "surrogateescape"),), 0o644)
    return signed
