from __future__ import annotations

from hivehelm.sources.oci import scopes


def test_scopes_of_repositories() -> None:
    assert scopes.repository("a/b", scopes.PULL) == "repository:a/b:pull"
    assert scopes.repository("a", ("push", "pull", "push")) == "repository:a:pull,push"


def test_scopes_of_one_resource_are_merged() -> None:
    given = [
        "repository:b:push",
        "repository:a:pull",
        "repository:b:pull",
        "odd",
        "a:b",
        "",
        "repository:c:",
        "x:y:,",
    ]
    assert scopes.clean(given) == ["a:b", "odd", "repository:a:pull", "repository:b:pull,push"]
    assert scopes.clean(["registry:catalog:*", "registry:catalog:x"]) == ["registry:catalog:*"]
    assert scopes.clean([]) == []
