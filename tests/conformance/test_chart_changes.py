"""Published charts with changed values: what is switched on, filled, or wrong; our bytes against Helm's.

HIVEHELM_CHANGES says how many changes are tried for each chart.
"""

from __future__ import annotations

import os
import sys
from itertools import combinations
from pathlib import Path

from hivehelm.chart.load import load

from .changes import changes
from .masks import differences
from .test_charts import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    Outcome = tuple[str, str, int]

CHANGES_PER_CHART = int(os.environ.get("HIVEHELM_CHANGES", "3"))
# Of words that are random, two runs may have the same start by chance, and Go's maps are in no order.
RUNS = 5


def test_changed_values_render_as_helm_renders_them(
    published_chart: Path, helm: Path, tmp_path: Path
) -> None:
    """Output, messages and exit code agree, apart from what differs between runs of the real Helm."""
    values = load(str(published_chart)).values or {}
    wrong = []
    for change in changes(values, published_chart.name, CHANGES_PER_CHART):
        arguments = ["template", "release", str(published_chart), *change]
        # Ours runs between two of Helm's: a clock that both show, ours shows as well.
        runs = [run([str(helm), *arguments], tmp_path)]
        ours = run([sys.executable, "-m", "hivehelm.cli.hivehelm", *arguments], tmp_path)
        found = ["not compared yet"] if ours != runs[0] else []
        while found and len(runs) < RUNS:
            runs.append(run([str(helm), *arguments], tmp_path))
            found = min((_wrong(ours, *pair) for pair in combinations(runs, 2)), key=len)
        if found:
            wrong.append((change, found))
    assert not wrong


def _wrong(ours: Outcome, first: Outcome, second: Outcome) -> list[str]:
    found = [f"exit code: wanted {first[2]}, got {ours[2]}"] if ours[2] != first[2] else []
    found += differences(first[0], second[0], ours[0])
    if sorted(ours[1].split("\n")) != sorted(first[1].split("\n")):
        found += differences(first[1], second[1], ours[1])
    return found
