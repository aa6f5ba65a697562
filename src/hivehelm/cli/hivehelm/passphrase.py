"""Passphrases of keys: from a file, from standard input, or from someone at a terminal.

Source: `promptUser` and `passphraseFileFetcher` of Helm's `pkg/action/package.go`, which reads a line, and of
`pkg/cmd/plugin_package.go`, which reads everything.
"""

from __future__ import annotations

import os
import stat

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.provenance.signatory import Passphrase

# Of a longer line Go's reader gives the first part.
_MAX_LINE = 4096
_MAX_BYTES = 1 << 20


class PassphraseError(HivehelmError):
    """There is no passphrase where there should be one."""


def passphrases(path: str, write: Callable[[str], object]) -> Callable[[], Passphrase]:
    """Return what opens a source of passphrases, and gives what fetches them by the names of keys.

    Args:
        path: of a file; `-` for standard input, which has to be a pipe. The first line is the passphrase,
            read once for however many archives. Where it is empty, someone is asked each time.
        write: takes the question.
    """
    if not path:
        return lambda: _asked(write)
    known: list[bytes] = []

    def opened() -> Passphrase:
        if not known:
            known.append(_first_line(_read(path, _MAX_LINE, line=True)))
        return lambda _: known[0]

    return opened


def plugin_passphrases(path: str, write: Callable[[str], object]) -> Callable[[], Passphrase]:
    """As `passphrases`; everything in the file is the passphrase, but for line ends behind it."""
    if not path:
        return lambda: _asked(write)

    def opened() -> Passphrase:
        known = _read(path, _MAX_BYTES).rstrip(b"\r\n")
        return lambda _: known

    return opened


def _asked(write: Callable[[str], object]) -> Passphrase:
    """Return what asks for the passphrase of a key by its name, at the terminal."""

    def ask(key: str) -> bytes:
        from hivehelm.cli.hivehelm.hiddenline import read_hidden
        from hivehelm.golang.fmt import quote

        write(f"Password for key {quote(key)} >  ")
        try:
            return read_hidden()
        finally:
            write("\n")

    return ask


def _first_line(data: bytes) -> bytes:
    if not data:
        raise PassphraseError("EOF")
    line, end, _ = data.partition(b"\n")
    return line.removesuffix(b"\r") if end else line


def _read(path: str, limit: int, *, line: bool = False) -> bytes:
    """Return up to `limit` bytes of a source; with `line` stop where its first one is there.

    Raises:
        PassphraseError: the system refuses, or standard input is no pipe.
    """
    if path == "-":
        if not stat.S_ISFIFO(os.fstat(0).st_mode):
            raise PassphraseError("specified reading passphrase from stdin, without input on stdin")
        return _pieces(0, limit, line)
    step = "open"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        step = "read"
        try:
            return _pieces(descriptor, limit, line)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise PassphraseError(f"{step} {path}: {os.strerror(error.errno or 0).lower()}") from None


def _pieces(descriptor: int, limit: int, line: bool) -> bytes:
    data = b""
    while len(data) < limit and not (line and b"\n" in data):
        piece = os.read(descriptor, limit - len(data))
        if not piece:
            break
        data += piece
    return data
