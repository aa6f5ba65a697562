"""What tests on a real control plane share."""

from __future__ import annotations

from uuid import uuid4

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx
    from tests.cluster.served import Served

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


@pytest.fixture(scope="session")
def platform(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A platform that everybody on this machine may use, with the charts of `rest.CHARTS`."""
    from tests.cluster.rest import write_charts
    from tests.cluster.served import Served

    home = tmp_path_factory.mktemp("platform")
    write_charts(home)
    with Served(cluster.kubeconfig(), home, f"sys-{uuid4().hex[:8]}", "--no-auth", "--rate", "0") as served:
        yield served


@pytest.fixture
def rest(platform: Served) -> Iterator[httpx.Client]:
    """The REST API of that platform."""
    import httpx

    with httpx.Client(base_url=platform.url, timeout=300) as made:
        yield made


@pytest.fixture
def namespace() -> str:
    """A namespace that nobody else uses."""
    return f"api-{uuid4().hex[:8]}"
