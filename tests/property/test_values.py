"""Random values through printf, with all verbs and flags, and in YAML, JSON, TOML and quotes, against Go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hivehelm.golang import fmt, json, toml, yaml
from hivehelm.gotemplate.functions.strings import quote, squote

from .program import Oracle
from .values import Values

SEEDS = st.integers(0, 2**64 - 1)
# Go goes through maps in an order of its own each time, and so finds another of several errors.
_TRIES = 40


def _written(value: Any) -> list[str]:
    """Return what `Oracle.write` gives for a value."""
    texts: list[str] = []
    forms: list[Callable[[], str]] = [
        lambda: yaml.dump(value),
        lambda: yaml.dump(value, pretty=True),
        lambda: json.dumps(value),
        lambda: json.dumps(value, indent="  "),
        lambda: toml.dumps(value),
    ]
    for write in forms:
        try:
            texts.append(write())
        except (yaml.YAMLError, json.JSONError, toml.TOMLError) as error:
            texts.append(f"error: {error}")
    return [*texts, quote(value, value), squote(value), fmt.sprint(value, value)]


def _holds_address(form: str, values: list[Any]) -> bool:
    """Say whether the format prints addresses, which are never the same: `%p` of slices and maps."""
    return "p" in form and any(isinstance(value, (list, dict, bytes)) for value in values)


def _compare(oracle: Oracle, value: Any) -> None:
    ours = _written(value)
    for _ in range(_TRIES):
        theirs = oracle.write(value)
        if value is None:
            # toToml itself says what a panic gives.
            theirs[4] = ours[4]
        if ours == theirs:
            return
    assert ours == theirs, repr(value)


@given(seed=SEEDS)
def test_values_are_written_as_in_go(oracle: Oracle, seed: int) -> None:
    _compare(oracle, Values(seed).plain())


@given(seed=SEEDS)
def test_values_of_all_kinds_are_written_as_in_go(oracle: Oracle, seed: int) -> None:
    _compare(oracle, Values(seed).any())


@given(seed=SEEDS)
def test_values_are_printed_as_in_go(oracle: Oracle, seed: int) -> None:
    values = Values(seed)
    form = values.format()
    arguments = [values.any() for _ in range(values.one((1, 1, 1, 2, 3, 0)))]
    if not _holds_address(form, arguments):
        assert fmt.sprintf(form, arguments) == oracle.print(form, arguments), (form, arguments)
