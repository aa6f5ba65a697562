"""JSON read by Python's own reader; test_yaml.py of the properties holds it to the parser."""

from __future__ import annotations

import pytest

from hivehelm.golang import yaml
from hivehelm.golang.yaml import flow, libyaml

BIG = '[{"a": [1, 2.5, "x", null, true]}' + ', {"a b": "c\\n"}' * 400 + "]"


def test_values_are_those_of_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [{"a": [1.0, 2.5, "x", None, True]}, *[{"a b": "c\n"}] * 400]
    prepared: list[object] = []
    monkeypatch.setattr(libyaml, "CParser", None)
    assert yaml.load(BIG) == yaml.load(BIG.encode(), prepare=prepared.append) == wanted == prepared[0]
    assert repr(yaml.load(BIG, whole=True)[0]) == repr({"a": [1, 2.5, "x", None, True]})


@pytest.mark.parametrize("text", [BIG[:-1] + ", '']", BIG + "# that was all", BIG.encode() + b"\n---\nx"])
def test_what_is_not_json_is_still_yaml(text: str | bytes) -> None:
    assert len(yaml.load(text)) in (401, 402)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "{1: 2}", "{} {}", "[1,]", "['a']"),
        *(
            r'"\/"',
            r'"\ud83d\ude00"',
            r'"\uDE00"',
            '{"<<": {}}',
            '"\x7f"',
            "[1,\t2]",
            '{"a"\n: 1}',
            "\ufeff[]",
        ),
        *('{"' + "a" * 300 + '": 1}', '{"a"' + " " * 300 + ": 1}"),
        *("1e3", "1E3", "-0", "-0.0", "9" * 16, "1." + "0" * 20, "NaN", "-Infinity", "[" * 100_000),
        "[" * 600 + "]" * 600,
        '{"a":' * 600 + "1" + "}" * 600,
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_what_may_be_something_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        flow.read(text)
