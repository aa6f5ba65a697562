from __future__ import annotations

import pytest

from hivehelm.release.labels import key_faults, of, users, value_faults
from hivehelm.release.model import Info, Release


def test_helms_own_labels_win_over_the_users() -> None:
    release = Release(name="web", version=3, info=Info(status="failed"), labels={"team": "a", "name": "x"})
    assert of(release) == {"team": "a", "name": "web", "owner": "helm", "status": "failed", "version": "3"}


def test_the_users_labels_are_what_is_left() -> None:
    assert users({"name": "a", "createdAt": "1", "modifiedAt": "2", "team": "b"}) == {"team": "b"}


@pytest.mark.parametrize("value", ["", "a", "a-b_c.d", "x" * 63])
def test_label_values_that_pass(value: str) -> None:
    assert value_faults(value) == []


def test_a_bad_label_value_breaks_each_rule_on_its_own() -> None:
    assert value_faults("x" * 64) == ["must be no more than 63 bytes"]
    [fault] = value_faults("-a")
    assert fault.startswith("a valid label must be an empty string or consist of alphanumeric characters")


@pytest.mark.parametrize("key", ["a", "a.b/c_d", "x" * 63])
def test_label_keys_that_pass(key: str) -> None:
    assert key_faults(key) == []


@pytest.mark.parametrize(
    ("key", "starts"),
    [
        ("", ["name part must be non-empty", "name part must consist of"]),
        ("/a", ["prefix part must be non-empty"]),
        ("UP/a", ["prefix part a lowercase RFC 1123 subdomain"]),
        ("a/b/c", ["a valid label key must consist of"]),
        ("x" * 64, ["name part must be no more than 63 bytes"]),
    ],
)
def test_label_keys_that_fail(key: str, starts: list[str]) -> None:
    faults = key_faults(key)
    assert len(faults) == len(starts)
    for fault, start in zip(faults, starts, strict=True):
        assert fault.startswith(start)
