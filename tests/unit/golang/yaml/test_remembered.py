"""What the writer of YAML remembers must not show."""

from __future__ import annotations

import pytest

from hivehelm.golang.yaml import dump, encode, scalar


def test_maps_of_the_same_keys_are_written_in_the_same_order() -> None:
    assert dump({"b2": 1.0, "b10": "x", "A": None}) == "A: null\nb2: 1\nb10: x\n"
    assert dump({"b2": {}, "b10": [], "A": True}) == "A: true\nb2: {}\nb10: []\n"
    assert dump({"A": {"c": "d"}, "b10": [1.0], "b2": 2}) == "A:\n  c: d\nb2: 2\nb10:\n- 1\n"


def test_keys_that_are_not_simple_are_written_each_time() -> None:
    long = "k" * 200
    for _ in range(2):
        assert dump({"a": {long: "x"}, "é": 1.0}) == f"a:\n  ? {long}\n  : x\né: 1\n"


def test_short_strings_are_folded_where_they_stand() -> None:
    text = "some words that go on for a while and then stop"
    key = "k" * 40
    for _ in range(2):
        assert dump({"k": text}) == f"k: {text}\n"
        assert dump({key: text}) == f"{key}: some words that go on for a while and then\n  stop\n"
        assert dump({key: "x" * 60}) == f"{key}: {'x' * 60}\n"
        assert dump(["yes", "it's: so", "-"]) == "- \"yes\"\n- 'it''s: so'\n- '-'\n"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scalar, "_SHORT", {})
    monkeypatch.setattr(scalar, "_MAX_SHORT", 5)
    monkeypatch.setattr(encode, "_SPELT", {})
    monkeypatch.setattr(encode, "_MAX_SPELT", 5)
    for number in range(12):
        assert dump({f"k{number}": f"v{number}"}) == f"k{number}: v{number}\n"
    assert len(scalar._SHORT) == 2
    assert len(encode._SPELT) == 2
    dump({f"k{number}": "v" for number in range(70)})
    assert len(encode._SPELT) == 2
