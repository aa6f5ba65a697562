"""The server's log: one JSON object a line, on standard error."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode
_LEVELS = ("debug", "info", "warning", "error")
_FRAMES = 8


class Log:
    """Writes lines to a stream; what is below `level` (debug, info, warning, error) is left out."""

    def __init__(self, stream: TextIO | None = None, level: str = "info") -> None:
        self._stream = stream
        self._rank = _LEVELS.index(level)
        self._second = 0
        self._stamp = ""

    def write(self, level: str, message: str, **fields: Any) -> None:
        """Write a line; fields that are None are left out. Nobody's credentials or values belong in it."""
        if _LEVELS.index(level) < self._rank:
            return
        said = {"time": self._now(), "level": level, "msg": message}
        said.update((name, value) for name, value in fields.items() if value is not None)
        stream = self._stream or sys.stderr
        try:
            stream.write(f"{_encode(said)}\n")
            stream.flush()
        except (OSError, ValueError):
            return  # Nobody reads it any more: that is no reason not to serve.

    def failure(self, message: str, error: BaseException, **fields: Any) -> None:
        """Write what nobody expected: its class and where it came from, not its text, which may be secret."""
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        self.write("error", message, error=type(error).__name__, where=where, **fields)

    def adopt(self) -> None:
        """Take over what libraries log, from warnings on."""
        root = logging.getLogger()
        root.handlers[:] = [_Handler(self)]
        root.setLevel(logging.WARNING)

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            self._second = second
        return f"{self._stamp}.{int((now - second) * 1000):03d}Z"


class _Handler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname.lower()
        known = level if level in _LEVELS else "error"
        if record.exc_info and record.exc_info[1] is not None:
            self._log.failure(record.name, record.exc_info[1], logger=record.name)
        else:
            self._log.write(known, record.getMessage(), logger=record.name)
