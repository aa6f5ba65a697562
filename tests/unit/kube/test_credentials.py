# ruff: noqa: S106
# The secrets are none.
from __future__ import annotations

from typing import TYPE_CHECKING

from hivehelm.kube.connection import ConnectionInfo
from hivehelm.kube.credentials import TOKEN_FILE_SECONDS, Credentials

if TYPE_CHECKING:
    from pathlib import Path


def test_token_files_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "token"
    now = [0.0]
    path.write_text("one\n")
    info = ConnectionInfo(server="https://h", token="one\n", token_file=str(path))
    credentials = Credentials(info, clock=lambda: now[0])

    def token() -> str:
        return credentials.headers()[0][1]

    assert token() == "Bearer one"
    path.write_text("two\n")
    assert token() == "Bearer one"
    now[0] += TOKEN_FILE_SECONDS
    assert token() == "Bearer two"
    path.write_text("")
    now[0] += TOKEN_FILE_SECONDS
    assert token() == "Bearer two"
    path.unlink()
    now[0] += TOKEN_FILE_SECONDS
    assert token() == "Bearer two"


def test_nobody_in_particular() -> None:
    credentials = Credentials(ConnectionInfo(server="https://h"))
    assert credentials.headers() == []
    assert credentials.client_certificate() == (b"", b"")
    assert credentials.refused() is False
