"""A process of its own has large stacks: threads get theirs also while a chart's memory is watched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main
from hivehelm.testing.chart_repository import ChartRepository

SIDE_BY_SIDE = """
from types import SimpleNamespace
from hivehelm.cli.room import make_room
from hivehelm.kube.batches import WORKERS, side_by_side
from hivehelm.limits import Limits

make_room()
with Limits(seconds=15, memory=256 << 20).watched():
    together = __import__("threading").Barrier(WORKERS)
    errors = side_by_side([SimpleNamespace()] * WORKERS, lambda _: together.wait(60))
print(errors == [None] * WORKERS)
"""
COUNT = 12


def test_requests_to_a_cluster() -> None:
    done = subprocess.run([sys.executable, "-c", SIDE_BY_SIDE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_charts_that_are_fetched(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    served = place / "served"
    served.mkdir()
    for number in range(COUNT):
        chart = place / f"c{number}"
        chart.mkdir()
        (chart / "Chart.yaml").write_text(f"apiVersion: v2\nname: c{number}\nversion: 0.1.0\n")
        assert main(["package", f"c{number}", "-d", "served"]) == 0
    assert main(["repo", "index", "served"]) == 0
    capfd.readouterr()
    with ChartRepository(served) as repository:
        wanted = "".join(
            f"- {{name: c{number}, version: 0.1.0, repository: '{repository.url}'}}\n"
            for number in range(COUNT)
        )
        text = f"apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n{wanted}"
        (place / "app" / "Chart.yaml").write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "hivehelm.cli.hivehelm", "template", "x", "app", "--dependency-update"],
            capture_output=True,
            text=True,
            check=False,
            env=dict(os.environ),
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((place / "app" / "charts").iterdir())) == COUNT
