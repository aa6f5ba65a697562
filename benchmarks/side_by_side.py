"""What all benchmarks beside the real Helm share: their options, and the report of the smaller ones."""

from __future__ import annotations

import argparse
import sys

from benchmarks.machine import machine
from benchmarks.processes import HELM, OURS
from benchmarks.ratios import Sample
from benchmarks.report import header, summary
from benchmarks.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.processes import Run


class Options(argparse.ArgumentParser):
    """What a benchmark's command line says: `helm`, the path of the real one, and `runs`."""

    def __init__(self, description: str | None) -> None:
        super().__init__(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
        self.add_argument("--helm", help="the real helm; built where it is not given")
        self.add_argument("--runs", type=int, default=5, help="rounds of each measurement (5)")

    def given(self) -> argparse.Namespace:
        """Return what was given, with a `helm` that is there."""
        given = self.parse_args()
        if given.helm is None:
            from hivehelm.cluster.build import binary
            from hivehelm.cluster.progress import Lines

            given.helm = str(binary("helm", Lines(sys.stderr)))
        return given


def report(
    helm: str, took: Mapping[str, Mapping[str, list[Run]]], targets: Mapping[str, float], memory: float
) -> bool:
    """Print a row for each measured command; return whether all of them keep to their targets.

    `took` holds the runs by what is measured and tool, `targets` how much of the real Helm's time each may
    take, and `memory` how much of its memory.
    """
    samples = {what: [Sample(name=what, helm=runs[HELM], ours=runs[OURS])] for what, runs in took.items()}
    rows = [Row(title=what, samples=found, target=targets[what]) for what, found in samples.items()]
    rows += [
        Row(title=f"peak memory, {what}", samples=found, target=memory, what="mebibytes")
        for what, found in samples.items()
    ]
    print(f"{header(machine(helm))}\n{summary(rows)}", end="")
    return all(row.met for row in rows)
