from __future__ import annotations

from hivehelm.platform.sparing import Sparing


def test_what_is_spent_comes_back_in_time() -> None:
    now = 100.0
    sparing = Sparing(2.0, 3, clock=lambda: now)
    assert [sparing.take() for _ in range(4)] == [True, True, True, False]
    now += 0.5
    assert [sparing.take() for _ in range(2)] == [True, False]
    now += 3600.0
    assert [sparing.take() for _ in range(4)] == [True, True, True, False]
