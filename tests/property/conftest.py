"""How many cases the properties are tried on, and the program that tells what Helm makes of them."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, settings

from .patching import Patches
from .program import Oracle, built, path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The cases of each property; without it, few, and the same ones at each run.
CASES = os.environ.get("HIVEHELM_CASES", "")

settings.register_profile(
    "hivehelm",
    max_examples=int(CASES or 200),
    derandomize=not CASES,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("hivehelm")


@pytest.fixture
def cases() -> range:
    """Return the seeds of the cases of a property that draws them itself: others at each run on demand."""
    first = int(os.environ.get("HIVEHELM_SEED") or (time.time_ns() >> 20 if CASES else 0))
    return range(first, first + int(CASES or 200))


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """Helm's libraries; skips where they are still to be built, unless `CI` or `HIVEHELM_CASES` is set."""
    running = Oracle(_program("oracle"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def patches() -> Iterator[Patches]:
    """What Helm patches objects with; skips as `oracle` does."""
    running = Patches(_program("patches"))
    yield running
    running.close()


def _program(name: str) -> Path:
    from hivehelm.cluster.errors import BuildError

    if not (path(name).exists() or CASES or os.environ.get("CI")):
        pytest.skip(f"no {name} yet: HIVEHELM_CASES=1000 builds it")
    try:
        return built(name)
    except BuildError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no {name}: {error}")
