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

from .grammar import DATA, Grammar
from .program import Oracle


def rendered(template: str, data: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return output and error of a template of the name `t`, as `Oracle.render` does."""
    names = ("toYaml", "toJson")
    templates = TemplateSet({**SPRIG, **{name: FUNCTIONS[name] for name in names}})
    try:
        templates.add("t", template)
        return templates.execute("t", data), None
    except TemplateError as error:
        return None, str(error)


def test_templates_render_as_in_go(oracle: Oracle, cases: range) -> None:
    wrong: dict[str, str] = {}
    text = json.dumps(DATA)
    for seed in cases:
        template = Grammar(seed).template()
        ours, theirs = rendered(template, json.loads(text)), oracle.render(template, DATA)
        if ours != theirs:
            known = f"{ours[1]}{theirs[1]}"[:60]
            if len(template) < len(wrong.get(known, template + " ")):
                wrong[known] = f"{template}\n  ours {ours}\n  Go's {theirs}\n  seed {seed}"
    assert not wrong, "\n".join(sorted(wrong.values(), key=len)[:20])


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
