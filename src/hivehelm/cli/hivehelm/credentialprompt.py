"""Who logs in: flags, standard input, or someone at a terminal (Helm's `getUsernamePassword`)."""

from __future__ import annotations

import os
import sys

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_LINE = 4096
_MAX_PASSWORD = 1 << 20


class LoginError(HivehelmError):
    """A login without a password or token, or nobody to ask for one."""


def ask(
    username: str,
    password: str,
    *,
    from_stdin: bool,
    write: Callable[[str], object],
    warn: Callable[[str], object],
) -> tuple[str, str]:
    """Return a name and a password or token; `write` shows questions, `warn` takes a warning.

    Raises:
        LoginError: there is no password, and no terminal to ask for it at.
    """
    if from_stdin:
        return username, piped()
    if password:
        warn("using --password via the CLI is insecure. Use --password-stdin")
        return username, password
    if not username:
        username = _line("Username: ", write).strip()
    if not username:
        if password := hidden("Token: ", write):
            return "", password
        raise LoginError("token required")
    if password := hidden("Password: ", write):
        return username, password
    raise LoginError("password required")


def piped() -> str:
    """Return the password that standard input holds, without the line end behind it."""
    data = sys.stdin.buffer.read(_MAX_PASSWORD)
    return data.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")


def _line(question: str, write: Callable[[str], object]) -> str:
    """Return the next line of standard input, without its end."""
    write(question)
    line = b""
    while len(line) < _MAX_LINE and not line.endswith(b"\n"):
        # Byte by byte: what comes after it is for someone else.
        piece = os.read(sys.stdin.fileno(), 1)
        if not piece:
            break
        line += piece
    if not line:
        raise LoginError("EOF")
    return line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "surrogateescape")


def hidden(question: str, write: Callable[[str], object]) -> str:
    """Return a line that is typed without being shown.

    Raises:
        LoginError: there is no terminal.
    """
    from hivehelm.cli.hivehelm.hiddenline import HiddenLineError, read_hidden

    write(question)
    try:
        line = read_hidden(sys.stdin.fileno())
    except HiddenLineError as error:
        raise LoginError(str(error)) from error
    write("\n")
    return line.decode("utf-8", "surrogateescape")
