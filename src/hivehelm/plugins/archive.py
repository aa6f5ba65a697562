"""Plugins as archives, a tar in gzip: read, unpacked within limits, and made (internal/plugin)."""

from __future__ import annotations

import os

from hivehelm.chart.archive import Tar
from hivehelm.chart.errors import ArchiveError, PathError
from hivehelm.chart.gunzip import Gunzip
from hivehelm.golang.filepath import base, join
from hivehelm.plugins.errors import PluginArchiveError
from hivehelm.plugins.load import FILE, load_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from hivehelm.chart.archive import Entry
    from hivehelm.plugins.metadata import Metadata

SUFFIXES: Final = (".tar.gz", ".tgz")
#: What an archive may unpack to.
MAX_BYTES: Final = 512 << 20
MAX_ENTRIES: Final = 100_000
_MAX_METADATA: Final = 5 << 20
_CHUNK: Final = 1 << 20
_FILE, _DIRECTORY, _RECORD = 0x30, 0x35, 0x67


def is_archive(name: str) -> bool:
    """Tell whether a path or URL ends as archives do."""
    return name.endswith(SUFFIXES)


def strip_name(name: str) -> str:
    """Return a plugin's name out of that of its archive, `NAME-1.2.3.tgz`."""
    import re

    for suffix in SUFFIXES:
        if name.endswith(suffix):
            name = name.removesuffix(suffix)
            break
    else:
        name = ""
    return re.sub(r"(.*)-[0-9]+\..*", r"\1", name)


def metadata(data: bytes) -> Metadata:
    """Return what the plugin.yaml in an archive says, wherever in it that is.

    Raises:
        PluginArchiveError: the archive is broken, or holds none.
        YAMLError, MetadataError, PluginLoadError: it does not say what it should.
    """
    tar = _open(data)
    for entry in _entries(tar):
        if base(entry.name) == FILE:
            if entry.size > _MAX_METADATA:
                raise PluginArchiveError(f"{FILE} is larger than {_MAX_METADATA} bytes")
            try:
                raw = tar.data(entry)
            except ArchiveError as error:
                raise PluginArchiveError(str(error)) from error
            return load_metadata(raw)
    raise PluginArchiveError(f"{FILE} not found in tarball")


def unpack(data: bytes, directory: str) -> None:
    """Write the files of an archive below a directory, which is made where it is not there.

    Source: Helm's `TarGzExtractor`. Links and devices are refused, and so is what leads out of the directory.

    Raises:
        PluginArchiveError: the archive is broken or too large, or holds what it should not.
        PathError: the system refuses.
    """
    tar = _open(data)
    _make_directory(directory)
    left = MAX_BYTES
    for entry in _entries(tar):
        path = _inside(directory, entry.name)
        if entry.flag == _DIRECTORY:
            _make_directory(path)
        elif entry.flag == _FILE:
            left -= entry.size
            if left < 0:
                raise PluginArchiveError(f"plugin archive unpacks to more than {MAX_BYTES} bytes")
            _make_directory(os.path.dirname(path))
            _write(tar, entry, path)
        elif entry.flag != _RECORD:
            raise PluginArchiveError(f"unknown type: {entry.flag:b} in {entry.name}")


def _open(data: bytes) -> Tar:
    from io import BytesIO

    try:
        return Tar(Gunzip(BytesIO(data)))
    except ArchiveError as error:
        raise PluginArchiveError(str(error)) from error


def _entries(tar: Tar) -> Iterator[Entry]:
    try:
        for _ in range(MAX_ENTRIES):
            entry = tar.entry()
            if entry is None:
                return
            yield entry
    except ArchiveError as error:
        raise PluginArchiveError(str(error)) from error
    raise PluginArchiveError(f"plugin archive has more than {MAX_ENTRIES} entries")


def _inside(directory: str, name: str) -> str:
    """Return the path that an entry gets, or refuse it."""
    if ":" in name:
        raise PluginArchiveError("path contains ':', which is illegal")
    name = name.replace("\\", "/")
    if ".." in name.split("/"):
        raise PluginArchiveError("path contains '..', which is illegal")
    if name.startswith("/"):
        raise PluginArchiveError("path is absolute, which is illegal")
    path = directory
    for part in name.split("/"):
        path = join(path, part)
        if os.path.islink(path):
            # Nothing here makes links: one that is there is somebody else's.
            raise PluginArchiveError(f"{path} is a link")
    return path


def _make_directory(path: str) -> None:
    try:
        os.makedirs(path, mode=0o755, exist_ok=True)
    except OSError as error:
        raise PathError("mkdir", os.fsdecode(error.filename or path), error) from error


def _write(tar: Tar, entry: Entry, path: str) -> None:
    flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags, entry.mode & 0o777)
    except OSError as error:
        raise PathError("open", path, error) from error
    with open(descriptor, "wb") as file:
        while tar.left > 0:
            try:
                chunk = tar.source.read(min(tar.left, _CHUNK))
            except ArchiveError as error:
                raise PluginArchiveError(str(error)) from error
            if not chunk:
                raise PluginArchiveError("unexpected EOF")
            tar.left -= len(chunk)
            file.write(chunk)


def pack(directory: str, name: str, epoch: int | None = None, *, skip: str = "") -> bytes:
    """Return the archive of a plugin's directory, all under the plugin's `name`.

    With an `epoch`, in seconds since 1970, every file is as old as that and belongs to nobody: the same files
    make the same archive. `skip` is a path that is left out, for an archive that is made where its files are.

    Raises:
        PathError: a file cannot be read.
    """
    import gzip
    import tarfile
    from io import BytesIO

    def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        if epoch is not None:
            entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = epoch, 0, 0, "", ""
        else:
            entry.mtime = round(entry.mtime)
        if entry.issym():
            entry.linkname = ""  # as in Helm, which does not look where links lead
        return entry

    packed = BytesIO()
    try:
        with (
            gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0, compresslevel=6) as squeezed,
            tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for path in _walk(directory):
                if skip and os.path.lexists(skip) and os.path.samefile(path, skip):
                    continue
                inner = join(name, os.path.relpath(path, directory))
                entry = anonymous(tar.gettarinfo(path, inner))
                if entry.isreg():
                    with open(path, "rb") as file:
                        tar.addfile(entry, file)
                else:
                    tar.addfile(entry)
    except OSError as error:
        raise PathError("open", os.fsdecode(error.filename or directory), error) from error
    return packed.getvalue()


def _walk(directory: str) -> Iterator[str]:
    """Yield a directory and all below it, as Go's `filepath.Walk`: by name, links not followed."""
    yield directory
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if os.path.isdir(path) and not os.path.islink(path):
            yield from _walk(path)
        else:
            yield path
