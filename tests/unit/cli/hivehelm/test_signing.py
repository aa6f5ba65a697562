"""package --sign and verify as commands, and where passphrases come from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.openpgp import Key, certificate, claim

from hivehelm.cli.hivehelm.hiddenline import HiddenLineError, read_hidden
from hivehelm.cli.hivehelm.passphrase import PassphraseError, passphrases, plugin_passphrases

from .conftest import Helm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

NAME = "Ann Other <ann@example.com>"
KEY = Key("eddsa")
FINGERPRINT = KEY.fingerprint.hex().upper()


@pytest.fixture(autouse=True)
def rings(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PWD", str(place))
    monkeypatch.delenv("GNUPGHOME", raising=False)
    (place / "open").write_bytes(certificate(KEY, NAME, secret=True))
    (place / "locked").write_bytes(KEY.secret(b"secret") + claim(KEY, NAME.encode()))
    (place / "public").write_bytes(certificate(KEY, NAME))
    (place / "pass").write_text("secret\n")


def signing(ring: str, *more: str) -> tuple[str, ...]:
    return ("package", "app", "--sign", "--key", "Ann", "--keyring", ring, *more)


def test_sign_and_verify(helm: Helm, place: Path) -> None:
    said = f"Successfully packaged chart and saved it to: {place}/app-1.0.0.tgz\n"
    assert helm(*signing("open")) == (0, said, "")
    signed = place / "app-1.0.0.tgz.prov"
    assert oct(signed.stat().st_mode & 0o777) == "0o644"
    code, out, err = helm("verify", "app-1.0.0.tgz", "--keyring", "public")
    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == [f"Signed by: {NAME}", f"Using Key With Fingerprint: {FINGERPRINT}"]
    assert out.splitlines()[2].startswith("Chart Hash Verified: sha256:")
    signed.write_text(signed.read_text().replace("1.0.0\n", "1.0.1\n"))
    refused = "Error: openpgp: invalid signature: EdDSA verification failure\n"
    assert helm("verify", "app-1.0.0.tgz", "--keyring", "public") == (1, "", refused)


def test_the_users_own_keyring(helm: Helm, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helm(*signing("open"))
    missing = "Error: failed to load keyring: open {}/pubring.gpg: no such file or directory\n"
    assert helm("verify", "app-1.0.0.tgz")[2] == missing.format(place / ".gnupg")
    monkeypatch.setenv("GNUPGHOME", str(place / "gnupg"))
    assert helm("verify", "app-1.0.0.tgz")[2] == missing.format(place / "gnupg")
    (place / "gnupg").mkdir()
    (place / "public").rename(place / "gnupg" / "pubring.kbx")
    assert helm("verify", "app-1.0.0.tgz")[0] == 0
    (place / "gnupg" / "pubring.gpg").touch()
    assert helm("verify", "app-1.0.0.tgz")[2] == "Error: openpgp: signature made by unknown entity\n"


def test_flags_that_go_together(helm: Helm) -> None:
    assert helm("package", "app", "--sign")[2] == "Error: --key is required for signing a package\n"
    refused = "Error: --keyring is required for signing a package\n"
    assert helm(*signing(""))[2] == refused
    assert helm("verify")[2].startswith('Error: "helm verify" requires 1 argument\n')


def test_passphrases_from_files(helm: Helm, place: Path) -> None:
    assert helm(*signing("locked", "--passphrase-file", "pass"))[0] == 0
    (place / "pass").write_text("hunter2\n")
    code, out, err = helm(*signing("locked", "--passphrase-file", "pass"))
    assert (code, out, err) == (1, "", "Error: openpgp: invalid data: private key checksum failure\n")


@pytest.mark.parametrize(
    ("data", "first", "whole"),
    [
        ("secret\n", b"secret", b"secret"),
        ("secret\r\n\n", b"secret", b"secret"),
        ("a\nb\n", b"a", b"a\nb"),
        ("\n", b"", b""),
        ("secret\r", b"secret\r", b"secret"),
        ("s" * 5000, b"s" * 4096, b"s" * 5000),
    ],
)
def test_what_of_a_file_is_the_passphrase(place: Path, data: str, first: bytes, whole: bytes) -> None:
    """The first line for charts, read once; all of it for plugins."""
    (place / "pass").write_bytes(data.encode())
    opened = passphrases("pass", print)
    assert opened()("Ann") == first
    assert plugin_passphrases("pass", print)()("Ann") == whole
    (place / "pass").write_text("other")
    assert opened()("Bob") == first


def test_files_without_a_passphrase(place: Path) -> None:
    (place / "empty").touch()
    for path, text in (
        ("no", "open no: no such file or directory"),
        ("app", "read app: is a directory"),
        ("empty", "EOF"),
    ):
        with pytest.raises(PassphraseError, match=f"^{text}$"):
            passphrases(path, print)()


@pytest.fixture
def standard_input() -> Iterator[Callable[[int], int]]:
    """Return what makes a file descriptor standard input, and puts it back at the end."""
    kept = os.dup(0)
    yield lambda descriptor: os.dup2(descriptor, 0)
    os.dup2(kept, 0)
    os.close(kept)


def test_passphrases_from_standard_input(standard_input: Callable[[int], int], place: Path) -> None:
    """From a pipe only, and once."""
    reading, writing = os.pipe()
    os.write(writing, b"secret\nmore\n")
    os.close(writing)
    standard_input(reading)
    os.close(reading)
    opened = passphrases("-", print)
    assert [opened()("Ann"), opened()("Ann")] == [b"secret", b"secret"]
    with open(place / "pass", "rb") as file:
        standard_input(file.fileno())
    with pytest.raises(PassphraseError, match=r"^specified reading passphrase from stdin, without input on"):
        passphrases("-", print)()


@pytest.mark.parametrize("which", [passphrases, plugin_passphrases])
def test_passphrases_from_a_terminal(
    standard_input: Callable[[int], int], which: Callable[[str, Callable[[str], object]], Any]
) -> None:
    """What is typed is not shown, and the terminal is as it was."""
    import termios

    ours, theirs = os.openpty()
    standard_input(theirs)
    before = termios.tcgetattr(theirs)
    os.write(ours, b"secret\n")
    said: list[str] = []
    assert which("", said.append)()(NAME) == b"secret"
    assert said == [f'Password for key "{NAME}" >  ', "\n"]
    assert termios.tcgetattr(theirs) == before
    os.write(ours, b"\x04")
    with pytest.raises(HiddenLineError, match="EOF"):
        read_hidden()
    os.close(ours)
    os.close(theirs)


def test_nobody_to_ask(helm: Helm, standard_input: Callable[[int], int]) -> None:
    with open(os.devnull, "rb") as file:
        standard_input(file.fileno())
    asked = f'Password for key "{NAME}" >  \n'
    assert helm(*signing("locked")) == (1, asked, "Error: inappropriate ioctl for device\n")
