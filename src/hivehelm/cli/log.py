"""Log lines on standard error: Go's `log/slog` text handler, without the time."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.stream import Stream


class Log:
    """A logger; `debug` lines are dropped unless `debug` is true."""

    def __init__(self, stream: Stream, *, debug: bool = False) -> None:
        self._stream = stream
        self._debug = debug

    def __call__(self, level: str, message: str, /, **attributes: object) -> None:
        """Write one line; `level` is DEBUG, INFO, WARN or ERROR. Attributes follow in their order."""
        if level == "DEBUG" and not self._debug:
            return
        parts = [f"level={level}", f"msg={_quoted(message)}"]
        parts += [f"{name}={_quoted(_text(value))}" for name, value in attributes.items()]
        self._stream.write(" ".join(parts) + "\n")

    def debug(self, message: str, /, **attributes: object) -> None:
        """Write what only `--debug` shows."""
        self("DEBUG", message, **attributes)

    def warn(self, message: str, /, **attributes: object) -> None:
        """Write a warning."""
        self("WARN", message, **attributes)


def write_server_warning(stream: Stream, text: str) -> None:
    """Write what the API server warns of as Go's client does, by way of klog: time, process, place, text."""
    import os
    import time

    from hivehelm.golang.fmt import quote

    now = time.time_ns()
    stamp = time.strftime("%m%d %H:%M:%S", time.localtime(now // 10**9))
    place = f"{now // 1000 % 10**6:06d} {os.getpid():>7} warnings.go:107"
    stream.write(f"I{stamp}.{place}] {quote(f'Warning: {text}')}\n")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str) -> str:
    if text and not any(map(_wants_quotes, text)):
        return text
    from hivehelm.golang.fmt import quote

    return quote(text)


def _wants_quotes(letter: str) -> bool:
    """Tell whether slog quotes a text for this letter: blanks, `"`, `=`, what cannot be printed."""
    if letter.isascii():
        return letter in '"=' or letter <= " "
    from hivehelm.golang.unicode import is_print

    return letter == "\ufffd" or letter.isspace() or not is_print(letter)
