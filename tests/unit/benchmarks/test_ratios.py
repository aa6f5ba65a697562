from __future__ import annotations

import pytest
from benchmarks.processes import Run
from benchmarks.ratios import Sample, geometric_mean, median, middle_half


@pytest.mark.parametrize(
    ("values", "wanted"), [([3.0], 3), ([1.0, 5.0, 2.0], 2), ([4.0, 1.0, 3.0, 2.0], 2.5)]
)
def test_median(values: list[float], wanted: float) -> None:
    assert median(values) == wanted


def test_geometric_mean() -> None:
    assert geometric_mean([0.5, 2.0, 8.0]) == pytest.approx(2)


def test_middle_half() -> None:
    assert middle_half([5.0, 1.0, 2.0, 4.0, 3.0]) == (2, 4)
    assert middle_half([1.0, 2.0]) == (1.25, 1.75)


def test_sample() -> None:
    helm = [Run(seconds=seconds, processor=2.0, mebibytes=50.0) for seconds in (1.0, 2.0, 4.0)]
    ours = [Run(seconds=seconds, processor=1.0, mebibytes=10 * seconds) for seconds in (1.0, 1.0, 2.0)]
    sample = Sample(name="web", helm=helm, ours=ours)
    assert sample.ratio() == 0.5
    assert sample.ratio("processor") == 0.5
    assert sample.ratio("mebibytes") == 0.4
    assert sample.rounds() == [1, 0.5, 0.5]
    assert sample.median("helm", "seconds") == 2
