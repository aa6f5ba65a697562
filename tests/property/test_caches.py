"""Charts render to the same bytes, or the same error, whatever caches hold and by whatever ways it goes.

HIVEHELM_CASES says how many charts, as for all properties; without it a quarter of the usual, since each is
rendered many times.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tarfile
from functools import cache
from pathlib import Path

import pytest

from hivehelm import kept
from hivehelm.fastpaths import VARIABLE
from hivehelm.gotemplate.cache import TemplateCache

from . import rendering
from .charts import Charts
from .conftest import CASES
from .rendering import rendered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .rendering import Case

    Damage = Callable[[Path, random.Random], None]

# Processes that share a directory, and how many of the cases each of them renders at least.
_TOGETHER = 10
_EACH = 12


@cache
def _case(seed: int) -> tuple[Case, str]:
    """Return a case, and what it gives with nothing but itself in a cache."""
    case = Charts(seed).case()
    return case, rendered(case)


@pytest.fixture(autouse=True)
def kept_from_the_first_byte(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing be too small for a cache, and have none afterwards."""
    monkeypatch.setattr(kept, "SMALLEST", 0)
    yield
    kept.use("")


@pytest.fixture
def seeds(cases: range) -> range:
    return cases if CASES else cases[: len(cases) // 4]


@pytest.fixture
def drawn(seeds: range) -> list[Case]:
    return [_case(seed)[0] for seed in seeds]


@pytest.fixture
def expected(seeds: range) -> list[str]:
    return [_case(seed)[1] for seed in seeds]


class Apart:
    """Renders cases in processes of their own, all of which begin when they are told to."""

    def __init__(self, cases: list[Case], scratch: Path) -> None:
        self._file = scratch / "cases.json"
        self._file.write_text(json.dumps(cases))
        self._count = len(cases)

    def rendered(
        self, directory: Path, processes: int = 1, variables: dict[str, str] | None = None
    ) -> list[list[str]]:
        program = [sys.executable, rendering.__file__, str(self._file), str(directory)]
        started = [
            subprocess.Popen(
                [*program, str(number * self._count // processes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(variables or {})},
            )
            for number in range(processes)
        ]
        for process in started:
            assert process.stdin is not None
            process.stdin.write(b"\n")
            process.stdin.flush()
        return [json.loads(process.communicate()[0]) for process in started]


def _differing(cases: list[Case], expected: list[str], found: list[str]) -> str:
    """Return the smallest of the cases that differ, and how; empty where there are none."""
    wrong = [
        f"seed {number}: {case}\nexpected {before}\n   found {after}"
        for number, (case, before, after) in enumerate(zip(cases, expected, found, strict=True))
        if before != after
    ]
    return min(wrong, key=len, default="")


def entries(directory: Path) -> list[Path]:
    """Return the files of all caches."""
    return sorted(path for path in directory.rglob("*") if not path.is_dir())


def test_from_disk_as_from_nothing(drawn: list[Case], expected: list[str], tmp_path: Path) -> None:
    for case, before in zip(drawn, expected, strict=True):
        templates = TemplateCache(str(tmp_path / "templates"))
        for way in ("cold", "from memory"):
            assert rendered(case, tmp_path, templates) == before, f"{way}: {case}"
        assert rendered(case, tmp_path) == before, f"from disk: {case}"


def test_in_other_processes_as_in_this_one(drawn: list[Case], expected: list[str], tmp_path: Path) -> None:
    """One finds nothing, and one what the other has left; ours has rendered all before."""
    apart = Apart(drawn, tmp_path)
    (cold,) = apart.rendered(tmp_path / "cache")
    (warm,) = apart.rendered(tmp_path / "cache")
    assert not _differing(drawn, expected, cold)
    assert not _differing(drawn, expected, warm)


def test_ten_processes_at_once_as_one(drawn: list[Case], expected: list[str], tmp_path: Path) -> None:
    count = max(_EACH, len(drawn) // _TOGETHER)
    drawn, expected = drawn[:count], expected[:count]
    for found in Apart(drawn, tmp_path).rendered(tmp_path / "cache", _TOGETHER):
        assert not _differing(drawn, expected, found)
    assert not [entry.name for entry in entries(tmp_path / "cache") if "." in entry.name]


def test_long_ways_give_what_short_ones_give(drawn: list[Case], expected: list[str], tmp_path: Path) -> None:
    """Neither finds what the other has compiled: it would be under a name of the other."""
    apart = Apart(drawn, tmp_path)
    names = []
    for way in ("on", "off"):
        (found,) = apart.rendered(tmp_path / way, variables={VARIABLE: way})
        assert not _differing(drawn, expected, found), way
        index = (tmp_path / way / "templates" / "index").read_bytes()
        names.append({index[start : start + 16] for start in range(0, len(index), 32)})
    assert all(names)
    assert names[0].isdisjoint(names[1])


def _published(chart: Path) -> Case:
    with tarfile.open(chart) as tar:
        found = [(member.name, tar.extractfile(member)) for member in tar if member.isfile()]
        files = [(name.partition("/")[2], file.read()) for name, file in found if file is not None]
    return {name: data.decode("utf-8", "surrogateescape") for name, data in files}, {}


def test_published_charts(charts: Path, tmp_path: Path) -> None:
    """The smallest ones, or all; those whose values are drawn by chance are another each time."""
    found = sorted(charts.glob("*.tgz"), key=lambda path: (path.stat().st_size, path.name))
    drawn = [_published(chart) for chart in (found if CASES else found[:10])]
    twice = [(case, rendered(case), rendered(case)) for case in drawn]
    same = [(case, once) for case, once, again in twice if once == again]
    cases, expected = [case for case, _ in same], [once for _, once in same]
    assert len(cases) > len(drawn) // 4
    apart = Apart(cases, tmp_path)
    for way in ("on", "on", "off"):
        (after,) = apart.rendered(tmp_path / "cache", variables={VARIABLE: way})
        assert not _differing(cases, expected, after), way
    source = random.Random(1)  # noqa: S311
    for entry in entries(tmp_path / "cache"):
        source.choice(DAMAGES)(entry, source)
    (after,) = apart.rendered(tmp_path / "cache")
    assert not _differing(cases, expected, after)


# --- what may have become of entries


def _truncated(entry: Path, source: random.Random) -> None:
    data = entry.read_bytes()
    entry.write_bytes(data[: source.randrange(len(data))])


def _flipped(entry: Path, source: random.Random) -> None:
    data = bytearray(entry.read_bytes())
    for _ in range(source.choice((1, 1, 2, 20))):
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)
    entry.write_bytes(data)


def _emptied(entry: Path, source: random.Random) -> None:
    entry.write_bytes(b"")


def _longer(entry: Path, source: random.Random) -> None:
    entry.write_bytes(entry.read_bytes() + source.randbytes(source.choice((1, 1000))))


def _noise(entry: Path, source: random.Random) -> None:
    entry.write_bytes(source.randbytes(source.choice((1, 16, 17, 100, 5000))))


def _of_another(entry: Path, source: random.Random) -> None:
    others = [other for other in sorted(entry.parent.iterdir()) if other.is_file() and other != entry]
    if others:
        with source.choice(others).open("rb") as file:
            entry.write_bytes(file.read(1 << 20))


def _huge(entry: Path, source: random.Random) -> None:
    os.truncate(entry, 1 << 40)


def _a_directory(entry: Path, source: random.Random) -> None:
    entry.unlink()
    entry.mkdir()


def _a_pipe(entry: Path, source: random.Random) -> None:
    entry.unlink()
    os.mkfifo(entry)


def _a_link(entry: Path, source: random.Random) -> None:
    target = source.choice(("/dev/zero", "nowhere", entry.name, ".", "/etc/passwd"))
    entry.unlink()
    entry.symlink_to(target)


def _a_link_to_itself_elsewhere(entry: Path, source: random.Random) -> None:
    entry.rename(f"{entry}.moved")
    entry.symlink_to(f"{entry.name}.moved")


def _unreadable(entry: Path, source: random.Random) -> None:
    entry.chmod(0)


def _for_everyone(entry: Path, source: random.Random) -> None:
    entry.chmod(0o666)


def _gone(entry: Path, source: random.Random) -> None:
    entry.unlink()


DAMAGES: list[Damage] = [
    _truncated,
    _flipped,
    _emptied,
    _longer,
    _noise,
    _of_another,
    _huge,
    _a_directory,
    _a_pipe,
    _a_link,
    _a_link_to_itself_elsewhere,
    _unreadable,
    _for_everyone,
    _gone,
]


def test_damaged_entries_change_nothing(
    seeds: range, drawn: list[Case], expected: list[str], tmp_path: Path
) -> None:
    for seed, case, before in zip(seeds, drawn, expected, strict=True):
        source = random.Random(seed)  # noqa: S311 cases, no secrets
        directory = tmp_path / str(seed)
        rendered(case, directory)
        for entry in entries(directory):
            source.choice(DAMAGES)(entry, source)
        for time in ("once", "again"):
            assert rendered(case, directory) == before, f"{time}: {case}"


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_an_entry_is_made_again_after_any_damage(damage: Damage, tmp_path: Path) -> None:
    source = random.Random(1)  # noqa: S311
    case = Charts(7).case()
    before = rendered(case, tmp_path)
    assert {entry.parent.name for entry in entries(tmp_path)} == {"charts", "templates"}
    for entry in entries(tmp_path):
        damage(entry, source)
    assert rendered(case, tmp_path) == before
    if damage is not _a_directory:  # which alone is not replaced
        assert all(entry.stat().st_size > 16 for entry in _led_to(tmp_path))


def _led_to(directory: Path) -> list[Path]:
    """Return the files that will be read again: of packs, those that the index of templates names."""
    index = (directory / "templates" / "index").read_bytes()
    named = {index[start + 16 : start + 24].hex() for start in range(0, len(index), 32)}
    return [
        entry
        for entry in entries(directory)
        if not entry.name.endswith(".moved")
        and (entry.parent.name != "templates" or entry.name in {"index", *named})
    ]
