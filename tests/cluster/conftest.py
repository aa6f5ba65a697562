"""What tests on a real control plane share."""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hivehelm.cluster.cluster import Cluster


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Callable[[], Cluster]]:
    """Makes clusters of a test's own, for tests that take them down or break them."""
    from hivehelm.cluster.cluster import Cluster
    from hivehelm.cluster.processes import this

    made: list[Cluster] = []

    def make() -> Cluster:
        made.append(Cluster(f"own-{len(made)}", root=tmp_path / "clusters", owner=this()))
        return made[-1]

    yield make
    for each in made:
        each.reset()
