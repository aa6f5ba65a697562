"""A directory, an archive or a list of files becomes a chart (`pkg/chart/loader`, `pkg/chart/v2/loader`)."""

from __future__ import annotations

import os

from hivehelm.chart import decode
from hivehelm.chart.archive import files_of
from hivehelm.chart.archive import read_files as read_archive
from hivehelm.chart.errors import ArchiveError, ChartError, GzipHeaderError
from hivehelm.chart.model import API_V1, API_V2, Chart, File, Metadata
from hivehelm.chart.validate import validate
from hivehelm.seen import SeenTrees

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, BinaryIO

    from hivehelm.chart.model import Lock

    Log = Callable[..., None]

__all__ = ["ChartError", "load", "load_archive", "load_files"]

# Larger archives are read piece by piece.
_WHOLE = 8 * 1024 * 1024
_VALUES = SeenTrees(32 * 1024 * 1024)


def load(path: str | os.PathLike[str], log: Log | None = None) -> Chart:
    """Return the chart in the directory or the archive at `path`.

    `log(level, message, **attributes)` takes what Helm says while it loads.

    Raises:
        ChartError: there is no chart, or it is broken.
    """
    name = os.fspath(path)
    if os.path.isdir(name):
        return _load_directory(name, log)
    try:
        with open(name, "rb") as stream:
            start = head(stream, name, 512)
            if not start.startswith(b"\x1f\x8b\x08"):
                raise _not_an_archive(name, start)
            try:
                data = stream.read(_WHOLE + 1)
                if len(data) <= _WHOLE:
                    files = files_of(data)
                else:
                    stream.seek(0)
                    files = read_archive(stream)
            except GzipHeaderError as error:
                problem = f"file '{name}' does not appear to be a valid chart file (details: {error})"
                raise ChartError(problem, name) from error
            except ArchiveError as error:
                raise ChartError("unable to load chart archive", name) from error
    except OSError as error:
        raise ChartError(f"open {name}: {(error.strerror or str(error)).lower()}", name) from None
    _check_version(files)
    return load_files(files, log)


def head(stream: BinaryIO, name: str, count: int = 3) -> bytes:
    """Return the first bytes of the file `name`, without going on in its `stream`.

    Raises:
        ChartError: it cannot be read.
    """
    try:
        found = stream.read(count)
        stream.seek(0)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ChartError(f"file '{name}' cannot be read: read {name}: {reason}", name) from None
    return found


def load_archive(stream: BinaryIO, log: Log | None = None) -> Chart:
    """Return the chart in a stream of a packaged chart's bytes.

    Raises:
        ChartError: the stream is not the archive of a chart, or the chart is broken.
    """
    try:
        files = read_archive(stream)
    except GzipHeaderError as error:
        raise ChartError(f"stream does not appear to be a valid chart file (details: {error})") from error
    except ArchiveError as error:
        raise ChartError(f"unable to load chart archive: {error}") from error
    _check_version(files)
    return load_files(files, log)


def _load_directory(name: str, log: Log | None) -> Chart:
    from hivehelm.chart.directory import read_files

    top = os.path.abspath(name)
    chart_file = os.path.join(top, "Chart.yaml")
    try:
        with open(chart_file, "rb") as stream:
            data = stream.read()
    except OSError as error:
        verb = "read" if os.path.isdir(chart_file) else "open"
        reason = f"{verb} {chart_file}: {(error.strerror or str(error)).lower()}"
        raise ChartError(f"unable to detect chart at {chart_file}: {reason}", name) from None
    _check_version([File("Chart.yaml", data)])
    return load_files(read_files(top, log), log)


def _check_version(files: Iterable[File]) -> None:
    """Look at apiVersion before anything else, as Helm does to choose the loader."""
    for file in files:
        if file.name == "Chart.yaml":
            version = _decoding("Chart.yaml", decode.api_version, file.data)
            if version in (API_V1, API_V2, ""):
                return
            if version == "v3":
                raise ChartError("invalid chart apiVersion")
            raise ChartError("unsupported chart version")
    raise ChartError("unable to detect chart version, no Chart.yaml found")


def _not_an_archive(name: str, head: bytes) -> ChartError:
    if name.endswith((".yml", ".yaml")):
        text = f"file '{name}' seems to be a YAML file, but expected a gzipped archive"
    else:
        from hivehelm.chart.sniff import content_type

        # Helm looks at 512 bytes whether or not the file has so many.
        kind = content_type(head.ljust(512, b"\0"))
        text = f"file '{name}' does not appear to be a gzipped archive; got '{kind}'"
    return ChartError(text, name)


def _decoding(name: str, decoder: Callable[..., Any], *given: object) -> Any:
    try:
        return decoder(*given)
    except ChartError as error:
        raise ChartError(f"cannot load {name}: {error}") from None


def load_files(files: Iterable[File], log: Log | None = None) -> Chart:
    """Return the chart that `files` make up, paths relative to its directory.

    Subcharts come in the order in which `files` first mention them; Helm's order is random.

    Raises:
        ChartError: Chart.yaml is missing or wrong, or another file that Helm reads is broken.
    """
    return _Assembly(list(files), log).chart()


class _Assembly:
    """What `LoadFiles` gathers on its way through the files."""

    def __init__(self, files: list[File], log: Log | None) -> None:
        self.files = files
        self.log = log
        self.metadata: Metadata | None = None
        self.lock: Lock | None = None
        self.values: dict[str, Any] = {}
        self.schema: bytes | None = None
        self.schema_modtime: int | None = None
        self.modtime: int | None = None
        self.templates: list[File] = []
        self.others: list[File] = []
        self.subcharts: dict[str, list[File]] = {}

    def chart(self) -> Chart:
        for file in self.files:
            if file.name == "Chart.yaml":
                self.metadata = _decoding(file.name, decode.metadata, file.data, self.metadata)
                if not self.metadata.api_version:
                    self.metadata.api_version = API_V1
                self.modtime = file.modtime
        for file in self.files:
            self.take(file)
        if self.metadata is None:
            raise ChartError("Chart.yaml file is missing")
        validate(self.metadata)
        name = self.metadata.name
        found = (self.subchart(directory, files, name) for directory, files in self.subcharts.items())
        return Chart(
            self.metadata,
            values=self.values,
            templates=self.templates,
            files=self.others,
            dependencies=[chart for chart in found if chart is not None],
            schema=self.schema,
            lock=self.lock,
            raw=self.files,
            modtime=self.modtime,
            schema_modtime=self.schema_modtime,
        )

    def take(self, file: File) -> None:
        name = file.name
        if name.startswith("templates/"):
            self.templates.append(file)
        elif name.startswith("charts/"):
            self.take_subchart_file(file)
        elif name == "Chart.yaml":
            pass
        elif name == "Chart.lock":
            self.lock = _decoding(name, decode.lock, file.data)
        elif name == "values.yaml":
            from hivehelm.chart.values import load_values

            self.values = _decoding(name, _VALUES.read, "values", file.data, load_values)
        elif name == "values.schema.json":
            self.schema = file.data
            self.schema_modtime = file.modtime
        elif name == "requirements.yaml":
            self.take_requirements(file)
        elif name == "requirements.lock":
            self.take_requirements_lock(file)
        else:
            self.others.append(file)

    def take_requirements(self, file: File) -> None:
        metadata = self.metadata or Metadata()
        self.warn_of_old_file(
            metadata, "Dependencies are handled in Chart.yaml", "dependencies to Chart.yaml"
        )
        self.metadata = _decoding(file.name, decode.metadata, file.data, metadata)
        if self.metadata.api_version == API_V1:
            self.others.append(file)

    def take_requirements_lock(self, file: File) -> None:
        self.lock = _decoding(file.name, decode.lock, file.data)
        self.metadata = self.metadata or Metadata()
        self.warn_of_old_file(self.metadata, "Dependency locking is handled in Chart.lock", "to Chart.lock")
        if self.metadata.api_version == API_V1:
            self.others.append(file)

    def warn_of_old_file(self, metadata: Metadata, fact: str, migration: str) -> None:
        if metadata.api_version != API_V1 and self.log is not None:
            advice = f"We recommend migrating {migration}."
            self.log("INFO", f'Warning: {fact} since apiVersion "v2". {advice}')

    def take_subchart_file(self, file: File) -> None:
        if file.name.endswith(".prov"):
            self.others.append(file)
            return
        inner = file.name[len("charts/") :]
        directory = inner.partition("/")[0]
        self.subcharts.setdefault(directory, []).append(File(inner, file.data, file.modtime))

    def subchart(self, directory: str, files: list[File], parent: str) -> Chart | None:
        if directory.startswith(("_", ".")):
            return None
        try:
            if directory.endswith(".tgz"):
                return self.packed_subchart(directory, files[0], parent)
            inner = [
                File(file.name.partition("/")[2], file.data, file.modtime)
                for file in files
                if "/" in file.name
            ]
            return load_files(inner, self.log)
        except _UnpackError:
            raise
        except ChartError as error:
            raise ChartError(f"error unpacking subchart {directory} in {parent}: {error}") from None

    def packed_subchart(self, directory: str, file: File, parent: str) -> Chart:
        if file.name != directory:
            raise _UnpackError(
                f"error unpacking subchart tar in {parent}: expected {directory}, got {file.name}"
            )
        return load_files(files_of(file.data), self.log)


class _UnpackError(ChartError):
    """A subchart's archive is a directory: told without the words that go before other errors."""
