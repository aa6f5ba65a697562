"""Whether installed plugins are signed, as far as can be told without keys (signing_info.go)."""

from __future__ import annotations

import os

from hivehelm.golang.filepath import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.plugins.metadata import Metadata

_MAX_SIGNATURE = 10 << 20


def status(metadata: Metadata, data: str) -> str:
    """Return what `plugin list` says of a plugin's provenance.

    `data` is Helm's own directory of plugins, where archives of installed ones are kept.

    Returns:
        `local dev` for a link, `unsigned`, `invalid provenance`, `mismatched provenance` where it is of
        another archive, `signed`, or `unknown` for a plugin that is elsewhere.
    """
    directory = join(data, metadata.name)
    if os.path.islink(directory):
        return "local dev"
    if not os.path.lexists(directory):
        return "unknown"
    archive = join(data, f"{metadata.name}-{metadata.version}.tgz")
    if not os.path.exists(archive):
        return "unsigned"
    try:
        with open(f"{archive}.prov", "rb") as file:
            provenance = file.read(_MAX_SIGNATURE)
    except FileNotFoundError:
        return "unsigned"
    except OSError:
        return "unknown"
    from hivehelm.provenance.clearsign import decode

    message = decode(provenance)
    if message is None:
        return "invalid provenance"
    return "signed" if _matches(message.text, archive) else "mismatched provenance"


def _matches(text: bytes, archive: str) -> bool:
    """Tell whether a provenance file has the sum of an archive, under a name that has the archive's in it."""
    from hivehelm.errors import HivehelmError
    from hivehelm.provenance.files import sha256
    from hivehelm.provenance.message import checksums

    name = os.path.basename(archive)
    try:
        sums = checksums(text)
        actual = f"sha256:{sha256(archive)}"
    except HivehelmError:
        return False
    return any(name in listed and expected == actual for listed, expected in sums.items())
