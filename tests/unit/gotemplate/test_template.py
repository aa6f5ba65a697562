from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hivehelm.errors import HivehelmError
from hivehelm.gotemplate.cache import TemplateCache
from hivehelm.gotemplate.errors import ExecError, NoTemplateError, ParseError, TemplateError
from hivehelm.gotemplate.functions.signature import FunctionError, go
from hivehelm.gotemplate.template import TemplateSet


def test_a_clone_is_a_set_of_its_own() -> None:
    first = TemplateSet({"who": go("")(lambda: "first")}, name="root")
    first.add("main", '{{ define "x" }}1{{ end }}{{ template "x" }} {{ who }}')
    second = first.clone({"who": go("")(lambda: "second")})
    second.add("more", '{{ define "x" }}2{{ end }}{{ define "y" }}3{{ end }}')
    assert first.execute("main", {}) == "1 first"
    assert second.execute("main", {}) == "2 second"
    assert first.names() == ["x", "main"]
    assert second.names() == ["x", "main", "y", "more"]
    assert first.lookup("y") is None
    with pytest.raises(NoTemplateError) as caught:
        first.execute("y", {})
    assert str(caught.value) == 'template: no template "y" associated with template "root"'


def test_a_clone_without_functions_shares_them() -> None:
    first = TemplateSet({"who": go("")(lambda: "first")})
    second = first.clone()
    second.add("main", "{{ who }}")
    assert second.execute("main", {}) == "first"


def test_functions_can_be_set_after_the_set_is_made() -> None:
    templates = TemplateSet({"include": go("string, any")(lambda _name, _data: "")})
    templates.set_functions({"include": go("string, any")(lambda name, data: templates.execute(name, data))})
    templates.add("main", '{{ define "x" }}[{{ . }}]{{ end }}{{ include "x" .a }}')
    assert templates.execute("main", {"a": "b"}) == "[b]"


def test_adding_an_empty_template_gives_it_and_keeps_the_old_one() -> None:
    templates = TemplateSet({})
    templates.add("main", "body")
    assert templates.execute(templates.add("main", " {{- /* nothing */ -}} "), {}) == ""
    assert templates.execute("main", {}) == "body"


def test_a_parse_error_has_its_place() -> None:
    with pytest.raises(ParseError) as caught:
        TemplateSet({}).add("chart/templates/a.yaml", "a\nb {{ if }}")
    error = caught.value
    assert (error.template, error.line, error.message) == (
        "chart/templates/a.yaml",
        2,
        "missing value for if",
    )
    assert isinstance(error, HivehelmError)


def test_an_execution_error_is_data() -> None:
    functions: dict[str, Any] = {}
    templates = TemplateSet(functions)
    functions["include"] = go("string, any")(lambda name, data: templates.execute(name, data))
    functions["fail"] = go("string")(_fail)
    templates.add("helpers", 'x\n{{ define "inner" }}\n  é{{ fail .why }}{{ end }}')
    templates.add("main", '{{ include "inner" . }}')
    with pytest.raises(ExecError) as caught:
        templates.execute("main", {"why": "because"})
    error = caught.value
    assert (error.template, error.source, error.line, error.column) == ("main", "main", 1, 3)
    assert error.node == 'include "inner" .'
    outer, inner = error.chain
    assert outer is error
    assert (inner.template, inner.source, inner.line, inner.column) == ("inner", "helpers", 3, 7)
    assert inner.node == "fail .why"
    assert isinstance(inner.cause, FunctionError)
    assert str(inner.cause) == "because"
    assert str(error) == (
        'template: main:1:3: executing "main" at <include "inner" .>: error calling include: '
        'template: helpers:3:7: executing "inner" at <fail .why>: error calling fail: because'
    )


def _fail(message: str) -> str:
    raise FunctionError(message)


def test_a_bug_in_a_function_shows_as_what_it_is() -> None:
    templates = TemplateSet({"buggy": go("")(lambda: [][0])})
    templates.add("main", "{{ buggy }}")
    with pytest.raises(IndexError):
        templates.execute("main", {})


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("{{ if .t }}" * 2000 + "x" + "{{ end }}" * 2000, "x"),
        ("{{ range $.l }}" * 100 + "x" + "{{ end }}" * 100, "x"),
        ("{{ range $.l }}" * 50 + "a{{ break }}" + "{{ end }}b" * 50, "a" + "b" * 50),
        ("{{ range .ll }}" + "{{ if $.t }}" * 60 + "{{ . }}{{ continue }}" + "{{ end }}" * 60 + "-{{ end }}", "12"),  # noqa: E501
        ("{{ range .ll }}" + "{{ if $.t }}" * 60 + "{{ . }}{{ break }}" + "{{ end }}" * 60 + "-{{ end }}", "1"),  # noqa: E501
        ("{{ with $x := $.t }}" * 30 + "{{ $x }}{{ $x = 5 }}{{ $x }}" + "{{ end }}" * 30, "true5"),
        ("{{ range $i, $x := $.ll }}" * 14 + "{{ end }}" * 14 + "x", "x"),
        ("{{ range $x := .n }}{{ else }}{{ $x }}{{ end }}" + "{{ if .t }}" * 20 + "{{ end }}" * 20, "<no value>"),  # noqa: E501
        ("{{ $x := 0 }}{{ range $x = .ll }}{{ end }}{{ $x }}" + "{{ if .t }}" * 20 + "{{ end }}" * 20, "2"),
        ("{{ if .n }}" + "{{ else if .n }}" * 3000 + "{{ else if $x := .t }}{{ $x }}{{ else }}{{ end }}", "true"),  # noqa: E501
        ("{{ with .n }}" + "{{ else with .n }}" * 300 + "{{ else }}{{ .t }}{{ end }}", "true"),
        ("{{" + "(" * 10000 + ".t" + ")" * 10000 + "}}", "true"),
        ("{{" + "(print " * 3000 + ".t" + ")" * 3000 + "}}", "true"),
        ("{{ .t" + " | print" * 3000 + "}}", "true"),
        ("{{ and" + " .t" * 3000 + " 7 }}", "7"),
        ("".join(f"{{{{ $v{n} := {n} }}}}" for n in range(3000)) + "{{ $v2999 }}", "2999"),
    ],
    ids=range(16),
)  # fmt: skip
def test_there_is_no_limit_to_size_and_depth(text: str, output: str) -> None:
    templates = TemplateSet({})
    templates.add("main", text)
    assert templates.execute("main", {"t": True, "l": [1.0], "ll": [1.0, 2.0]}) == output


def test_errors_are_found_at_any_depth() -> None:
    text = "{{" + "(print " * 500 + '(index "a" 5)' + ")" * 500 + "}}"
    templates = TemplateSet({})
    templates.add("main", text)
    with pytest.raises(ExecError) as caught:
        templates.execute("main", {})
    assert (caught.value.column, caught.value.node) == (text.index("index"), 'index "a" 5')


def test_parentheses_have_go_s_limit() -> None:
    with pytest.raises(ParseError, match=r"^template: main:1: max expression depth exceeded$"):
        TemplateSet({}).add("main", "{{" + "(" * 10001 + ".t" + ")" * 10001 + "}}")


def test_templates_call_templates_as_deep_as_in_go() -> None:
    templates = TemplateSet({})
    templates.add("main", '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}')
    with pytest.raises(ExecError) as caught:
        templates.execute("main", {})
    assert str(caught.value) == (
        'template: main:1:28: executing "a" at <{{template "a" .}}>: exceeded maximum template depth (100000)'
    )


def test_what_python_cannot_nest_is_refused() -> None:
    templates = TemplateSet({})
    templates.add("main", "{{ .a" + ".a" * 20000 + "}}")
    with pytest.raises(TemplateError, match=r"^template: main: nested too deeply$"):
        templates.execute("main", {"a": {}})


def test_includes_nest_deeply() -> None:
    functions: dict[str, Any] = {}
    templates = TemplateSet(functions)
    functions["include"] = go("string, any")(lambda name, data: templates.execute(name, data))
    functions["less"] = go("int")(lambda number: number - 1)
    templates.add(
        "main", '{{ define "a" }}{{ if . }}{{ include "a" (less .) }}.{{ end }}{{ end }}{{ include "a" . }}'
    )
    assert templates.execute("main", 3000) == "." * 3000


def test_threads_share_templates() -> None:
    templates = TemplateSet({})
    templates.add(
        "main",
        '{{ range $i, $x := .l }}{{ template "item" $x }}{{ end }}{{ define "item" }}<{{ . }}>{{ end }}',
    )

    def run(number: int) -> str:
        return templates.execute("main", {"l": [float(number)] * 50})

    with ThreadPoolExecutor(8) as pool:
        outputs = list(pool.map(run, range(100)))
    assert outputs == [f"<{number}>" * 50 for number in range(100)]


def test_functions_are_found_however_often_they_were_replaced() -> None:
    functions: dict[str, Any] = {"who": go("")(lambda: "base"), "left": go("")(lambda: "alone")}
    templates = TemplateSet(functions)
    for number in range(3000):
        templates = templates.clone({"who": go("")(lambda number=number: number)})
    templates.add("main", "{{ who }} {{ left }} {{ len .a }}")
    assert templates.execute("main", {"a": "b"}) == "2999 alone 1"


@pytest.mark.parametrize(
    ("quote", "problem"), [('"', "unterminated quoted string"), ("'", "unterminated character constant")]
)
def test_a_quotation_without_end_is_given_up_at_once(quote: str, problem: str) -> None:
    with pytest.raises(ParseError, match=problem):
        TemplateSet({}).add("t", f"{{{{ {quote}{'long ' * 10_000}}}}}")


def test_sets_of_the_same_sources_are_made_once_and_are_their_own() -> None:
    cache = TemplateCache()
    sources = [("a", b'{{ define "x" }}a{{ end }}{{ who }}'), ("b", b'{{ define "x" }}b{{ end }}\xff')]

    def made(who: str) -> TemplateSet:
        templates = TemplateSet({"who": go("")(lambda: who)}, cache=cache)
        templates.add_all(sources)
        return templates

    first = made("first")
    first.add("x", "mine")
    second = made("second")
    assert (first.execute("a", {}), second.execute("a", {})) == ("first", "second")
    assert (first.execute("x", {}), second.execute("x", {})) == ("mine", "b")
    assert second.execute("b", {}) == "\udcff"
    assert second.names() == ["x", "a", "b"]


def test_sets_of_other_sources_are_other_sets() -> None:
    cache = TemplateCache()
    for sources in ([("a", b"1"), ("b", b"2")], [("b", b"2"), ("a", b"1")], [("a", b"2"), ("b", b"2")]):
        templates = TemplateSet({}, cache=cache)
        templates.add_all(sources)
        assert templates.names() == [name for name, _ in sources]
        assert templates.execute("a", {}) == dict(sources)["a"].decode()


def test_sets_with_other_functions_are_parsed_again() -> None:
    cache = TemplateCache()
    sources = [("a", b"{{ who }}{{ .x.y }}")]
    TemplateSet({"who": go("")(lambda: "me")}, cache=cache).add_all(sources)
    with pytest.raises(ParseError, match='function "who" not defined') as caught:
        TemplateSet({}, cache=cache).add_all(sources)
    assert caught.value.template == "a"
    strict = TemplateSet({"who": go("")(lambda: "me")}, cache=cache, missing_key="error")
    strict.add_all(sources)
    with pytest.raises(ExecError, match='no entry for key "x"'):
        strict.execute("a", {})
