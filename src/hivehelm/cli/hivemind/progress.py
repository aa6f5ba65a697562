"""Long work as it looks: moving on a terminal, plain lines anywhere else."""

from __future__ import annotations

import contextlib
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.cli.stream import Stream
    from hivehelm.cluster.progress import Progress, Report


@contextlib.contextmanager
def shown(err: Stream) -> Iterator[Report]:
    """Yield a report that shows progress on standard error while the context lasts."""
    if err.is_terminal():
        with _moving() as report:
            yield report
    else:
        from hivehelm.cluster.progress import Lines

        yield Lines(sys.stderr)


@contextlib.contextmanager
def _moving() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.fields[subject]}", style="bold"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        yield Tasks(bars)


class Tasks:
    """Reports as one bar for each subject; `bars` is rich's."""

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[str, Any] = {}

    def __call__(self, progress: Progress) -> None:
        """Move the bar of the subject."""
        task = self._tasks.get(progress.subject)
        if task is None:
            task = self._bars.add_task(progress.phase, total=None, subject=progress.subject, count="")
            self._tasks[progress.subject] = task
        total = progress.total or None
        if progress.final:
            self._bars.update(task, description=progress.phase, total=1, completed=1, count="")
            del self._tasks[progress.subject]
        else:
            count = f"{progress.done}/{total}" if total else ""
            done = progress.done
            self._bars.update(task, description=progress.phase, total=total, completed=done, count=count)
