"""What differs between manifests."""

from __future__ import annotations

import pytest

from hivehelm.actions.diff import Change, NothingToCompareError, diff
from hivehelm.golang.yaml import YAMLError

CONFIG = """---
# Source: a/templates/c.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: c
data:
  a: "1"
"""
HIDDEN_OBJECT = """---
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {password: aHVudGVyMg==, user: Ym9i}
stringData: {token: t0ken}
"""


def changes(old: str, new: str, **how: bool) -> list[Change]:
    return diff(old, new, "ns", **how)


def test_nothing_differs() -> None:
    same = CONFIG.replace("# Source", "# Other").replace('"1"', "'1'")
    assert changes(CONFIG, same) == []
    assert changes("", "---\n# nothing\n") == []


def test_what_changed_is_shown_in_its_place() -> None:
    (found,) = changes(CONFIG, CONFIG.replace('"1"', '"2"'))
    assert (found.change, found.api_version, found.kind, found.namespace, found.name) == (
        "changed",
        "v1",
        "ConfigMap",
        "ns",
        "c",
    )
    assert found.diff == (
        "@@ -1,6 +1,6 @@\n apiVersion: v1\n data:\n"
        '-  a: "1"\n+  a: "2"\n kind: ConfigMap\n metadata:\n   name: c\n'
    )


def test_what_comes_and_what_goes() -> None:
    other = CONFIG.replace("name: c", "name: d")
    found = changes(CONFIG, other)
    assert [(one.name, one.change) for one in found] == [("d", "added"), ("c", "removed")]
    assert found[0].diff.startswith("@@ -0,0 +1,6 @@\n+apiVersion: v1\n")


def test_a_newer_version_is_the_same_object_and_another_group_is_not() -> None:
    old = "apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: d, namespace: ns}\n"
    (found,) = changes(old, old.replace("v1beta1", "v1"))
    assert (found.change, found.api_version) == ("changed", "apps/v1")
    assert len(changes(old, old.replace("apps/", "other/"))) == 2


def test_lists_are_taken_apart() -> None:
    item = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: '1'}}"
    assert changes(CONFIG, f"apiVersion: v1\nkind: List\nitems: [{item}]\n") == []


def test_secrets_are_hidden_but_that_they_changed() -> None:
    (found,) = changes(HIDDEN_OBJECT, HIDDEN_OBJECT.replace("aHVudGVyMg==", "b3RoZXI="))
    for word in ("aHVudGVyMg", "b3RoZXI", "Ym9i", "t0ken"):
        assert word not in found.diff
    assert "-  password: ******** (changed)" in found.diff or "password: '******** (changed)'" in found.diff
    (added,) = changes("", HIDDEN_OBJECT)
    assert "Ym9i" not in added.diff
    (shown,) = changes(HIDDEN_OBJECT, HIDDEN_OBJECT.replace("aHVudGVyMg==", "b3RoZXI="), secrets=True)
    assert "aHVudGVyMg==" in shown.diff


def test_broken_secrets_are_hidden_too() -> None:
    (found,) = changes("", "kind: Secret\nmetadata: {name: s}\ndata: hunter2\n")
    assert "hunter2" not in found.diff
    (became,) = changes(
        "kind: ConfigMap\nmetadata: {name: s}\n", "kind: ConfigMap\nmetadata: {name: s}\ndata: {a: b}\n"
    )
    assert "a: b" in became.diff


def test_what_has_no_name_is_compared_all_the_same() -> None:
    assert [one.change for one in changes("", "a: 1\n---\nkind: X\nmetadata: none\n---\n- 1\n")] == [
        "added",
        "added",
    ]


def test_what_is_huge_is_only_told_of() -> None:
    lines = "".join(f"  k{number}: v\n" for number in range(20_001))
    (found,) = changes("", CONFIG + lines)
    assert found.diff.endswith("too large to be shown\n")


def test_what_cannot_be_read() -> None:
    with pytest.raises(YAMLError):
        changes("", "a: [")


def test_one_revision_cannot_be_compared() -> None:
    assert str(NothingToCompareError("web")) == (
        "release web has only one revision: there is nothing to compare it with"
    )
