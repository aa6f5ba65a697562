"""Lock files; the digests are those of Helm's own locks."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.chart.decode import lock as decode
from hivehelm.chart.lock import LinkedLockError, check, digest, digest_v2, now, write
from hivehelm.chart.model import Dependency, Lock

WANTED = [
    Dependency(
        "sub",
        "^1.0.0",
        "file://../sub",
        tags=["x"],
        import_values=["data", {"child": "a", "parent": "b"}],
        alias="a",
    ),
    Dependency("loc", ">0"),
]
LOCKED = [Dependency("sub", "1.2.3", "file://../sub"), Dependency("loc", ">0")]


def test_digests_are_helms() -> None:
    wanted = "sha256:00cb8d4acfb6812f2aeeb3309f84362941113955b58c2ac7a5c3ead83b9bdc96"
    assert digest(WANTED, LOCKED) == wanted
    assert digest(WANTED, LOCKED[:1]) != wanted
    assert digest(None, None) != digest([], [])
    assert digest_v2(WANTED) != digest_v2(LOCKED)


def test_written_and_read_again(tmp_path: Path) -> None:
    lock = Lock(now(), "sha256:1", LOCKED)
    write(lock, str(tmp_path))
    again = decode((tmp_path / "Chart.lock").read_bytes())
    assert (again.generated, again.digest) == (lock.generated, "sha256:1")
    assert [(one.name, one.version) for one in again.dependencies or ()] == [("sub", "1.2.3"), ("loc", ">0")]
    write(lock, str(tmp_path), legacy=True)
    assert (tmp_path / "requirements.lock").read_bytes() == (tmp_path / "Chart.lock").read_bytes()
    assert (tmp_path / "Chart.lock").stat().st_mode & 0o777 == 0o644


def test_links_are_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "Chart.lock").symlink_to("elsewhere")
    with pytest.raises(LinkedLockError, match=r'^the Chart\.lock file is a symlink to "elsewhere"$'):
        write(Lock(), str(tmp_path))
    assert not (tmp_path / "elsewhere").exists()
    assert check(str(tmp_path), legacy=True) == str(tmp_path / "requirements.lock")
