from __future__ import annotations

from typing import Any

import pytest

from hivehelm.golang.kinds import StringMap
from hivehelm.gotemplate.functions.certificates import Certificate
from hivehelm.gotemplate.functions.merging import merge, merge_overwrite
from hivehelm.gotemplate.functions.signature import FunctionError


def test_what_the_target_lacks_it_shares_with_the_source() -> None:
    source: dict[str, Any] = {"k": {"b": 1}}
    target: dict[str, Any] = {}
    assert merge(target, source) is target
    target["k"]["c"] = 2
    assert source == {"k": {"b": 1, "c": 2}}


def test_structs_only_merge_with_structs() -> None:
    with pytest.raises(FunctionError, match=r"^reflect: call of reflect.Value.Field on map Value$"):
        merge({"a": Certificate("c", "k")}, {"a": {"Cert": "x"}})
    target = {"a": Certificate("c", "k")}
    merge(target, {"a": Certificate("d", "l")})
    assert target["a"].cert == "c"
    merge_overwrite(target, {"a": Certificate("d", "l")})
    assert target["a"].cert == "d"


def test_errors_of_must_are_swallowed_without() -> None:
    from hivehelm.golang.semver import parse

    assert merge({"a": parse("1")}, {"a": {}}) == ""


def test_bytes_are_a_slice() -> None:
    assert merge({"a": b""}, {"a": b"x"}) == {"a": b"x"}
    assert merge({"a": b"y"}, {"a": b"x"}) == {"a": b"y"}


def test_typed_maps_take_their_own_type() -> None:
    assert merge({"a": StringMap(x="1")}, {"a": StringMap(y="2")}) == {"a": {"x": "1", "y": "2"}}
