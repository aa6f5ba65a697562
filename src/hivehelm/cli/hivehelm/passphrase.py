"""Passphrases of keys, asked for at the terminal or read from a file (`passphraseFileFetcher`)."""

from __future__ import annotations

import os

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.provenance.signatory import Passphrase

_MAX_BYTES = 1 << 20


class PassphraseError(HivehelmError):
    """A passphrase cannot be read."""


def passphrases(path: str, write: Callable[[str], object]) -> Callable[[], Passphrase]:
    """Return what gives a chart's passphrase when a key is to be unlocked, as `actions.signing` asks for it.

    It is the first line of the file at `path`, `-` for standard input, read once; without a path it is asked
    for, by `write` and at the terminal.
    """
    kept: list[bytes] = []

    def fetch() -> Passphrase:
        if not path:
            return _asking(write)
        if not kept:
            data = _read(path)
            if not data:
                raise PassphraseError("EOF")
            kept.append(data.partition(b"\n")[0].removesuffix(b"\r"))
        return lambda _key: kept[0]

    return fetch


def plugin_passphrases(path: str, write: Callable[[str], object]) -> Callable[[], Passphrase]:
    """Return what gives a plugin's passphrase: as `passphrases`, but all of the file but its last breaks."""

    def fetch() -> Passphrase:
        if not path:
            return _asking(write)
        secret = _read(path).rstrip(b"\r\n")
        return lambda _key: secret

    return fetch


def _asking(write: Callable[[str], object]) -> Passphrase:
    """Return what asks for the passphrase of a key by its name; nothing of it is shown."""

    def ask(key: str) -> bytes:
        import sys

        from hivehelm.golang.fmt import quote

        write(f"Password for key {quote(key)} >  ")
        try:
            if not sys.stdin.isatty():
                raise PassphraseError("inappropriate ioctl for device")
            import getpass

            return getpass.getpass("").encode("utf-8", "surrogateescape")
        finally:
            write("\n")

    return ask


def _read(path: str) -> bytes:
    import stat

    if path == "-":
        if not stat.S_ISFIFO(os.fstat(0).st_mode):
            raise PassphraseError("specified reading passphrase from stdin, without input on stdin")
        with open(0, "rb", closefd=False) as file:
            return file.read(_MAX_BYTES)
    try:
        with open(path, "rb") as file:
            return file.read(_MAX_BYTES)
    except OSError as error:
        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise PassphraseError(f"{call} {path}: {os.strerror(error.errno or 0).lower()}") from error
