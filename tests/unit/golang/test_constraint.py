from __future__ import annotations

import pytest
from tests.cases.samples import wrong

from hivehelm.golang import constraint
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


def test_constraints_are_read_once_and_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(constraint, "_READ", {})
    monkeypatch.setattr(constraint, "_MAX_READ", 2)
    first = constraint.read(">1")
    assert constraint.read(">1") is first
    assert first.check(parse("2"))
    constraint.read(">2")
    constraint.read(">3")
    assert list(constraint._READ) == [">3"]
    with pytest.raises(VersionError, match="improper constraint"):
        constraint.read("!")


@pytest.mark.parametrize("text", ["1.2\t-\n1.4", " 1 -  2 || 5 - 6"])
def test_ranges(text: str) -> None:
    assert str(Constraint(text)).startswith(">=1")
