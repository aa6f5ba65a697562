"""The lock on repositories.yaml."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

import pytest

from hivehelm.chart.errors import PathError
from hivehelm.sources.errors import SourceError
from hivehelm.sources.filelock import lock_path, locked


@pytest.mark.parametrize(
    ("path", "lock"),
    [
        ("a/repositories.yaml", "a/repositories.lock"),
        ("a.b/x", "a.b/x.lock"),
        ("x.y.z", "x.y.lock"),
        ("d/.yaml", "d/.lock"),
        (".yaml", ".yaml.lock"),
        ("x.", "x.lock"),
    ],
)
def test_names(path: str, lock: str) -> None:
    assert lock_path(path) == lock


def test_one_at_a_time(tmp_path: Path) -> None:
    path = str(tmp_path / "r.yaml")
    order: list[str] = []
    inside = threading.Event()

    def other() -> None:
        inside.wait()
        with locked(path):
            order.append("other")

    thread = threading.Thread(target=other)
    thread.start()
    with locked(path):
        inside.set()
        thread.join(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]
    assert (tmp_path / "r.lock").stat().st_mode & 0o777 == 0o600


def test_somebody_keeps_it(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "r.lock", os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with (
        pytest.raises(SourceError, match=r"^context deadline exceeded$"),
        locked(str(tmp_path / "r.yaml"), seconds=0.06),
    ):
        pytest.fail("taken")
    os.close(descriptor)


def test_places_without_one(tmp_path: Path) -> None:
    with locked(str(tmp_path / "r.yaml"), create=False):
        pass
    assert list(tmp_path.iterdir()) == []
    with (
        pytest.raises(PathError, match=r"^open .*/no/r\.lock: no such file or directory$"),
        locked(str(tmp_path / "no/r.yaml")),
    ):
        pytest.fail("taken")
    (tmp_path / "r.lock").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(PathError, match=r"not a directory$"), locked(str(tmp_path / "file/r.yaml")):
        pytest.fail("taken")
