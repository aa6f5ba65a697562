"""How long rendering takes next to the real Helm: `uv run python -m benchmarks.render`.

Four ways to render the same chart alternate, each run under a new release name and with a new global value,
so that nothing but code and parsed inputs can come from a cache:

- `helm`: a `helm template` process, what all others are measured by;
- `library`: load and render in this process, the chart seen before;
- `command`: a `hivehelm template` process, the chart seen before;
- `first`: a `hivehelm template` process that has never seen a chart, its caches empty.
"""

from __future__ import annotations

import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.side_by_side import CHARTS, Options

TARGETS = {"library": 0.5, "command": 2.0, "first": 5.0}


class Names:
    """Release names, none of them given twice."""

    def __init__(self) -> None:
        self.count = 0

    def arguments(self) -> tuple[str, str]:
        """Return a new release name and a new `--set` value."""
        self.count += 1
        return f"run{self.count}", f"global.benchmark=v{self.count}"


def process(command: list[str], chart: Path, names: Names, environment: dict[str, str]) -> float:
    """Return the seconds that one `template` process takes.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    name, value = names.arguments()
    arguments = [*command, "template", name, str(chart), "--set", value]
    start = time.perf_counter()
    subprocess.run(
        arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    return time.perf_counter() - start


def in_process(chart: Path, names: Names) -> float:
    """Return the seconds that loading and rendering take in this process."""
    import hivehelm

    name, value = names.arguments()
    start = time.perf_counter()
    rendering = hivehelm.template(
        hivehelm.load(str(chart)),
        {"global": {"benchmark": value}},
        hivehelm.PlanOptions(release=hivehelm.ReleaseOptions(name=name)),
    )
    rendering.manifest()
    return time.perf_counter() - start


def measure(chart: Path, helm: str, runs: int) -> dict[str, list[float]]:
    """Return the seconds of each way to render `chart`, `runs` times each, the ways taking turns."""
    names = Names()
    times: dict[str, list[float]] = {"helm": [], "library": [], "command": [], "first": []}
    ours = [str(Path(sys.executable).with_name("hivehelm"))]
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": os.environ["PATH"]}
        process(ours, chart, names, environment)
        in_process(chart, names)
        for _ in range(runs):
            times["helm"].append(process([helm], chart, names, environment))
            times["library"].append(in_process(chart, names))
            times["command"].append(process(ours, chart, names, environment))
            fresh = tempfile.mkdtemp(dir=home)
            times["first"].append(process(ours, chart, names, {**environment, "HOME": fresh}))
            shutil.rmtree(fresh)
    return times


def geometric_mean(ratios: list[float]) -> float:
    """Return the geometric mean of `ratios`."""
    return math.exp(statistics.fmean(map(math.log, ratios)))


def main() -> int:
    """Print a row per chart and the geometric means; exit with 1 where a mean misses its target."""
    options = Options(__doc__)
    options.add_argument("charts", nargs="*", type=Path, help="archives or directories")
    options.add_argument("--directory", type=Path, default=CHARTS)
    given = options.given()
    print(f"{'chart':<58}{'helm ms':>9}{'library':>9}{'command':>9}{'first':>9}   ratios of medians")
    ratios: dict[str, list[float]] = {way: [] for way in TARGETS}
    for chart in given.charts or sorted(given.directory.glob("*.tgz")):
        try:
            times = measure(chart, given.helm, given.runs)
        except subprocess.CalledProcessError:
            print(f"{chart.stem:<58}  needs values of its own: left out")
            continue
        medians = {way: statistics.median(seconds) for way, seconds in times.items()}
        row = {way: medians[way] / medians["helm"] for way in TARGETS}
        for way, ratio in row.items():
            ratios[way].append(ratio)
        cells = "".join(f"{row[way]:9.2f}" for way in TARGETS)
        print(f"{chart.stem:<58}{medians['helm'] * 1000:9.0f}{cells}", flush=True)
    means = {way: geometric_mean(values) for way, values in ratios.items()}
    print(f"{'geometric mean':<67}{''.join(f'{means[way]:9.2f}' for way in TARGETS)}")
    print(f"{'worst':<67}{''.join(f'{max(ratios[way]):9.2f}' for way in TARGETS)}")
    print(f"{'target (mean)':<67}{''.join(f'{TARGETS[way]:9.2f}' for way in TARGETS)}")
    return int(any(means[way] > TARGETS[way] for way in TARGETS))


if __name__ == "__main__":
    raise SystemExit(main())
