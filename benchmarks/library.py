"""The library at work in processes of its own (see `benchmarks.warm`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.processes import FailedError, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

_ROOT = Path(__file__).parents[1]


class Library:
    """A process that renders what it is asked for, until it is closed."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._said = home / "stderr"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.warm"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env={"HOME": str(home), "PATH": os.environ["PATH"]},
                cwd=_ROOT,
                start_new_session=True,
                text=True,
            )

    def ask(self, verb: str, **arguments: Any) -> None:
        """Ask for something without waiting for it."""
        if self._process.stdin is None:
            raise AssertionError
        self._process.stdin.write(f"{json.dumps([verb, arguments])}\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """Return what came of it.

        Raises:
            FailedError: the process is gone, with what it said last.
        """
        line = "" if self._process.stdout is None else self._process.stdout.readline()
        if not line:
            raise FailedError("library", "is gone", self._said.read_text().strip())
        return json.loads(line)

    def call(self, verb: str, **arguments: Any) -> Any:
        """Ask and wait."""
        self.ask(verb, **arguments)
        return self.answer()

    def render(self, chart: Path, name: str, settings: list[str], out: Path) -> Run:
        """Load and render a chart, what comes out to a file; return what it took."""
        return Run(**self.call("render", chart=str(chart), name=name, settings=settings, out=str(out)))

    def change(self, setting: str, out: Path) -> Run:
        """Render the chart that `find` kept, with another value; return what it took."""
        return Run(**self.call("change", setting=setting, out=str(out)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
