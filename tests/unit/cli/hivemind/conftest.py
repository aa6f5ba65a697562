"""A `hivemind` without real clusters behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.cluster import cluster as module
from hivehelm.cluster.errors import UnknownClusterError
from hivehelm.cluster.progress import Progress, silent
from hivehelm.cluster.status import ClusterStatus
from hivehelm.testing import FakeCluster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.progress import Report


class FakeControlPlane:
    """An embedded control plane that is what `statuses` say, and remembers what was asked of it."""

    statuses: dict[str, ClusterStatus] = {}
    asked: list[tuple[object, ...]] = []
    directory = Path()

    def __init__(self, name: str) -> None:
        self.name = name

    def up(self, report: Report = silent) -> ClusterStatus:
        self.asked.append(("up", self.name))
        report(Progress(subject=f"cluster {self.name}", phase="ready", final=True))
        return self.status()

    def down(self, report: Report = silent) -> None:
        if self.name not in self.statuses:
            raise UnknownClusterError(self.name)
        self.asked.append(("down", self.name))

    def reset(self, report: Report = silent) -> None:
        self.asked.append(("reset", self.name))

    def status(self) -> ClusterStatus:
        absent = ClusterStatus(name=self.name, state="absent", message="there is none")
        return self.statuses.get(self.name, absent)

    def kubeconfig(self, user: str | None = None, namespace: str | None = None, role: str = "edit") -> Path:
        self.asked.append(("kubeconfig", self.name, user, namespace, role))
        path = self.directory / "kubeconfig.yaml"
        path.write_text("kind: Config\n")
        return path


@pytest.fixture
def clusters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[FakeControlPlane]:
    class Fresh(FakeControlPlane):
        statuses = {}
        asked = []
        directory = tmp_path

    monkeypatch.setattr(module, "Cluster", Fresh)
    monkeypatch.setattr(module, "names", lambda: sorted(Fresh.statuses))
    return Fresh


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    """A cluster in memory, which every command finds."""
    from hivehelm.kube import client as module

    made = FakeCluster()
    real = module.Client

    class Client(real):  # type: ignore[valid-type, misc]
        def __init__(self, connection: object, **options: object) -> None:
            super().__init__(connection, transport=made, cache_dir=None)

    monkeypatch.setattr(module, "Client", Client)
    return made
