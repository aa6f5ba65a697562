"""A line that is typed at a terminal without being shown (golang.org/x/term's `ReadPassword`)."""

from __future__ import annotations

import os

from hivehelm.errors import HivehelmError

_MAX_LINE = 4096


class HiddenLineError(HivehelmError):
    """There is no terminal, or nobody at it."""


def read_hidden(descriptor: int = 0) -> bytes:
    """Return the next line typed at the terminal that is open as `descriptor`, without its end.

    Raises:
        HiddenLineError: it is no terminal (in the system's words), or ends without a line.
    """
    import termios

    try:
        shown = termios.tcgetattr(descriptor)
    except termios.error as error:
        raise HiddenLineError(os.strerror(error.args[0]).lower()) from None
    hidden = list(shown)
    hidden[3] &= ~termios.ECHO
    hidden[3] |= termios.ICANON | termios.ISIG
    hidden[0] |= termios.ICRNL
    termios.tcsetattr(descriptor, termios.TCSANOW, hidden)
    try:
        line = b""
        while len(line) < _MAX_LINE and not line.endswith(b"\n"):
            # Byte by byte: what comes after the line is for someone else.
            piece = os.read(descriptor, 1)
            if not piece:
                break
            line += piece
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, shown)
    if not line:
        raise HiddenLineError("EOF")
    return line.removesuffix(b"\n").removesuffix(b"\r")
