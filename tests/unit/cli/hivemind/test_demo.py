from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.chart.load import load
from hivehelm.cli.hivemind import demo
from hivehelm.cluster.demo import CHART
from hivehelm.release.model import Info, Release


@pytest.mark.parametrize(
    ("status", "version", "expected"),
    [("deployed", "1.0.0", True), ("failed", "1.0.0", False), ("deployed", "0.9.0", False)],
)
def test_only_what_is_this_chart_and_whole_is_kept(status: str, version: str, expected: bool) -> None:
    chart = load(str(CHART))
    last = Release(info=Info(status=status), chart_document={"metadata": {"version": version}})
    assert demo._current(last, chart) is expected


def test_nothing_on_record_is_not_kept() -> None:
    assert not demo._current(None, load(str(CHART)))


@pytest.mark.parametrize(
    ("found", "ready"),
    [
        ({"spec": {"replicas": 2}, "status": {"readyReplicas": 1}}, "1/2"),
        ({"spec": {"replicas": 2}}, "0/2"),
        ({"spec": {}}, "-"),
        ({}, "-"),
    ],
)
def test_replicas(found: dict[str, object], ready: str) -> None:
    assert demo._ready(found) == ready


def test_pods() -> None:
    pod = {
        "metadata": {"name": "a"},
        "spec": {"containers": [{}, {}]},
        "status": {"phase": "Running", "podIP": "10.0.0.1", "containerStatuses": [{"ready": True}, {}]},
    }
    assert demo._pod(pod) == ["a", "1/2", "Running", "10.0.0.1"]
    assert demo._pod({"metadata": {"name": "b"}, "spec": {"containers": [{}]}}) == ["b", "0/1", "", ""]


def test_what_comes_next_can_be_typed_as_it_stands() -> None:
    assert "\n  hivehelm list " in demo._how_to_go_on(Path("/k"), {})
    assert "\n  uv run hivehelm list " in demo._how_to_go_on(Path("/k"), {"UV": "/bin/uv"})
