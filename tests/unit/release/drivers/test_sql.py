"""Records in a real PostgreSQL; the contract that all stores share is in test_storage.py."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from hivehelm.release.claim import Claim
from hivehelm.release.drivers import sqlpool
from hivehelm.release.drivers.dsn import settings
from hivehelm.release.drivers.entry import Entry
from hivehelm.release.drivers.named import driver as named
from hivehelm.release.drivers.sql import SQL
from hivehelm.release.drivers.sqldeadline import Deadline
from hivehelm.release.errors import (
    ReleaseDecodeError,
    ReleaseNotFoundError,
    SQLConnectionError,
    SQLError,
    UnknownLabelError,
)
from hivehelm.release.model import Info, Release
from hivehelm.release.storage import key

NOW = 1_790_000_000_999_999_999
KEY = key("web", 1)


def release(**more: Any) -> Release:
    return Release(
        **{
            "name": "web",
            "version": 1,
            "info": Info(status="deployed"),
            "namespace": "default",
            "labels": {"team": "a"},
            **more,
        }
    )


@pytest.fixture
def url(postgres: Any) -> str:
    return str(postgres.emptied())


@pytest.fixture
def sql(url: str) -> Iterator[SQL]:
    made = SQL(url, "default", clock=lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def database(sql: SQL, url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def rows(database: psycopg.Connection, statement: str) -> list[tuple[Any, ...]]:
    return database.execute(statement.encode()).fetchall()


def test_rows_are_as_helm_makes_them(sql: SQL, database: psycopg.Connection) -> None:
    sql.create(KEY, release(labels={"team": "a", "status": "x"}))
    statement = (
        "SELECT key, type, name, namespace, version, status, owner, createdAt, modifiedAt FROM releases_v1"
    )
    assert rows(database, statement) == [
        (KEY, "helm.sh/release.v1", "web", "default", 1, "deployed", "helm", 1_790_000_000, 0)
    ]
    assert rows(database, "SELECT * FROM custom_labels_v1") == [(KEY, "default", "team", "a")]
    sql.update(KEY, release(info=Info(status="failed")))
    assert rows(database, "SELECT status, createdAt, modifiedAt FROM releases_v1") == [
        ("failed", 1_790_000_000, 1_790_000_000)
    ]
    sql.delete(KEY)
    assert not rows(database, "SELECT * FROM custom_labels_v1")


def test_the_tables_are_made_once_by_whoever_comes_first(postgres: Any) -> None:
    url = postgres.database()
    failures: list[Exception] = []

    def connect() -> None:
        try:
            SQL(url, "default").close()
        except SQLError as error:
            failures.append(error)

    threads = [threading.Thread(target=connect) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with psycopg.connect(url) as connection:
        assert rows(connection, "SELECT id FROM gorp_migrations ORDER BY id") == [
            ("custom_labels",),
            ("init",),
        ]


def test_labels_of_lists_are_the_stores_too_but_those_of_queries_are_not(sql: SQL) -> None:
    sql.create(KEY, release())
    system = {"name": "web", "owner": "helm", "status": "deployed", "version": "1"}
    assert sql.list(lambda _: True)[0].labels == {"team": "a", **system}
    assert sql.query({"name": "web", "status": "deployed", "version": "1"})[0].labels == {"team": "a"}
    with pytest.raises(ReleaseNotFoundError):
        sql.query({"name": "web", "status": "failed"})
    with pytest.raises(UnknownLabelError, match=r"^unknown label team$"):
        sql.query({"team": "a"})


def test_labels_that_an_update_does_not_name_stay(sql: SQL) -> None:
    sql.create(KEY, release(labels={"team": "a", "foreign": "x"}))
    sql.update(KEY, release(labels={"team": "b", "new": "y"}))
    assert sql.get(KEY).labels == {"team": "b", "foreign": "x", "new": "y"}


def test_namespaces_are_apart(sql: SQL, url: str) -> None:
    sql.create(KEY, release())
    sql.create(KEY, release(namespace="other", labels={}))
    everywhere = SQL(url, "")
    found = everywhere.list(lambda _: True)
    assert sorted((one.namespace, one.labels.get("team", "")) for one in found) == [
        ("default", "a"),
        ("other", ""),
    ]
    entries = everywhere.index({"owner": "helm"})
    assert entries is not None
    assert sorted(entry.namespace for entry in entries) == ["default", "other"]
    assert len(everywhere.fetch(entries)) == 2
    everywhere.close()
    assert len(sql.list(lambda _: True)) == 1


def test_records_that_cannot_be_read_are_skipped(sql: SQL, database: psycopg.Connection) -> None:
    sql.create(KEY, release())
    sql.create(key("web", 2), release(version=2))
    database.execute("UPDATE releases_v1 SET body = 'x' WHERE version = 2")
    assert [one.version for one in sql.list(lambda _: True)] == [1]
    assert [one.version for one in sql.query({"name": "web"})] == [1]
    with pytest.raises(ReleaseDecodeError):
        sql.get(key("web", 2))


def test_columns_that_contradict_the_key_are_not_gone_by(sql: SQL, database: psycopg.Connection) -> None:
    sql.create(KEY, release())
    assert sql.index({"name": "web"}) == [Entry(key=KEY, namespace="default", name="web", version=1)]
    database.execute("UPDATE releases_v1 SET version = 7")
    assert sql.index({"name": "web"}) is None


def test_claims_are_where_helm_does_not_look(sql: SQL, database: psycopg.Connection) -> None:
    long = key("a" * 53, 1)
    claim = Claim(holder="upgrade by " + "x" * 99, token="a/b/1/2", heartbeat="now")  # noqa: S106
    sql.create(long, release(name="a" * 53, labels={}), claim)
    assert {row[0] for row in rows(database, "SELECT releaseNamespace FROM custom_labels_v1")} == {"~default"}
    held = sql.claim(long)
    assert held is not None
    assert (held.token, held.heartbeat, len(held.holder)) == ("a/b/1/2", "now", 63)
    assert held.age is not None
    assert 0 <= held.age < 60
    assert sql.get(long).labels == {}
    sql.delete(long)
    assert not rows(database, "SELECT * FROM custom_labels_v1")
    with pytest.raises(ReleaseNotFoundError):
        sql.claim(long)


def test_a_connection_that_broke_is_made_anew(sql: SQL, database: psycopg.Connection) -> None:
    sql.create(KEY, release())
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with pytest.raises(SQLError, match="pq: terminating connection due to administrator command"):
        sql.get(KEY)
    assert sql.get(KEY).name == "web"


@pytest.mark.parametrize("how", ["get", "query"])
def test_a_record_and_its_claim_are_of_one_moment(
    sql: SQL, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    claim = Claim(holder="me", token="t", heartbeat="1")  # noqa: S106
    sql.create(KEY, release(), claim)
    decorated = sql._decorated

    def late(*given: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(sql.update, KEY, release(), None, claim).result()
        return decorated(*given)

    monkeypatch.setattr(sql, "_decorated", late)
    found = sql.get(KEY) if how == "get" else sql.query({"name": "web"})[0]
    assert found.claim is not None
    assert sql.claim(KEY) is None


def test_connections_that_broke_together_are_one_error(sql: SQL, database: psycopg.Connection) -> None:
    with sql._pool.session() as first:
        other = sqlpool._connected(sql._pool._settings, prepare=False)
        assert other is not first
        sql._pool._free.append(other)
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with pytest.raises(SQLError):
        sql.list(lambda _: True)
    assert sql.list(lambda _: True) == []


def test_what_the_server_refuses_is_told_as_lib_pq_does(sql: SQL) -> None:
    with pytest.raises(SQLError) as caught:
        sql.create(KEY, release(name="x" * 65))
    assert str(caught.value) == "pq: value too long for type character varying(64) (22001)"


def test_databases_that_cannot_be_had(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    place = f"127.0.0.1:{postgres.port}"
    for url, text in (
        (postgres.url("nope"), r'pq: database "nope" does not exist \(3D000\)'),
        (
            f"postgres://helm:wrong-one@{place}/postgres?sslmode=disable",
            r'pq: password authentication failed for user "helm" \(28P01\)',
        ),
        (f"postgres://helm:wrong-one@{place}/postgres", "pq: SSL is not enabled on the server"),
        ("postgres://127.0.0.1:1/x", "dial tcp 127.0.0.1:1: connect: connection refused"),
        (
            f"{postgres.url('postgres')}&search_path=nosuch",
            r"pq: no schema has been selected to create in \(3F000\)",
        ),
    ):
        with pytest.raises(SQLConnectionError, match=f"^unable to instantiate SQL driver: {text}$") as caught:
            SQL(url, "default")
        assert "wrong-one" not in str(caught.value)


def test_who_has_a_deadline_does_not_wait_for_a_database_for_ever(sql: SQL, url: str) -> None:
    sql.create(KEY, release())
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE releases_v1")
        with pytest.raises(SQLError, match=r"^context deadline exceeded$"):
            sql.until(time.monotonic() + 0.1).get(KEY)
        with pytest.raises(SQLError, match=r"^context deadline exceeded$"):
            sql.until(time.monotonic()).query({"name": "web"})
    assert sql.until(time.monotonic() + 60).get(KEY).name == "web"


def test_nor_for_a_connection(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = sqlpool.Pool(settings(url, {}))
    monkeypatch.setattr(pool, "_slots", threading.BoundedSemaphore(1))
    with pool.session(), ThreadPoolExecutor(1) as other:
        waiting = other.submit(pool.take, time.monotonic())
        with pytest.raises(SQLError, match=r"^context deadline exceeded$"):
            waiting.result()
    pool.close()


def test_a_connection_that_breaks_when_its_time_is_over() -> None:
    class Breaking:
        closed = False

        def fileno(self) -> int:
            raise psycopg.OperationalError("the connection is lost")

    deadline = Deadline(Breaking(), time.monotonic() + 300)  # type: ignore[arg-type]
    deadline._cut()
    assert deadline.passed


def test_who_gets_no_thread_keeps_no_connection(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: object) -> None:
        raise RuntimeError("can't start new thread")

    pool = sqlpool.Pool(settings(url, {}))
    with pool.session():
        pass
    with monkeypatch.context() as patch:
        patch.setattr(threading.Timer, "start", none)
        with pytest.raises(RuntimeError), pool.session(end=time.monotonic() + 300):
            pass
    assert len(pool._free) == 1
    with pool.session(end=time.monotonic() + 300) as connection:
        assert not connection.closed
    pool.close()


def test_nor_for_one_who_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgres://u@127.0.0.1:{silent.getsockname()[1]}/d?sslmode=disable"
        for text in (address, f"{address}&connect_timeout=60"):
            session = sqlpool.Pool(settings(text, {})).session(end=time.monotonic())
            with pytest.raises(SQLConnectionError, match=r"driver: context deadline exceeded$"), session:
                pass


def test_nor_for_tables_that_somebody_else_makes(postgres: Any) -> None:
    url = str(postgres.emptied())
    SQL(url, "default").close()
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE gorp_migrations")
        session = sqlpool.Pool(settings(url, {})).session(end=time.monotonic() + 0.1)
        with pytest.raises(SQLConnectionError, match=r"driver: context deadline exceeded$"), session:
            pass


def test_the_driver_is_called_sql(url: str) -> None:
    def never() -> Any:
        raise AssertionError

    made = named("sql", "default", never, environ={"HELM_DRIVER_SQL_CONNECTION_STRING": url})
    assert made.name == "SQL"
    made.close()  # type: ignore[attr-defined]


def test_threads_do_not_take_turns_on_one_connection(sql: SQL) -> None:
    meeting = threading.Barrier(4, timeout=60)

    def meet(_: int) -> str:
        with sql._pool.session() as connection, sql._pool.session() as same:
            assert connection is same
            meeting.wait()
            row = connection.execute("SELECT pg_backend_pid()::text").fetchone()
        assert row is not None
        return str(row[0])

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(meet, range(4)))) == 4
        assert len(sql._pool._free) == 4


def test_a_database_takes_records_of_any_size(sql: SQL) -> None:
    assert sql.splitting() is sql
    assert sql.trial(KEY, release()) == []
    large = release(manifest="x" * (1 << 21))
    sql.create(KEY, large)
    sql.sweep("web", 1)
    assert sql.get(KEY).manifest == large.manifest


def test_no_more_connections_are_made_than_a_few(sql: SQL) -> None:
    with ThreadPoolExecutor(20) as pool:
        for version in pool.map(lambda version: _stored(sql, version), range(1, 41)):
            assert sql.get(key("web", version)).version == version
    assert 1 <= len(sql._pool._free) <= sqlpool.MOST
    sql.close()
    assert sql._pool._free == []
    assert sql.get(key("web", 1)).version == 1


def _stored(sql: SQL, version: int) -> int:
    sql.create(key("web", version), Release(name="web", version=version, namespace="default"))
    return version
