"""What a token is to allow: `repository:NAME:pull,push` (oras-go's `registry/remote/auth/scope.go`)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PULL = ("pull",)
PUSH = ("pull", "push")
DELETE = ("delete",)


def repository(name: str, actions: Iterable[str]) -> str:
    """Return the scope of some actions in a repository."""
    return f"repository:{name}:{','.join(sorted(set(actions)))}"


def clean(scopes: Iterable[str]) -> list[str]:
    """Return scopes in order, those of one resource merged; what allows nothing is left out."""
    kept: set[str] = set()
    merged: dict[str, set[str]] = {}
    for scope in scopes:
        resource, colon, actions = scope.rpartition(":")
        if not colon or ":" not in resource:
            if scope:
                kept.add(scope)
            continue
        merged.setdefault(resource, set()).update(action for action in actions.split(",") if action)
    for resource, found in merged.items():
        if found:
            kept.add(f"{resource}:{'*' if '*' in found else ','.join(sorted(found))}")
    return sorted(kept)
