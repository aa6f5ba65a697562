"""A plugin's archive checked against what signs it (pkg/cmd/plugin_verify.go)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.installer import InstallerError
from hivehelm.chart.errors import PathError
from hivehelm.golang.filepath import base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.provenance.signatory import Verification


def verify(path: str, keyring: str) -> str:
    """Return what is to be said of the signature over a plugin's archive, which is in PATH.prov.

    Raises:
        InstallerError: there is no such archive or signature.
        ProvenanceError: it is not signed by a key of the keyring.
    """
    _check_present(path)
    if os.path.isdir(path):
        raise InstallerError("directory verification not supported - only plugin tarballs can be verified")
    if os.path.splitext(path)[1] not in (".gz", ".tgz"):
        raise InstallerError("plugin file must be a gzipped tarball (.tar.gz or .tgz)")
    signature = f"{path}.prov"
    try:
        _check_present(signature)
    except PathError as error:
        raise InstallerError(f"could not find provenance file {signature}: {error}") from error
    archive = _read(path, "failed to read plugin file")
    provenance = _read(signature, "failed to read provenance file")
    return describe(verify_data(archive, provenance, base(path), keyring))


def verify_data(archive: bytes, provenance: bytes, name: str, keyring: str) -> Verification:
    """Return who of a keyring signed an archive that goes by a name.

    Raises:
        ProvenanceError: nobody did.
    """
    from hashlib import sha256

    from hivehelm.provenance.signatory import Signatory

    signatory = Signatory.from_keyring(keyring)
    return signatory.verify(sha256(archive).hexdigest(), provenance, name)


def describe(verification: Verification) -> str:
    """Return what Helm prints of a signature."""
    lines = [f"Signed by: {name}\n" for name in verification.signed_by]
    lines.append(f"Using Key With Fingerprint: {verification.fingerprint}\n")
    lines.append(f"Plugin Hash Verified: {verification.file_hash}\n")
    return "".join(lines)


def _check_present(path: str) -> None:
    try:
        os.stat(path)
    except OSError as error:
        raise PathError("stat", path, error) from error


def _read(path: str, failed: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise InstallerError(f"{failed}: {PathError(call, path, error)}") from error
