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

    from hivehelm.cli.command import Call
    from hivehelm.provenance.signatory import Passphrase

# Of a longer line Go's reader gives the first part.
_MAX_LINE = 4096
_MAX_BYTES = 1 << 20


class PassphraseError(HivehelmError):
    """There is no passphrase where there should be one."""


def passphrases(call: Call) -> Callable[[], Passphrase]:
    """Return what opens the source that `--passphrase-file` names, and gives what fetches passphrases of it.

    A file's or a pipe's first line is it, read once for however many archives; without the flag someone is
    asked each time.
    """
    path = call.flags.string("passphrase-file")
    if not path:
        return lambda: asked(call)
    known: list[bytes] = []

    def opened() -> Passphrase:
        if not known:
            known.append(_first_line(_read(path, _MAX_LINE, line=True)))
        return lambda _: known[0]

    return opened


def asked(call: Call) -> Passphrase:
    """Return what asks for the passphrase of a key by its name, at the terminal."""

    def ask(key: str) -> bytes:
        from hivehelm.cli.hivehelm.hiddenline import read_hidden
        from hivehelm.golang.fmt import quote

        call.out.write(f"Password for key {quote(key)} >  ")
        try:
            return read_hidden()
        finally:
            call.out.write("\n")

    return ask


def from_file(path: str) -> bytes:
    """Return the passphrase in a file, `-` for standard input, without the line ends behind it.

    Raises:
        PassphraseError: it cannot be read, or standard input is no pipe.
    """
    return _read(path, _MAX_BYTES).rstrip(b"\r\n")


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
