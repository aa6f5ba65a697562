"""Connection strings as Helm's own driver reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.release.drivers.dsn import settings
from hivehelm.release.errors import SQLConnectionError

DEFAULTS = {"host": "localhost", "sslmode": "require", "client_encoding": "UTF8"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        ("   ", {}),
        ("user=a", {"user": "a"}),
        ("user = a  dbname= 'b c'", {"user": "a", "dbname": "b c"}),
        (r"password=a\ b user='it\'s \\'", {"password": "a b", "user": "it's \\"}),
        ("user=a password=", {"user": "a", "password": ""}),
        ("user=a user=b", {"user": "b"}),
        ("database=x", {"dbname": "x"}),
        ("host=db.example port=6543", {"host": "db.example", "port": "6543"}),
        ("host=/run/pg", {"host": "/run/pg", "sslmode": "disable"}),
        ("host=/run/pg sslmode=require", {"host": "/run/pg", "sslmode": "disable"}),
        ("sslmode=verify-ca", {"sslmode": "verify-ca"}),
        ("sslrootcert=system", {"sslrootcert": "system", "sslmode": "verify-full"}),
        (
            "search_path='a, b' statement_timeout=5",
            {"options": r"-c search_path=a,\ b -c statement_timeout=5"},
        ),
        ("options='-c geqo=off' tz=UTC", {"options": "-c geqo=off -c TimeZone=UTC"}),
        ("binary_parameters=yes", {}),
        ("postgres://", {}),
        ("postgresql://h", {"host": "h"}),
        (
            "postgres://me:se%20cr%40t@h.example:6543/db?sslmode=disable&application_name=x%20y",
            {
                "user": "me",
                "password": "se cr@t",
                "host": "h.example",
                "port": "6543",
                "dbname": "db",
                "sslmode": "disable",
                "application_name": "x y",
            },
        ),
        ("postgres://h/d?user=a&user=b", {"host": "h", "dbname": "d", "user": "a"}),
        ("postgres://[::1]:1/d", {"host": "::1", "port": "1", "dbname": "d"}),
        ("postgres://[::1]/d", {"host": "::1", "dbname": "d"}),
        ("postgres:///d?host=/run/pg", {"dbname": "d", "host": "/run/pg", "sslmode": "disable"}),
    ],
)
def test_strings_are_read(text: str, wanted: dict[str, str]) -> None:
    assert settings(text, {}) == {**DEFAULTS, **wanted}


def test_an_address_needs_no_host() -> None:
    assert "host" not in settings("hostaddr=127.0.0.1", {})


@pytest.mark.parametrize(
    ("environ", "missing", "wanted"),
    [
        ({"PGHOST": "h"}, "host", {}),
        ({"PGHOST": "/run/pg"}, "host", {"sslmode": "disable"}),
        ({"PGSSLMODE": "prefer"}, "sslmode", {}),
        ({"USER": "me"}, "dbname", {"user": "me"}),
        ({"USER": "me", "PGUSER": "you"}, "user", {}),
        ({"PGOPTIONS": "-c geqo=off"}, "options", {}),
    ],
)
def test_variables_that_libpq_reads_are_left_to_it(
    environ: dict[str, str], missing: str, wanted: dict[str, str]
) -> None:
    found = settings("", environ)
    assert missing not in found
    assert wanted.items() <= found.items()


def test_parameters_are_added_to_the_options_of_the_environment() -> None:
    assert settings("tz=UTC", {"PGOPTIONS": "-c geqo=off"})["options"] == "-c geqo=off -c TimeZone=UTC"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("host", 'missing "=" after "host" in connection info string'),
        ("host x", 'missing "=" after "host" in connection info string'),
        ("password=top secret", 'missing "=" after a word in connection info string'),
        ("host='x", "unterminated quoted string literal in connection string"),
        ("host='x\\", "unterminated quoted string literal in connection string"),
        ("host=x\\", "missing character after backslash"),
        (
            "sslmode=on",
            (
                'pq: wrong value for "sslmode": "on" is not supported; supported values are '
                "disable, allow, prefer, require, verify-full, or verify-ca"
            ),
        ),
        ("port=x", 'pq: wrong value for "port": strconv.ParseUint: parsing "x": invalid syntax'),
        (
            "connect_timeout=x",
            'pq: wrong value for "connect_timeout": strconv.ParseInt: parsing "x": invalid syntax',
        ),
        ("client_encoding=x", 'pq: unsupported client_encoding "x": must be absent or "UTF8"'),
        ("datestyle=x", 'pq: unsupported datestyle "x": must be absent or "ISO, MDY"'),
        ("postgres://u:top secret@h:x/d", "the URL of the database cannot be read: invalid port after host"),
        ("postgres://%2Frun/d", 'the URL of the database cannot be read: invalid URL escape "%2F"'),
        ("postgres://u:topsecret@[::1/d", "the URL of the database cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_without_passwords(text: str, error: str) -> None:
    with pytest.raises(SQLConnectionError) as caught:
        settings(text, {})
    assert str(caught.value) == f"unable to instantiate SQL driver: {error}"
    assert "secret" not in str(caught.value)


def test_variables_that_lib_pq_refuses_are_refused() -> None:
    for name, more in (("PGREALM", ""), ("PGKRBSRVNAME", " as Kerberos is not enabled")):
        with pytest.raises(
            SQLConnectionError, match=f"pq: environment variable .{name} is not supported{more}$"
        ):
            settings("", {name: "x"})


def test_certificates_within_the_string_become_files() -> None:
    found = settings("sslinline=true sslcert='a b' sslkey=c", {})
    assert Path(found["sslcert"]).read_text() == "a b"
    assert Path(found["sslkey"]).stat().st_mode & 0o777 == 0o600
    assert "sslrootcert" not in found
