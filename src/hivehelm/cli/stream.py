"""Where a command writes: text in, bytes out, whatever the locale says."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO


class Stream:
    """Standard output or standard error as Go programs write them: UTF-8, unbuffered, `\\n` as it is.

    Bytes that are not UTF-8 live in Python as surrogate escapes, and come out as the bytes they were.
    """

    def __init__(self, target: TextIO) -> None:
        self._target = target
        self._binary = getattr(target, "buffer", None)
        if self._binary is not None:
            target.flush()

    def write(self, text: str) -> None:
        """Write `text` at once."""
        if self._binary is None:
            self._target.write(text)
            self._target.flush()
        else:
            self._binary.write(_encoded(text))
            self._binary.flush()

    def sink(self, number: int) -> Callable[[bytes], None] | None:
        """Return what takes a program's output for this stream; None where its file descriptor is `number`.

        A program that is started then writes to this process's own, terminals included.
        """
        try:
            if self._binary is not None and self._target.fileno() == number:
                return None
        except OSError:  # io.UnsupportedOperation: a stream in memory
            pass
        return lambda data: self.write(data.decode("utf-8", "surrogateescape"))

    def is_terminal(self) -> bool:
        """Tell whether someone is looking."""
        return self._target.isatty()


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Halves of surrogate pairs are no characters: Go writes U+FFFD for them.
        kept = (c if not "\ud800" <= c <= "\udfff" or "\udc80" <= c <= "\udcff" else "\ufffd" for c in text)
        return "".join(kept).encode("utf-8", "surrogateescape")
