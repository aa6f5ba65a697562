"""The tables of records in PostgreSQL, made the way Helm makes them (rubenv/sql-migrate 1.8.1)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from psycopg import Connection

# In the order of their ids, as sql-migrate applies them. Names are folded to lower case by the server.
MIGRATIONS = {
    "custom_labels": """
        CREATE TABLE custom_labels_v1 (
            releaseKey VARCHAR(64),
            releaseNamespace VARCHAR(67),
            key VARCHAR(317),
            value VARCHAR(63)
        );
        CREATE INDEX ON custom_labels_v1 (releaseKey, releaseNamespace);
        GRANT ALL ON custom_labels_v1 TO PUBLIC;
        ALTER TABLE custom_labels_v1 ENABLE ROW LEVEL SECURITY;
    """,
    "init": """
        CREATE TABLE releases_v1 (
            key VARCHAR(90),
            type VARCHAR(64) NOT NULL,
            body TEXT NOT NULL,
            name VARCHAR(64) NOT NULL,
            namespace VARCHAR(64) NOT NULL,
            version INTEGER NOT NULL,
            status TEXT NOT NULL,
            owner TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            modifiedAt INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY(key, namespace)
        );
        CREATE INDEX ON releases_v1 (key, namespace);
        CREATE INDEX ON releases_v1 (version);
        CREATE INDEX ON releases_v1 (status);
        CREATE INDEX ON releases_v1 (owner);
        CREATE INDEX ON releases_v1 (createdAt);
        CREATE INDEX ON releases_v1 (modifiedAt);
        GRANT ALL ON releases_v1 TO PUBLIC;
        ALTER TABLE releases_v1 ENABLE ROW LEVEL SECURITY;
    """,
}
# Two that start at once take turns; any number will do that nobody else takes.
_TURN = 0x68656C6D


def prepare(connection: Connection) -> None:
    """Make the tables where they are not there yet."""
    if not _missing(connection):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_TURN,))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS gorp_migrations "
            "(id text NOT NULL PRIMARY KEY, applied_at timestamp with time zone)"
        )
        for name in _missing(connection):
            connection.execute(MIGRATIONS[name].encode())
            connection.execute("INSERT INTO gorp_migrations (id, applied_at) VALUES (%s, now())", (name,))


def _missing(connection: Connection) -> list[str]:
    """Return the migrations that were not applied, in their order."""
    from psycopg.errors import UndefinedTable

    try:
        with connection.transaction():
            rows = connection.execute("SELECT id FROM gorp_migrations").fetchall()
    except UndefinedTable:
        rows = []
    applied = {row[0] for row in rows}
    return [name for name in MIGRATIONS if name not in applied]
