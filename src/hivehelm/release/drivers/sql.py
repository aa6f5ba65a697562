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
from hivehelm.release.drivers.sqlrows import claim_place, insert_label, lock, read_claim, write_claim
from hivehelm.release.errors import (
    LockLostError,
    ReleaseDecodeError,
    ReleaseExistsError,
    ReleaseNotFoundError,
    SQLConnectionError,
    SQLError,
    UnknownLabelError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from psycopg import Connection

    from hivehelm.release.drivers.driver import Refusals, Releases
    from hivehelm.release.model import Release

    Place = tuple[str, str]

# Labels that are columns; what is asked for goes into statements only by these names.
_COLUMNS = frozenset(marks.SYSTEM)
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
        from threading import RLock

        from hivehelm.release.drivers.dsn import settings

        self.namespace = namespace
        self._clock = clock or time.time_ns
        self._settings = settings(connection_string, os.environ)
        self._mutex = RLock()
        self._connection: Connection | None = None
        with self._session(SQLConnectionError):
            pass

    def get(self, key: str) -> Release:
        """Return one record with the user's labels."""
        with self._session() as connection:
            row = connection.execute(
                "SELECT body FROM releases_v1 WHERE key = %s AND namespace = %s", (key, self.namespace)
            ).fetchone()
            if row is None:
                raise ReleaseNotFoundError
            return self._decorated(connection, {(self.namespace, key): codec.decode(row[0].encode())})[0]

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
        """Return the store itself: how long a database may take is said in its connection string."""
        return self

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
            release = self.get(key)
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
        """Let go of the connection."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _select(self, condition: str, values: Sequence[object]) -> Releases:
        """Return the records of this namespace for which a condition holds, with the user's labels."""
        statement = _statement("namespace, key, body", f"{self._here()}{condition}")
        releases: Releases = []
        with (
            self._session() as connection,
            connection.transaction(),
            connection.cursor("hivehelm") as cursor,
        ):
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

    def _here(self) -> str:
        return "namespace = %s" if self.namespace else "TRUE"

    def _place(self) -> tuple[str, ...]:
        return (self.namespace,) if self.namespace else ()

    def _now(self) -> int:
        return self._clock() // 1_000_000_000

    def _session(self, failure: type[SQLError] = SQLError) -> _Session:
        return _Session(self, failure)


class _Session:
    """The connection for one use; what goes wrong with it comes out as `failure`."""

    def __init__(self, driver: SQL, failure: type[SQLError]) -> None:
        self._driver = driver
        self._failure = failure

    def __enter__(self) -> Connection:
        driver = self._driver
        driver._mutex.acquire()
        try:
            if driver._connection is None or driver._connection.closed:
                driver._connection = _connected(driver._settings)
            return driver._connection
        except BaseException:
            driver._mutex.release()
            raise

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._driver._mutex.release()
        from psycopg import Error

        if isinstance(error, Error):
            raise self._failure(_words(error, self._driver._settings)) from None


def _connected(settings: Mapping[str, str]) -> Connection:
    import psycopg

    from hivehelm.release.drivers.sqlschema import prepare

    try:
        connection = psycopg.connect(**settings, autocommit=True)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise SQLConnectionError(_words(error, settings)) from None
    try:
        prepare(connection)
    except psycopg.Error as error:
        connection.close()
        raise SQLConnectionError(_words(error, settings)) from None
    return connection


def _words(error: Any, settings: Mapping[str, str]) -> str:
    """Return what went wrong as lib/pq tells it; the password, should it be in there, is not."""
    message = error.diag.message_primary
    if message:
        text = f"pq: {message} ({error.sqlstate})" if error.sqlstate else f"pq: {message}"
    else:
        text = _refusal(str(error)) or type(error).__name__
    password = settings.get("password", "")
    return text.replace(password, "***") if password else text


def _statement(columns: str, condition: str) -> bytes:
    """Return a query for records; both parts are ours, what users say goes along as values."""
    return f"SELECT {columns} FROM releases_v1 WHERE {condition}".encode()  # noqa: S608


def _refusal(text: str) -> str:
    """Return why a connection was not to be had, as Go tells it, given how libpq does."""
    import re

    if found := re.search(r"(?:FATAL|ERROR|PANIC): +(.*)", text):
        message = found[1]
        for pattern, state in _STATES:
            if re.search(pattern, message):
                return f"pq: {message} ({state})"
        return f"pq: {message}"
    if "server does not support SSL" in text:
        return "pq: SSL is not enabled on the server"
    if found := re.search(r'at "([^"]*)"(?: \(([^)]*)\))?, port (\d+) failed: (.*)', text):
        host, address, port, reason = found.groups()
        return f"dial tcp {address or host}:{port}: connect: {reason.lower()}"
    return text.strip().partition("\n")[0]


# libpq does not pass on the codes of what goes wrong before a connection stands.
_STATES = (
    ("^password authentication failed", "28P01"),
    ("^database .* does not exist", "3D000"),
    ("^role .* (does not exist|is not permitted to log in)|^no pg_hba", "28000"),
    ("^permission denied", "42501"),
    ("^sorry, too many|^remaining connection slots|^too many connections", "53300"),
    ("^the database system is", "57P03"),
    ("^unrecognized configuration parameter", "42704"),
)


def _condition(labels: Mapping[str, str]) -> tuple[str, Sequence[object]]:
    for name in sorted(labels):
        if name not in _COLUMNS:
            raise UnknownLabelError(name)
    names = sorted(labels)
    return "".join(f" AND {name}::text = %s" for name in names), [labels[name] for name in names]


def _listed(release: Release) -> Release:
    """Return a release with the store's own labels, which the table does not hold."""
    return release.replace(labels={**marks.users(release.labels), **marks.of(release)})
