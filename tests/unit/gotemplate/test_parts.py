"""Large blocks are trees of their own, compiled when they first run."""

from __future__ import annotations

from typing import Any

import pytest

from hivehelm.fastpaths import FAST
from hivehelm.gotemplate import parser
from hivehelm.gotemplate.cache import TemplateCache
from hivehelm.gotemplate.errors import ExecError
from hivehelm.gotemplate.template import Template, TemplateSet

pytestmark = pytest.mark.skipif(not FAST, reason="the long ways know no parts")


@pytest.fixture(autouse=True)
def _every_block_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "_PART", 0)


def added(text: str, **more: Any) -> tuple[TemplateSet, Template]:
    templates = TemplateSet({}, cache=TemplateCache(), **more)
    return templates, templates.add("main", text)


def compiled(text: str, data: Any) -> tuple[str, list[int]]:
    """Return what a template writes, and which trees of its source were compiled for it."""
    templates, template = added(text)
    written = templates.execute(template, data)
    return written, sorted(template.parsed.codes)


def test_a_block_that_does_not_run_is_not_compiled() -> None:
    text = "{{ if .on }}{{ .x }}{{ else if .half }}half {{ .x }}{{ else }}off {{ .x }}{{ end }}"
    assert compiled(text, {"on": True, "x": 1}) == ("1", [0, 1])
    assert compiled(text, {"half": True, "x": 1}) == ("half 1", [0, 2])
    assert compiled(text, {"x": 1}) == ("off 1", [0, 3])


def test_parts_of_parts() -> None:
    text = "".join(f"{{{{ if .{name} }}}}{name}" for name in "abcde") + "{{ end }}" * 5
    everything = dict.fromkeys("abcde", True)
    written, trees = compiled(text, everything)
    assert written == "abcde"
    # The fifth from the inside belongs to the template.
    assert trees == [0, 1, 2, 3, 4]
    assert compiled(text, {**everything, "c": False}) == ("ab", [0, 4])


def test_small_blocks_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert compiled("{{ if .on }}{{ .x }}{{ end }}", {"on": True, "x": 1}) == ("1", [0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ $x := 1 }}{{ $y := 2 }}{{ if . }}{{ $y }}{{ $x }}{{ end }}", "21"),
        ("{{ $x := 1 }}{{ if . }}{{ $x := 3 }}{{ $x }}{{ end }}{{ $x }}", "31"),
        ("{{ if $x := len . }}{{ $x }}{{ end }}", "2"),
        ("{{ if $x := .none }}{{ else }}[{{ $x }}]{{ end }}", "[<no value>]"),
        ("{{ $x := 1 }}{{ if . }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ if .none }}{{ $x = 2 }}{{ else }}{{ $x = 3 }}{{ end }}{{ $x }}", "3"),
        ("{{ $x := 1 }}{{ $x = 2 }}{{ if . }}{{ $x }}{{ end }}", "2"),
        ("{{ $x := 0 }}{{ range $x = .list }}{{ end }}{{ if . }}{{ $x }}{{ end }}", "8"),
        ("{{ with .a }}{{ if . }}{{ . }}{{ $.list }}{{ end }}{{ end }}", "A[7 8]"),
        ("{{ with .none }}{{ else }}{{ .a }}{{ end }}", "A"),
        ("{{ range .none }}{{ else }}{{ .a }}{{ end }}", "A"),
        ("{{ range .list }}{{ if eq . 8 }}{{ break }}{{ end }}{{ . }}{{ end }}", "7"),
        ("{{ if . }}{{ range .list }}{{ if eq . 7 }}{{ continue }}{{ end }}{{ . }}{{ end }}{{ end }}", "8"),
        ("{{ $ = .a }}{{ if . }}{{ $ }}{{ end }}", "A"),
        ("{{ if . }}{{ template `t` .a }}{{ end }}{{ define `t` }}{{ if . }}{{ . }}{{ end }}{{ end }}", "A"),
        ("{{ if . }}{{ block `b` .a }}{{ if . }}<{{ . }}>{{ end }}{{ end }}{{ end }}", "<A>"),
        ("{{ $x := 5 }}{{ if .none }}{{ $x := 1 }}{{ else }}{{ $x }}{{ end }}", "5"),
        ("{{ $x := 5 }}{{ if . }}{{ $x := print $x 6 }}{{ $x }}{{ end }}", "5 6"),
        ("{{ $x := 5 }}{{ if . }}{{ if $x := print ($x := $x) 6 }}{{ $x }}{{ end }}{{ end }}", "5 6"),
        ("{{ $x := 5 }}{{ if .none }}{{ $x := 1 }}{{ else if . }}{{ $x }}{{ end }}", "5"),
        ("{{ if . }}{{ end }}{{ if . }}{{/* */}}{{ end }}", ""),
    ],
)  # fmt: skip
def test_variables_and_dot_of_outside(text: str, expected: str) -> None:
    assert compiled(text, {"a": "A", "list": [7, 8]})[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "{{ $ := .root }}{{ if true }}{{ $.x }}{{ end }}{{ $.x }}",
        "{{ if true }}{{ $ := .root }}{{ if true }}{{ $.x }}{{ end }}{{ $.x }}{{ end }}",
        "{{ with .root }}{{ $ := . }}{{ if true }}{{ $.x }}{{ end }}{{ $.x }}{{ end }}",
        "{{ range $ := .list }}{{ if true }}{{ $.x }}{{ end }}{{ end }}{{ if $.root }}1{{ end }}",
        "{{ if true }}{{ with $ := .root }}{{ if true }}{{ $.x }}{{ end }}{{ end }}{{ end }}{{ $.root.x }}",
    ],
    ids=range(5),
)
def test_a_dollar_that_is_declared_again(text: str) -> None:
    written, _ = compiled(text, {"root": {"x": 1}, "list": [{"x": 1}]})
    assert written == "11"


def test_of_nothing() -> None:
    text = "{{ $x := 1 }}{{ if not . }}{{ .a.b }}{{ $x }}{{ end }}"
    assert compiled(text, None) == ("<no value>1", [~1, ~0])


@pytest.mark.parametrize(
    "text",
    [
        "{{ if .none }}{{ $y := 1 }}{{ else if $y }}{{ end }}",
        "{{ if .none }}{{ $y := 1 }}{{ else }}{{ $y }}{{ end }}",
        "{{ if .none }}{{ $y := 1 }}{{ else if . }}{{ $y }}{{ end }}",
        "{{ if or .a ($y := 1) }}{{ $y }}{{ end }}",
    ],
)
def test_variables_that_only_the_parser_knows(text: str) -> None:
    templates, template = added(text)
    with pytest.raises(ExecError, match=r"at <\$y>: undefined variable: \$y"):
        templates.execute(template, {"a": 1})


def test_errors_name_the_template_and_the_place() -> None:
    templates, template = added("{{ $x := 1 }}{{ if . }}\n  {{ $x }}{{ index .a 9 }}{{ end }}")
    with pytest.raises(ExecError) as caught:
        templates.execute(template, {"a": [1]})
    assert str(caught.value) == (
        'template: main:2:13: executing "main" at <index .a 9>: error calling index: index out of range: 9'
    )
    assert caught.value.written == "\n  1"


def test_fields_that_are_missing_in_a_part() -> None:
    templates, template = added("{{ if . }}{{ .a.b.c }}{{ end }}", missing_key="error")
    with pytest.raises(ExecError, match="map has no entry for key"):
        templates.execute(template, {"a": {}})


def test_deep_recursion_through_parts() -> None:
    text = (
        "{{ define `down` }}{{ if . }}{{ if . }}{{ if . }}{{ if . }}.{{ template `down` (slice . 1) }}"
        "{{ end }}{{ end }}{{ end }}{{ end }}{{ end }}{{ template `down` . }}"
    )
    assert compiled(text, "x" * 5000)[0] == "." * 5000


def test_variables_that_are_not_there_where_blocks_nest_deeply() -> None:
    text = "{{ if . }}" * 14 + "{{ if or .a ($y := 1) }}{{ $y }}" + "{{ end }}" * 15
    templates, template = added(text)
    with pytest.raises(ExecError, match=r"at <\$y>: undefined variable: \$y"):
        templates.execute(template, {"a": 1})
