"""Published charts with their default values, and those under ci/: our bytes against the real Helm's."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from itertools import combinations
from pathlib import Path

from .masks import differences

TYPE_CHECKING = False
if TYPE_CHECKING:
    Outcome = tuple[str, str, int]

# Of what is random, two runs may have the same by chance, and Go's maps are in no order.
RUNS = 5


def run(command: list[str], home: Path) -> tuple[str, str, int]:
    """Run `command` in an empty home; return what it printed on both streams, and its exit code."""
    environment = {**os.environ, "HOME": str(home), "NO_COLOR": "1"}
    for name in [name for name in environment if name.startswith(("XDG_", "HELM_", "KUBE"))]:
        del environment[name]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    streams = (stream.decode("utf-8", "surrogateescape") for stream in (done.stdout, done.stderr))
    return (*streams, done.returncode)  # type: ignore[return-value]


def test_charts_render_as_helm_renders_them(published_chart: Path, helm: Path, tmp_path: Path) -> None:
    """Output, messages and exit code agree, apart from what differs between two runs of the real Helm.

    Tried are the default values, and each values file under `ci/`, where chart-testing looks for them.
    """
    with tarfile.open(published_chart) as archive:
        archive.extractall(tmp_path / "chart", filter="data")
    template = ["template", "release", str(published_chart)]
    runs = {"defaults": template}
    for path in sorted((tmp_path / "chart").glob("*/ci/*.yaml")):
        runs[path.name] = [*template, "--values", str(path)]
    found = {name: wrong(helm, arguments, tmp_path) for name, arguments in runs.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def wrong(helm: Path, arguments: list[str], home: Path) -> list[str]:
    """Return what ours does otherwise than the real Helm, whose runs may differ from one another."""
    # Ours runs between two of Helm's: a clock that both show, ours shows as well.
    runs = [run([str(helm), *arguments], home)]
    ours = run([sys.executable, "-m", "hivehelm.cli.hivehelm", *arguments], home)
    found = ["not compared yet"] if ours != runs[0] else []
    while found and len(runs) < RUNS:
        runs.append(run([str(helm), *arguments], home))
        found = min((_wrong(ours, *pair) for pair in combinations(runs, 2)), key=len)
    return found


def _wrong(ours: Outcome, first: Outcome, second: Outcome) -> list[str]:
    found = [f"exit code: wanted {first[2]}, got {ours[2]}"] if ours[2] != first[2] else []
    found += differences(first[0], second[0], ours[0])
    if sorted(ours[1].split("\n")) != sorted(first[1].split("\n")):
        found += differences(first[1], second[1], ours[1])
    return found
