from __future__ import annotations

import threading
import time

import pytest

from hivehelm.actions.budget import Budget
from hivehelm.actions.errors import CancelledError, DeadlineError


def test_without_limits_each_wait_lasts_the_timeout() -> None:
    assert Budget(5.0).seconds() == 5.0
    assert Budget(5.0).seconds(60.0) == 60.0


def test_the_deadline_cuts_a_wait_short() -> None:
    budget = Budget(500.0, deadline=time.monotonic() + 100)
    assert 99 < budget.seconds() <= 100
    assert 99 < budget.seconds(0.0) <= 100
    assert budget.seconds(1.0) == 1.0


def test_what_is_over_is_over() -> None:
    with pytest.raises(DeadlineError, match=r"^context deadline exceeded$"):
        Budget(5.0, deadline=time.monotonic() - 1).check()
    cancel = threading.Event()
    budget = Budget(5.0, cancel=cancel)
    budget.check()
    cancel.set()
    with pytest.raises(CancelledError, match=r"^context canceled$"):
        budget.seconds()
