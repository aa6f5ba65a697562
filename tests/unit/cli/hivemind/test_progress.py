from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from hivehelm.cli.hivemind.progress import Tasks, shown
from hivehelm.cli.stream import Stream
from hivehelm.cluster.progress import Lines, Progress


def test_plain_lines_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(Stream(sys.stderr)) as report:
        assert isinstance(report, Lines)
        report(Progress(subject="etcd", phase="compiling"))
    assert capsys.readouterr().err == "etcd: compiling\n"


def test_bars_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with shown(Stream(terminal)) as report:
        assert isinstance(report, Tasks)
        report(Progress(subject="etcd", phase="compiling", done=1, total=3))
        report(Progress(subject="etcd", phase="built", final=True))
    assert "etcd" in terminal.getvalue()


def test_a_bar_for_each_subject() -> None:
    with Bars(console=Console(file=io.StringIO())) as bars:
        report = Tasks(bars)
        report(Progress(subject="etcd", phase="fetching"))
        report(Progress(subject="etcd", phase="compiling", done=2, total=5))
        report(Progress(subject="kwok", phase="compiling", done=1, total=4))
        etcd, kwok = bars.tasks
        assert (etcd.description, etcd.completed, etcd.total) == ("compiling", 2, 5)
        assert (kwok.description, kwok.completed, kwok.total) == ("compiling", 1, 4)
        report(Progress(subject="etcd", phase="built", final=True))
        assert (etcd.description, etcd.finished) == ("built", True)
        assert not kwok.finished
        report(Progress(subject="etcd", phase="again"))
        assert len(bars.tasks) == 3
