"""Random templates, well-formed or not, and random values through functions, against Go's text/template."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hivehelm.gotemplate.errors import TemplateError
from hivehelm.gotemplate.functions.table import SPRIG
from hivehelm.gotemplate.template import TemplateSet
from hivehelm.render.serialization import FUNCTIONS

from .program import Oracle

DATA: dict[str, Any] = {
    "a": 1.0,
    "b": True,
    "e": "",
    "f": 1.5,
    "n": None,
    "l": ["x", 2.0, None, {"k": "v"}],
    "m": {"k": "v", "z": {"y": "deep", "n": None}, "l": [1.0]},
    "s": "text",
    "u": "héllo\n wörld",
}

_LITERALS = st.sampled_from(
    [
        *(
            "1",
            "0",
            "-3",
            "0x1F",
            "0b11",
            "0o17",
            "1_000",
            "1.5",
            "1e3",
            "-0.0",
            "2i",
            "'a'",
            "'\\n'",
            "9223372036854775808",
        ),
        *('"s"', '"a\\tb"', "`raw`", '""', '"%v-%d"', '"é"', "true", "false", "nil", ".", "$", "$x", "$y"),
    ]
)
_FIELDS = st.sampled_from(
    [
        ".a",
        ".b",
        ".e",
        ".f",
        ".n",
        ".l",
        ".m",
        ".s",
        ".u",
        ".m.k",
        ".m.z",
        ".m.z.y",
        ".m.z.n",
        ".m.z.n.q",
        ".q",
        ".q.r",
        "$.a",
        "$.m.k",
        "$x.k",
        "$x.z.y",
        ".s.t",
        ".a.b",
        ".l.k",
        "$.l",
        "(.m).k",
        "(.m.z).y",
        "(.q).r",
        "(.n).x",
    ]
)
_NAMES = st.sampled_from(
    [
        *(
            "and",
            "or",
            "not",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "len",
            "index",
            "slice",
            "print",
            "println",
            "printf",
        ),
        *(
            "html",
            "js",
            "urlquery",
            "call",
            "default",
            "empty",
            "coalesce",
            "ternary",
            "quote",
            "squote",
            "upper",
        ),
        *(
            "trunc",
            "trim",
            "replace",
            "contains",
            "indent",
            "nindent",
            "join",
            "splitList",
            "list",
            "first",
            "rest",
        ),
        *(
            "last",
            "initial",
            "append",
            "prepend",
            "concat",
            "has",
            "without",
            "uniq",
            "reverse",
            "compact",
            "dict",
            "get",
        ),
        *(
            "set",
            "unset",
            "hasKey",
            "keys",
            "values",
            "pick",
            "omit",
            "merge",
            "pluck",
            "add",
            "sub",
            "mul",
            "div",
            "mod",
        ),
        *(
            "max",
            "min",
            "floor",
            "ceil",
            "round",
            "int",
            "int64",
            "float64",
            "toString",
            "toStrings",
            "toYaml",
            "toJson",
        ),
        *(
            "kindOf",
            "typeOf",
            "kindIs",
            "deepEqual",
            "b64enc",
            "b64dec",
            "sha256sum",
            "title",
            "camelcase",
            "snakecase",
        ),
        *(
            "semver",
            "semverCompare",
            "regexMatch",
            "regexReplaceAll",
            "until",
            "seq",
            "required",
            "nothing",
        ),
    ]
)


def _joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(" ".join)


# Go looks at each argument before it evaluates the next, and we evaluate them all first: an argument that
# fails is therefore the first one, so that there is one error to tell.
_FAILING = ("$x", "$y", "9223372036854775808")
_SAFE = _LITERALS.filter(lambda text: text not in _FAILING) | st.sampled_from(
    [".a", ".b", ".e", ".l", ".m", ".s"]
)
_EXPRESSIONS = st.recursive(
    _LITERALS | _FIELDS,
    lambda inner: (
        _joined(_NAMES, inner, st.lists(_SAFE, max_size=2).map(" ".join)).map(
            lambda text: f"({text.strip()})"
        )
        | _NAMES.map(lambda name: f"({name})")
        | _joined(inner, st.just("|"), _NAMES).map(lambda text: f"({text})")
    ),
    max_leaves=5,
)
_PIPES = (
    _EXPRESSIONS.map(
        lambda text: text[1:-1] if text[:1] == "(" and text.count("(") == 1 and text[-1] == ")" else text
    )
    | _joined(_EXPRESSIONS, st.just("|"), _NAMES)
    | _joined(_EXPRESSIONS, st.just("|"), _NAMES, _LITERALS)
)
_OPENINGS = st.sampled_from(["{{ ", "{{- ", "{{"])
_CLOSINGS = st.sampled_from([" }}", " -}}", "}}"])
_TEXT = st.sampled_from(["", "x", " ", "\n", "\n  ", "{", "}", "é", "a: b\n"])


def _actions(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(_OPENINGS, content, _CLOSINGS).map("".join)


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    heads = st.tuples(
        st.sampled_from(
            ["if ", "with ", "range ", "range $x := ", "range $x, $y := ", "with $x := ", "if $x := "]
        ),
        _PIPES,
    ).map("".join)
    middles = st.just("") | _actions(st.just("else")) | _actions(_PIPES.map(lambda pipe: f"else if {pipe}"))
    middles |= _actions(_PIPES.map(lambda pipe: f"else with {pipe}")) | st.sampled_from(
        ["{{break}}", "{{continue}}"]
    )
    ends = _actions(st.just("end"))
    return st.tuples(_actions(heads), inner, middles, inner, ends).map("".join)


def _definitions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(
        st.sampled_from(['{{ define "d" }}', '{{ block "d" . }}', '{{ block "e" .m }}']),
        inner,
        _actions(st.just("end")),
    ).map("".join)


_PIECES = st.recursive(
    _TEXT
    | _actions(_PIPES)
    | _actions(_PIPES.map(lambda pipe: f"$x := {pipe}"))
    | _actions(_PIPES.map(lambda pipe: f"$x = {pipe}"))
    | st.sampled_from(
        [
            '{{ template "d" . }}',
            '{{ template "d" }}',
            '{{ template "q" .m }}',
            "{{/* c */}}",
            "{{- /* c */ -}}",
        ]
    ),
    lambda inner: _blocks(inner) | _definitions(inner) | st.lists(inner, min_size=2, max_size=3).map("".join),
    max_leaves=5,
)
TEMPLATES = st.just("") | _PIECES | _PIECES.map(lambda text: "{{ $x := .m }}{{ $y := 1 }}" + text)

_DAMAGE = st.sampled_from(
    [
        *(
            "",
            "{{",
            "}}",
            "{{-",
            "-}}",
            "{{ end }}",
            "{{ else }}",
            "(",
            ")",
            "|",
            ",",
            ":=",
            "=",
            ".",
            "$",
            '"',
            "`",
            "'",
            "\\",
        ),
        *(
            "/*",
            "*/",
            "{{/*",
            "-",
            " ",
            "\n",
            "end",
            "if",
            "range",
            "define",
            "nil",
            "é",
            "\x00",
            "@",
            "1x",
            "..",
            "$z",
            ".x.",
            "0x",
        ),
    ]
)


@st.composite
def _damaged(draw: st.DrawFn) -> str:
    text = draw(TEMPLATES)
    place = draw(st.integers(0, len(text)))
    return text[:place] + draw(_DAMAGE) + text[place + draw(st.integers(0, 3)) :]


def rendered(template: str, data: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return output and error of a template of the name `t`, as `Oracle.render` does."""
    names = ("toYaml", "toJson")
    templates = TemplateSet({**SPRIG, **{name: FUNCTIONS[name] for name in names}})
    try:
        templates.add("t", template)
        return templates.execute("t", data), None
    except TemplateError as error:
        return None, str(error)


@given(template=TEMPLATES | _damaged())
def test_templates_render_as_in_go(oracle: Oracle, template: str) -> None:
    assert rendered(template, json.loads(json.dumps(DATA))) == oracle.render(template, DATA)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "",
        "a: b",
        "- x",
        "yes",
        "1e3",
        "0x1",
        "~",
        "null",
        "true",
        "#c",
        "a #b",
        " x",
        "x ",
        "a\nb",
        "a\n",
        "\na",
        "'",
        '"',
        "2001-01-01",
        "1:30",
        ".5",
        "+1",
        "0o7",
        "<<",
        "=",
        "%x",
        "@x",
        "\t",
        "a\tb",
        "a: ",
        "\x7f",
        "\u2028",
        "\ufeff",
        "&x",
    ]
)
_NUMBERS = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(10**22), 10**22).map(float)
    | st.sampled_from([0.0, -0.0, 1e20, 1e21, 123456789.0, 1e-7, 5e-324, 1e6, 1234567.8])
)
VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)
_SERIALIZED = (
    "{{ toYaml .v }}\x01{{ toJson .v }}\x01{{ toPrettyJson .v }}\x01{{ toRawJson .v }}\x01{{ quote .v }}"
)
_VERBS = (
    "v",
    "+v",
    "#v",
    "s",
    "q",
    "d",
    "t",
    "T",
    "x",
    "X",
    "e",
    "g",
    "f",
    "08.3f",
    "-12v|",
    "+.2e",
    "c",
    "U",
    "5.1s",
    "# x",
)
_PRINTED = (
    "\x01".join(f'{{{{ printf "%{verb}" .v }}}}' for verb in _VERBS) + "\x01{{ .v }}\x01{{ print .v 1 .v }}"
)


@given(value=VALUES)
def test_values_are_written_as_in_go(oracle: Oracle, value: Any) -> None:
    assert rendered(_SERIALIZED, {"v": value}) == oracle.render(_SERIALIZED, {"v": value})


@given(value=VALUES)
def test_values_are_printed_as_in_go(oracle: Oracle, value: Any) -> None:
    assert rendered(_PRINTED, {"v": value}) == oracle.render(_PRINTED, {"v": value})
