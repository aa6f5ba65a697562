"""Requests under a limit: the burst goes out at once, the rest at the rate."""

from __future__ import annotations

from hivehelm.kube.throttle import Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_burst_goes_out_at_once_and_what_follows_at_the_rate() -> None:
    clock = Clock()
    throttle = Throttle(2.0, 3, clock=clock, sleep=clock.sleep)
    times = []
    for _ in range(6):
        throttle.wait()
        times.append(clock.now)
    assert times == [0.0, 0.0, 0.0, 0.5, 1.0, 1.5]


def test_rest_fills_the_bucket_to_the_burst_and_no_further() -> None:
    clock = Clock()
    throttle = Throttle(10.0, 2, clock=clock, sleep=clock.sleep)
    throttle.wait()
    clock.now = 100.0
    for _ in range(3):
        throttle.wait()
    assert clock.now == 100.1


def test_waiting_callers_queue_up_behind_each_other() -> None:
    clock = Clock()
    delays: list[float] = []
    throttle = Throttle(1.0, 1, clock=clock, sleep=delays.append)
    for _ in range(3):
        throttle.wait()
    assert delays == [1.0, 2.0]


def test_a_burst_of_nothing_still_lets_one_through() -> None:
    clock = Clock()
    throttle = Throttle(1.0, 0, clock=clock, sleep=clock.sleep)
    throttle.wait()
    assert clock.now == 0.0
