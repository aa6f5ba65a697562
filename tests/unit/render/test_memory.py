from __future__ import annotations

import copy as copying
import operator
from typing import Any

import pytest

from hivehelm.actions.plan import PlanOptions, plan
from hivehelm.chart.model import Chart, File, Metadata
from hivehelm.render.capabilities import default, parse_kube_version
from hivehelm.render.context import ReleaseOptions
from hivehelm.render.errors import RenderError
from hivehelm.render.memory import RenderMemory
from hivehelm.render.watch import Reads, Watch
from hivehelm.render.watched import Map, Root, Shared, Watched
from hivehelm.values.schema import SchemaError


def chart(*templates: str, values: dict[str, Any] | None = None, below: tuple[Chart, ...] = ()) -> Chart:
    """Return a chart whose templates run in the order in which they are given."""
    return Chart(
        Metadata("c", "1.0.0", "v2"),
        values=values or {},
        templates=tuple(
            File(f"templates/{chr(ord('z') - place)}.yaml", f"t: |\n  {text}\n".encode())
            for place, text in enumerate(templates)
        ),
        dependencies=below,
    )


class Renders:
    """Renders a chart with a memory, holding each text to what comes out without one."""

    def __init__(self, made: Chart) -> None:
        self.chart = made
        self.memory = RenderMemory()

    def __call__(self, values: dict[str, Any], **options: Any) -> int:
        with_memory = plan(self.chart, values, PlanOptions(memory=self.memory, **options)).manifest()
        assert with_memory == plan(self.chart, values, PlanOptions(**options)).manifest()
        return self.memory.reused


@pytest.mark.parametrize(
    ("template", "first", "second"),
    [
        ("{{ .Values.a }}", {"a": 1.0, "b": 1.0}, {"a": 1.0, "b": 2.0}),
        ("{{ .Values.m.a }}", {"m": {"a": 1.0, "b": 1.0}}, {"m": {"a": 1.0, "b": 2.0}}),
        (
            "{{ toJson .Values.m }}",
            {"m": {"x": [1.0, {"y": 1.0}]}},
            {"m": {"x": [1.0, {"y": 1.0}]}, "b": 1.0},
        ),
        ('{{ hasKey .Values.m "a" }}', {"m": {"a": 1.0}}, {"m": {"a": 1.0, "b": 1.0}}),
        ("{{ len .Values.m }}", {"m": {"a": 1.0}}, {"m": {"a": 2.0}}),
        ("none", {}, {"a": 1.0}),
    ],
)
def test_what_reads_nothing_of_a_change_is_passed_over(
    template: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    render = Renders(chart(template))
    assert [render(first), render(second), render(second)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("template", "first", "second"),
    [
        ("{{ .Values.a }}", {"a": 1.0}, {"a": 2.0}),
        ("{{ typeOf .Values.a }}", {"a": 1.0}, {"a": True}),
        ("{{ .Values.a }}", {}, {"a": 1.0}),
        ("{{ .Values.a }}", {"a": 1.0}, {"a": None}),
        ("{{ .Values.m.a }}", {"m": {"a": 1.0}}, {"m": {"a": 2.0}}),
        ("{{ .Values.m }}", {"m": {"a": 1.0}}, {"m": {"a": 2.0}}),
        ("{{ .Values.m }}", {"m": {"a": 1.0}}, {"m": "text"}),
        ("{{ len .Values.m }}", {"m": {"a": 1.0}}, {"m": {"a": 1.0, "b": 1.0}}),
        ("{{ .Values.l }}", {"l": [{"a": 1.0}]}, {"l": [{"a": 2.0}]}),
        ("{{ .Values.l }}", {"l": [1.0]}, {"l": [1.0, 2.0]}),
        ("{{ toJson .Values }}", {"a": 1.0}, {"a": 2.0}),
        ('{{ merge (dict "z" 1) .Values.m | toJson }}', {"m": {"a": 1.0}}, {"m": {"a": 2.0}}),
        ('{{ tpl "{{ .Values.a }}" . }}', {"a": 1.0}, {"a": 2.0}),
        ("{{ with $.Values.m }}{{ .a }}{{ end }}", {"m": {"a": 1.0}}, {"m": {"a": 2.0}}),
        (
            "{{ deepEqual .Values.m .Values.n }}",
            {"m": {"a": 1.0}, "n": {"a": 1.0}},
            {"m": {"a": 2.0}, "n": {"a": 1.0}},
        ),
    ],
)
def test_what_reads_a_change_runs_again(template: str, first: dict[str, Any], second: dict[str, Any]) -> None:
    render = Renders(chart(template))
    assert [render(first), render(second)] == [0, 0]


@pytest.mark.parametrize(
    "change",
    [
        '{{ $_ := set .Values.m "b" .Values.a }}',
        '{{ $_ := set .Values "m" (dict "b" .Values.a) }}',
        '{{ $_ := unset .Values.m "b" }}{{ .Values.a }}',
        '{{ $x := dict "m" .Values.m }}{{ $_ := set $x.m "b" .Values.a }}',
        '{{ $_ := mergeOverwrite (dict "m" .Values.m) (dict "m" (dict "b" .Values.a)) }}',
    ],
)
def test_what_a_change_leads_to_is_not_kept(change: str) -> None:
    render = Renders(chart("{{ .Values.o }}", change, "{{ .Values.m.b }}", "{{ .Values.n }}"))
    values = {"a": "1", "m": {"b": "0"}, "n": "same", "o": "same"}
    reused = [render(values), render({**values, "a": "2"}), render({**values, "a": "3"})]
    # What removes a key does it again, and the others find the same.
    assert reused == ([0, 3, 3] if "unset" in change else [0, 2, 2])


def test_lists_share_what_is_in_them() -> None:
    change = '{{ $_ := set (first .Values.l) "x" .Values.a }}'
    render = Renders(chart(change, "{{ (first .Values.l).x }}"))
    assert [render({"a": one, "l": [{"x": "0"}]}) for one in "123"] == [0, 0, 0]


@pytest.mark.parametrize(
    ("change", "reading"),
    [
        ('{{ $_ := set .Release "Extra" .Values.a }}', "{{ .Release.Extra }}"),
        ('{{ $_ := set .Chart "Extra" .Values.a }}', "{{ .Chart.Extra }}"),
        ('{{ $_ := set . "Extra" .Values.a }}', "{{ .Extra }}"),
        ("{{ $_ := unset .Release (toString .Values.a) }}", "{{ .Release.Name }}"),
        ("{{ $_ := unset . (toString .Values.a) }}", "{{ .Release }}"),
    ],
)
def test_what_all_share_may_be_changed(change: str, reading: str) -> None:
    made = chart("{{ .Values.o }}", change, reading)
    render = Renders(made)
    assert [render({"a": one, "o": "same"}) for one in ("Name", "Release", "x")] == [0, 1, 1]


def test_chance_and_time_are_asked_each_time() -> None:
    made = chart("{{ randAlphaNum 30 }}", "{{ now | unixEpoch }}", '{{ htpasswd "a" "b" }}', "same")
    memory = RenderMemory()
    texts = [plan(made, {}, PlanOptions(memory=memory)).manifest() for _ in range(2)]
    assert memory.reused == 1
    assert texts[0] != texts[1]


def test_the_values_of_subcharts_are_those_of_their_parents() -> None:
    below = Chart(
        Metadata("below", "1.0.0", "v2"),
        values={"a": "b", "n": "m"},
        templates=(
            File("templates/a.txt", b"t: {{ .Values.a }}"),
            File("templates/b.txt", b"t: {{ .Values.n }}"),
        ),
    )
    render = Renders(chart("{{ .Values.below.a }}", "{{ .Subcharts.below.Values.n }}", below=(below,)))
    assert render({}) == 0
    assert render({"below": {"a": "c"}}) == 2
    assert render({"below": {"a": "c"}, "global": {"x": "y"}}) == 4
    assert render({"below": {}}) == 2


def test_another_chart_release_or_cluster_starts_over() -> None:
    made = chart("same")
    render = Renders(made)
    assert [render({}), render({})] == [0, 1]
    assert render({}, release=ReleaseOptions(name="other")) == 0
    assert render({}, release=ReleaseOptions(name="other")) == 1
    assert render({}, capabilities=default(parse_kube_version("v1.30.0"))) == 0
    assert render({}, strict=True) == 0
    render.chart = chart("other")
    assert render({}, strict=True) == 0
    assert render({}, strict=True, functions={"hello2": lambda: ""}) == 0


def test_a_failure_leaves_nothing_wrong_behind() -> None:
    render = Renders(chart("same", '{{ required "no a" .Values.a }}'))
    assert render({"a": "b"}) == 0
    with pytest.raises(RenderError):
        render({})
    assert [render({"a": "b"}), render({"a": "b"})] == [1, 2]


def test_what_a_failed_render_does_not_come_to_is_not_kept_for_other_values() -> None:
    render = Renders(chart("{{ .Values.m.b }}", "{{ .Values.a }}"))
    assert render({"a": "x", "m": {}}) == 0
    with pytest.raises(RenderError):
        render({})
    assert render({"m": {}}) == 0


def test_schemas_look_at_what_has_changed() -> None:
    made = chart("same")
    made.schema = (
        b'{"properties": {"a": {"type": "string"}, "m": {"properties": {"b": {"enum": ["x"]}}}, '
        b'"l": {"items": {"type": "string", "minLength": 1}, "contains": {"const": "x"}}}, '
        b'"anyOf": [{"properties": {"a": {"const": "z"}}}, {"properties": {"o": {"const": "q"}}}]}'
    )
    render = Renders(made)
    good = {"a": "y", "o": "q", "m": {"b": "x"}, "l": ["x", "y"]}
    for values in (good, {**good, "l": ["y", "x"]}, good):
        render(values)
    for wrong in ({"a": 1.0}, {"m": {"b": "y"}}, {"l": ["x", ""]}, {"l": ["y"]}, {"o": "r"}):
        with pytest.raises(SchemaError, match="meet the spec"):
            render({**good, **wrong})
        render(good)


def test_what_fitted_as_an_item_is_looked_at_as_a_property() -> None:
    made = chart("same")
    made.schema = (
        b'{"properties": {"x": {"items": {"type": "string"}, "properties": {"0": {"type": "number"}}}}}'
    )
    render = Renders(made)
    render({"x": ["one"]})
    render({"x": {"a": "b"}})
    render({"x": ["one"]})
    with pytest.raises(SchemaError, match="got string, want number"):
        render({"x": {"0": "one"}})


def test_linting_warns_each_time() -> None:
    told: list[str] = []
    made = chart('{{ fail "never" }}')
    options = PlanOptions(lint=True, memory=RenderMemory(), log=lambda *words, **_: told.append(words[1]))
    for _ in range(2):
        plan(made, {}, options)
    assert told.count("funcMap fail") == 2


@pytest.mark.parametrize(
    "options",
    [
        {"lookup": lambda *_: {}},
        {"functions": {"hello": len}},
        {"lint": True},
        {"dns": True},
        {"log": lambda *_, **__: None},
        {},
    ],
)
def test_values_that_templates_change_are_not_kept(options: dict[str, Any]) -> None:
    made = chart(
        '{{ $_ := set .Values.t "z" "1" }}{{ .Values.t }}', "{{ .Values.t }}", values={"t": {"x": "y"}}
    )
    render = Renders(made)
    for _ in range(2):
        render({}, **options)
        render({})


def test_watched_maps_are_maps() -> None:
    watch = Watch()
    made = Watched(watch, {"a": 1.0, "m": {"b": [1.0, {"c": 2.0}]}}).top
    assert type(made) is Map
    assert made.__class__ is dict
    assert isinstance(made, dict)
    assert made == {"a": 1.0, "m": {"b": [1.0, {"c": 2.0}]}}
    assert {**made} == dict(made) == made.copy() == made | {}
    assert list(reversed(made)) == ["m", "a"]
    assert list(made.values()) == [1.0, {"b": [1.0, {"c": 2.0}]}]
    root = Root.of(made)
    assert root.plain() is made
    assert Root.of(root) is root
    assert type(copying.copy(dict(root))) is dict
    for one in (made, root, Shared([], watch)):
        with pytest.raises(TypeError):
            one.__class__ = int


def test_changes_are_noted_only_while_a_template_runs() -> None:
    watch = Watch()
    made: Map = Watched(watch, {"p": {"a": 1.0, "b": 2.0, "c": 3.0}}).top["p"]
    made["a"] = 2.0
    assert not watch.written.entries
    for change, written in (
        (lambda: made.update(a=3.0), {"a"}),
        (lambda: made.setdefault("d", 1.0), {"d"}),
        (lambda: made.pop("b"), {"b"}),
        (lambda: operator.delitem(made, "c"), {"c"}),
        (lambda: made.clear(), {"a", "b", "c"}),
    ):
        watch.restart()
        watch.reads = Reads()
        change()
        assert watch.written.entries == {("p", key) for key in written}
        assert [key for _, key, _ in watch.reads.writes] == sorted(written)
    watch.restart()
    assert dict(made) == {"a": 2.0, "b": 2.0, "c": 3.0}


def test_what_stands_in_two_places_is_one() -> None:
    """Tables of globals are the same below a chart and its subcharts: what one changes, the other sees."""
    sub = Chart(
        Metadata("s", "1.0.0", "v2"),
        templates=(File("templates/a.yaml", b't: {{ set .Values.global.m.n "k" "v" }}\n'),),
    )
    renders = Renders(
        chart(
            "{{ .Values.global.m.n.k }}",
            "{{ .Values.s.global.m.n.k }}",
            values={"global": {"m": {"n": {"a": 1.0}}}},
            below=(sub,),
        )
    )
    assert renders({}) == 0
    renders({})
    renders({"b": 1.0})
    # What is given to one goes into both.
    assert renders({"s": {"global": {"m": {"n": {"z": 1.0}}}}}) == 2
    renders({"s": {"global": {"m": {"n": {"z": 1.0}}}}, "b": 2.0})
    renders({"global": {"m": {"n": {"k": "mine"}}}})
    renders({"s": {"global": {"m": {"n": {"k": "mine"}}}}})


def test_what_was_one_may_be_two_of_the_same() -> None:
    sub = Chart(
        Metadata("s", "1.0.0", "v2"),
        templates=(File("templates/a.yaml", b't: {{ set .Values.global.m.n "k" "v" }}\n'),),
    )
    renders = Renders(
        chart("{{ .Values.global.m.n.k }}", values={"global": {"m": {"n": {"a": 1.0}}}}, below=(sub,))
    )
    for values in ({}, {"s": {"global": {"m": {"n": {"a": 1.0}}}}}, {}):
        renders(values)
