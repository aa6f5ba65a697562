"""The same steps with the real Helm and with ours, in a namespace each; nothing may differ after any of them.

What is played is in `scenarios/families`. With HIVEHELM_SCENARIOS=real both sides are the real Helm: that
tells what is random.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from tests.cluster.scenarios.play import all_scenarios, play

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.scenarios.model import Scenario

    from hivehelm.cluster.cluster import Cluster

SCENARIOS = all_scenarios()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return tmp_path_factory.mktemp("helm"), tmp_path_factory.mktemp("ours")


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_both_do_the_same(
    scenario: Scenario, cluster: Cluster, helm: Path, helm3: Path, homes: tuple[Path, Path], tmp_path: Path
) -> None:
    real = [str(helm)]
    ours = [sys.executable, "-m", "hivehelm.cli.hivehelm"]
    tools = (real, real if os.environ.get("HIVEHELM_SCENARIOS") == "real" else ours)
    others = {"helm": real, "helm3": [str(helm3)]}
    differences = play(scenario, cluster.kubeconfig(), tmp_path, tools, others, homes)
    assert not differences, differences


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len(SCENARIOS) >= 80
