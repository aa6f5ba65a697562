from __future__ import annotations

from typing import Any

import pytest

from hivehelm.gotemplate.stack import used
from hivehelm.render.calls import Calls, told
from hivehelm.render.watch import Reads, Watch
from hivehelm.render.watched import Map, Scope, Watched


class Called:
    """A call that reads a value, says how often it was made, and does what it is told besides."""

    def __init__(self, node: Map) -> None:
        self.node = node
        self.times = 0
        self.besides: Any = lambda: None

    def __call__(self, name: str, data: Any) -> str:
        self.times += 1
        self.besides()
        return f"{name}: {self.node.get('a')}"


@pytest.fixture
def watch() -> Watch:
    """Return the watch of a render, in which a template is at work."""
    watch = Watch()
    watch.reads = Reads()
    return watch


@pytest.fixture
def top(watch: Watch) -> Map:
    """Return values."""
    return Watched(watch, {"a": 1.0, "l": [{"x": 1.0}, {"x": 1.0}], "m": {}}).top


def test_a_call_that_was_made_is_passed_over(watch: Watch, top: Map) -> None:
    calls, call = Calls(watch), Called(top)
    texts = [calls.run("include", "x", {"given": [top, 1.0]}, call) for _ in range(3)]
    assert texts == ["x: 1.0"] * 3
    assert call.times == len(calls) == 1
    assert watch.reads is not None
    assert watch.reads.entries == {("a",)}
    for kind, name, data in (("tpl", "x", {"given": [top, 1.0]}), ("include", "y", {}), ("include", "x", {})):
        calls.run(kind, name, data, call)
    assert call.times == 4
    calls.forget(lambda reads: ("a",) in reads.entries)
    assert len(calls) == 0


def test_between_templates_every_call_is_made(watch: Watch, top: Map) -> None:
    calls, call = Calls(watch), Called(top)
    watch.reads = None
    for _ in range(2):
        calls.run("include", "x", {}, call)
    assert (call.times, len(calls)) == (2, 0)


def test_a_call_that_does_more_than_read_is_made_each_time(watch: Watch, top: Map) -> None:
    given = {"a": 1.0}
    for besides in (
        watch.taint,
        watch.poison,
        lambda: top.update(b=given),
        lambda: given.update(more=len(given)),
        lambda: Scope(watch, "c", {"Template": ""}).get("Template"),
    ):
        watch.restart()
        watch.reads = Reads()
        calls, call = Calls(watch), Called(top)
        call.besides = besides
        for _ in range(2):
            calls.run("include", "x", given, call)
        assert (call.times, len(calls)) == (2, 0)


def test_a_call_is_made_again_once_a_template_has_changed_what_it_reads(watch: Watch, top: Map) -> None:
    calls, call = Calls(watch), Called(top)
    calls.run("include", "x", {}, call)
    top["b"] = 1.0
    calls.run("include", "x", {}, call)
    assert call.times == 1
    top["a"] = 2.0
    assert [calls.run("include", "x", {}, call) for _ in range(2)] == ["x: 2.0"] * 2
    assert call.times == 3
    watch.restart()
    watch.reads = Reads()
    assert calls.run("include", "x", {}, call) == "x: 1.0"
    assert call.times == 3


def test_what_cannot_be_told_from_other_things_is_not_remembered(watch: Watch, top: Map) -> None:
    calls, call = Calls(watch), Called(top)
    for _ in range(2):
        calls.run("include", "x", [object()], call)
    assert (call.times, len(calls)) == (2, 0)


def test_a_call_that_fails_leaves_its_reads_to_the_template(watch: Watch, top: Map) -> None:
    calls = Calls(watch)

    def fail(name: str, data: Any) -> str:
        top.get("a")
        raise ValueError(name)

    before = used.frames
    outer = watch.reads
    with pytest.raises(ValueError, match="x"):
        calls.run("include", "x", {}, fail)
    assert watch.reads is outer
    assert outer is not None
    assert outer.entries == {("a",)}
    assert used.frames == before
    assert calls.run("include", "x", {}, Called(top)) == "x: 1.0"


def test_calls_that_would_be_too_deep_are_left_to_the_engine(watch: Watch, top: Map) -> None:
    calls, call = Calls(watch), Called(top)
    calls.run("include", "x", {}, call)

    def deeper(name: str, data: Any) -> str:
        left = int(name)
        inner, below = (str(left - 1), deeper) if left else ("x", call)
        return calls.run("include", inner, {}, below)

    calls.run("include", "300", {}, deeper)
    assert call.times == 1

    # As if all of them were nested in others.
    calls.restart()
    calls._depth = 900
    calls.run("include", "x", {}, call)
    assert call.times == 1
    calls.run("include", "300", {}, deeper)
    assert call.times == 2
    calls._depth = 999
    calls.run("include", "x", {}, call)
    assert call.times == 3


def test_there_is_a_bound(watch: Watch, top: Map, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.render.calls._MOST", 2)
    calls = Calls(watch)
    for number in range(3):
        calls.run("include", str(number), {}, Called(top))
    assert len(calls) == 3
    calls.restart()
    assert len(calls) == 0


def test_what_a_call_is_given_is_told(watch: Watch, top: Map) -> None:
    one, two = dict.__getitem__(top, "l")
    assert told(one) == told(one) != told(two)
    assert one.path == two.path
    assert told(1) != told(1.0) != told(True)
    assert told(0.0) != told(-0.0)
    assert told({"a": [None, "x"]}) == told({"a": [None, "x"]}) != told({"a": [None, "y"]})
    assert told(Watched(watch, {}).root()) != told(Watched(watch, {}).top)
    assert told([0.0] * 99) is not None
    assert told([0.0] * 100) is None
    assert told(b"") is None
