from __future__ import annotations

import pytest

from hivehelm.golang import yaml

PREFIX = "error converting YAML to JSON: "
IN_JSON = "error unmarshaling JSON: while decoding JSON: "


@pytest.mark.parametrize("text", ["[" * 10_000 + "]" * 10_000, "- " * 10_000 + "1"])
def test_ten_thousand_levels_are_read(text: str) -> None:
    value = yaml.load(text)
    levels = 0
    while isinstance(value, (list, dict)) and value:
        value = next(iter(value.values() if isinstance(value, dict) else value))
        levels += 1
    assert levels >= 9999


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[" * 10_001 + "]" * 10_001, f"{PREFIX}yaml: exceeded max depth of 10000"),
        ("a:\n " + "{a: " * 10_001 + "}" * 10_001, f"{PREFIX}yaml: line 2: exceeded max depth of 10000"),
        ("- " * 10_001 + "1", f"{PREFIX}yaml: exceeded max depth of 10000"),
        ("a: " + "[" * 10_000 + "]" * 10_000, f"{IN_JSON}invalid character '[' exceeded max depth"),
        ("a: " + "{a: " * 10_000 + "}" * 10_000, f"{IN_JSON}invalid character '{{' exceeded max depth"),
        ("b: " + "[" * 10_000 + "]" * 10_000 + "\na: " + "{a: " * 10_000 + "}" * 10_000,
         f"{IN_JSON}invalid character '{{' exceeded max depth"),
    ],
)  # fmt: skip
def test_deeper_is_refused_as_go_refuses_it(text: str, problem: str) -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.load(text)
    assert str(caught.value) == problem


def test_far_deeper_is_refused_soon() -> None:
    with pytest.raises(yaml.YAMLError, match="exceeded max depth"):
        yaml.load("{a: " * 200_000)


def test_a_second_byte_order_mark_is_passed_over() -> None:
    assert yaml.load(b"\xef\xbb\xbf\xef\xbb\xbfa: 1\n b: \xef\xbb\xbf\n") == {"a": 1.0, "b": "\ufeff"}
