"""A live view of the records in a cluster: listed once, watched from then on.

First only metadata is listed. The newest revision of each release is read then, the others in quiet moments
or when somebody asks for them; what changes later comes with its body. A row says no more than what was noted
beside its record and the face that the reader of records makes of it, so that thousands of releases fit into
little memory.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Generic

from hivehelm.kube.errors import ApiError, KubeError
from hivehelm.record import Record
from hivehelm.release import split
from hivehelm.release.drivers import metadata as notes
from hivehelm.release.errors import ReleaseDecodeError, ReleaseError
from hivehelm.release.follower import Follower, backoff
from hivehelm.release.rows import F, Row, Rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from hivehelm.release.drivers.entry import Entry
    from hivehelm.release.drivers.objects import ObjectDriver
    from hivehelm.release.model import Release

    Object = dict[str, Any]

_SELECTOR = "owner=helm"
#: How many records are read at a time: others wait meanwhile.
_BATCH = 50
#: How much faces may take, in bytes, until old revisions are only read when somebody asks for them.
_FILLED = 32 << 20
# How many releases of one name are found together.
_FEW = 2


class MirrorState(Record):
    """How a mirror is: `age` is for how many seconds it has been out of touch, None before the first listing.

    `refused` says that the cluster does not let us watch; `error` is why it is out of touch. `size` is what
    faces take, in bytes; `unread` counts newest revisions that are still to be read.
    """

    age: float | None
    refused: bool
    error: str
    records: int
    releases: int
    size: int


class Mirror(Generic[F]):
    """The records in `namespaces`, () is all; `face(release, newest)` makes what rows show of one.

    `driver(namespace)` gives the store there, "" the one of all namespaces.
    """

    def __init__(
        self,
        driver: Callable[[str], ObjectDriver],
        face: Callable[[Release, bool], F],
        namespaces: Sequence[str] = (),
        *,
        log: Callable[..., None] | None = None,
        pause: Callable[[int], float] | None = None,
    ) -> None:
        """Prepare; nothing is asked before `start`. `pause(attempt)` is how long to wait before a retry."""
        self.rows: Rows[F] = Rows()
        #: What no other mirror is called, here or elsewhere: the marks of its rows say nothing of others'.
        self.token = os.urandom(6).hex()
        self._drivers = {scope: driver(scope) for scope in namespaces or ("",)}
        self._face = face
        self._open = driver
        self._reading = threading.Condition()
        self._busy: set[tuple[str, str]] = set()
        self._work = threading.Event()
        #: Set once everything that is read without being asked for has been read.
        self.filled = threading.Event()
        self._closed = threading.Event()
        self._pause = pause or backoff
        self._followers = [
            Follower(store.requests, self, scope, _SELECTOR, log=log, pause=pause)
            for scope, store in self._drivers.items()
        ]
        self._threads: list[threading.Thread] = []
        self._listed: set[str] = set()

    def start(self) -> None:
        """Begin to follow, in threads of its own."""
        targets = [(f"records of {f.namespace or 'all'}", f.run) for f in self._followers]
        for name, target in [*targets, ("records", self._read_newest)]:
            thread = threading.Thread(target=target, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Stop following; what is known stays."""
        self._closed.set()
        self._work.set()
        self.filled.set()
        for follower in self._followers:
            follower.close()

    def join(self, seconds: float) -> None:
        """Wait until nothing is at work any more, `seconds` at most for each thread."""
        for thread in self._threads:
            thread.join(seconds)

    def ready(self, seconds: float) -> bool:
        """Wait for the first listing, `seconds` at most; tell whether it is there."""
        end = time.monotonic() + seconds
        return all(follower.listed.wait(max(0.0, end - time.monotonic())) for follower in self._followers)

    def covers(self, namespace: str | None) -> bool:
        """Tell whether records of `namespace` are followed, None is all of them."""
        return "" in self._drivers or (namespace is not None and namespace in self._drivers)

    def age(self) -> float | None:
        """Return for how many seconds there has been no news, 0 while in touch; None before the listing."""
        oldest = 0.0
        for follower in self._followers:
            if not follower.listed.is_set():
                return None
            oldest = max(oldest, follower.age())
        return oldest

    def state(self) -> MirrorState:
        """Return how things are."""
        return MirrorState(
            age=self.age(),
            refused=any(follower.refused for follower in self._followers),
            error=next((follower.error for follower in self._followers if follower.error), ""),
            records=self.rows.records,
            releases=self.rows.releases,
            size=self.rows.size,
        )

    def refresh(self, namespace: str, name: str) -> None:
        """Ask the cluster how release `name` is now; the rows say so from then on.

        Raises:
            StorageError, KubeError: the cluster does not say.
        """
        driver = self._driver(namespace)
        labels = notes.selector({"owner": "helm", "name": name})
        try:
            found, version = driver.requests.listed(namespace, labels, 0)
        except ApiError as error:
            raise driver.failure("query", "failed to query with labels", error) from error
        self.rows.reconcile(self._noted(found), stamp(version), namespace, name)
        newest = self.rows.newest(namespace, name)
        if newest is not None and newest.unread:
            self.read([newest])

    def read(self, rows: Iterable[Row[F]]) -> None:
        """Read the records of those rows that were not read yet.

        Raises:
            StorageError, KubeError: the cluster does not say.
        """
        # Releases of one name are found together: not in several batches.
        left = sorted((row for row in rows if self._is_unread(row)), key=_order)
        while left:
            with self._reading:
                batch = [row for row in left if _place(row) not in self._busy][:_BATCH]
                if not batch:
                    # Somebody else is reading them.
                    self._reading.wait()
                self._busy.update(map(_place, batch))
            try:
                self._read([row for row in batch if self._is_unread(row)])
            finally:
                with self._reading:
                    self._busy.difference_update(map(_place, batch))
                    self._reading.notify_all()
            left = [row for row in left if self._is_unread(row)]

    def listing(self, namespace: str, found: Iterable[Object], version: str) -> None:
        """Take in what a follower listed."""
        self.rows.reconcile(self._noted(found), stamp(version), namespace)
        # The follower says so later: whoever is at work by then would not look again.
        self._listed.add(namespace)
        self._work.set()

    def event(self, kind: str, found: Object) -> None:
        """Take in what a follower was told."""
        metadata = found["metadata"]
        state = stamp(metadata.get("resourceVersion") or "")
        if kind == "BOOKMARK":
            # It says nothing but how far we are.
            self.rows.passed(state)
            return
        namespace, key = notes.place(metadata)
        if kind == "DELETED":
            self.rows.forget(namespace, key, state)
            return
        if (entry := notes.entry(metadata)) is None:
            # What is noted contradicts itself: such a record is only found by reading all of them.
            self.rows.forget(namespace, key, state)
            return
        body = hash((found.get("data") or {}).get("release"))
        before = self.rows.row(namespace, entry.name, entry.version)
        if before is not None and body and before.print == body:
            # A heartbeat, or a label: the record itself is as it was.
            self.rows.put(Row(slim(entry), state, before.face, body=body, broken=before.broken))
            return
        row: Row[F] = Row(slim(entry), state, body=body)
        if (metadata.get("annotations") or {}).get(split.NAME):
            # Its other parts have to be fetched: not in the follower's way.
            self.rows.put(row)
            self._work.set()
            return
        try:
            release = self._checked(entry, self._driver(namespace).read(found))
            face = self._face(release, self._is_newest(entry))
            self.rows.put(Row(slim(entry), state, face, body=body))
        except ReleaseDecodeError:
            self.rows.put(Row(slim(entry), state, body=body, broken=True))
            self._work.set()

    def _noted(self, found: Iterable[Object]) -> list[Row[F]]:
        entries = [(notes.entry(metadata), metadata.get("resourceVersion") or "") for metadata in found]
        return [Row(slim(entry), stamp(version)) for entry, version in entries if entry is not None]

    def _driver(self, namespace: str) -> ObjectDriver:
        return self._drivers[""] if "" in self._drivers else self._drivers[namespace]

    def _is_newest(self, entry: Entry) -> bool:
        newest = self.rows.newest(entry.namespace, entry.name)
        return newest is None or newest.entry.version <= entry.version

    def _is_unread(self, row: Row[F]) -> bool:
        entry = row.entry
        return row.unread and self.rows.row(entry.namespace, entry.name, entry.version) is row

    def _read(self, rows: Sequence[Row[F]]) -> None:
        shares: dict[str, list[Row[F]]] = {}
        for row in rows:
            shares.setdefault(row.entry.namespace, []).append(row)
        if len(shares) == 1 or "" not in self._drivers:
            for namespace, share in shares.items():
                self._fetch(self._open(namespace), share)
            return
        # A selector of names finds those of all namespaces: what is common is got one by one.
        names = [row.entry.name for row in rows]
        rare = [row for row in rows if names.count(row.entry.name) <= _FEW]
        for part in [rare, *([row] for row in rows if row not in rare)]:
            self._fetch(self._drivers[""], part)

    def _fetch(self, driver: ObjectDriver, rows: Sequence[Row[F]]) -> None:
        wanted = {(row.entry.namespace, row.entry.name, row.entry.version): row for row in rows}
        for release in driver.fetch([row.entry for row in rows]) if rows else ():
            # A record that names another place than its notes is none of those that are wanted.
            found = wanted.pop((release.namespace, release.name, release.version), None)
            if found is not None:
                self.rows.fill(found, self._face(release, self._is_newest(found.entry)))
        for row in wanted.values():
            self.rows.fill(row, None)

    def _checked(self, entry: Entry, release: Release) -> Release:
        if (release.namespace, release.name, release.version) != (entry.namespace, entry.name, entry.version):
            raise ReleaseDecodeError("the record is another than its notes say")
        return release

    def _unread(self) -> list[Row[F]]:
        """Return newest revisions that are to be read, or, if there are none, some of the others."""
        newest = [row for row in self.rows.all_newest() if row.unread]
        if not newest and self.rows.size < _FILLED:
            newest = self.rows.unread(_BATCH)
        return sorted(newest, key=_order)

    def _read_newest(self) -> None:
        """Read newest revisions as they come up, and the others in quiet moments, until closed."""
        attempt = 0
        while True:
            self._work.wait()
            if self._closed.is_set():
                return
            self._work.clear()
            try:
                while (unread := self._unread()) and not self._closed.is_set():
                    begun = time.monotonic()
                    self.read(unread[:_BATCH])
                    attempt = 0
                    if not self._is_newest(unread[0].entry):
                        # Whoever asks for something goes first.
                        self._closed.wait(time.monotonic() - begun)
                if self._listed >= self._drivers.keys():
                    self.filled.set()
            except (KubeError, ReleaseError):
                attempt += 1
                self._closed.wait(self._pause(attempt))
                self._work.set()


def stamp(version: str) -> int:
    """Return a resourceVersion as the number that it is in every Kubernetes so far, 0 where it is none."""
    return int(version) if version.isascii() and version.isdigit() else 0


def slim(entry: Entry) -> Entry:
    """Return an entry with strings that are shared, and no labels but the user's."""
    from sys import intern

    from hivehelm.release.labels import users

    return entry.replace(
        namespace=intern(entry.namespace), name=intern(entry.name), labels=users(entry.labels), stamp=""
    )


def _place(row: Row[F]) -> tuple[str, str]:
    return row.entry.namespace, row.entry.key


def _order(row: Row[F]) -> tuple[int, str]:
    return row.entry.version, row.entry.name
