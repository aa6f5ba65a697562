"""A plugin's directory made an archive, and signed (pkg/cmd/plugin_package.go)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.installer import InstallerError, make_directories, write
from hivehelm.chart.errors import PathError
from hivehelm.errors import HivehelmError
from hivehelm.golang.filepath import join
from hivehelm.plugins.archive import pack
from hivehelm.plugins.load import load_dir
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.plugins.metadata import Metadata
    from hivehelm.provenance.signatory import Signatory


class PackageOptions(Record):
    """Where an archive goes, and who signs it.

    `passphrase()` gives what unlocks the key that `key` names in the `keyring`, given the key's whole name;
    None leaves the archive unsigned. With an `epoch`, in seconds since 1970, the same files make the same
    archive.
    """

    destination: str = "."
    keyring: str = ""
    key: str = ""
    passphrase: Callable[[], Callable[[str], bytes]] | None = None
    epoch: int | None = None
    out: Callable[[str], object] = print


def package(path: str, options: PackageOptions) -> str:
    """Make NAME-VERSION.tgz of a plugin's directory and say so; return its path.

    Raises:
        HivehelmError: it is no plugin, cannot be signed, or cannot be written.
    """
    try:
        os.stat(path)
    except OSError as error:
        raise PathError("stat", path, error) from error
    if not os.path.isdir(path):
        raise InstallerError("plugin package only supports directories, not tarballs")
    try:
        metadata = load_dir(path).metadata
    except HivehelmError as error:
        raise InstallerError(f"invalid plugin directory: {error}") from error
    make_directories(options.destination)
    signatory = _signatory(options)
    name = f"{metadata.name}-{metadata.version}.tgz"
    target = join(options.destination, name)
    try:
        archive = pack(path, metadata.name, options.epoch, skip=target)
    except PathError as error:
        raise InstallerError(f"failed to create plugin tarball: {error}") from error
    signature = None if signatory is None else _signature(signatory, archive, name, metadata)
    try:
        write(target, archive)
    except PathError as error:
        raise InstallerError(f"failed to create tarball: {error}") from error
    if signature is not None:
        write(f"{target}.prov", signature)
        options.out(f"Successfully signed. Signature written to: {target}.prov\n")
    options.out(f"Successfully packaged plugin and saved it to: {target}\n")
    return target


def _signatory(options: PackageOptions) -> Signatory | None:
    """Return who signs, with the key unlocked."""
    if options.passphrase is None:
        options.out(
            "WARNING: Skipping plugin signing. "
            "This is not recommended for plugins intended for distribution.\n"
        )
        return None
    from hivehelm.provenance.signatory import Signatory

    try:
        signatory = Signatory.from_keyring(options.keyring, options.key)
    except HivehelmError as error:
        raise InstallerError(f"error reading from keyring: {error}") from error
    signatory.decrypt_key(options.passphrase())
    return signatory


def _signature(signatory: Signatory, archive: bytes, name: str, metadata: Metadata) -> bytes:
    from hashlib import sha256

    from hivehelm.golang.yaml import dump

    try:
        text = signatory.clear_sign(sha256(archive).hexdigest(), name, dump(metadata).encode())
    except HivehelmError as error:
        raise InstallerError(f"failed to sign plugin: {error}") from error
    return text.encode("utf-8", "surrogateescape")
