"""What commands need for an index of 40 MB with 100,000 versions: never more than 150 MB."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.testing import ChartRepository

VERSIONS = 100_000
MOST = 150
ENTRY = """\
  - apiVersion: v2
    appVersion: {version}
    created: "2023-05-{day:02}T10:22:33.123456789Z"
    description: A chart for web server number {number} that deploys
    digest: f{number:063x}
    home: https://example.com/charts/{name}/{version}
    name: {name}
    type: application
    urls:
    - https://charts.example.com/web/{name}-{version}.tgz
    version: {version}
"""
# In a process of its own, which is small: what a process had before it ran a command counts as that one's.
MEASURE = """
import json, os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_maxrss / unit]), file=sys.stderr)
"""


def index() -> str:
    pieces = ["apiVersion: v1\nentries:\n"]
    for number in range(VERSIONS):
        chart, version = divmod(number, 100)
        if not version:
            pieces.append(f"  chart-{chart:04}:\n")
        pieces.append(
            ENTRY.format(
                name=f"chart-{chart:04}",
                version=f"{100 - version}.{version % 7}.0",
                number=number * 7919,
                day=number % 28 + 1,
            )
        )
    return "".join([*pieces, 'generated: "2023-06-01T00:00:00Z"\n'])


def measured(home: Path, *arguments: str) -> tuple[float, str]:
    """Run a command; return its peak in MB, and what it printed."""
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "hivehelm.cli.hivehelm", *arguments]
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    code, peak = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stderr
    return peak, done.stdout


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="there is no way to measure it")
def test_what_a_large_index_takes(tmp_path: Path) -> None:
    served, charts = tmp_path / "served", tmp_path / "charts"
    served.mkdir()
    charts.mkdir()
    text = index()
    assert len(text) > 40e6
    (served / "index.yaml").write_text(text)
    peaks = {}
    with ChartRepository(served) as repository:
        peaks["add"], _ = measured(tmp_path, "repo", "add", "big", repository.url)
    peaks["search"], found = measured(tmp_path, "search", "repo", "-l", "-o", "json")
    assert len(json.loads(found)) == VERSIONS
    peaks["merge"], _ = measured(
        tmp_path, "repo", "index", str(charts), "--merge", str(served / "index.yaml")
    )
    lines = (charts / "index.yaml").read_text().splitlines()
    assert [line for line in lines if not line.startswith("generated")] == text.splitlines()[:-1]
    assert {what: round(peak) for what, peak in peaks.items() if peak > MOST} == {}
