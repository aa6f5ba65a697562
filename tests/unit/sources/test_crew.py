"""Work spread over processes."""

from __future__ import annotations

import _thread
import os
import subprocess
import sys

import pytest

from hivehelm.sources import crew
from hivehelm.sources.crew import processes


def test_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_thread, "_count", lambda: 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert [processes(tasks) for tasks in (0, 1, 2, 9)] == [1, 1, 2, 4]
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert processes(9) == 3
    monkeypatch.setattr(_thread, "_count", lambda: 1)
    assert processes(9) == 1
    monkeypatch.setattr(_thread, "_count", lambda: 0)
    monkeypatch.delattr(os, "fork")
    assert processes(9) == 1


# In a process of its own: one with other threads, as that of a test may be, is not to be forked.
SCRIPT = """
import os
from hivehelm.sources.crew import spread

found = {}
left = spread(40, lambda number: (number * "x" * 9999, os.getpid()), found.__setitem__, 2)
assert left == set()
assert {number: result[0] for number, result in found.items()} == {n: n * "x" * 9999 for n in range(40)}
assert os.getpid() not in {result[1] for result in found.values()}

def work(number):
    if number == 3:
        os.kill(os.getpid(), 9)
    return number

found = {}
left = spread(9, work, found.__setitem__, 1)
assert 3 in left
assert left | found.keys() == set(range(9))
assert not left & found.keys()

def work(number):
    if number == 3:
        raise ValueError
    return number

assert 3 in spread(9, work, lambda number, result: None, 2)

fork = os.fork

def short():
    child = fork()
    if not child:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    return child

os.fork = short
assert spread(9, work, lambda number, result: None, 2) == set(range(9))
os.fork = fork

def heard(number, result):
    raise KeyboardInterrupt

try:
    spread(4, lambda number: number, heard, 2)
except KeyboardInterrupt:
    print("fine")
"""


def test_other_processes() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


def test_one_process_at_its_work() -> None:
    numbers, queue = os.pipe()
    result, end = os.pipe()
    os.write(queue, b"".join(number.to_bytes(4, "big") for number in range(5)))
    os.close(queue)
    crew._serve(numbers, end, lambda number: number + 1)
    os.close(end)
    found: dict[int, int] = {}
    assert crew._gather([result], found.__setitem__) == set(range(5))
    assert found == {number: number + 1 for number in range(5)}
    for descriptor in (numbers, result):
        os.close(descriptor)


def test_threads_that_the_system_does_not_give(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def start(*_: object) -> int:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", start)
    crew.together(lambda: done.append(1), 4)
    assert done == [1]
