from __future__ import annotations

from typing import Any

import pytest

from hivehelm.render.watch import Reads, Watch, summary
from hivehelm.render.watched import Map, Scope, Watched
from hivehelm.values.changes import ABSENT

VALUES: dict[str, Any] = {"a": 1.0, "t": {"x": "y"}, "l": [{"x": 1.0}], "n": None, "z": 0.0}


@pytest.fixture
def watch() -> Watch:
    """Return the watch of a render, in which a template is at work."""
    watch = Watch()
    watch.reads = Reads()
    return watch


def reads_of(watch: Watch) -> Reads:
    """Return what the template at work has read and done."""
    assert watch.reads is not None
    return watch.reads


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("a", 2.0),
        ("a", "text"),
        ("b", None),
        ("a", True),
        ("b", ["x", 1, [None]]),
        ("z", -0.0),
        ("t", ABSENT),
    ],
)
def test_what_a_template_changes_can_be_changed_again(watch: Watch, key: str, value: Any) -> None:
    top = Watched(watch, VALUES).top
    before = dict.copy(top)
    if value is ABSENT:
        del top[key]
    else:
        top[key] = value
    reads = reads_of(watch)
    assert reads.pure
    assert [(written, what) for _, written, what in reads.writes] == [(key, value)]
    after, written = dict.copy(top), watch.written
    assert written.entries == {(key,)}
    assert bool(written.keys) == (value is ABSENT or key not in before)

    watch.restart()
    assert dict.copy(top) == before
    watch.repeat(reads.writes)
    assert repr(dict.copy(top)) == repr(after)
    assert (watch.written.entries, watch.written.keys) == (written.entries, written.keys)
    watch.repeat(reads.writes)
    watch.restart()
    assert dict.copy(top) == before


def test_maps_of_the_values_may_stand_elsewhere(watch: Watch) -> None:
    top = Watched(watch, VALUES).top
    top["other"] = dict.__getitem__(top, "t")
    top["list"] = dict.__getitem__(top, "l")
    assert reads_of(watch).pure
    others = Watched(watch, VALUES).top
    assert summary(reads_of(watch).writes) == summary(
        [(others, "other", dict.__getitem__(others, "t")), (others, "list", dict.__getitem__(others, "l"))]
    )


@pytest.mark.parametrize("value", [{}, [{}], b"bytes"])
def test_what_may_change_unseen_cannot_be_changed_again(watch: Watch, value: Any) -> None:
    top = Watched(watch, VALUES).top
    top["other"] = value
    assert not reads_of(watch).pure
    assert summary(reads_of(watch).writes) != summary(reads_of(watch).writes)


@pytest.mark.parametrize("key", ["a", "t", "l", "n"])
def test_what_changes_nothing_is_a_read(watch: Watch, key: str) -> None:
    top = Watched(watch, VALUES).top
    top[key] = dict.__getitem__(top, key) if key in ("t", "l") else VALUES[key]
    assert top.pop("none", None) is None
    assert reads_of(watch).writes == []
    assert reads_of(watch).entries == {(key,), ("none",)}
    assert not watch.written.entries


def test_what_is_told_apart() -> None:
    node = Watched(Watch(), VALUES).top
    told = [
        summary([(node, "k", value)]) for value in (1, 1.0, True, "1", None, 0.0, -0.0, [1], [1.0], ABSENT)
    ]
    assert all(one != two for number, one in enumerate(told) for two in told[:number])


def test_between_templates_nothing_is_noted() -> None:
    watch = Watch()
    watch.taint()
    watch.poison()
    assert not watch.poisoned
    scope = Scope(watch, "c", {"Values": {}})
    scope["Template"] = {}
    assert scope.get("Template") == {}
    watch.reads = Reads()
    scope["Values"] = {}
    assert watch.poisoned
    assert not watch.reads.pure


def test_what_templates_start_with_becomes_what_it_was(watch: Watch) -> None:
    scope = Scope(watch, "c", {"Values": {}, "old": 1})
    plain = scope.plain()
    assert reads_of(watch).entries == {(None, "c", "Values"), (None, "c", "old")}
    scope["mode"] = "dev"
    scope.assign("old", ABSENT)
    assert "old" not in plain
    watch.restart()
    assert dict.copy(scope) == plain == {"Values": {}, "old": 1}
    with pytest.raises(TypeError):
        scope.__class__ = dict


def test_keys_are_put_in_order(watch: Watch) -> None:
    watched = Watched(watch, {"a": 1.0, "m": {"x": 1.0, "y": 2.0}})
    root = watched.root()
    inner: Map = dict.__getitem__(watched.top, "m")
    watched.order(("m",), ["y", "x"])
    watched.order((), ["m", "a"])
    assert [*dict.keys(inner)] == ["y", "x"]
    assert [*dict.keys(root)] == [*dict.keys(watched.top)] == ["m", "a"]
    assert dict.__getitem__(root, "m") is inner
    assert inner.setdefault("x", 3.0) == 1.0
