from __future__ import annotations

import _thread
import resource
import signal
import subprocess
import sys
import threading
import time

import pytest

from hivehelm.gotemplate import stack
from hivehelm.limits import (
    Limits,
    MemoryLimitError,
    OutputLimitError,
    Paused,
    TimeLimitError,
    Watch,
    spell,
)


def spin(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_what_takes_too_long_ends() -> None:
    start = time.process_time()
    with pytest.raises(TimeLimitError) as caught, Limits(seconds=0.1).watched():
        spin(5)
    assert str(caught.value) == "the chart takes more than 0.1s of processor time (limit: --render-timeout)"
    assert time.process_time() - start < 1
    assert signal.getsignal(signal.SIGPROF) is signal.SIG_DFL
    assert Watch.active is None


def test_a_signal_that_comes_late_does_no_harm() -> None:
    script = (
        "import os, signal\n"
        "from hivehelm.limits import Limits\n"
        "with Limits(seconds=60).watched():\n"
        "    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])\n"
        "    os.kill(os.getpid(), signal.SIGPROF)\n"
        "signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGPROF])\n"
        "print('fine')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


def test_what_waits_takes_no_time() -> None:
    with Limits(seconds=0.2).watched():
        time.sleep(0.3)


def test_what_is_caught_on_the_way_goes_on_up() -> None:
    with pytest.raises(TimeLimitError), Limits(seconds=0.1).watched():
        while True:
            try:
                spin(1)
            except Exception:
                pytest.fail("an exception like others")


def test_cleaning_up_is_not_cut_off_at_once() -> None:
    cleaned = []
    with pytest.raises(TimeLimitError), Limits(seconds=0.1).watched():
        try:
            spin(5)
        finally:
            spin(0.1)
            cleaned.append(1)
    assert cleaned == [1]


def test_memory_that_grows_ends() -> None:
    kept: list[bytes] = []
    with pytest.raises(MemoryLimitError) as caught, Limits(memory=50 << 20).watched():
        while True:
            kept.append(b"x" * 10_000)
    assert str(caught.value) == "the chart takes more than 50Mi of memory (limit: --render-memory)"
    assert len(kept) < 20_000


def test_memory_in_one_piece_is_refused() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(MemoryLimitError), Limits(memory=50 << 20).watched():
        assert b"x" * (1 << 30)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_without_limits_nothing_is_watched() -> None:
    with Limits().watched():
        assert Watch.active is None
        assert signal.getsignal(signal.SIGPROF) is signal.SIG_DFL


def test_a_watch_within_another_changes_nothing() -> None:
    with Limits(seconds=9).watched() as outer:
        with Limits(seconds=0.01).watched():
            spin(0.1)
        assert Watch.active is outer


def test_threads_are_not_watched() -> None:
    done: list[bool] = []

    def work() -> None:
        with Limits(seconds=0.01).watched():
            spin(0.1)
            done.append(Watch.active is None)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_who_uses_the_signal_keeps_it() -> None:
    def other(*_: object) -> None:
        """Profile."""

    signal.signal(signal.SIGPROF, other)
    try:
        with Limits(seconds=0.01).watched():
            assert signal.getsignal(signal.SIGPROF) is other
    finally:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)


def test_fresh_stacks_are_watched() -> None:
    with pytest.raises(TimeLimitError), Limits(seconds=0.1, memory=50 << 20).watched():
        stack.fresh(spin, 0.5)


def test_fresh_stacks_do_not_count() -> None:
    def nested(depth: int) -> int:
        return stack.fresh(nested, depth - 1) + 1 if depth else 0

    with Limits(memory=50 << 20).watched():
        assert nested(40) == 40
        assert nested(40) == 40


def test_paused() -> None:
    def soft() -> int:
        return resource.getrlimit(resource.RLIMIT_DATA)[0]

    with Paused():
        before = soft()
    with Limits(memory=50 << 20).watched():
        limited = soft()
        with Paused():
            assert soft() > 1 << 40
        assert soft() == limited
    assert soft() == before


def test_output() -> None:
    limits = Limits(output=3)
    assert limits.check_output("abc") == "abc"
    assert Limits().check_output("abcd") == "abcd"
    with pytest.raises(OutputLimitError) as caught:
        limits.check_output("abcd")
    assert str(caught.value) == "the chart comes to more than 3 of output (limit: --max-output)"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0"), (1000, "1000"), (1024, "1Ki"), (384 << 20, "384Mi"), (1 << 30, "1Gi")]
)
def test_sizes(size: int, text: str) -> None:
    assert spell(size) == text


def test_stacks_that_are_still_mapped_leave_room() -> None:
    before = _thread.stack_size(64 << 20)
    size, stack.size = stack.size, 64 << 20

    def nested(depth: int) -> int:
        return stack.fresh(nested, depth - 1) + 1 if depth else len([bytes(1000) for _ in range(1000)])

    try:
        with Limits(memory=50 << 20).watched():
            for _ in range(20):
                assert nested(10) == 1010
    finally:
        _thread.stack_size(before)
        stack.size = size
