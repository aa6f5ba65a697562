"""The index of a directory of archives (`repo.IndexDirectory`, `Merge`; `helm repo index` around them)."""

from __future__ import annotations

import os

from hivehelm.sources.index.entry import ChartVersion
from hivehelm.sources.index.index import FALLING_BACK
from hivehelm.sources.index.order import key, newest_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hivehelm.sources.index.index import Index
    from hivehelm.sources.index.order import Key

    Log = Callable[..., None]
    Entries = dict[str, list[ChartVersion]]

_MODE = 0o644


def index_directory(directory: str, url: str = "", log: Log | None = None) -> Entries:
    """Return the charts whose archives are in a directory, or in one right below it; what is no chart is not.

    Args:
        directory: where `*.tgz` are looked for.
        url: where the directory is served; without it addresses are relative.
        log: hears what is said while archives are read.

    Raises:
        PathError: an archive cannot be read for its digest.
    """
    from hivehelm.chart.errors import ChartError
    from hivehelm.chart.load import load

    entries: Entries = {}
    for path in _archives(directory):
        below, name = os.path.split(os.path.relpath(path, directory))
        try:
            chart = load(path, log)
        except ChartError:
            continue
        from hivehelm.sources.index.decode import document_of

        where = joined(url, below)
        metadata = chart.metadata.copy()
        metadata.api_version = metadata.api_version or "v1"
        document = document_of(metadata) | {
            "urls": [joined(where, name) if where else name],
            "created": now(),
            "digest": digest(path),
        }
        entries.setdefault(chart.metadata.name, []).append(ChartVersion(document))
    return entries


def _archives(directory: str) -> Iterator[str]:
    yield from _named(directory)
    try:
        below = sorted(os.listdir(directory))
    except OSError:
        return
    for name in below:
        yield from _named(os.path.join(directory, name))


def _named(directory: str) -> Iterator[str]:
    try:
        names = sorted(os.listdir(directory), key=os.fsencode)
    except OSError:
        return
    for name in names:
        if name.endswith(".tgz"):
            yield os.path.join(directory, name)


def joined(base: str, name: str) -> str:
    """Return an address with another element to its path (`urlutil.URLJoin`, else `path.Join`)."""
    from hivehelm.golang.filepath import join
    from hivehelm.golang.url import URLError, parse

    try:
        url = parse(base)
    except URLError:
        return join(base, name)
    url.path = join(url.path, name)
    return str(url)


def digest(path: str) -> str:
    """Return a file's SHA-256 in hexadecimal digits.

    Raises:
        PathError: it cannot be read.
    """
    import hashlib

    from hivehelm.chart.errors import PathError

    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PathError("read" if isinstance(error, IsADirectoryError) else "open", path, error) from None


def now() -> str:
    """Return the present as Go writes it into an index: the local zone, nanoseconds."""
    from hivehelm.golang.time import now as moment

    return moment().format("2006-01-02T15:04:05.999999999Z07:00")


def merge(entries: Entries, other: Index, log: Log | None = None) -> None:
    """Add the versions of `other` that `entries` have nothing for (`Merge`).

    One that differs in its metadata only counts as there, which `log` hears of, as Helm says so.
    """
    known: dict[str, _Known] = {}
    strays: set[str] = set()
    for under in other.names():
        for version in other.stored(under):
            # Names are those of the charts, whatever the index has them under.
            name, wanted = version.name, version.version
            if name != under:
                strays.add(name)
            there = known.get(name)
            if there is None:
                there = known[name] = _Known(entries.get(name, ()))
            found = there.find(wanted)
            if found is None:
                there.add(wanted)
                entries.setdefault(name, []).append(version)
            elif found != wanted and log is not None:
                log("WARN", FALLING_BACK, chart=name, requested=wanted, selected=found)
        if under not in strays:
            # Nobody will ask again, most likely: this is most of what a large index takes.
            known.pop(under, None)


class _Known:
    """Versions that are there: what `Index.get` finds, without a look at each."""

    def __init__(self, versions: Iterable[ChartVersion]) -> None:
        self._texts: dict[str, None] = {}
        self._first: dict[Key, str] = {}
        for version in versions:
            self.add(version.version)

    def add(self, version: str) -> None:
        """Add a version."""
        self._texts.setdefault(version)
        self._first.setdefault(key(version), version)

    def find(self, version: str) -> str | None:
        """Return the version itself, else the first that it means as a range, else None."""
        if version in self._texts:
            return version
        if version.partition("-")[0].partition("+")[0].count(".") == 2:
            return self._first.get(key(version))
        # In parts it means more than itself.
        from hivehelm.golang.constraint import Constraint
        from hivehelm.golang.semver import parse

        constraint = Constraint(version)
        return next((text for text in self._texts if constraint.check(parse(text))), None)


def write(
    directory: str, url: str = "", merge_into: str = "", *, json: bool = False, log: Log | None = None
) -> None:
    """Write the index.yaml of a directory of archives.

    Args:
        directory: where archives are, and where the index goes.
        url: where the directory is served.
        merge_into: an index whose versions are kept as well; it is made where it is missing.
        json: write JSON instead of YAML.
        log: hears what is said while archives and the other index are read.

    Raises:
        PathError, RenameError: something cannot be read or written.
        SourceError: the index to merge is broken.
    """
    from contextlib import suppress

    from hivehelm.chart.errors import PathError
    from hivehelm.sources.errors import ReadError, SourceError
    from hivehelm.sources.index.errors import IndexFileError
    from hivehelm.sources.index.load import load

    entries = index_directory(directory, url, log)
    if merge_into:
        try:
            merge(entries, load(merge_into, log), log)
        except ReadError as error:
            if error.problem != "no such file or directory":
                raise SourceError(f"merge failed: {error}") from error
            # Helm does not look whether that works.
            with suppress(PathError):
                _write(merge_into, {}, json=json)
        except IndexFileError as error:
            raise SourceError(f"merge failed: {error}") from error
    for name in entries:
        entries[name] = newest_first(entries[name], lambda one: one.version)
    _write(os.path.join(directory, "index.yaml"), entries, json=json)


def _write(path: str, entries: Entries, *, json: bool) -> None:
    from hivehelm.sources.atomic import write_pieces
    from hivehelm.sources.index.write import to_json, to_yaml

    write_pieces(path, (to_json if json else to_yaml)(entries, now()), _MODE)
