"""The rows of the report: what was measured, what is wanted, and whether it is so."""

from __future__ import annotations

from benchmarks.ratios import geometric_mean, middle_half
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from benchmarks.ratios import Sample, Spread


class Row(Record):
    """One piece of work over some charts.

    Attributes:
        title: what it is.
        samples: one for each chart.
        target: what the geometric mean over the charts may be; None where nothing is asked.
        limit: what no chart may be above.
        what: which of a run's numbers is compared.
        rate: as many times as much work in the same time is shown, and wanted, in the place of the time.
    """

    title: str
    samples: list[Sample]
    target: float | None = None
    limit: float | None = None
    what: str = "seconds"
    rate: bool = False

    def shown(self, ratio: float) -> float:
        """Return a ratio as the row shows it."""
        return 1 / ratio if self.rate else ratio

    def figure(self, what: str = "") -> float:
        """Return the geometric mean over the charts."""
        return self.shown(geometric_mean([sample.ratio(what or self.what) for sample in self.samples]))

    def worst(self, what: str = "") -> tuple[float, str]:
        """Return the ratio of the chart that does worst, and its name."""
        ratio, name = max((sample.ratio(what or self.what), sample.name) for sample in self.samples)
        return self.shown(ratio), name

    def over_charts(self) -> Spread | None:
        """Return between what the middle half of the charts is; None where there is one alone."""
        if len(self.samples) < 2:
            return None
        return self._ordered(middle_half([sample.ratio(self.what) for sample in self.samples]))

    def over_runs(self) -> Spread | None:
        """Return between what the middle half of the rounds is, each with its mean over the charts."""
        rounds = zip(*(sample.rounds(self.what) for sample in self.samples), strict=True)
        means = [geometric_mean(ratios) for ratios in rounds]
        return self._ordered(middle_half(means)) if len(means) > 1 else None

    def _ordered(self, spread: Spread) -> Spread:
        low, high = sorted(map(self.shown, spread))
        return low, high

    def measured(self, what: str) -> bool:
        """Tell whether all runs say how much of something they took."""
        return all(getattr(run, what) for sample in self.samples for run in (*sample.helm, *sample.ours))

    @property
    def met(self) -> bool | None:
        """Whether target and limit are kept; None where there are none, or nothing was measured."""
        if self.target is None or not self.samples:
            return None
        if self.rate:
            return self.figure() >= self.target
        return self.figure() <= self.target and (self.limit is None or self.worst()[0] <= self.limit)
