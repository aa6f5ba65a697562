"""What the processes of commands leave behind, and where: a cache that cannot be used is never an error."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def template(place: Path, **variables: str) -> str:
    """Return what a process of `hivehelm template` prints, in an environment of these variables alone."""
    done = subprocess.run(
        [sys.executable, "-m", "hivehelm.cli.hivehelm", "template", "bee", "app"],
        cwd=place,
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **variables},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def left(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*") if "app" not in path.parts)


@pytest.fixture
def home(place: Path) -> Path:
    """A home directory, and a chart whose values are worth a file."""
    (place / "app" / "values.yaml").write_text("a: 1\n" + "b: 2\n" * 300)
    (place / "home").mkdir(0o700)
    return place / "home"


def test_caches_are_in_the_home_directory(place: Path, home: Path) -> None:
    printed = template(place, HOME=str(home))
    first = left(place)
    assert [path for path in first if path.count("/") < 4] == [
        "home",
        "home/.cache",
        "home/.cache/hivehelm",
        "home/.cache/hivehelm/charts",
        "home/.cache/hivehelm/templates",
    ]
    assert len([path for path in first if path.count("/") == 4]) > 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*")} == {0o700, 0o600}
    assert template(place, HOME=str(home)) == printed
    assert left(place) == first


def test_caches_are_where_variables_say(place: Path, home: Path) -> None:
    template(place, HOME=str(home), XDG_CACHE_HOME=str(place / "x"))
    template(place, HOME=str(home), XDG_CACHE_HOME=str(place / "x"), HIVEHELM_CACHE=str(place / "y"))
    found = [path for path in left(place) if path.endswith("templates")]
    assert found == ["x/hivehelm/templates", "y/templates"]
    assert left(home) == []


@pytest.mark.parametrize("variables", [{"HIVEHELM_CACHE": "off"}, {"HIVEHELM_CACHE": "here"}])
def test_caches_are_nowhere(place: Path, home: Path, variables: dict[str, str]) -> None:
    assert template(place, HOME=str(home), **variables) == template(place, HOME=str(home))
    for path in sorted(home.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    template(place, HOME=str(home), **variables)
    assert left(place) == ["home"]


def test_without_a_home_caches_are_nowhere(place: Path, home: Path) -> None:
    assert template(place).startswith("---\n# Source: app/templates/")
    assert left(place) == ["home"]


def _is_a_file(cache: Path) -> None:
    cache.write_text("mine")


def _is_everybodys(cache: Path) -> None:
    for name in ("templates", "charts"):
        (cache / name).mkdir(parents=True)
        (cache / name).chmod(0o777)


def _leads_nowhere(cache: Path) -> None:
    cache.symlink_to("nowhere")


def _is_full_of_files(cache: Path) -> None:
    cache.mkdir(0o700)
    for name in ("templates", "charts"):
        (cache / name).write_text("mine")


@pytest.mark.parametrize(
    "spoil",
    [_is_a_file, _is_everybodys, _leads_nowhere, _is_full_of_files],
    ids=lambda spoil: spoil.__name__.strip("_"),
)
def test_a_cache_that_cannot_be_used_is_done_without(
    place: Path, home: Path, spoil: Callable[[Path], None]
) -> None:
    printed = template(place, HOME=str(home))
    spoil(place / "cache")
    before = left(place)
    assert template(place, HOME=str(home), HIVEHELM_CACHE=str(place / "cache")) == printed
    assert left(place) == before


def test_the_long_ways_give_the_same(place: Path, home: Path) -> None:
    printed = template(place, HOME=str(home))
    before = left(place)
    assert template(place, HOME=str(home), HIVEHELM_FAST_PATHS="off") == printed
    assert len(left(place)) > len(before)
