"""A packaged chart's files, written to a directory (Helm's `pkg/chart/v2/util/expand.go`)."""

from __future__ import annotations

import errno
import os

from hivehelm.chart import decode
from hivehelm.chart.archive import read_files
from hivehelm.chart.errors import ChartError, PathError
from hivehelm.golang.fmt import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Final

    from hivehelm.chart.model import File

_MAX_LINKS: Final = 255


def expand(directory: str, stream: BinaryIO) -> str:
    """Write the files of the archive below `directory`, under the chart's name; return the path of that.

    Links that are in the directory lead nowhere else: they are followed as if it were the root of all.

    Raises:
        ChartError: the archive cannot be read, its chart has no name, a file cannot be written, or the
            directory is given with `..` in its path.
    """
    from hivehelm.golang.filepath import clean

    files = read_files(stream)
    name = _name(files)
    directory = clean(directory)
    top = _inside(directory, name)
    if top == directory:
        raise ChartError(f"chart name {quote(name)} resolves to the extraction root")
    for file in files:
        path = _inside(top, file.name)
        try:
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        except (NotADirectoryError, FileExistsError):
            # Go tells of what is in the way, not of what it wanted.
            raise ChartError(f"mkdir {_obstacle(os.path.dirname(path))}: not a directory", path) from None
        except OSError as error:
            raise PathError("mkdir", error.filename, error) from None
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), "wb") as target:
                target.write(file.data)
        except OSError as error:
            raise PathError("open", path, error) from None
    return top


def _inside(root: str, name: str) -> str:
    """Return the path of `name` below `root`, links followed as if that were the root (`SecureJoin`)."""
    if ".." in root.split("/"):
        raise ChartError("root path provided to SecureJoin contains '..' components", root)
    found: list[str] = []
    left = name.split("/")[::-1]
    links = 0
    while left:
        part = left.pop()
        if part in ("", "."):
            continue
        if part == "..":
            del found[-1:]
            continue
        path = f"{root}//{'/'.join((*found, part))}"
        try:
            target = os.readlink(path)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOENT, errno.ENOTDIR):
                raise PathError("lstat", path, error) from None
            found.append(part)
            continue
        links += 1
        if links > _MAX_LINKS:
            raise PathError("SecureJoin", f"{root}/{name}", OSError(errno.ELOOP, ""))
        if target.startswith("/"):
            found.clear()
        left += target.split("/")[::-1]
    return os.path.join(root, *found)


def _name(files: list[File]) -> str:
    """Return the name that the archive's Chart.yaml gives, fit to be that of a directory."""
    name = ""
    for file in files:
        if file.name == "Chart.yaml":
            try:
                name = decode.metadata(file.data).name
            except ChartError as error:
                raise ChartError(f"cannot load Chart.yaml: {error}") from None
    if not name:
        raise ChartError("chart name not specified")
    if name in (".", ".."):
        raise ChartError(f"chart name {quote(name)} is not allowed")
    if name == "/":
        raise ChartError(f"chart name {quote(name)} resolves to the extraction root")
    if "/" in name:
        raise ChartError(f"chart name {quote(name)} must not contain path separators")
    return name


def _obstacle(path: str) -> str:
    while not os.path.lexists(path):
        path = os.path.dirname(path)
    return path
