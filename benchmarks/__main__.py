"""How fast Hivehelm is next to the real Helm, in one run: `uv run python -m benchmarks [CHART…]`.

Both tools take turns at the same work, over published charts and generated ones. Every timed render has a
release name and a global value that were never given before and that reach a document, so that nothing but
code and parsed inputs can come from a cache; the outputs of each round are compared. Charts that make keys
and certificates are in rows of their own, those that fail with their defaults are left out by name.

Rows:

- `library`: load and render in a process that has rendered the chart before;
- `command`: a `hivehelm template` process, the chart seen before;
- `first`: a `hivehelm template` process that has never seen a chart, its caches empty;
- `aliases`: a chart of middling size under 60 names, and how much longer that takes than under 10;
- `subcharts`: 120 different subcharts, all of whose values go through `tpl`;
- `commands`: `lint`, `show`, `dependency list`, `package`, `version`, over some charts;
- `incremental`: one value changes that few templates read, in a process that remembers, over some charts;
- `memory`: the peaks of all these processes;
- `throughput`: renders a second, by two processes of the library, over some charts.

The exit code is 1 where a target is missed or an output is wrong.
"""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.charts import CHARTS, found
from benchmarks.machine import machine
from benchmarks.progress import Progress
from benchmarks.report import Report
from benchmarks.session import Session
from benchmarks.side_by_side import Options
from benchmarks.suite import COMMANDS, PARTS, measure, sampled


def main() -> int:
    """Measure, print the report, and say by the exit code whether all targets are met."""
    options = _options()
    given = options.given()
    wanted = given.rows.split(",") if given.rows else list(PARTS)
    if unknown := [part for part in wanted if part not in PARTS]:
        options.error(f"no row is called {unknown[0]}; there are {', '.join(PARTS)}")
    charts = found(given.charts or [CHARTS])
    if not charts:
        options.error(f"no charts in {', '.join(map(str, given.charts or [CHARTS]))}")
    if given.quick:
        given.runs, given.sample = min(given.runs, 2), 3
        charts = sampled(charts, 6)
    progress = Progress(sys.stderr)
    about, begun = machine(given.helm), time.monotonic()
    if not about.quiet:
        print(f"load average {about.load:.1f}: this machine is not quiet", file=sys.stderr)
    with tempfile.TemporaryDirectory() as top:
        session = Session(given.helm, Path(top), given.runs, progress)
        try:
            rows = measure(session, charts, wanted, given.sample)
        except KeyboardInterrupt:
            return 130
        finally:
            progress.close()
    report = Report(
        machine=about,
        invocation=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        runs=given.runs,
        seconds=time.monotonic() - begun,
        rows=rows,
        commands={part: COMMANDS[part] for part in wanted if part in COMMANDS},
        left_out=session.left_out,
        wrong=session.wrong,
    )
    if given.output == "json":
        print(json.dumps(report.to_json(), indent=1))
    else:
        print(report.markdown(charts=given.verbose), end="")
    return int(not report.good)


def _options() -> Options:
    options = Options(__doc__)
    options.prog = "python -m benchmarks"
    options.add_argument("charts", nargs="*", type=Path, help="charts, and directories of charts")
    options.add_argument("--rows", default="", help="which rows, by their names with commas between")
    options.add_argument("--sample", type=int, default=8, help="charts of rows over some charts; 0: all (8)")
    options.add_argument("--quick", action="store_true", help="few charts, few runs")
    options.add_argument("-v", "--verbose", action="store_true", help="a table of the charts for each row")
    options.add_argument("-o", "--output", choices=("markdown", "json"), default="markdown")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
