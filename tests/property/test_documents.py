"""Random YAML, well-formed or not, against sigs.k8s.io/yaml."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hivehelm.golang import yaml

from .program import Oracle, spell

_SCALARS = [
    *(
        "a",
        "b",
        "yes",
        "No",
        "on",
        "~",
        "null",
        "true",
        "TRUE",
        "1",
        "01",
        "0o7",
        "0b1",
        "0x_f",
        "1_000",
        "1e3",
    ),
    *(
        "1.5",
        "-.5",
        ".5e-3",
        "1e400",
        ".inf",
        "-.INF",
        ".nan",
        "1:30",
        "190:20:30",
        "2001-01-01",
        "9223372036854775808",
    ),
    *(
        "18446744073709551616",
        "+1",
        "-0",
        "-0.0",
        "'x'",
        "'it''s'",
        '"\\x41\\n"',
        '"\\q"',
        '"é\\u263a"',
        "a b",
        "a#b",
    ),
    *(
        "a: b",
        "=",
        "<<",
        "!!str 1",
        "!!int '5'",
        "!!float 1",
        "!!binary YQ==",
        "!!bool yes",
        "!!null x",
        "!x y",
        "!!set",
    ),
    *(
        "&a 1",
        "*a",
        "&b [1]",
        "*b",
        "@x",
        "`x",
        "%x",
        "? x",
        ": x",
        "- x",
        "|",
        ">",
        "|-",
        ">+",
        "|2",
        "---",
        "...",
    ),
]
_TOKENS = st.sampled_from(
    [
        *_SCALARS,
        *(
            ": ",
            ":",
            "- ",
            "-",
            "? ",
            ", ",
            ",",
            "[",
            "]",
            "{",
            "}",
            "#",
            " # c\n",
            "\n",
            "\n\n",
            "\n  ",
            "\n    ",
        ),
        *(
            "\n- ",
            "\n  - ",
            "\na: ",
            "\n  b: ",
            "\nx: |\n  ",
            "\nx: >-\n   ",
            "\t",
            "\r\n",
            "\r",
            "\x00",
            "\x85",
            "\u2028",
        ),
        *(
            "\ufeff",
            "\ud83d",
            "é",
            "<<: *a",
            "\n<<: *a\n",
            "\n<<: [*a, *b]\n",
            "%YAML 1.1\n---\n",
            "\n---\n",
            "\n...\n",
        ),
    ]
)


def _block(value: object, indent: int) -> str:
    pad = "\n" + "  " * indent
    if isinstance(value, dict):
        return "".join(f"{pad}{key}: {_block(item, indent + 1)}" for key, item in value.items()) or "{}"
    if isinstance(value, list):
        return "".join(f"{pad}- {_block(item, indent + 1)}" for item in value) or "[]"
    return str(value)


_TREES = st.recursive(
    st.sampled_from(_SCALARS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_SCALARS) | st.text("abc", max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
).map(lambda value: _block(value, 0))
DOCUMENTS = st.lists(_TOKENS, max_size=14).map("".join) | _TREES


@st.composite
def _damaged(draw: st.DrawFn) -> str:
    text = draw(DOCUMENTS)
    place = draw(st.integers(0, len(text)))
    return text[:place] + draw(_TOKENS | st.just("")) + text[place + draw(st.integers(0, 2)) :]


@given(document=DOCUMENTS | _damaged())
def test_documents_are_read_as_helm_reads_them(oracle: Oracle, document: str) -> None:
    raw = document.encode("utf-8", "surrogatepass")
    value: object = None
    error = None
    try:
        value = yaml.load(raw)
    except yaml.YAMLError as raised:
        error = str(raised)
    wanted, refusal = oracle.yaml(raw)
    if error is not None and refusal is not None and "unknown anchor" in refusal:
        # libyaml reads on before it gives an alias, and may stumble over what follows it.
        return
    if error is not None and "invalid map key" in error and refusal is None:
        # go-yaml takes `[]: x` for `[]` alone.
        return
    if error is not None and refusal is not None and "map[interface {}]interface {}" in refusal:
        # Go shows the keys of a key with their types.
        error = refusal
    assert error == refusal
    if error is None:
        assert spell(value) == wanted
