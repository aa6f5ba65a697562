from __future__ import annotations

import os
import pty
import sys
import threading

import pytest

from hivehelm.cli.hivehelm.credentialprompt import LoginError, ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


class Screen:
    """Keeps what is shown and warned of."""

    def __init__(self) -> None:
        self.shown = ""
        self.warned: list[str] = []

    def ask(self, username: str = "", password: str = "", *, from_stdin: bool = False) -> tuple[str, str]:
        return ask(username, password, from_stdin=from_stdin, write=self._write, warn=self.warned.append)

    def _write(self, text: str) -> None:
        self.shown += text


@pytest.fixture
def screen() -> Screen:
    return Screen()


def typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "stdin"
    path.write_bytes(data)
    monkeypatch.setattr(sys, "stdin", path.open())


def test_flags(screen: Screen) -> None:
    assert screen.ask("bob", "secret") == ("bob", "secret")
    assert screen.warned == ["using --password via the CLI is insecure. Use --password-stdin"]
    assert screen.shown == ""


@pytest.mark.parametrize(
    ("data", "password"),
    [(b"a b\n", "a b"), (b"a\r\n", "a"), (b"a\n\n", "a\n"), (b"", ""), (b"\xff", "\udcff")],
)
def test_standard_input(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, screen: Screen, data: bytes, password: str
) -> None:
    typed(monkeypatch, tmp_path, data)
    assert screen.ask("bob", "ignored", from_stdin=True) == ("bob", password)
    assert screen.warned == []


def test_without_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, screen: Screen) -> None:
    typed(monkeypatch, tmp_path, b" bob \nsecret\n")
    with pytest.raises(LoginError, match="inappropriate ioctl for device"):
        screen.ask()
    assert screen.shown == "Username: Password: "
    typed(monkeypatch, tmp_path, b"")
    with pytest.raises(LoginError, match="EOF"):
        screen.ask()


@pytest.mark.parametrize(
    ("username", "lines", "found", "shown"),
    [
        ("", ["bob", "secret"], ("bob", "secret"), "Username: Password: \n"),
        ("", ["", "token"], ("", "token"), "Username: Token: \n"),
        ("bob", ["secret"], ("bob", "secret"), "Password: \n"),
        ("bob", [""], "password required", "Password: \n"),
        ("", ["", ""], "token required", "Username: Token: \n"),
    ],
)
def test_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
    screen: Screen,
    username: str,
    lines: list[str],
    found: tuple[str, str] | str,
    shown: str,
) -> None:
    """What is typed as a secret does not appear; the terminal is as it was afterwards."""
    import termios

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    with os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        writer = threading.Thread(target=lambda: [os.write(ours, f"{line}\n".encode()) for line in lines])
        writer.start()
        try:
            if isinstance(found, str):
                with pytest.raises(LoginError, match=found):
                    screen.ask(username)
            else:
                assert screen.ask(username) == found
        finally:
            writer.join()
        assert termios.tcgetattr(theirs) == before
    os.close(ours)
    assert screen.shown == shown
