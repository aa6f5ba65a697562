"""What measurements come to: ratios of medians, geometric means, and how far they spread."""

from __future__ import annotations

from math import exp, log

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.processes import Run

    Spread = tuple[float, float]


def median(values: Sequence[float]) -> float:
    """Return the middle of `values`."""
    return quantile(values, 0.5)


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value below which `part` of `values` are, between two of them where it falls so."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def geometric_mean(values: Sequence[float]) -> float:
    """Return the geometric mean of `values`."""
    return exp(sum(map(log, values)) / len(values))


def middle_half(values: Sequence[float]) -> Spread:
    """Return between what the middle half of `values` lies."""
    return quantile(values, 0.25), quantile(values, 0.75)


class Sample(Record):
    """The runs of both tools at one piece of work; those of one round stand at the same place.

    Attributes:
        name: of the chart.
        note: more about the work, such as the value that was changed.
    """

    name: str
    helm: list[Run]
    ours: list[Run]
    note: str = ""

    def ratio(self, what: str = "seconds") -> float:
        """Return how much of Helm's ours takes, by medians; of `mebibytes`, by the highest."""
        taken = max if what == "mebibytes" else median
        ours, helm = (taken([getattr(run, what) for run in runs]) for runs in (self.ours, self.helm))
        return ours / helm

    def median(self, whose: str, what: str = "seconds") -> float:
        """Return the median of `helm` or `ours`."""
        return median([getattr(run, what) for run in getattr(self, whose)])

    def rounds(self, what: str = "seconds") -> list[float]:
        """Return the ratio of each round."""
        pairs = zip(self.ours, self.helm, strict=True)
        return [getattr(ours, what) / getattr(helm, what) for ours, helm in pairs]
