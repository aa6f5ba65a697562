"""Random `--set` texts and their kin, against Helm's parser."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivehelm.values import parse

from .program import Oracle, spell

FLAGS = {
    "set": parse.parse_into,
    "set-string": parse.parse_string_into,
    "set-json": parse.parse_json_into,
    "set-literal": parse.parse_literal_into,
}
_WORDS = st.sampled_from(
    [
        *(
            "a",
            "b",
            "list",
            "table",
            "0",
            "1",
            "2",
            "-1",
            "007",
            "65537",
            "5",
            "9223372036854775808",
            "1e3",
            "0x1",
        ),
        *(
            "true",
            "false",
            "null",
            "TRUE",
            "~",
            "nil",
            "é",
            "\u2028",
            "\U0001f600",
            "\udcff",
            " ",
            "\t",
            "\n",
        ),
        *(
            ".",
            "..",
            ",",
            "=",
            "==",
            "[",
            "]",
            "[0]",
            "[1]",
            "[-1]",
            "{",
            "}",
            "{a,b}",
            "{}",
            "\\",
            "\\,",
            "\\.",
        ),
        *(
            '"',
            "'",
            '"x"',
            '{"a":1}',
            "[1,2]",
            "1.5",
            ":",
            "#",
            "|",
            "a=b",
            "a.b=c",
            "a[0]=x",
            "a[0].b=",
            "a={x,",
        ),
    ]
)
_NAMES = st.lists(
    st.sampled_from(["a", "b", "list", "table", "[0]", "[1]", "[2]", "a\\.b"]), min_size=1, max_size=4
)
TEXTS = st.lists(_WORDS, max_size=8).map("".join) | st.lists(
    st.tuples(_NAMES.map(lambda names: ".".join(names).replace(".[", "[")), st.lists(_WORDS, max_size=3)),
    max_size=3,
).map(lambda pairs: ",".join(f"{name}={''.join(words)}" for name, words in pairs))
VALUES: list[dict[str, Any]] = [
    {},
    {"a": "x", "list": [1.0, {"a": 2.0}, [3.0]], "table": {"a": {"b": None}, "list": []}, "b": None},
]


@pytest.mark.parametrize("flag", FLAGS)
@given(text=TEXTS, values=st.sampled_from(VALUES))
def test_values_are_set_as_helm_sets_them(
    flag: str, oracle: Oracle, text: str, values: dict[str, Any]
) -> None:
    ours = copy.deepcopy(values)
    error = None
    try:
        FLAGS[flag](text, ours)
    except parse.SetError as raised:
        error = str(raised)
    wanted, refusal = oracle.put(flag, text, values)
    assert (spell(ours), error) == (wanted, refusal)
