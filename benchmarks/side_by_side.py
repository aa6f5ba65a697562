"""Two tools side by side: what their processes take, and the table of their ratios."""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

HELM, OURS = "helm", "ours"
#: Where published charts are looked for by default.
CHARTS = Path(__file__).parents[2] / "shared" / "charts"


class Run(Record):
    """What one process took.

    Attributes:
        seconds: from its start to its end.
        mebibytes: the peak of its memory.
    """

    seconds: float
    mebibytes: float


class Tool:
    """One of the two: its command, the directory where it keeps its caches, what its environment holds."""

    def __init__(self, name: str, command: list[str], home: Path, **variables: str) -> None:
        self.name = name
        self._command = command
        home.mkdir()
        self._environment = {"HOME": str(home), "PATH": os.environ["PATH"], **variables}

    def run(self, *arguments: str) -> Run:
        """Run a command and return what it took.

        Raises:
            SystemExit: it failed, with what it said.
        """
        with tempfile.TemporaryFile() as said:
            start = time.perf_counter()
            child = subprocess.Popen(
                [*self._command, *arguments],
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                said.seek(0)
                raise SystemExit(f"{self.name} {arguments}: {said.read().decode()}")
        return Run(seconds=seconds, mebibytes=_mebibytes(usage))


def _mebibytes(usage: resource.struct_rusage) -> float:
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return usage.ru_maxrss / unit


class Options(argparse.ArgumentParser):
    """What a benchmark's command line says: `helm`, the path of the real one, and `runs`."""

    def __init__(self, description: str | None) -> None:
        super().__init__(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
        self.add_argument("--helm", help="the real helm; built where it is not given")
        self.add_argument("--runs", type=int, default=5)

    def given(self) -> argparse.Namespace:
        """Return what was given, and print what is measured on."""
        from hivehelm.cluster.build import binary

        given = self.parse_args()
        given.helm = given.helm or str(binary("helm"))
        version = subprocess.run(
            [given.helm, "version", "--short"], capture_output=True, text=True, check=True
        ).stdout
        print(
            f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
            f"helm {version.strip()}, {given.runs} runs"
        )
        return given


def report(took: Mapping[str, Mapping[str, list[Run]]], targets: Mapping[str, float], memory: float) -> bool:
    """Print a row for each measured command; return whether all of them keep to their targets.

    `took` holds the runs by what is measured and tool, `targets` how much of the real Helm's time each may
    take, and `memory` how much of its memory.
    """
    heads = "".join(f"{head:>8}" for head in ("ratio", "target", "MiB", "ours", "ratio", "target"))
    print(f"{'':<13}{'helm ms':>9}{'ours ms':>9}{heads}")
    good = True
    for what, runs in took.items():
        seconds = [statistics.median(run.seconds for run in runs[name]) for name in (HELM, OURS)]
        peaks = [max(run.mebibytes for run in runs[name]) for name in (HELM, OURS)]
        ratios = seconds[1] / seconds[0], peaks[1] / peaks[0]
        good = good and ratios[0] <= targets[what] and ratios[1] <= memory
        print(
            f"{what:<13}{seconds[0] * 1000:9.0f}{seconds[1] * 1000:9.0f}{ratios[0]:8.2f}{targets[what]:8.2f}"
            f"{peaks[0]:8.0f}{peaks[1]:8.0f}{ratios[1]:8.2f}{memory:8.2f}"
        )
    return good
