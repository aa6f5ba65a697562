"""The platform's own charts through the real Helm and ours: what they render, and what lint says of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cases.own_charts import PARTS, UMBRELLA, cases
from tests.conformance.running import run_helm, run_ours

from hivehelm.platform.charts import create_hivemind_charts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CASES = cases()


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("own") / "charts"
    create_hivemind_charts(str(made))
    return made


def both(helm: Path, top: Path, argv: list[str], given: bytes = b"") -> str:
    """Run a command line through both, and return what they print alike."""
    environment = {"HOME": str(top.parent / "home"), "PATH": "/usr/bin:/bin"}
    theirs, ours = (run(helm, argv, given, top, environment) for run in (run_helm, run_ours))
    assert ours == theirs
    assert ours[0] == 0
    return ours[1]


@pytest.mark.parametrize(
    ("chart", "what", "values"), CASES, ids=[f"{chart}: {what}" for chart, what, _ in CASES]
)
def test_renders_the_same(helm: Path, top: Path, chart: str, what: str, values: dict[str, Any]) -> None:
    argv = ["template", "hivemind", chart, "--namespace", "ops", "--values", "-"]
    assert "kind: " in both(helm, top, argv, json.dumps(values).encode())


def test_lint_finds_nothing(helm: Path, top: Path) -> None:
    printed = both(helm, top, ["lint", "--strict", *PARTS, UMBRELLA])
    assert "5 chart(s) linted, 0 chart(s) failed" in printed
    assert "WARNING" not in printed


def test_dependencies_are_in_order(helm: Path, top: Path) -> None:
    printed = both(helm, top, ["dependency", "list", UMBRELLA])
    assert [line.split()[-1] for line in printed.strip().splitlines()[1:]] == ["ok"] * len(PARTS)
