"""What is known of the records of many releases: a row of each, indexed, to be read while it changes."""

from __future__ import annotations

import threading
from typing import Generic, Protocol, Self, TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hivehelm.release.drivers.entry import Entry


class Face(Protocol):
    """What a row shows of its record; `size` is in bytes."""

    @property
    def size(self) -> int:
        """How much memory it takes."""

    def shrunk(self) -> Self:
        """Return what is kept of it once there is a newer revision."""


F = TypeVar("F", bound=Face)


class Row(Generic[F]):
    """One record: where it is, which state of it this is, and its `face` if it was read.

    `stamp` is the object's resourceVersion, which grows; `print` tells bodies apart, 0 if none was seen.
    `broken` says that the record cannot be read. Never changed once others can see it.
    """

    __slots__ = ("broken", "entry", "face", "print", "stamp")

    def __init__(
        self, entry: Entry, stamp: int, face: F | None = None, *, body: int = 0, broken: bool = False
    ) -> None:
        self.entry = entry
        self.stamp = stamp
        self.face = face
        self.print = body
        self.broken = broken

    @property
    def unread(self) -> bool:
        """Whether the record has still to be read."""
        return self.face is None and not self.broken


class Revisions(Generic[F]):
    """The revisions of one release."""

    __slots__ = ("newest", "rows")

    def __init__(self) -> None:
        self.rows: dict[int, Row[F]] = {}
        #: The newest revision that can be read, for all that is known.
        self.newest: Row[F] | None = None

    def choose(self) -> None:
        """Find out the newest revision again."""
        readable = [version for version, row in self.rows.items() if not row.broken]
        self.newest = self.rows[max(readable)] if readable else None


class Rows(Generic[F]):
    """Rows by namespace, name and revision; safe to use from several threads, and never long in the way.

    A row only gives way to a later state of its object. What was found to be gone (`reconcile`) stays gone,
    whatever older news of it still comes in.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._namespaces: dict[str, dict[str, Revisions[F]]] = {}
        self._places: dict[tuple[str, str], tuple[str, int]] = {}
        self._floors: dict[tuple[str, str], int] = {}
        self._marks: dict[str, int] = {}
        #: Grows with every change.
        self.generation = 0
        self.records = 0
        self.releases = 0
        self.size = 0

    def newest(self, namespace: str, name: str) -> Row[F] | None:
        """Return the newest revision of a release, None where none is known."""
        found = self._namespaces.get(namespace, {}).get(name)
        return None if found is None else found.newest

    def row(self, namespace: str, name: str, version: int) -> Row[F] | None:
        """Return one revision, None where it is not known."""
        found = self._namespaces.get(namespace, {}).get(name)
        return None if found is None else found.rows.get(version)

    def history(self, namespace: str, name: str) -> list[Row[F]]:
        """Return all revisions of a release, oldest first."""
        with self._lock:
            found = self._namespaces.get(namespace, {}).get(name)
            return [] if found is None else [row for _, row in sorted(found.rows.items())]

    def all_newest(self, namespaces: Sequence[str] | None = None) -> list[Row[F]]:
        """Return the newest revisions in `namespaces`, None is all, in no particular order."""
        with self._lock:
            chosen: Iterable[str] = self._namespaces if namespaces is None else dict.fromkeys(namespaces)
            return [
                revisions.newest
                for namespace in chosen
                for revisions in self._namespaces.get(namespace, {}).values()
                if revisions.newest is not None
            ]

    def unread(self, most: int) -> list[Row[F]]:
        """Return some revisions that were not read yet, no more than `most`."""
        found: list[Row[F]] = []
        with self._lock:
            for names in self._namespaces.values():
                for revisions in names.values():
                    found += [row for row in revisions.rows.values() if row.unread]
                    if len(found) >= most:
                        return found[:most]
        return found

    def mark(self, namespace: str | None = None) -> int:
        """Return a number that changes whenever anything in `namespace` does; None is all of them."""
        return self.generation if namespace is None else self._marks.get(namespace, 0)

    def put(self, row: Row[F]) -> bool:
        """Take a later state of a record in; tell whether it was one."""
        with self._lock:
            return self._put(row)

    def fill(self, row: Row[F], face: F | None) -> None:
        """Say what the record of a row shows, None that it cannot be read; unless there is a later state."""
        with self._lock:
            entry = row.entry
            revisions = self._namespaces.get(entry.namespace, {}).get(entry.name)
            if revisions is None or revisions.rows.get(entry.version) is not row:
                return
            full = Row(entry, row.stamp, face, body=row.print, broken=face is None)
            self._replace(revisions, full)

    def forget(self, namespace: str, key: str, stamp: int) -> None:
        """Take it in that the object `key` is gone as of `stamp`."""
        with self._lock:
            place = (namespace, key)
            if place in self._places and self._at(place).stamp <= stamp:
                self._remove(namespace, key)

    def reconcile(self, rows: Iterable[Row[F]], stamp: int, namespace: str, name: str = "") -> None:
        """Take in a listing at `stamp` of `namespace`, "" is all, or of release `name` there alone.

        News of a single release from before the listing may still be on its way: it is passed over.
        """
        with self._lock:
            listed = {(row.entry.namespace, row.entry.key): row for row in rows}
            if name:
                revisions = self._namespaces.get(namespace, {}).get(name)
                known = [] if revisions is None else [row.entry for row in revisions.rows.values()]
                places = [(entry.namespace, entry.key) for entry in known]
            else:
                places = [place for place in self._places if namespace in ("", place[0])]
            for place in places:
                if place not in listed and self._at(place).stamp <= stamp:
                    if name:
                        self._floors[place] = stamp
                    self._remove(*place)
            for row in listed.values():
                self._put(row)

    def passed(self, stamp: int) -> None:
        """Say that no news from before `stamp` will come any more."""
        if self._floors:
            with self._lock:
                self._floors = {place: floor for place, floor in self._floors.items() if floor > stamp}

    def _at(self, place: tuple[str, str]) -> Row[F]:
        name, version = self._places[place]
        return self._namespaces[place[0]][name].rows[version]

    def _put(self, row: Row[F]) -> bool:
        entry = row.entry
        place = (entry.namespace, entry.key)
        if row.stamp <= self._floors.get(place, -1):
            return False
        if place in self._places:
            if self._at(place).stamp >= row.stamp:
                return False
            if self._places[place] != (entry.name, entry.version):
                # Somebody edited what is noted beside the record.
                self._remove(*place)
        names = self._namespaces.setdefault(entry.namespace, {})
        if (revisions := names.get(entry.name)) is None:
            revisions = names[entry.name] = Revisions()
            self.releases += 1
        if entry.version not in revisions.rows:
            self.records += 1
        self._places[place] = (entry.name, entry.version)
        self._replace(revisions, row)
        return True

    def _replace(self, revisions: Revisions[F], row: Row[F]) -> None:
        before, newest = revisions.rows.get(row.entry.version), revisions.newest
        revisions.rows[row.entry.version] = row
        self.size += _size(row) - _size(before)
        revisions.choose()
        for one in (newest, row):
            if one is None or one.face is None or one is revisions.newest:
                continue
            version = one.entry.version
            if revisions.rows.get(version) is one:
                small = Row(one.entry, one.stamp, one.face.shrunk(), body=one.print)
                revisions.rows[version] = small
                self.size += _size(small) - _size(one)
        self._changed(row.entry.namespace)

    def _remove(self, namespace: str, key: str) -> None:
        name, version = self._places.pop((namespace, key))
        revisions = self._namespaces[namespace][name]
        self.size -= _size(revisions.rows.pop(version))
        self.records -= 1
        if revisions.rows:
            revisions.choose()
        else:
            self.releases -= 1
            del self._namespaces[namespace][name]
            if not self._namespaces[namespace]:
                del self._namespaces[namespace]
        self._changed(namespace)

    def _changed(self, namespace: str) -> None:
        self.generation += 1
        # The same number must not come again when a namespace is gone and made anew.
        self._marks[namespace] = self.generation


def _size(row: Row[F] | None) -> int:
    return 0 if row is None or row.face is None else row.face.size
