"""Actions that were parsed before are not parsed again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hivehelm.gotemplate import known, nodes
from hivehelm.gotemplate.cache import Parsed
from hivehelm.gotemplate.errors import ParseError
from hivehelm.gotemplate.parser import Parser
from hivehelm.gotemplate.template import TemplateSet

WITHOUT: frozenset[str] = frozenset()
WITH = frozenset({"up", "down"})


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = dict(known.KNOWN)
    known.KNOWN.clear()
    yield
    known.KNOWN.clear()
    known.KNOWN.update(before)


def parse(text: str, functions: frozenset[str] = WITH) -> nodes.Tree:
    return Parser("t", text, functions, places=False).parse()[-1]


def test_an_action_is_parsed_once() -> None:
    first, second, third = (
        statement
        for statement in parse('{{ .a | up "}}" }}{{ .a | up "}}" }}{{- .a | up "}}" -}}').statements
        if isinstance(statement, nodes.Action)
    )
    assert first is second
    assert third is not first
    assert list(known.KNOWN) == [' .a | up "}}" }}', '.a | up "}}" -}}']


@pytest.mark.parametrize(
    "text",
    [
        "{{ $x := 1 }}",
        "{{ range $i, $e := .l }}{{ end }}",
        "{{ with $x := .a }}{{ end }}",
        "{{ 'c' }}",
        "{{ range .l }}{{ break }}{{ end }}",
        '{{ define "d" }}{{ end }}',
        '{{ block "d" . }}{{ end }}',
    ],
)
def test_what_is_not_remembered(text: str) -> None:
    parse(text)
    assert set(known.KNOWN) <= {" end }}", " range .l }}"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}", "123"),
        ("{{ with .a }}{{ . }}{{ else with .b }}{{ . }}{{ else }}3{{ end }}", "AB3"),
        ("{{ range .l }}{{ . }}{{ else }}none{{ end }}", "xnonenone"),
        ('{{ define "d" }}[{{ . }}]{{ end }}{{ template "d" .a }}{{ template "d" }}', None),
        ("{{ if .a }}{{ end -}}  \n x {{- if .b }}{{ end }}", "xxx"),
    ],
)
def test_the_second_time_is_as_the_first(text: str, expected: str | None) -> None:
    datas: tuple[dict[str, Any], ...] = ({"a": "A", "l": ["x"]}, {"b": "B"}, {})
    written = []
    for round_ in range(2):
        # Another text each time: the same one would come from the cache of templates.
        templates = TemplateSet({})
        template = templates.add("t", f"{{{{/* {round_} of {len(text)} */}}}}{text}")
        written.append("".join(templates.execute(template, data) for data in datas))
    assert written[0] == written[1]
    assert expected is None or written[0] == expected


def test_an_action_reads_the_variables_that_are_there() -> None:
    text = (
        "{{ $x := .a }}{{ $x }}{{ if $x }}{{ $x := .b }}{{ $x }}{{ else if $x }}{{ end }}{{ $x }}"
        "{{ with .b }}{{ with $x }}{{ . }}{{ end }}{{ with $x }}{{ . }}{{ end }}{{ end }}"
        "{{ if .none }}{{ else if $x }}{{ $x }}{{ end }}{{ if .none }}{{ else if $x }}{{ $x }}{{ end }}"
    )
    templates = TemplateSet({})
    assert templates.execute(templates.add("t", text), {"a": "A", "b": "B"}) == "ABAAAAA"


@pytest.mark.parametrize(
    "action", ["{{ $x }}", "{{ if $x }}{{ end }}", "{{ if . }}{{ else if $x }}{{ end }}"]
)
def test_variables_are_looked_for_again(action: str) -> None:
    parse("{{ $x := 1 }}" + action)
    with pytest.raises(ParseError, match=r'^template: t:2: undefined variable "\$x"'):
        Parsed(b"", "\n" + action, "").parse("t", WITH)


def test_functions_are_looked_for_again() -> None:
    parse("{{ up }}{{ . | down }}")
    with pytest.raises(ParseError, match=r"^template: t:2: function \"up\" not defined"):
        Parsed(b"", "\n{{ up }}", "").parse("t", WITHOUT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ if 1 }}{{ end }}\n{{ end\n}}", "template: t:3: unexpected {{end}}"),
        ("{{ if 1 }}{{ else }}{{ end }}\n{{ else\n}}", "template: t:3: unexpected {{else}}"),
        ("{{ if 1 }}{{ else }}{{ end }}{{ if 1 }}{{ else }}\n{{ else }}", "expected end; found {{else}}"),
        (
            "{{ if 1 }}{{ else if 2 }}{{ end }}\n{{ with 1 }}{{ else if 2 }}{{ end }}",
            "unexpected <if> in input",
        ),
        ("{{ if 1 }}{{ else if 2 }}{{ end }}{{ if 1 }}{{ else }}{{ else if 2 }}{{ end }}", "expected end"),
    ],
)
def test_complaints_are_those_of_the_first_time(text: str, message: str) -> None:
    parsed = Parsed(b"", text, "")
    for _ in range(2):
        with pytest.raises(ParseError) as caught:
            parsed.parse("t", WITH)
        assert message in str(caught.value)


def test_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_MOST", 2)
    parse("{{ .a }}{{ .b }}{{ .c }}{{ .b }}")
    assert list(known.KNOWN) == [" .c }}", " .b }}"]


def test_what_another_thread_has_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    parse("{{ .a }}")

    class Gone(dict[str, known.Known]):
        def get(self, *_: object) -> None:  # type: ignore[override]
            return None

    monkeypatch.setattr("hivehelm.gotemplate.parser.KNOWN", Gone(known.KNOWN))
    parsed = Parsed(b"", "{{ .a }}", "")
    parsed.parse("t", WITH)
    assert parsed.defines == ((None, False),)
