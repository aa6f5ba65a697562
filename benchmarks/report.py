"""The report of a run: a table in Markdown that can be pasted, or JSON."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from benchmarks.machine import Machine
    from benchmarks.ratios import Sample, Spread
    from benchmarks.rows import Row

_HEAD = ("work", "target", "measured", "worst chart", "over charts", "over runs", "processor", "memory", "")
_BUSY = "**Other work was going on: times by the clock say little, look at processor time.**"
_LEGEND = """\
Ratios of ours to the real Helm's, by medians: the geometric mean over the charts, the worst chart, the middle
half of the charts, and of the runs (each with its mean over the charts). `processor`: the same by processor
time (user and system), which other work on the machine changes less; `memory`: by the peak of the process.
"""


class Report(Record):
    """What a run found.

    Attributes:
        invocation: the command line that made it.
        commands: what the two tools were asked, by what is measured.
        left_out: charts that are not in it, and why.
        wrong: where the output was not the real Helm's.
    """

    machine: Machine
    invocation: str
    runs: int
    seconds: float
    rows: list[Row]
    commands: Mapping[str, str]
    left_out: Mapping[str, str]
    wrong: Mapping[str, str]

    @property
    def good(self) -> bool:
        """Whether every target is kept and every output right."""
        return not self.wrong and all(row.met is not False for row in self.rows)

    def markdown(self, *, charts: bool = False) -> str:
        """Return the report as text; `charts` adds a table of each row's charts."""
        took = f"- `{self.invocation}`: {self.runs} runs, {self.seconds / 60:.1f} minutes\n"
        parts = [header(self.machine), took, "\n", summary(self.rows)]
        if self.commands:
            parts += ["\n", *(f"- {what}: {command}\n" for what, command in self.commands.items())]
        if charts:
            parts += ["".join(f"\n### {row.title}\n\n{_charts(row)}") for row in self.rows]
        for title, lines in (("Left out", self.left_out), ("Wrong", self.wrong)):
            if lines:
                parts += [f"\n{title}:\n\n", *(f"- {name}: {reason}\n" for name, reason in lines.items())]
        return "".join(parts)

    def to_json(self) -> dict[str, Any]:
        """Return the report for machines, every run with it."""
        return {
            "machine": {**vars(self.machine), "quiet": self.machine.quiet},
            "invocation": self.invocation,
            "runs": self.runs,
            "seconds": round(self.seconds, 1),
            "good": self.good,
            "rows": [_row(row) for row in self.rows],
            "commands": self.commands,
            "left out": self.left_out,
            "wrong": self.wrong,
        }


def header(machine: Machine) -> str:
    """Return what is measured on, and a warning where that is not quiet."""
    lines = (
        f"- {machine.model}, {machine.cores} cores, {machine.system}; load average at the start "
        f"{machine.load:.1f}\n- Helm {machine.helm}, Hivehelm {machine.ours}, {machine.python}\n"
    )
    return lines if machine.quiet else f"{lines}- {_BUSY}\n"


def summary(rows: Iterable[Row]) -> str:
    """Return the table of rows, and how to read it."""
    return f"{table(_HEAD, map(_cells, rows))}\n{_LEGEND}"


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns aligned."""
    rows = [head, ["---"] * len(head), *lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |\n"
        for row in rows
    )


def _cells(row: Row) -> list[str]:
    worst, name = row.worst()
    several = len(row.samples) > 1
    return [
        row.title,
        _target(row),
        number(row.figure()),
        f"{number(worst)} {name}" if several else "",
        _spread(row.over_charts()),
        _spread(row.over_runs()),
        _other(row, "processor", several=several),
        _other(row, "mebibytes", several=several) if row.what == "seconds" and not row.rate else "",
        {True: "pass", False: "**MISSED**", None: ""}[row.met],
    ]


def _target(row: Row) -> str:
    if row.target is None:
        return ""
    if row.rate:
        return f"≥ {row.target:g}"
    return f"{row.target:g}" if row.limit is None else f"{row.target:g}, each ≤ {row.limit:g}"


def number(value: float) -> str:
    """Return a ratio with as many digits as say something."""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _spread(spread: Spread | None) -> str:
    return "" if spread is None else f"{number(spread[0])}…{number(spread[1])}"


def _other(row: Row, what: str, *, several: bool) -> str:
    if row.what != "seconds" or not row.measured(what):
        return ""
    figure = number(row.figure(what))
    return f"{figure}, worst {number(row.worst(what)[0])}" if several else figure


def _charts(row: Row) -> str:
    unit, scale = ("MiB", 1.0) if row.what == "mebibytes" else ("ms", 1000.0)
    head = ["chart", f"helm {unit}", f"ours {unit}", "ratio", "runs"]
    more = [what for what in ("processor", "mebibytes") if row.what == "seconds" and row.measured(what)]
    head += [{"processor": "processor", "mebibytes": "memory"}[what] for what in more]
    notes = any(sample.note for sample in row.samples)
    lines = []
    for sample in sorted(row.samples, key=lambda sample: -sample.ratio(row.what)):
        ratio = sample.ratio(row.what)
        over = row.limit is not None and ratio > row.limit
        shown = number(row.shown(ratio))
        low, high = sorted(map(row.shown, _range(sample, row.what)))
        lines.append(
            [
                sample.name,
                *(
                    f"{sample.median(whose, row.what) * scale:.{0 if scale == 1 else 1}f}"
                    for whose in ("helm", "ours")
                ),
                f"**{shown}**" if over else shown,
                f"{number(low)}…{number(high)}",
                *(number(row.shown(sample.ratio(what))) for what in more),
                *([sample.note] if notes else []),
            ]
        )
    return table([*head, *(["note"] if notes else [])], lines)


def _range(sample: Sample, what: str) -> Spread:
    from benchmarks.ratios import middle_half

    return middle_half(sample.rounds(what))


def _row(row: Row) -> dict[str, Any]:
    worst, name = row.worst()
    figures: dict[str, Any] = {
        "work": row.title,
        "of": row.what,
        "target": row.target,
        "limit": row.limit,
        "measured": row.figure(),
        "worst": {"chart": name, "ratio": worst},
        "over charts": row.over_charts(),
        "over runs": row.over_runs(),
        "met": row.met,
    }
    for what in ("processor", "mebibytes"):
        if what != row.what and row.measured(what):
            ratio, name = row.worst(what)
            figures[what] = {"measured": row.figure(what), "worst": {"chart": name, "ratio": ratio}}
    figures["charts"] = [
        {
            "name": sample.name,
            "note": sample.note,
            "ratio": row.shown(sample.ratio(row.what)),
            "helm": [vars(run) for run in sample.helm],
            "ours": [vars(run) for run in sample.ours],
        }
        for sample in row.samples
    ]
    return figures
