"""The worker's side of the protocol, over pipes, in a process that is not ended by it."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest

from hivehelm.errors import HivehelmError
from hivehelm.operations import worker
from hivehelm.operations.model import Request
from hivehelm.operations.worker import Job, Line, serve

JOB = Job(
    request=Request(verb="rollback", name="web"), operation="a1", attempt=2, trace={"n": 1}, seconds=3.0
)


class Ended(BaseException):
    pass


def end() -> NoReturn:
    raise Ended


class Runner:
    """The other end of a worker's line."""

    def __init__(self) -> None:
        self._from, to = os.pipe()
        source, self._to = os.pipe()
        self.source, self.target = os.fdopen(source, "rb"), os.fdopen(to, "wb")
        self.lines = os.fdopen(self._from, "rb")
        self.ended = threading.Event()
        self.line = Line(self.source, self.target, self.ended.set)

    def send(self, message: dict[str, Any]) -> None:
        os.write(self._to, json.dumps(message).encode() + b"\n")

    def heard(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.lines.readline())
        return found

    def close(self) -> None:
        os.close(self._to)


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner()
    yield made
    if not made.ended.is_set():
        made.close()
        assert made.ended.wait(60)
    made.lines.close()
    made.target.close()


def begun(runner: Runner) -> None:
    runner.send({"job": JOB.to_dict()})
    assert runner.line.job() == JOB
    assert runner.heard() == {"ready": True}


def test_a_job_comes_over_the_line(runner: Runner) -> None:
    begun(runner)
    runner.line.event({"stage": "plan"})
    runner.line.end({"result": {"when": object}})
    assert runner.heard() == {"event": {"stage": "plan"}}
    assert "result" in runner.heard()


def test_notes_are_gone_on_from_when_they_are_safe(runner: Runner) -> None:
    begun(runner)
    went_on: list[int] = []

    def note() -> None:
        for number in range(2):
            runner.line.note({"revisions": [number]})
            went_on.append(number)

    thread = threading.Thread(target=note)
    thread.start()
    assert runner.heard() == {"trace": {"revisions": [0]}, "sync": 1}
    assert went_on == []
    runner.send({"ack": 1})
    assert runner.heard() == {"trace": {"revisions": [1]}, "sync": 2}
    runner.send({"ack": 2})
    thread.join(60)
    assert went_on == [0, 1]


def test_who_gives_up_is_heard(runner: Runner) -> None:
    begun(runner)
    assert not runner.line.cancelled.is_set()
    runner.send({"cancel": True})
    assert runner.line.cancelled.wait(60)


def test_the_end_of_the_line_is_the_end(runner: Runner) -> None:
    begun(runner)
    runner.close()
    assert runner.ended.wait(60)


def test_who_gets_no_job_ends() -> None:
    with pytest.raises(Ended):
        Line(io.BytesIO(), io.BytesIO(), end).job()


def test_who_is_not_heard_any_more_ends() -> None:
    class Broken(io.BytesIO):
        def flush(self) -> None:
            raise BrokenPipeError

    with pytest.raises(Ended):
        Line(io.BytesIO(), Broken(), end).event({"stage": "plan"})


def served(
    monkeypatch: pytest.MonkeyPatch, perform: Callable[[Job, Line], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return what a worker says of a job."""
    lines: list[dict[str, Any]] = []

    class Fake:
        def __init__(self, *_: object) -> None:
            self.end = lines.append

        def job(self) -> Job:
            lines.append({"ready": True})
            return JOB

    source, to = os.pipe()
    os.close(to)
    descriptors = [os.dup(0), os.dup(1)]
    os.dup2(source, 0)
    monkeypatch.setattr(worker, "Line", Fake)
    monkeypatch.setattr(worker, "_end", end)
    monkeypatch.setattr(worker, "_die_with_parent", lambda: None)
    monkeypatch.setattr(worker, "_stand_back", lambda: None)
    try:
        with pytest.raises(Ended):
            serve(lambda: lines.append({"prepared": True}), perform)
    finally:
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.close(source)
    assert lines[:2] == [{"prepared": True}, {"ready": True}]
    return lines[2:]


def test_a_result_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def perform(job: Job, _: Line) -> dict[str, Any]:
        print("what else prints, prints nowhere")
        return {"operation": job.operation}

    assert served(monkeypatch, perform) == [{"result": {"operation": "a1"}}]


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (HivehelmError("no"), "HivehelmError", "no"),
        (MemoryError("secret"), "MemoryError", "internal error: MemoryError"),
        (ZeroDivisionError("secret"), "ZeroDivisionError", "internal error: ZeroDivisionError"),
    ],
)
def test_problems_are_told_without_what_nobody_should_read(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str, message: str
) -> None:
    def perform(_job: Job, _line: Line) -> dict[str, Any]:
        raise error

    (told,) = served(monkeypatch, perform)
    assert (told["problem"]["kind"], told["problem"]["message"]) == (kind, message)
    assert "secret" not in json.dumps(told)
    if kind == "ZeroDivisionError":
        assert any("perform" in place for place in told["problem"]["places"])


def test_whose_parent_is_gone_already_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    parents = [1, 2]
    asked: list[tuple[int, int]] = []

    class System:
        def prctl(self, what: int, signal: int) -> None:
            asked.append((what, signal))

    monkeypatch.setattr(ctypes, "CDLL", lambda _: System())
    monkeypatch.setattr(os, "getppid", lambda: parents.pop())
    monkeypatch.setattr(worker, "_end", end)
    with pytest.raises(Ended):
        worker._die_with_parent()
    assert asked == [(1, 9)]
    parents[:] = [1, 1]
    worker._die_with_parent()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    parents[:] = [2, 1]
    worker._die_with_parent()


def test_standing_back_is_no_must(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []

    def nice(by: int) -> int:
        given.append(by)
        raise OSError

    monkeypatch.setattr(os, "nice", nice)
    worker._stand_back()
    assert given == [10]
