"""Records in PostgreSQL (pkg/storage/driver/sql.go).

Who is at work on a record is kept in the table of the user's labels, under a namespace that no release can be
in: Helm neither reads nor removes such rows.
"""

from __future__ import annotations

from hivehelm.release import claim as claims
from hivehelm.release import codec
from hivehelm.release import labels as marks
from hivehelm.release.claim import Claim
from hivehelm.release.drivers.entry import Entry
from hivehelm.release.drivers.sqlpool import Pool
from hivehelm.release.drivers.sqlrows import claim_place, insert_label, lock, read_claim, write_claim
from hivehelm.release.errors import (
    LockLostError,
    ReleaseDecodeError,
    ReleaseExistsError,
    ReleaseNotFoundError,
    SQLConnectionError,
    UnknownLabelError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from psycopg import Connection

    from hivehelm.release.drivers.driver import Refusals, Releases
    from hivehelm.release.drivers.sqlpool import Session
    from hivehelm.release.model import Release

    Place = tuple[str, str]

# Labels that are columns; what is asked for goes into statements only by these names.
_COLUMNS = frozenset(marks.SYSTEM)
# Records, labels and claims are read one after the other: all as they were when the first was.
_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
#: How many records travel at once.
BATCH = 50


class SQL:
    """A row for each record; `namespace` "" stands for all namespaces. Safe to use from several threads."""

    name = "SQL"

    def __init__(
        self, connection_string: str, namespace: str, *, clock: Callable[[], int] | None = None
    ) -> None:
        """Connect, and make the tables where they are not there yet.

        Raises:
            SQLConnectionError: the string cannot be read, or the database not be reached or prepared.
        """
        import os
        import time

        from hivehelm.release.drivers.dsn import settings

        self.namespace = namespace
        self._clock = clock or time.time_ns
        self._end: float | None = None
        self._pool = Pool(settings(connection_string, os.environ))
        with self._pool.session(SQLConnectionError):
            pass

    def get(self, key: str) -> Release:
        """Return one record with the user's labels."""
        with self._session() as connection, connection.transaction():
            connection.execute(_ONE_MOMENT)
            return self._got(connection, key)

    def list(self, keep: Callable[[Release], bool]) -> Releases:
        """Return the records for which `keep` holds."""
        found = self._select(" AND owner = %s", ("helm",))
        return [release for release in map(_listed, found) if keep(release)]

    def query(self, labels: Mapping[str, str]) -> Releases:
        """Return the records that carry all of `labels`, without the store's own.

        Raises:
            UnknownLabelError: only the store's own labels can be asked for.
        """
        found = self._select(*_condition(labels))
        if not found:
            raise ReleaseNotFoundError
        return found

    def index(self, labels: Mapping[str, str]) -> Sequence[Entry] | None:
        """Return where the records that carry all of `labels` are, None where columns contradict keys."""
        condition, values = _condition(labels)
        with self._session() as connection:
            rows = connection.execute(
                _statement("key, namespace, name, version", f"{self._here()}{condition}"),
                (*self._place(), *values),
            ).fetchall()
        entries = [Entry(key=row[0], namespace=row[1], name=row[2], version=row[3]) for row in rows]
        if any(one.key != f"sh.helm.release.v1.{one.name}.v{one.version}" for one in entries):
            return None
        return entries

    def fetch(self, entries: Sequence[Entry]) -> Releases:
        """Return the records at `entries`, in any order, without those that are gone or unreadable."""
        releases: Releases = []
        for start in range(0, len(entries), BATCH):
            batch = entries[start : start + BATCH]
            condition = " AND (namespace, key) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
            values = ([one.namespace for one in batch], [one.key for one in batch])
            releases += self._select(condition, values)
        return releases

    def create(self, key: str, release: Release, claim: Claim | None = None) -> None:
        """Store a new record."""
        from psycopg.errors import UniqueViolation

        namespace = release.namespace or "default"
        body = codec.encode(release).decode("ascii")
        with self._session() as connection, connection.transaction():
            try:
                with connection.transaction():
                    connection.execute(
                        "INSERT INTO releases_v1"
                        " (key, type, body, name, namespace, version, status, owner, createdAt)"
                        " VALUES (%s, 'helm.sh/release.v1', %s, %s, %s, %s, %s, 'helm', %s)",
                        (
                            key,
                            body,
                            release.name,
                            namespace,
                            release.version,
                            release.info.status,
                            self._now(),
                        ),
                    )
            except UniqueViolation:
                raise ReleaseExistsError from None
            for name, value in marks.users(release.labels).items():
                insert_label(connection, (namespace, key), name, value)
            write_claim(connection, (namespace, key), claim)

    def update(
        self, key: str, release: Release, claim: Claim | None = None, expect: Claim | None = None
    ) -> None:
        """Replace a record and its claim; labels of the record that `release` does not have stay."""
        namespace = release.namespace or "default"
        place = (namespace, key)
        with self._session() as connection, connection.transaction():
            lock(connection, place)
            if expect is not None and not expect.is_of(read_claim(connection, place)):
                raise LockLostError(release.name, release.version)
            connection.execute(
                "UPDATE releases_v1 SET body = %s, name = %s, version = %s, status = %s, owner = 'helm',"
                " modifiedAt = %s WHERE key = %s AND namespace = %s",
                (
                    codec.encode(release).decode("ascii"),
                    release.name,
                    release.version,
                    release.info.status,
                    self._now(),
                    key,
                    namespace,
                ),
            )
            for name, value in marks.users(release.labels).items():
                changed = connection.execute(
                    "UPDATE custom_labels_v1 SET value = %s"
                    " WHERE releaseKey = %s AND releaseNamespace = %s AND key = %s",
                    (value, key, namespace, name),
                )
                if not changed.rowcount:
                    insert_label(connection, place, name, value)
            write_claim(connection, place, claim)

    def claim(self, key: str) -> Claim | None:
        """Return who is at work on a record."""
        with self._session() as connection, connection.transaction():
            lock(connection, (self.namespace, key))
            return read_claim(connection, (self.namespace, key))

    def renew(self, key: str, claim: Claim | None, expect: Claim | None) -> None:
        """Replace the claim of a record."""
        place = (self.namespace, key)
        with self._session() as connection, connection.transaction():
            name, version = lock(connection, place)
            held = read_claim(connection, place)
            if not expect.is_of(held) if expect is not None else held is not None:
                raise LockLostError(name, version)
            write_claim(connection, place, claim)

    def until(self, deadline: float) -> SQL:
        """Return the same store, but that every request ends by `deadline`.

        What comes before an action, the first connection, takes as long as the connection string lets it.
        """
        from copy import copy

        other = copy(self)
        other._end = deadline
        return other

    def trial(self, key: str, release: Release) -> Refusals:
        """Return nothing: who can be asked can also be written to."""
        return []

    def splitting(self) -> SQL:
        """Return the store itself: it takes records of any size."""
        return self

    def sweep(self, name: str, version: int) -> None:
        """Do nothing: records are never in parts here."""

    def delete(self, key: str) -> Release:
        """Remove a record and return it."""
        place = (self.namespace, key)
        with self._session() as connection, connection.transaction():
            release = self._got(connection, key)
            connection.execute(
                "DELETE FROM releases_v1 WHERE key = %s AND namespace = %s", (key, self.namespace)
            )
            connection.execute(
                "DELETE FROM custom_labels_v1 WHERE releaseKey = %s AND releaseNamespace = %s",
                (key, self.namespace),
            )
            write_claim(connection, place, None)
        return release

    def close(self) -> None:
        """Let go of the connections that nobody uses."""
        self._pool.close()

    def _got(self, connection: Connection, key: str) -> Release:
        row = connection.execute(
            "SELECT body FROM releases_v1 WHERE key = %s AND namespace = %s", (key, self.namespace)
        ).fetchone()
        if row is None:
            raise ReleaseNotFoundError
        return self._decorated(connection, {(self.namespace, key): codec.decode(row[0].encode())})[0]

    def _select(self, condition: str, values: Sequence[object]) -> Releases:
        """Return the records of this namespace for which a condition holds, with the user's labels."""
        statement = _statement("namespace, key, body", f"{self._here()}{condition}")
        releases: Releases = []
        with (
            self._session() as connection,
            connection.transaction(),
            connection.cursor("hivehelm") as cursor,
        ):
            connection.execute(_ONE_MOMENT)
            # A cursor of the server's: a thousand records need not be in memory at once.
            cursor.execute(statement, (*self._place(), *values))
            while rows := cursor.fetchmany(BATCH):
                found = {}
                for namespace, key, body in rows:
                    try:
                        found[namespace, key] = codec.decode(body.encode())
                    except ReleaseDecodeError:
                        continue
                releases += self._decorated(connection, found)
        return releases

    def _decorated(self, connection: Connection, found: Mapping[Place, Release]) -> Releases:
        """Return releases with their users' labels and claims."""
        labels: dict[Place, dict[str, str]] = {place: {} for place in found}
        notes: dict[Place, dict[str, str]] = {place: {} for place in found}
        homes = {place: (labels, place) for place in found}
        homes |= {claim_place(place): (notes, place) for place in found}
        rows = connection.execute(
            "SELECT releaseNamespace, releaseKey, key, value FROM custom_labels_v1"
            " WHERE (releaseNamespace, releaseKey) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
            ([place[0] for place in homes], [place[1] for place in homes]),
        )
        for namespace, key, name, value in rows:
            kind, place = homes[namespace, key]
            kind[place][name] = value
        return [
            release.replace(labels=marks.users(labels[place]), claim=claims.read(notes[place]))
            for place, release in found.items()
        ]

    def _session(self) -> Session:
        return self._pool.session(end=self._end)

    def _here(self) -> str:
        return "namespace = %s" if self.namespace else "TRUE"

    def _place(self) -> tuple[str, ...]:
        return (self.namespace,) if self.namespace else ()

    def _now(self) -> int:
        return self._clock() // 1_000_000_000


def _statement(columns: str, condition: str) -> bytes:
    """Return a query for records; both parts are ours, what users say goes along as values."""
    return f"SELECT {columns} FROM releases_v1 WHERE {condition}".encode()  # noqa: S608


def _condition(labels: Mapping[str, str]) -> tuple[str, Sequence[object]]:
    for name in sorted(labels):
        if name not in _COLUMNS:
            raise UnknownLabelError(name)
    names = sorted(labels)
    return "".join(f" AND {name}::text = %s" for name in names), [labels[name] for name in names]


def _listed(release: Release) -> Release:
    """Return a release with the store's own labels, which the table does not hold."""
    return release.replace(labels={**marks.users(release.labels), **marks.of(release)})
