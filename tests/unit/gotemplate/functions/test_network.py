from __future__ import annotations

import pytest

from hivehelm.gotemplate.functions.network import get_host_by_name, resolving
from hivehelm.gotemplate.functions.signature import FunctionError


def test_names_resolve_to_nothing_by_themselves() -> None:
    assert get_host_by_name("localhost") == ""


def test_a_resolver_is_asked() -> None:
    asked = []

    def lookup(name: str) -> list[str]:
        asked.append(name)
        return ["192.0.2.1"]

    assert resolving(lookup)("host") == "192.0.2.1"
    assert asked == ["host"]


def test_no_address_is_an_error() -> None:
    with pytest.raises(FunctionError, match=r"^invalid argument to Intn$"):
        resolving(lambda name: [])("host")
