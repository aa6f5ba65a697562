# ruff: noqa: S106
from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivehelm.sources.oci import credentialhelper
from hivehelm.sources.oci.credential import NOBODY, Credential
from hivehelm.sources.oci.errors import CredentialHelperError


class Helpers:
    """A directory of programs, and the path to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environ = {"PATH": f"relative:{path}:/bin:/usr/bin"}

    def add(self, name: str, script: str) -> None:
        program = self.path / f"docker-credential-{name}"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)


@pytest.fixture
def helpers(tmp_path: Path) -> Helpers:
    return Helpers(tmp_path)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('{"ServerURL": "x", "Username": "bob", "Secret": "s"}', Credential(username="bob", password="s")),
        ('{"username": "<token>", "secret": "t"}', Credential(refresh_token="t")),
        ("{}", NOBODY),
        ("null", NOBODY),
    ],
)
def test_get(helpers: Helpers, answer: str, found: Credential) -> None:
    helpers.add("x", f"[ $1 = get ] && [ $(cat) = host ] && echo '{answer}'")
    assert credentialhelper.get("x", "host", helpers.environ) == found


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo ' broken '; exit 1", "broken"),
        ("exit 3", "exit status 3"),
        ("kill -9 $$", "signal: killed"),
        ("echo no", "invalid character 'o' in literal null (expecting 'u')"),
        ("echo '{\"Username\": 5}'", "docker-credential-x: the answer is no credential"),
    ],
)
def test_failures(helpers: Helpers, script: str, problem: str) -> None:
    helpers.add("x", f"cat > /dev/null; {script}")
    with pytest.raises(CredentialHelperError) as caught:
        credentialhelper.get("x", "host", helpers.environ)
    assert str(caught.value) == problem


def test_nothing_known_is_nobody(helpers: Helpers) -> None:
    helpers.add("x", "echo credentials not found in native keychain; exit 1")
    assert credentialhelper.get("x", "host", helpers.environ) is NOBODY


def test_standard_error_is_the_users(helpers: Helpers, capfd: pytest.CaptureFixture[str]) -> None:
    helpers.add("x", "echo look >&2; echo '{}'")
    credentialhelper.get("x", "host", helpers.environ)
    assert capfd.readouterr().err == "look\n"


def test_store_and_erase(helpers: Helpers) -> None:
    helpers.add("x", f'echo "$1 $(cat)" >> {helpers.path}/log')
    credentialhelper.store("x", "h", Credential(username="a<", password="b"), helpers.environ)
    credentialhelper.store("x", "h", Credential(refresh_token="t"), helpers.environ)
    credentialhelper.erase("x", "h", helpers.environ)
    assert (helpers.path / "log").read_text() == (
        'store {"ServerURL":"h","Username":"a\\u003c","Secret":"b"}\n'
        'store {"ServerURL":"h","Username":"\\u003ctoken\\u003e","Secret":"t"}\n'
        "erase h\n"
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nosuch", 'exec: "docker-credential-nosuch": executable file not found in $PATH'),
        ("../x", "fork/exec docker-credential-../x: no such file or directory"),
        (
            "desktop.exe",
            "credentials store is configured to `desktop.exe` but Docker Desktop seems not running",
        ),
    ],
)
def test_helpers_that_are_not_there(helpers: Helpers, name: str, problem: str) -> None:
    with pytest.raises(CredentialHelperError) as caught:
        credentialhelper.erase(name, "h", helpers.environ)
    assert str(caught.value) == problem


def test_what_cannot_be_run(helpers: Helpers) -> None:
    helpers.add("x", "")
    (helpers.path / "docker-credential-x").write_bytes(b"\x7fELF nonsense")
    with pytest.raises(CredentialHelperError, match=r"fork/exec .*/docker-credential-x: exec format error"):
        credentialhelper.erase("x", "h", helpers.environ)


def test_look_up_takes_no_program_of_the_current_directory(
    helpers: Helpers, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpers.add("x", "")
    monkeypatch.chdir(helpers.path)
    assert credentialhelper.look_up("docker-credential-x", {"PATH": os.pathsep}) == ""
    assert credentialhelper.look_up("docker-credential-x", {"PATH": "."}) == ""
    assert credentialhelper.look_up("docker-credential-x", {}) == ""
