"""Properties of YAML and JSON that hold for every value."""

from __future__ import annotations

import json as python_json
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivehelm.golang import json, yaml
from hivehelm.golang.yaml import decode, flow, tree

# NEL is folded on its way through JSON, and other controls of C1 do not come through.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(0x7F, 0xA0)]),
    max_size=60,
)
# `<<` is written without quotes, as Go does, and read as a merge where it is a key.
READABLE = TEXT.filter(lambda text: text != "<<" and not {"\ufffe", "\uffff"} & set(text))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def _values(text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | FLOATS | text,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
        max_leaves=12,
    )


@given(_values(READABLE))
def test_what_is_written_is_read_again(value: Any) -> None:
    # A zero loses its sign, since it is written as an integer.
    assert yaml.load(yaml.dump(value)) == value


@given(_values(READABLE))
def test_pretty_output_is_read_again(value: Any) -> None:
    assert yaml.load(yaml.dump(value, pretty=True)) == value


@given(_values(TEXT))
def test_json_is_read_again(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, indent="  "), json.dumps(value, html=False)):
        assert json.loads(text) == value
        assert python_json.loads(text, parse_int=float) == value


@given(_values(READABLE))
def test_json_is_yaml(value: Any) -> None:
    assert yaml.load(json.dumps(value)) == json.loads(json.dumps(value))


_ODD_PIECES = (
    *(
        '"',
        '"k"',
        ":",
        ",",
        "{",
        "}",
        "[",
        "]",
        " ",
        "\n",
        "\n ",
        "\t",
        "\\",
        '\\"',
        "\\/",
        "\\n",
        "\\u0041",
        "\\ud83d",
        "\\u003c",
        '"\\u003c\\u003C":{"a":1}',
    ),
    *(
        "-",
        "-0",
        "-0.0",
        "0",
        "1",
        "1.5",
        "1e3",
        "1E400",
        "9" * 15,
        "9" * 16,
        "01",
        ".5",
        "true",
        "null",
        "NaN",
    ),
    *(
        "Infinity",
        "#",
        " #",
        "<<",
        '"<<":{"a":1}',
        "&a",
        "*a",
        "!!str",
        "'",
        "?",
        "|",
        "é",
        "\x7f",
        "\x85",
        "\u2028",
    ),
    *(
        "\ufeff",
        "\ufffe",
        "\U0001f600",
        "---",
        "...",
        "%",
        "x" * 300,
        " " * 300,
        "\\\\" * 200,
        "," * 3,
        '":"',
        '":',
    ),
)


@given(_values(READABLE), st.randoms(use_true_random=False))
def test_json_that_is_read_as_such_is_the_same_to_yaml(value: Any, chance: random.Random) -> None:
    text = python_json.dumps(
        value,
        ensure_ascii=chance.random() < 0.3,
        indent=chance.choice((None, None, 0, 2)),
        separators=chance.choice((None, (",", ":"), (" , ", " : "))),
    )
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(_ODD_PIECES) + text[place + chance.randrange(2) :]
    for whole in (False, True):
        try:
            found = flow.read(text, whole=whole)
        except ValueError:
            continue
        assert repr(found) == repr(tree.load(text.encode(), whole=whole)), text


@given(st.binary(max_size=200))
def test_reading_bytes_gives_a_value_or_an_error(data: bytes) -> None:
    for read, error in ((yaml.load, yaml.YAMLError), (json.loads, json.JSONError)):
        try:
            read(data)
        except error as caught:
            assert str(caught)


def _slowly(text: str) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decode, "FAST", False)
        return tree.load(text.encode())


@given(
    st.lists(
        st.sampled_from(
            [
                *"ab01:-?,[]{}&*!|>'\"#%@` \n\t~<.",
                "!!str ",
                "!!int ",
                "!!merge <<",
                "\\/",
                "\n<<: *x",
                "&x {a: 1}\n",
            ]
        )
    )
)
def test_all_ways_through_yaml_agree(pieces: list[str]) -> None:
    text = "".join(pieces)
    outcomes = []
    for read in (yaml.load, lambda text: tree.load(text.encode()), _slowly):
        try:
            outcomes.append(repr(read(text)))
        except yaml.YAMLError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1] == outcomes[2]


@given(FLOATS)
def test_numbers_are_read_as_they_were(value: float) -> None:
    found = yaml.load(yaml.dump(value))
    assert found == value or math.isclose(found, value, rel_tol=0)
