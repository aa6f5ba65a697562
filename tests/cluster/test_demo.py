"""`hivemind demo`, as it is typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.cluster import build
from hivehelm.cluster.cluster import Cluster
from hivehelm.cluster.places import data_directory
from hivehelm.cluster.recipes import PARTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Hivemind = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hivemind(tmp_path: Path) -> Iterator[Hivemind]:
    """Run the command as a user who has the binaries and no cluster yet."""
    for part in PARTS:
        build.binary(part)
    (tmp_path / "hivehelm").mkdir()
    (tmp_path / "hivehelm/binaries").symlink_to(data_directory() / "binaries")
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "absent")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = "import sys; from hivehelm.cli.hivemind import main; sys.exit(main())"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True
        )

    yield run
    Cluster("demo", root=tmp_path / "hivehelm/clusters").reset()


def test_it_shows_a_release_and_again_and_what_is_broken_is_put_right(hivemind: Hivemind) -> None:
    first = hivemind("demo")
    assert first.returncode == 0, first.stderr
    assert "release demo: installed" in first.stderr
    for expected in ("deployed", "hive-1.0.0", "demo-hive-web", "2/2", "demo-hive-store-0", "Running"):
        assert expected in first.stdout
    assert "hivemind cluster reset demo" in first.stdout
    again = hivemind("demo")
    assert again.returncode == 0, again.stderr
    assert "release demo: is there already" in again.stderr
    assert again.stdout == first.stdout
    assert hivemind("cluster", "down", "demo").returncode == 0
    after = hivemind("demo")
    assert after.returncode == 0, after.stderr
    assert "release demo: is there already" in after.stderr
    gone = hivemind("cluster", "reset", "demo")
    assert gone.stdout == 'cluster "demo" is gone\n'
