"""Secrets at rest: where the key comes from, and what a wrong one does."""

from __future__ import annotations

import threading
from pathlib import Path

import keyring
import pytest
from cryptography.fernet import Fernet

from hivehelm.platform.vault import DecryptionError, KeyFileError, KeyFormatError, Vault


class Ring:
    """A keyring in memory; `refuses` makes it one that is locked."""

    priority = 5.0

    def __init__(self, *, refuses: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.refuses = refuses

    def get_password(self, service: str, user: str) -> str | None:
        if self.refuses:
            raise RuntimeError("locked")
        return self.kept.get((service, user))

    def set_password(self, service: str, user: str, password: str) -> None:
        self.kept[service, user] = password


class NoRing(Ring):
    priority = 0.0


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """No keyring of the machine's is asked; this one is none that can be used."""
    none = NoRing()
    monkeypatch.setattr(keyring, "get_keyring", lambda: none)
    return none


def test_what_is_encrypted_comes_back(tmp_path: Path) -> None:
    vault = Vault(str(tmp_path), {})
    token = vault.encrypt("pässword \udcff")
    assert "ssword" not in token
    assert vault.decrypt(token) == "pässword \udcff"
    assert Vault(str(tmp_path), {}).decrypt(token) == "pässword \udcff"


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    base = tmp_path / "new" / "base"
    Vault(str(base), {}).encrypt("x")
    assert (base / "key").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in base.iterdir()] == ["key"]


def test_many_at_once_make_one_key(tmp_path: Path) -> None:
    vaults = [Vault(str(tmp_path), {}) for _ in range(8)]
    tokens: list[str] = []
    threads = [
        threading.Thread(target=lambda vault=vault: tokens.append(vault.encrypt("x"))) for vault in vaults
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [vaults[0].decrypt(token) for token in tokens] == ["x"] * 8


def test_the_environment_comes_first(tmp_path: Path) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    Vault(str(tmp_path), {}).encrypt("x")
    token = Vault(str(tmp_path), {"HIVEMIND_KEY": old}).encrypt("x")
    assert Vault(str(tmp_path), {"HIVEMIND_KEY": f"{new}, {old}"}).decrypt(token) == "x"
    for environ, source in (({"HIVEMIND_KEY": new}, r"\$HIVEMIND_KEY"), ({}, str(tmp_path / "key"))):
        with pytest.raises(DecryptionError, match=f"the key of {source}; set HIVEMIND_KEY to the key"):
            Vault(str(tmp_path), environ).decrypt(token)


def test_what_is_no_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFormatError, match=r"^\$HIVEMIND_KEY is not a Fernet key"):
        Vault(str(tmp_path), {"HIVEMIND_KEY": "short"}).encrypt("x")
    (tmp_path / "key").write_bytes(b"\xff")
    with pytest.raises(KeyFormatError, match="key is not a Fernet key"):
        Vault(str(tmp_path), {}).encrypt("x")


def test_what_was_never_encrypted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DecryptionError):
        Vault(str(tmp_path), {}).decrypt("plain \udcff")


def test_the_keyring_is_used_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    token = Vault(str(tmp_path), {}).encrypt("x")
    assert Vault(str(tmp_path), {}).decrypt(token) == "x"
    assert list(ring.kept) == [("hivemind", str(tmp_path))]
    assert list(tmp_path.iterdir()) == []
    ring.kept.clear()
    with pytest.raises(DecryptionError, match="the system's keyring"):
        Vault(str(tmp_path), {}).decrypt(token)


def test_two_at_once_make_one_key_of_a_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one finds none either, and makes its own when the first one has used the first."""
    first_done = threading.Event()
    both = threading.Barrier(2, timeout=60)
    asked = threading.local()

    class Slow(Ring):
        def get_password(self, service: str, user: str) -> str | None:
            found = super().get_password(service, user)
            if not hasattr(asked, "before"):
                asked.before = True
                both.wait()
            return found

        def set_password(self, service: str, user: str, password: str) -> None:
            if threading.current_thread() is second:
                first_done.wait(1)
            super().set_password(service, user, password)

    ring = Slow()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    tokens: list[str] = []
    second = threading.Thread(target=lambda: tokens.append(Vault(str(tmp_path), {}).encrypt("b")))
    second.start()
    tokens.append(Vault(str(tmp_path), {}).encrypt("a"))
    first_done.set()
    second.join(60)
    asked.before = True
    assert sorted(Vault(str(tmp_path), {}).decrypt(token) for token in tokens) == ["a", "b"]


def test_a_keyring_that_is_locked_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: Ring(refuses=True))
    Vault(str(tmp_path), {}).encrypt("x")
    assert (tmp_path / "key").exists()


def test_files_that_cannot_be_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match="file/base/key: not a directory"):
        Vault(str(tmp_path / "file" / "base"), {}).encrypt("x")
    (tmp_path / "key").mkdir()
    with pytest.raises(KeyFileError, match="key: is a directory"):
        Vault(str(tmp_path), {}).encrypt("x")
