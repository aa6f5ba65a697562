from __future__ import annotations

import pytest

from hivehelm.actions.selector import SelectorError, parse

_NAME = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
    "for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


@pytest.mark.parametrize(
    ("text", "matching", "other"),
    [
        ("", [{}, {"a": "1"}], []),
        ("a", [{"a": ""}], [{}, {"b": "1"}]),
        ("!a", [{}], [{"a": "1"}]),
        ("a=1", [{"a": "1", "b": "2"}], [{}, {"a": "2"}]),
        ("a == 1", [{"a": "1"}], [{"a": "2"}]),
        ("a!=1", [{}, {"a": "2"}], [{"a": "1"}]),
        ("a=", [{"a": ""}], [{"a": "1"}, {}]),
        ("a=,b", [{"a": "", "b": "x"}], [{"a": ""}]),
        ("a in (1, 2)", [{"a": "1"}, {"a": "2"}], [{"a": "3"}, {}]),
        ("a notin (1,2)", [{"a": "3"}, {}], [{"a": "1"}]),
        ("a in ()", [{"a": ""}], [{"a": "1"}]),
        ("a in (,)", [{"a": ""}], [{"a": "1"}]),
        ("a in (b,)", [{"a": ""}, {"a": "b"}], [{"a": "1"}]),
        ("a in (b,,c)", [{"a": ""}, {"a": "c"}], [{"a": "1"}]),
        ("in in (in,notin)", [{"in": "in"}], [{"in": "x"}]),
        ("a>1,b<2", [{"a": "2", "b": "1"}], [{"a": "1", "b": "1"}, {"a": "x", "b": "1"}, {"b": "1"}]),
        ("a\0=", [{"a": "1"}], [{}]),
    ],
)
def test_a_selector_matches(text: str, matching: list[dict[str, str]], other: list[dict[str, str]]) -> None:
    selector = parse(text)
    assert [labels for labels in matching + other if selector.matches(labels)] == matching


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a$b", f'unable to parse requirement: <nil>: Invalid value: "a$b": {_NAME}'),
        ("a=b$", f'unable to parse requirement: values[0][a]: Invalid value: "b$": {_VALUE}'),
        (
            "a in (-b,c$)",
            (
                f'unable to parse requirement: [values[0][a]: Invalid value: "-b": {_VALUE}, '
                f'values[1][a]: Invalid value: "c$": {_VALUE}]'
            ),
        ),
        (
            "a>x",
            (
                'unable to parse requirement: values[0]: Invalid value: "x": '
                "for 'Gt', 'Lt' operators, the value must be an integer"
            ),
        ),
        (
            "a>9223372036854775808",
            (
                'unable to parse requirement: values[0]: Invalid value: "9223372036854775808": '
                "for 'Gt', 'Lt' operators, the value must be an integer"
            ),
        ),
        ("a in", "unable to parse requirement: found '' expected: '('"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a in (b,", "unable to parse requirement: found '', expected: ',', or identifier"),
        ("a in (b=c)", "unable to parse requirement: found '=', expected: ',' or ')'"),
        ("a in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
        ("=", "found '=', expected: !, identifier, or 'end of string'"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("a,", "found '', expected: identifier after ','"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ("!a=b", "found '=', expected: ',' or 'end of string'"),
        ("a=>b", "unable to parse requirement: found '>', expected: identifier"),
    ],
)
def test_what_is_no_selector_is_refused_in_apimachinerys_words(text: str, error: str) -> None:
    with pytest.raises(SelectorError) as caught:
        parse(text)
    assert str(caught.value) == error
