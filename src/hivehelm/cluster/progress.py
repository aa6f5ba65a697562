"""What a long piece of work reports while it runs, and how it looks as plain lines."""

from __future__ import annotations

from collections.abc import Callable

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


class Progress(Record):
    """One step of long work.

    Attributes:
        subject: what is worked on: a binary, or a part of a cluster.
        phase: what is done with it, such as `compiling`.
        done: how many of `total` are done; both are 0 where nothing is counted.
        total: how many there are.
        elapsed: seconds since work on `subject` began.
        final: this was the last step of it.
    """

    subject: str
    phase: str
    done: int = 0
    total: int = 0
    elapsed: float = 0.0
    final: bool = False


Report = Callable[[Progress], None]
"""Told of each step; called from the thread that does the work."""


def silent(progress: Progress) -> None:
    """Report nothing."""


class Lines:
    """Reports as plain lines: one for each phase, one every `every` seconds while it lasts."""

    def __init__(self, stream: TextIO, every: float = 15.0) -> None:
        self._stream = stream
        self._every = every
        self._last: tuple[str, str] = ("", "")
        self._told = 0.0

    def __call__(self, progress: Progress) -> None:
        """Write a line for `progress`, if it is due."""
        same = (progress.subject, progress.phase) == self._last
        if same and not progress.final and progress.elapsed - self._told < self._every:
            return
        self._last, self._told = (progress.subject, progress.phase), progress.elapsed
        self._stream.write(f"{line(progress)}\n")
        self._stream.flush()


def line(progress: Progress) -> str:
    """Return `progress` as one line of text."""
    count = f" {progress.done}/{progress.total}" if progress.total else ""
    elapsed = f" ({progress.elapsed:.0f} s)" if progress.elapsed >= 1 else ""
    return f"{progress.subject}: {progress.phase}{count}{elapsed}"
