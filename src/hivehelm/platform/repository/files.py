"""Archives in a directory, which any number of processes may share: on one machine, or on a volume."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time

from hivehelm.platform.repository.archive import ARCHIVE, PROVENANCE, check_provenance, described, file_of
from hivehelm.platform.repository.backend import Content, Listing
from hivehelm.platform.repository.catalog import Entry
from hivehelm.platform.repository.errors import (
    ArchiveExistsError,
    ChartRepositoryError,
    NoArchiveError,
    RepositoryFullError,
    RepositoryUnreachableError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO, TypeGuard

    from hivehelm.platform.repository.archive import Archive
    from hivehelm.platform.repository.directories import Directory

_OWN = ".hivemind"
# A directory's time may stand still while it changes twice: until it is as old as this, it is read again.
_SETTLED = 2_000_000_000
# Files written in place, which nobody of us does, leave the directory's time as it was.
_EVERY = 10.0


class FileBackend:
    """Keeps archives as files; what is copied there by hand counts, too, and so do charts in directories.

    Files appear whole: they are written beside, in `.hivemind`, and put in their place. What archives say of
    themselves is kept there as well, so that a start reads none of them again.
    """

    writable = True

    def __init__(self, directory: str) -> None:
        """Take a directory, which is made when something is put there."""
        self.directory = os.path.abspath(directory)
        self.where = self.directory
        self._own = os.path.join(self.directory, _OWN)
        self._seen: tuple[int, int] | None = None
        self._looked = 0.0
        self._refused: dict[str, tuple[str, str]] = {}
        self._directories: dict[str, tuple[Directory, Entry]] = {}

    def unchanged(self) -> bool:
        """Tell whether nothing came or went since the directory was read."""
        try:
            mark = self._mark()
        except RepositoryUnreachableError:
            return False
        return (
            self._seen is not None
            and mark == self._seen
            and time.time_ns() - self._seen[0] > _SETTLED
            and time.monotonic() - self._looked < _EVERY
        )

    def _mark(self) -> tuple[int, int]:
        try:
            found = os.stat(self.directory)
        except FileNotFoundError:
            return 0, 0
        except OSError as error:
            raise self._unreachable(error) from error
        return found.st_mtime_ns, found.st_ino

    def _unreachable(self, error: OSError) -> RepositoryUnreachableError:
        return RepositoryUnreachableError(self.where, (error.strerror or str(error)).lower())

    def listing(self, known: Mapping[str, Entry]) -> Listing:
        """Return the charts in the directory; those that are as they were are not read again."""
        from hivehelm.platform.repository import remembered

        mark = self._mark()
        looked = time.monotonic()
        if not known:
            known = remembered.load(self._own)
        entries: dict[str, Entry] = {}
        refused: dict[str, tuple[str, str]] = {}
        for file, stamp, modified in self._files():
            entry = known.get(file)
            if entry is not None and entry.stamp == stamp:
                entries[file] = entry
            elif (problem := self._refused.get(file)) is not None and problem[0] == stamp:
                refused[file] = problem
            else:
                try:
                    entries[file] = self._read(file, stamp, modified)
                except ChartRepositoryError as error:
                    refused[file] = (stamp, str(error))
                except FileNotFoundError:
                    continue
                except OSError as error:
                    refused[file] = (stamp, (error.strerror or str(error)).lower())
        refused |= self._take_directories(entries)
        if entries.keys() != known.keys() or any(known[file] is not entries[file] for file in entries):
            remembered.save(self._own, entries)
        self._refused = refused
        self._seen, self._looked = mark, looked
        return Listing(
            entries=entries,
            generated=moment(mark[0]),
            modified=mark[0] / 1e9,
            refused={file: problem for file, (_, problem) in refused.items()},
        )

    def _take_directories(self, entries: dict[str, Entry]) -> dict[str, tuple[str, str]]:
        """Add the charts that are directories, unless there are archives of them; return what is none."""
        from hivehelm.chart.errors import ChartError
        from hivehelm.platform.repository.directories import archive_of, clear, directories

        refused: dict[str, tuple[str, str]] = {}
        made: dict[str, tuple[Directory, Entry]] = {}
        for one in directories(self.directory):
            before = self._directories.get(one.path)
            if before is not None and before[0].stamp == one.stamp:
                made[one.path] = (one, before[1])
                continue
            name = os.path.basename(one.path)
            if (problem := self._refused.get(name)) is not None and problem[0] == one.stamp:
                refused[name] = problem
                continue
            try:
                archive = described(archive_of(one, self._own))
            except (ChartError, ChartRepositoryError, OSError) as error:
                refused[name] = (one.stamp, str(error))
                continue
            document = archive.document | {"created": moment(one.modified), "digest": archive.digest}
            entry = Entry(
                file=archive.file,
                name=archive.name,
                version=archive.version,
                stamp=one.stamp,
                document=document,
            )
            made[one.path] = (one, entry)
        if made.keys() != self._directories.keys() or any(
            made[path][0].stamp != self._directories[path][0].stamp for path in made
        ):
            clear(self._own, {one.stamp for one, _ in made.values()})
        self._directories = made
        for _, entry in made.values():
            entries.setdefault(entry.file, entry)
        return refused

    def _files(self) -> Iterator[tuple[str, str, int]]:
        try:
            with os.scandir(self.directory) as found:
                for one in found:
                    if not one.name.endswith(ARCHIVE) or one.name.startswith("."):
                        continue
                    with contextlib.suppress(FileNotFoundError):
                        state = one.stat(follow_symlinks=False)
                        if stat.S_ISREG(state.st_mode):
                            yield one.name, _stamp(state), state.st_mtime_ns
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unreachable(error) from error

    def _read(self, file: str, stamp: str, modified: int) -> Entry:
        with self._open(file) as stream:
            archive = described(stream.read())
        document = archive.document | {"created": moment(modified), "digest": archive.digest}
        return Entry(file=file, name=archive.name, version=archive.version, stamp=stamp, document=document)

    def _open(self, file: str) -> BinaryIO:
        return open(os.open(os.path.join(self.directory, file), _READ), "rb")

    def open(self, file: str, entry: Entry | None) -> Content:
        """Return a file; links lead nowhere."""
        try:
            stream = self._open_directory(entry) if _is_directory(entry, file) else self._open(file)
        except OSError:
            raise NoArchiveError("object not found") from None
        state = os.fstat(stream.fileno())
        if not stat.S_ISREG(state.st_mode):
            stream.close()
            raise NoArchiveError("object not found")
        stamp = _stamp(state)
        known = (
            entry is not None and entry.file == file and (entry.stamp == stamp or _is_directory(entry, file))
        )
        return Content(
            file=file,
            size=state.st_size,
            etag=f'"{entry.digest if known and entry else stamp}"',
            modified=state.st_mtime,
            stream=stream,
        )

    def _open_directory(self, entry: Entry) -> BinaryIO:
        from hivehelm.platform.repository.directories import archive_of, packed_path

        path = packed_path(entry.stamp, self._own)
        if not os.path.exists(path):
            for one, made in self._directories.values():
                if made.stamp == entry.stamp:
                    archive_of(one, self._own)
        return open(path, "rb")

    def put(self, archive: Archive, data: bytes, prov: bytes | None, *, force: bool) -> bool:
        """Keep an archive and its provenance; a provenance of other bytes does not stay beside it."""
        target = os.path.join(self.directory, archive.file)
        signed = f"{target}.prov"
        with self._writing():
            there = os.path.lexists(target)
            if not force and (there or (prov is not None and self._signs_another(signed, prov))):
                raise ArchiveExistsError(archive.file)
            part = self._part(data)
            try:
                # While one takes the place of the other, no signature is better than a wrong one.
                if prov is not None or not self._signs(signed, archive):
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(signed)
                if prov is not None and not there:
                    self._replace(self._part(prov), signed)
                    prov = None
                self._place(part, target, force=force)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(part)
            if prov is not None:
                self._replace(self._part(prov), signed)
            self._sync()
        return there

    def put_provenance(self, name: str, version: str, prov: bytes, *, force: bool) -> None:
        """Keep a provenance, be the archive there or not."""
        file = file_of(name, version, PROVENANCE)
        target = os.path.join(self.directory, file)
        with self._writing():
            if not force and os.path.lexists(target):
                raise ArchiveExistsError(file)
            self._replace(self._part(prov), target)
            self._sync()

    def delete(self, name: str, version: str) -> None:
        """Remove an archive, then its provenance."""
        target = os.path.join(self.directory, file_of(name, version))
        if not os.path.lexists(target):
            raise NoArchiveError("object not found")
        with self._writing():
            try:
                os.unlink(target)
            except FileNotFoundError:
                raise NoArchiveError("object not found") from None
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{target}.prov")
            self._sync()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold what one writer holds at a time, over all processes."""
        from hivehelm.chart.errors import PathError
        from hivehelm.sources.errors import SourceError
        from hivehelm.sources.filelock import locked

        try:
            os.makedirs(self._own, exist_ok=True)
            with locked(os.path.join(self._own, "write.lock")):
                yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise RepositoryFullError("the chart repository is full") from error
            raise self._unreachable(error) from error
        except (PathError, SourceError) as error:
            raise RepositoryUnreachableError(self.where, str(error)) from error

    def _part(self, data: bytes) -> str:
        """Write data beside the archives, down to the disk, and return its path."""
        part = os.path.join(self._own, f"part-{os.getpid()}-{os.urandom(8).hex()}")
        with open(part, "xb") as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                os.unlink(part)
                raise
        return part

    def _place(self, part: str, target: str, *, force: bool) -> None:
        if not force:
            try:
                os.link(part, target)
                return
            except FileExistsError:
                # Somebody whom the lock does not hold: it is not honoured on every volume.
                raise ArchiveExistsError(os.path.basename(target)) from None
            except OSError:
                pass  # A volume without links.
        os.replace(part, target)

    def _replace(self, part: str, target: str) -> None:
        try:
            os.replace(part, target)
        except BaseException:
            os.unlink(part)
            raise

    def _sync(self) -> None:
        self._seen = None
        descriptor = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with contextlib.suppress(OSError):  # Not every file system has it for directories.
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _signs(self, path: str, archive: Archive) -> bool:
        """Tell whether the provenance at `path` is of those very bytes."""
        try:
            with open(path, "rb") as file:
                sums = check_provenance(file.read())[2]
        except (OSError, ChartRepositoryError):
            return False
        return sums.get(archive.file) == f"sha256:{archive.digest}"

    def _signs_another(self, path: str, prov: bytes) -> bool:
        try:
            with open(path, "rb") as file:
                return file.read() != prov
        except OSError:
            return False


_READ = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def _is_directory(entry: Entry | None, file: str) -> TypeGuard[Entry]:
    """Tell whether what is asked for is made of a directory."""
    from hivehelm.platform.repository.directories import PREFIX

    return entry is not None and entry.file == file and entry.stamp.startswith(PREFIX)


def _stamp(state: os.stat_result) -> str:
    return f"{state.st_mtime_ns:x}-{state.st_size:x}-{state.st_ino:x}"


def moment(nanoseconds: int) -> str:
    """Return a time of Unix in nanoseconds as RFC 3339 has it, in UTC."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{text}.{rest:09d}Z" if rest else f"{text}Z"
