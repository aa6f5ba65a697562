"""Actions that are lexed as a whole have the tokens that they have one by one."""

from __future__ import annotations

import pytest

from hivehelm.gotemplate import lexer, scan


def tokens(text: str, known: frozenset[str] | None = None, *, break_ok: bool = True) -> list[tuple[int, str]]:
    made = lexer.Lexer(text, known=known, break_ok=break_ok)
    while not made.tokens or made.tokens[-1][0] != lexer.EOF:
        made.more()
    # White space next to a delimiter is no token, or one that nobody asks for.
    bare: list[tuple[int, str]] = []
    for kind, _, value in made.tokens:
        if kind == lexer.RIGHT_DELIM and bare[-1][0] == lexer.SPACE:
            bare.pop()
        if not (kind == lexer.SPACE and bare[-1][0] == lexer.LEFT_DELIM):
            bare.append((kind, value))
    return bare


ACTIONS = [
    "{{ .a.b }}",
    "{{.}}",
    "{{ . | default .a.b -}}",
    "{{- $x.a -}} \n x",
    "{{ $ := $.a }}{{ $x = . }}",
    '{{ "}}" | quote "\\"\\\\" }}',
    '{{ "ä☃" }}',
    "{{ `}}\n{{` }}",
    "{{ if (eq .a 1 -2 0.5) (and true nil) }}{{ else if . }}{{ end }}",
    "{{ range $i, $e := . }}{{ break }}{{ continue }}{{ end }}",
    "{{ (.a).b.c }}",
    "{{ .a\n\t.b }}",
    "{{ 1.5.2 }}",
    "{{ 1. }}",
    "{{ 1.a }}",
    "{{ .1 }}",
    "{{ .. }}",
    "{{ 0x1F 1e3 1_000 +1 1i 1+2i 0755 08 }}",
    "{{ 'c' }}",
    "{{ .ä }}{{ ä }}{{ $ä }}",
    "{{ a.b }}{{ a-b }}",
    '{{ "a"-1 }}{{ "a""b" }}{{ 1"a" }}',
    "{{ : }}",
    "{{ .a:=.b }}",
    '{{ "a\n" }}',
    "{{ ` }}",
    "{{-1}}{{- 1}}{{- -1 -}}{{- -}}",
    "{{}}{{ }}{{- }}",
    "{{ /* }} */}}{{/* x */ -}}  {{- /* y */}}",
    "{{/* x }}",
    "{{ .a",
    "{{ template \"a\" . }}{{ block `b` . }}{{ end }}{{ define `c` }}{{ end }}",
    "{{ # }}{{ ~ }}",
    "{{ 1",
    "{{ ☃ }}",
    "{{ .a☃ }}",
    "{{ 1☃ }}",
]  # fmt: skip


@pytest.mark.parametrize("text", ACTIONS)
def test_as_one_by_one(text: str) -> None:
    text = lexer.as_bytes(text)
    assert tokens(text, frozenset()) == tokens(text)


@pytest.mark.parametrize("of", ["a", ".a", "$a", '"', "`", "1"])
def test_time_grows_with_the_text_alone(of: str) -> None:
    text = "{{ " + of * 100_000 + "# }}"
    assert tokens(text, frozenset()) == tokens(text)


def test_most_actions_are_ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    def scanned(text: str, pos: int, *_: object) -> int:
        raise AssertionError(text[pos:])

    monkeypatch.setattr(scan, "scan", scanned)
    for text in ACTIONS[:11]:
        assert tokens(lexer.as_bytes(text), frozenset())


def test_keywords_that_are_names() -> None:
    assert (lexer.IDENTIFIER, "break") in tokens("{{ break }}", frozenset(), break_ok=False)
    assert (lexer.BREAK, "break") in tokens("{{ break }}", frozenset())


def test_known_actions_are_tokens() -> None:
    known = frozenset(('.a "}}" -}}', " end }}"))
    assert tokens(' {{- .a "}}" -}} x{{ end }}{{- end }}', known) == [
        (lexer.KNOWN, '.a "}}" -}}'),
        (lexer.TEXT, "x"),
        (lexer.KNOWN, " end }}"),
        (lexer.LEFT_DELIM, "{{"),
        (lexer.END, "end"),
        (lexer.RIGHT_DELIM, "}}"),
        (lexer.EOF, "EOF"),
    ]
