"""A chart becomes an archive or a directory (`pkg/chart/v2/util/save.go`)."""

from __future__ import annotations

import errno
import os

from hivehelm.chart.errors import ChartError, PathError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from hivehelm.chart.model import Chart


def save(chart: Chart, directory: str, epoch: int | None = None) -> str:
    """Write `name-version.tgz` to a directory, which is made if it is not there; return the archive's path.

    The archive is there whole or not at all: what was there before stays until the new one is complete.
    With an `epoch`, in seconds since 1970, every file in it is as old as that.

    Raises:
        ValidationError: the chart's metadata is not valid.
        PathError: the system refuses.
        ChartError: the chart cannot be packaged, or `directory` is no directory.
    """
    from hivehelm.chart.pack import packed
    from hivehelm.chart.validate import validate
    from hivehelm.golang import filepath

    metadata = chart.metadata.copy()
    try:
        validate(metadata)
    except ChartError as error:
        raise ChartError(f"chart validation: {error}") from error
    path = filepath.join(directory, f"{metadata.name}-{metadata.version}.tgz")
    folder = filepath.directory(path)
    try:
        is_directory = os.path.isdir(folder) or not os.stat(folder)
    except FileNotFoundError:
        make_directory(folder)
        is_directory = True
    except OSError as error:
        raise ChartError(f"stat {folder}: {PathError('stat', folder, error)}", folder) from None
    if not is_directory:
        raise ChartError(f"is not a directory: {folder}", folder)
    written = chart.copy()
    written.metadata = metadata
    replace_file(path, packed(written, epoch))
    return path


def save_directory(chart: Chart, parent: str) -> None:
    """Write a chart as files to the directory of its name below `parent`, over what is there; subcharts as
    archives.

    Raises:
        PathError: the system refuses.
        ChartError: the name is a path, or of a file that is there, or a subchart cannot be packaged.
    """
    from hivehelm.chart.encode import chart_yaml
    from hivehelm.chart.pack import check_name
    from hivehelm.golang import filepath

    check_name(chart.name)
    top = filepath.join(parent, chart.name)
    if os.path.exists(top) and not os.path.isdir(top):
        raise ChartError(f"file {top} already exists and is not a directory", top)
    make_directory(top)
    write_file(filepath.join(top, "Chart.yaml"), chart_yaml(chart.metadata))
    for file in chart.raw:
        if file.name == "values.yaml":
            write_file(filepath.join(top, file.name), file.data)
    if chart.schema is not None:
        write_file(filepath.join(top, "values.schema.json"), chart.schema)
    for file in (*chart.templates, *chart.files):
        write_file(filepath.join(top, file.name), file.data)
    for dependency in chart.dependencies:
        try:
            save(dependency, filepath.join(top, "charts"))
        except ChartError as error:
            raise ChartError(f"saving {dependency.full_path}: {error}") from error


def write_file(path: str, data: bytes) -> None:
    """Write a file for all to read, and the directories above it.

    Raises:
        PathError: the system refuses.
    """
    make_directory(os.path.dirname(path))
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), "wb") as file:
            file.write(data)
    except OSError as error:
        raise PathError("open", path, error) from None


def replace_file(path: str, pieces: Iterable[bytes], mode: int = 0o666) -> None:
    """Write a file that is there whole or not at all, as `mode` and the umask allow.

    A file that is there already keeps its mode; a link stays, and what it points to is replaced.

    Raises:
        PathError: the system refuses.
    """
    import stat

    target = os.path.realpath(path)
    part = f"{target}.{os.getpid()}.part"
    call = "open"
    try:
        _check_writable(target)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        call = "write"
        try:
            with open(descriptor, "wb") as file:
                if os.path.exists(target):
                    os.fchmod(descriptor, stat.S_IMODE(os.stat(target).st_mode))
                for piece in pieces:
                    file.write(piece)
            os.replace(part, target)
        except BaseException:
            os.unlink(part)
            raise
    except OSError as error:
        raise PathError(call, path, error) from None


def _check_writable(path: str) -> None:
    """Refuse what could not be opened for writing, though its directory would let it be replaced."""
    if os.path.exists(path):
        os.close(os.open(path, os.O_WRONLY))


def make_directory(path: str) -> None:
    """Make a directory and those above it, for all to read (`os.MkdirAll`).

    Raises:
        PathError: the system refuses.
    """
    if os.path.isdir(path):
        return
    # Looked at anew: somebody may be making it at the same time.
    if os.path.exists(path) and not os.path.isdir(path):
        raise PathError("mkdir", path, NotADirectoryError(errno.ENOTDIR, ""))
    if parent := os.path.dirname(path):
        make_directory(parent)
    try:
        os.mkdir(path, 0o755)
    except OSError as error:
        if not os.path.isdir(path):
            raise PathError("mkdir", path, error) from None
