"""How far the benchmarks are: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shutil
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_BAR = 24
_EVERY = 15.0


class Progress:
    """Says what is at work, on `stream`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._phase = ""
        self._told = 0.0

    def step(self, phase: str, subject: str, done: int, total: int) -> None:
        """Say that the `done`-th of `total` subjects is next in a phase."""
        if self._terminal:
            full = _BAR * done // max(1, total)
            line = f"{phase} {'━' * full}{' ' * (_BAR - full)} {done}/{total} {subject}"
            width = shutil.get_terminal_size().columns
            self._stream.write(f"\r\033[K{line[: width - 1]}")
        elif phase != self._phase or time.monotonic() - self._told > _EVERY:
            self._stream.write(f"{phase}: {done} of {total}, {subject}\n")
            self._told = time.monotonic()
        self._phase = phase
        self._stream.flush()

    def close(self) -> None:
        """Clear the line of the bar."""
        if self._terminal:
            self._stream.write("\r\033[K")
            self._stream.flush()
