"""Rows beside records in PostgreSQL: the user's labels, and who is at work on a record."""

from __future__ import annotations

from hivehelm.release import claim as claims
from hivehelm.release.errors import ReleaseNotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from psycopg import Connection

    from hivehelm.release.claim import Claim

    Place = tuple[str, str]

_AT = "hivehelm.dev/at"


def lock(connection: Connection, place: Place) -> tuple[str, int]:
    """Keep others from a record until the transaction ends, and return which one it is: name and revision.

    Raises:
        ReleaseNotFoundError: there is no such record.
    """
    namespace, key = place
    row = connection.execute(
        "SELECT name, version FROM releases_v1 WHERE key = %s AND namespace = %s FOR UPDATE",
        (key, namespace),
    ).fetchone()
    if row is None:
        raise ReleaseNotFoundError
    return row[0], row[1]


def claim_place(place: Place) -> Place:
    """Return where the claim on a record is: in a namespace that no release can have."""
    namespace, key = place
    if len(key) > 64:
        from hashlib import sha256

        key = f"{key[:31]}#{sha256(key.encode()).hexdigest()[:32]}"
    return f"~{namespace}", key


def read_claim(connection: Connection, place: Place) -> Claim | None:
    """Return who is at work on a record, and for how long nothing was heard by the server's clock."""
    namespace, key = claim_place(place)
    rows = connection.execute(
        "SELECT key, value, extract(epoch FROM clock_timestamp())::float8 FROM custom_labels_v1"
        " WHERE releaseKey = %s AND releaseNamespace = %s",
        (key, namespace),
    ).fetchall()
    notes = {row[0]: row[1] for row in rows}
    age = max(0.0, rows[0][2] - float(notes[_AT])) if _AT in notes else None
    return claims.read(notes, age)


def write_claim(connection: Connection, place: Place, claim: Claim | None) -> None:
    """Replace the claim on a record."""
    namespace, key = claim_place(place)
    connection.execute(
        "DELETE FROM custom_labels_v1 WHERE releaseKey = %s AND releaseNamespace = %s", (key, namespace)
    )
    if claim is None:
        return
    for name, value in claim.notes().items():
        insert_label(connection, (namespace, key), name, value[:63])
    connection.execute(
        "INSERT INTO custom_labels_v1 (releaseKey, releaseNamespace, key, value)"
        " VALUES (%s, %s, %s, extract(epoch FROM clock_timestamp())::text)",
        (key, namespace, _AT),
    )


def insert_label(connection: Connection, place: Place, name: str, value: str) -> None:
    """Give a record a label."""
    namespace, key = place
    connection.execute(
        "INSERT INTO custom_labels_v1 (releaseKey, releaseNamespace, key, value) VALUES (%s, %s, %s, %s)",
        (key, namespace, name, value),
    )
