from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm import kept
from hivehelm.seen import Seen, SeenTrees


def test_what_was_made_is_found_again() -> None:
    seen = Seen(100)
    seen.put(b"a", "made", 10)
    assert seen.get(b"a") == "made"
    assert seen.get(b"b") is None


def test_what_came_first_goes_first() -> None:
    seen = Seen(100)
    for number in range(6):
        seen.put(number, str(number), 20)
    assert [seen.get(number) for number in range(6)] == [None, "1", "2", "3", "4", "5"]


def test_what_is_made_anew_takes_the_old_one_s_place() -> None:
    seen = Seen(100)
    for number in range(20):
        seen.put(b"a", number, 25)
    seen.put(b"b", "other", 25)
    assert (seen.get(b"a"), seen.get(b"b")) == (19, "other")


def test_no_result_takes_all_the_room() -> None:
    seen = Seen(100)
    seen.put(b"a", "small", 25)
    seen.put(b"b", "large", 26)
    assert (seen.get(b"a"), seen.get(b"b")) == ("small", None)


def test_trees_are_read_once_and_are_everyone_s_own() -> None:
    seen = SeenTrees(10_000)
    calls = []

    def reader(data: bytes) -> object:
        calls.append(data)
        return {"list": [1, 2.0, None, True, "\udc80"], "text": data.decode()}

    first = seen.read("kind", b"data", reader)
    first["list"].append("mine")
    second = seen.read("kind", b"data", reader)
    assert second == {"list": [1, 2.0, None, True, "\udc80"], "text": "data"}
    assert list(map(type, second["list"])) == [int, float, type(None), bool, str]
    second["text"] = "mine, too"
    assert seen.read("kind", b"data", reader)["text"] == "data"
    assert calls == [b"data"]


def test_ways_to_read_the_same_bytes_are_told_apart() -> None:
    seen = SeenTrees(10_000)
    assert seen.read("length", b"data", len) == 4
    assert seen.read("first", b"data", lambda data: data[0]) == 100


def test_errors_are_raised_each_time() -> None:
    seen = SeenTrees(10_000)

    def reader(data: bytes) -> object:
        raise ValueError(data)

    for _ in range(2):
        with pytest.raises(ValueError, match="data"):
            seen.read("kind", b"data", reader)


def test_trees_that_are_too_deep_are_read_each_time() -> None:
    seen = SeenTrees(10_000)
    calls = []

    def reader(data: bytes) -> object:
        calls.append(data)
        tree: list[object] = []
        for _ in range(3000):
            tree = [tree]
        return tree

    assert len(seen.read("kind", b"data", reader)) == 1
    assert len(seen.read("kind", b"data", reader)) == 1
    assert len(calls) == 2


def test_trees_are_found_that_other_processes_have_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_directory", str(tmp_path))
    data = b"x" * kept.SMALLEST
    assert SeenTrees(10_000).read("kind", data, lambda data: {"size": len(data)}) == {"size": len(data)}
    seen = SeenTrees(10_000)

    def reader(_data: bytes) -> object:
        raise AssertionError

    for _ in range(2):
        assert seen.read("kind", data, reader) == {"size": len(data)}
        for path in tmp_path.iterdir():
            path.unlink()
