"""Whether the charts that a chart asks for are in it."""

from __future__ import annotations

import pytest

from hivehelm.actions.requirements import MissingDependenciesError, check_requirements
from hivehelm.chart.model import Chart, Dependency, Metadata


def test_names_count() -> None:
    there = Chart(Metadata("b", "1.0.0", "v2"))
    wanted = [Dependency("b", "9"), Dependency("b", "9", alias="c")]
    check_requirements(Chart(Metadata("a", "1.0.0", "v2"), dependencies=[there]))
    check_requirements(Chart(Metadata("a", "1.0.0", "v2", dependencies=wanted), dependencies=[there]))
    with pytest.raises(MissingDependenciesError, match=r"charts/ directory: b, b$"):
        check_requirements(Chart(Metadata("a", "1.0.0", "v2", dependencies=wanted)))
