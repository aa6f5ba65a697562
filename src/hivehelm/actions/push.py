"""Bringing a chart's archive to a registry (Helm's `action.Push`, `pkg/uploader`, `pkg/pusher`)."""

from __future__ import annotations

import os

from hivehelm.actions.errors import ActionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.sources.oci.push import Artifact
    from hivehelm.sources.oci.registry import Registry

    Log = Callable[..., None]

SCHEMES = ("oci",)
"""The schemes of addresses that charts can be pushed to."""

_MAX_PROVENANCE = 16 << 20


class PushError(ActionError):
    """A chart cannot be pushed: there is no archive, or the address is none for it."""


def push(registry: Registry, path: str, remote: str, log: Log | None = None) -> Artifact:
    """Push the archive at `path`, and the provenance beside it, to `remote`/NAME:VERSION.

    The archive's age becomes the time at which the artifact was created.

    Raises:
        PushError: there is no archive, or `remote` cannot be pushed to.
        ChartError: the archive is no chart's.
        RegistryError: the registry does not take it.
    """

    from hivehelm.chart.loadany import load_file
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.url import URLError, parse
    from hivehelm.sources.oci.digests import Hashed
    from hivehelm.sources.oci.pull import MAX_BLOB
    from hivehelm.sources.oci.reference import SCHEME

    try:
        url = parse(remote)
    except URLError as error:
        raise PushError(f"invalid chart URL format: {remote}") from error
    if not url.scheme:
        raise PushError('scheme prefix missing from remote (e.g. "oci://")')
    if url.scheme not in SCHEMES:
        raise PushError(f"scheme {quote(url.scheme)} not supported")
    created = _created(path)
    try:
        with open(path, "rb") as file:
            archive = file.read(MAX_BLOB)
    except OSError:
        archive = b""  # What loads it says what is wrong.
    hashed = Hashed(archive)
    metadata = load_file(path, log).metadata
    if len(archive) >= MAX_BLOB:
        raise PushError(f"{path}: more than {MAX_BLOB} bytes, which is no chart")
    repository = _joined(str(url).removeprefix(SCHEME), metadata.name)
    return registry.push(
        archive,
        f"{repository}:{metadata.version}",
        prov=_provenance(f"{path}.prov"),
        created=created,
        metadata=metadata,
        digest=hashed.digest(),
    )


def _created(path: str) -> str:
    """Return when an archive was last written, in local time, as RFC 3339 has it."""
    import stat
    import time

    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise PushError(f"{path}: no such file") from None
    except OSError as error:
        raise PushError(f"stat {path}: {os.strerror(error.errno or 0).lower()}") from None
    if stat.S_ISDIR(found.st_mode):
        raise PushError("cannot push directory, must provide chart archive (.tgz)")
    local = time.localtime(found.st_mtime_ns // 10**9)
    ahead = local.tm_gmtoff // 60
    zone = (
        f"{'-' if ahead < 0 else '+'}{abs(ahead) // 60:02d}:{abs(ahead) % 60:02d}" if local.tm_gmtoff else "Z"
    )
    return f"{local.tm_year:04d}-{time.strftime('%m-%dT%H:%M:%S', local)}{zone}"


def _provenance(path: str) -> bytes | None:
    if not os.path.exists(path):
        return None
    try:
        with open(path, "rb") as file:
            return file.read(_MAX_PROVENANCE)
    except OSError as error:
        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise PushError(f"{call} {path}: {os.strerror(error.errno or 0).lower()}") from None


def _joined(*names: str) -> str:
    """Join as Go's `path.Join`."""
    from posixpath import normpath

    joined = normpath("/".join(name for name in names if name))
    return joined[1:] if joined.startswith("//") else joined
