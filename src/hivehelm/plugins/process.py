"""One program of a plugin, started and waited for as Go's os/exec does."""

from __future__ import annotations

import os

from hivehelm.limits import Paused
from hivehelm.plugins.errors import PluginExitError, PluginRunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from subprocess import Popen
    from typing import Final

    Write = Callable[[bytes], object]

#: What a getter or a post-renderer may print, in bytes.
LIMIT: Final = 256 << 20
_CHUNK: Final = 1 << 16


def look_up(program: str) -> str:
    """Return where a program is: as named where it has a slash, else from $PATH (`exec.LookPath`).

    Raises:
        PluginRunError: it is not there.
    """
    if "/" in program:
        return program
    from hivehelm.golang.fmt import quote

    for directory in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(directory or ".", program)
        if program and os.path.isfile(path) and os.access(path, os.X_OK):
            if not path.startswith("/"):
                raise PluginRunError(
                    f"exec: {quote(program)}: cannot run executable found relative to current directory"
                )
            return path
    raise PluginRunError(f"exec: {quote(program)}: executable file not found in $PATH")


def attend(
    name: str,
    words: Sequence[str],
    environ: Mapping[str, str],
    *,
    out: Write | None = None,
    err: Write | None = None,
    reads: bool = True,
) -> None:
    """Run a program of plugin `name`, and wait until it has ended.

    It `reads` this process's standard input, or there is nothing for it to read. What it prints goes where
    this process prints, or in chunks to `out` and `err` where they are given.

    Raises:
        PluginRunError: it cannot be started.
        PluginExitError: it failed.
    """
    stdin = "ours" if reads else "none"
    errors = "shown" if err is None else "piped"
    child = _start(words, environ, stdin=stdin, collect_out=out is not None, errors=errors)
    _pump([(child.stdout, out), (child.stderr, err)])
    _check(name, child.wait())


def call(
    name: str,
    words: Sequence[str],
    environ: Mapping[str, str],
    *,
    data: bytes | None = None,
    errors: str = "shown",
    limit: int = LIMIT,
) -> bytes:
    """Run a program of plugin `name` with `data` on its standard input, and return what it prints.

    What it prints as errors is `shown` where this process shows its own, `dropped`, or returned as well:
    `joined`.

    Raises:
        PluginRunError: it cannot be started, or prints more than `limit` bytes.
        PluginExitError: it failed.
    """
    child = _start(words, environ, stdin="none" if data is None else "pipe", collect_out=True, errors=errors)
    feeder = _feed(child, data)
    found = bytearray()
    stream = child.stdout
    if stream is not None:
        with stream:
            while chunk := stream.read(_CHUNK):
                found += chunk
                if len(found) > limit:
                    child.kill()
                    child.wait()
                    raise PluginRunError(f"plugin {_quoted(name)} printed more than {limit} bytes")
    if feeder is not None:
        feeder()
    _check(name, child.wait())
    return bytes(found)


def _quoted(name: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(name)


def _start(
    words: Sequence[str],
    environ: Mapping[str, str],
    *,
    stdin: str,
    collect_out: bool,
    errors: str,
) -> Popen[bytes]:
    from subprocess import DEVNULL, PIPE, STDOUT, Popen

    path = look_up(words[0])
    try:
        with Paused():
            return Popen(  # noqa: S603 - a plugin is a program that its user installed
                list(words),
                executable=path,
                env=dict(environ),
                stdin={"ours": None, "none": DEVNULL, "pipe": PIPE}[stdin],
                stdout=PIPE if collect_out else None,
                stderr={"shown": None, "piped": PIPE, "dropped": DEVNULL, "joined": STDOUT}[errors],
            )
    except OSError as error:
        words_for_it = os.strerror(error.errno or 0).lower()
        raise PluginRunError(f"fork/exec {path}: {words_for_it}") from error


def _feed(child: Popen[bytes], data: bytes | None) -> Callable[[], None] | None:
    """Write to the child beside what it prints; a child that does not read it is no mistake."""
    stream = child.stdin
    if stream is None:
        return None
    from threading import Thread

    def write() -> None:
        try:
            with stream:
                stream.write(data or b"")
        except BrokenPipeError:
            pass

    thread = Thread(target=write, daemon=True)
    thread.start()
    return thread.join


def _pump(streams: Sequence[tuple[object, Write | None]]) -> None:
    """Pass on what comes from each stream as it comes."""
    from threading import Thread

    def copy(stream: object, write: Write) -> None:
        with stream:  # type: ignore[attr-defined]
            while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]
                write(chunk)

    threads = [
        Thread(target=copy, args=(stream, write), daemon=True)
        for stream, write in streams
        if stream is not None and write is not None
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _check(name: str, status: int) -> None:
    if status:
        raise PluginExitError(name, status if status > 0 else -1)
