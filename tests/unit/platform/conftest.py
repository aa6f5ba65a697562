"""A site of a test's own: nothing of the user's, no keyring, a cluster in memory."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest

from hivehelm.platform.site import Site
from hivehelm.testing import FakeCluster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.kube.client import Client


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    class Absent:
        priority = 0

    monkeypatch.setattr(keyring, "get_keyring", Absent)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is set but where home is."""
    return {"HOME": str(tmp_path / "home")}


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def site(environ: dict[str, str], cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with a cluster in memory."""

    def client(_self: Site, as_user: str | None = None, as_groups: Sequence[str] = ()) -> Client:
        return cluster.client("default")

    monkeypatch.setattr(Site, "client", client)
    return Site.from_environ(environ)
