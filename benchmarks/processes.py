"""What processes of two tools take: wall clock, processor, memory."""

from __future__ import annotations

import marshal
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

HELM, OURS = "helm", "ours"
_UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10


class Run(Record):
    """What one process took.

    Attributes:
        seconds: from its start to its end.
        processor: seconds of processors, its own and the system's for it.
        mebibytes: the peak of its memory.
    """

    seconds: float
    processor: float = 0.0
    mebibytes: float = 0.0


class FailedError(SystemExit):
    """Something measured failed; `who` is the tool, and `last` the last line of what it said."""

    def __init__(self, who: str, doing: str, said: str = "") -> None:
        super().__init__(f"{who} {doing}: {said}")
        self.who = who
        self.last = (said.splitlines() or [doing])[-1]


class Launcher:
    """The process that starts all others (see `benchmarks.launcher`)."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("launcher.py")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # An interrupt is this process's.
            start_new_session=True,
        )

    def run(self, command: list[str], environment: dict[str, str], out: str, error: str) -> tuple[int, Run]:
        """Run a command with its output and errors in files; return its exit code and what it took.

        Raises:
            FailedError: it cannot be started.
        """
        jobs, answers = self._process.stdin, self._process.stdout
        if jobs is None or answers is None:
            raise AssertionError
        marshal.dump((command, environment, out, error), jobs)
        jobs.flush()
        try:
            code, seconds, processor, peak = marshal.load(answers)  # noqa: S302 - a process of ours
        except EOFError:
            raise FailedError(command[0], "cannot be started") from None
        return code, Run(seconds=seconds, processor=processor, mebibytes=peak / _UNIT)


@cache
def launcher() -> Launcher:
    """Return the launcher of this process."""
    return Launcher()


class Tool:
    """One of the two: its command, the directory where it keeps its caches, what its environment holds."""

    def __init__(self, name: str, command: list[str], home: Path, **variables: str) -> None:
        self.name = name
        self._command = command
        self._home = home
        home.mkdir(parents=True)
        # Nothing else: no PYTHONDONTWRITEBYTECODE, no XDG directories that caches would go to.
        self.environment = {"HOME": str(home), "PATH": os.environ["PATH"], **variables}

    def run(self, *arguments: str, out: Path | None = None, afresh: bool = False) -> Run:
        """Run a command and return what it took; its output goes to `out`.

        `afresh` gives it empty caches, which are thrown away after.

        Raises:
            FailedError: it failed, with what it said.
        """
        environment = self.environment
        if afresh:
            environment = {**environment, "HOME": tempfile.mkdtemp(dir=self._home)}
        with tempfile.NamedTemporaryFile() as said:
            where = os.devnull if out is None else str(out)
            code, run = launcher().run([*self._command, *arguments], environment, where, said.name)
            if afresh:
                shutil.rmtree(environment["HOME"])
            if code:
                raise FailedError(self.name, " ".join(arguments), _text(said))
        return run


def _text(file: IO[bytes]) -> str:
    return file.read().decode(errors="replace").strip()


def both(helm: str, place: Path, **variables: str) -> list[Tool]:
    """Return the real Helm and ours, each with a home of its own below `place`."""
    ours = str(Path(sys.executable).with_name("hivehelm"))
    return [Tool(name, [path], place / name, **variables) for name, path in ((HELM, helm), (OURS, ours))]
