"""The user's own keyring."""

from __future__ import annotations

from pathlib import Path

from hivehelm.cli.hivehelm.keyring import default_keyring


def test_the_old_file_comes_first(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert default_keyring(home) == f"{tmp_path}/.gnupg/pubring.gpg"
    (tmp_path / ".gnupg").mkdir()
    (tmp_path / ".gnupg/pubring.kbx").touch()
    assert default_keyring(home) == f"{tmp_path}/.gnupg/pubring.kbx"
    (tmp_path / ".gnupg/pubring.gpg").touch()
    assert default_keyring(home) == f"{tmp_path}/.gnupg/pubring.gpg"
    assert default_keyring({"HOME": "/", "GNUPGHOME": "/g"}) == "/g/pubring.gpg"
