"""All that is measured, with what is wanted of it."""

from __future__ import annotations

from typing import TypeVar

from benchmarks import commands, incremental, rendering, throughput, umbrella
from benchmarks.charts import VALUE
from benchmarks.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.ratios import Sample
    from benchmarks.session import Session, Subject

T = TypeVar("T")

#: What can be measured; `memory` is of all the processes that are measured besides.
PARTS = (
    "library",
    "command",
    "first",
    "aliases",
    "subcharts",
    "commands",
    "incremental",
    "memory",
    "throughput",
)
_WAYS = {
    "library": ("render in a process that lives on, chart seen before", 0.15, 0.6),
    "command": ("`template` process, chart seen before", 0.9, 1.4),
    "first": ("`template` process, first sight", 2.0, 4.0),
}
_TEMPLATE = f"template runN CHART --set {VALUE}=vNx"
#: What the two sides do.
COMMANDS = {
    "library": f"`helm {_TEMPLATE}`; `load`, `template` and `manifest` of the library",
    "command": f"`helm {_TEMPLATE}`; `hivehelm {_TEMPLATE}`",
    "first": f"`helm {_TEMPLATE}`; `hivehelm {_TEMPLATE}` with a new `HOME`",
    "aliases": f"`helm {_TEMPLATE}`; `hivehelm {_TEMPLATE}`",
    "subcharts": f"`helm {_TEMPLATE}`; `hivehelm {_TEMPLATE}`",
    "commands": "the same arguments for `helm` and `hivehelm`; "
    + ", ".join(f"`{' '.join(arguments)}`" for arguments in commands.COMMANDS.values()),
    "incremental": "`helm template NAME CHART --set VALUE=NEW`; `template` with a `RenderMemory`, `manifest`",
    "throughput": f"`helm {_TEMPLATE}`, one after another; the library in {throughput.PROCESSES} processes",
}


def measure(session: Session, charts: Sequence[Path], wanted: Sequence[str], sample: int) -> list[Row]:
    """Measure the parts that are wanted, some of them over `sample` charts; return their rows."""
    subjects = session.subjects(charts)
    plain = sorted((subject for subject in subjects if not subject.keys), key=lambda subject: subject.size)
    some = sampled(plain, sample)
    rows, peaks = _renders(session, subjects, wanted)
    for found in _umbrellas(session, subjects, wanted):
        (peaks if found.what == "mebibytes" else rows).append(found)
    if "commands" in wanted:
        measured = commands.measure(session, some)
        rows += [Row(title=f"`{what}`", samples=samples, target=1.0) for what, samples in measured.items()]
        every = [
            sample.replace(name=f"{what} {sample.name}".strip())
            for what, samples in measured.items()
            for sample in samples
        ]
        peaks.append(_peak("the commands above", every))
    if "incremental" in wanted:
        samples = incremental.measure(session, some)
        rows.append(Row(title="one value changed, rendered again", samples=samples, target=0.05))
    if "throughput" in wanted:
        samples = throughput.measure(session, some)
        title = f"renders a second, {throughput.PROCESSES} processes"
        rows.append(Row(title=title, samples=samples, target=10, rate=True))
    return [row for row in (*rows, *(peaks if "memory" in wanted else [])) if row.samples]


def _peak(of: str, samples: list[Sample]) -> Row:
    return Row(title=f"peak memory, {of}", samples=samples, target=1.0, what="mebibytes")


def _renders(
    session: Session, subjects: Sequence[Subject], wanted: Sequence[str]
) -> tuple[list[Row], list[Row]]:
    """Return the rows of renders, and those of their memory; charts that make keys apart, with no target."""
    ways = [way for way in rendering.WAYS if way in wanted]
    if "memory" in wanted and not ways:
        ways = ["library", "command"]
    if not ways:
        return [], []
    makers = {subject.name for subject in subjects if subject.keys}
    rows: list[Row] = []
    apart: list[Row] = []
    peaks: list[Row] = []
    for way, samples in rendering.measure(session, subjects, ways).items():
        title, target, limit = _WAYS[way]
        plain = [sample for sample in samples if sample.name not in makers]
        keys = [sample for sample in samples if sample.name in makers]
        if way in wanted:
            rows.append(Row(title=title, samples=plain, target=target, limit=limit))
            apart.append(Row(title=f"{title}, charts that make keys", samples=keys))
        peaks.append(_peak(title, samples))
    return rows + apart, peaks


def _umbrellas(session: Session, subjects: Sequence[Subject], wanted: Sequence[str]) -> Iterable[Row]:
    if "aliases" in wanted and subjects:
        many, growth = umbrella.of_aliases(session, umbrella.middling(subjects))
        title = f"{umbrella.MANY} aliases of a chart"
        yield Row(title=title, samples=many, target=0.2)
        yield Row(title=f"{title}, ours to ours of {umbrella.FEW}", samples=growth, target=6.5)
        yield _peak(title, many)
    if "subcharts" in wanted:
        title = f"{umbrella.DIFFERENT} subcharts, `tpl` on every value"
        samples = umbrella.of_different(session)
        yield Row(title=title, samples=samples, target=0.3)
        yield _peak(title, samples)


def sampled(items: Sequence[T], most: int) -> list[T]:
    """Return `most` of `items` at most, evenly spread; all where it is 0."""
    if not most or len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]
