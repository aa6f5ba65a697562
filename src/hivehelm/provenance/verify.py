"""Verify an archive (Helm's `VerifyChart`, `pkg/downloader/chart_downloader.go`)."""

from __future__ import annotations

from hivehelm.provenance.errors import KeyringError, ProvenanceError, ProvenanceFileError, VerificationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os

    from hivehelm.provenance.signatory import Verification

# The most that a provenance file may have: metadata are small.
MAX_SIGNATURE = 10 << 20


def verify(archive: str, signature: str, keyring: str) -> Verification:
    """Check that an archive is what a key of a keyring signed; return who signed it.

    Args:
        archive: the path of a chart's .tgz.
        signature: the path of its provenance file.
        keyring: the path of a keyring.

    Raises:
        ProvenanceError: it is not, in Helm's words, or the system refuses.
    """
    import stat

    from hivehelm.golang.filepath import base
    from hivehelm.provenance.files import read_file, sha256
    from hivehelm.provenance.signatory import Signatory

    if stat.S_ISDIR(_stat(archive).st_mode):
        raise VerificationError("unpacked charts cannot be verified")
    if archive[-4:].lower() != ".tgz":
        raise VerificationError("chart must be a tgz file")
    try:
        _stat(signature)
    except ProvenanceFileError as error:
        raise VerificationError(f"could not load provenance file {signature}: {error}") from None
    try:
        signatory = Signatory.from_keyring(keyring)
    except ProvenanceError as error:
        raise KeyringError(f"failed to load keyring: {error}") from None
    try:
        checksum = sha256(archive)
    except ProvenanceFileError as error:
        raise VerificationError(f"failed to read chart archive: {error}") from None
    try:
        provenance = read_file(signature, MAX_SIGNATURE)
    except ProvenanceFileError as error:
        raise VerificationError(f"failed to read provenance file: {error}") from None
    return signatory.verify(checksum, provenance, base(archive))


def _stat(path: str) -> os.stat_result:
    import os

    try:
        return os.stat(path)
    except OSError as error:
        raise ProvenanceFileError("stat", path, error) from None
