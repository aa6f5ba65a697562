from __future__ import annotations

import pytest
from tests.cases.samples import wrong

from hivehelm.golang.constraint import Constraint
from hivehelm.golang.semver import VersionError, parse


def check(text: str, version: str) -> bool:
    return Constraint(text).check(parse(version))


def test_samples_from_go() -> None:
    assert wrong("constraints", lambda _name: check) == []


def test_a_constraint_prints_its_conditions() -> None:
    assert str(Constraint(">= 1.2, <2 || ~3.x")) == ">=1.2 <2 || ~3.x"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1" * 513, "constraint string is too long (max 512 bytes)"),
        ("||".join("1" * 33), "too many constraint groups (max 32)"),
    ],
)
def test_constraints_are_bounded(text: str, message: str) -> None:
    with pytest.raises(VersionError) as caught:
        Constraint(text)
    assert str(caught.value) == message
