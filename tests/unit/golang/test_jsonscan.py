"""The reader in C gives what the package around it gives, and fails where that does."""

from __future__ import annotations

import builtins
import json
from typing import Any

import pytest

from hivehelm.golang import jsonscan

TEXTS = [
    *("{}", " [1, -2.5e3, true, null] ", '{"a": {"b": ["\\u00e4\\ud83d\\ude00"]}, "a": 2}', '"x"\n', "\t0"),
    *("", " ", "{", "[1,]", "nul", '"\n"', "1 2", "\ufeff{}", "{} x", "\x0b1", "NaN", "[Infinity]", "01"),
]


def _refuse(name: str) -> float:
    raise ValueError(name)


def _fails(text: str) -> bool:
    try:
        jsonscan.whole(text, str, _refuse)
    except ValueError:
        return True
    return False


def _by_package(text: str) -> Any:
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_as_the_package(text: str) -> None:
    try:
        expected = _by_package(text)
    except ValueError:
        assert _fails(text)
        return
    assert jsonscan.whole(text, str, _refuse) == expected
    begin = len(text) - len(text.lstrip())
    assert jsonscan.first(f"{text} more", begin, str, _refuse)[0] == expected


def test_where_there_is_no_reader_in_c_the_package_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    there = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "_json":
            raise ImportError(name)
        return there(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert jsonscan.whole(' {"a": [1, 2.0]}', str, _refuse) == {"a": ["1", "2.0"]}
    with pytest.raises(ValueError, match=r"^no JSON$"):
        jsonscan.whole(" ", str, _refuse)
