"""JSON merge patches (RFC 7386), for objects of unknown types (evanphx/json-patch, jsonmergepatch)."""

from __future__ import annotations

from hivehelm.kube.errors import PatchError
from hivehelm.kube.integers import integers
from hivehelm.kube.patch.json_types import same, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Map = dict[str, Any]


def two_way(old: Map, new: Map) -> Map:
    """Return the patch that makes `old` into `new` (jsonpatch's `CreateMergePatch`), sharing their values."""
    patch: Map = {}
    for key, value in new.items():
        before = old.get(key)
        if key in old and value.__class__ is dict and before.__class__ is dict:
            if found := two_way(before, value):
                patch[key] = found
        elif key not in old or not same(before, value):
            patch[key] = value
    patch.update((key, None) for key in old if key not in new)
    return patch


def three_way(original: Map, modified: Map, current: Map) -> Map:
    """Return the patch that brings an object to what is wanted and leaves what others have added.

    As `CreateThreeWayJSONMergePatch` with kubectl's preconditions: apiVersion, kind and name stay.

    Raises:
        PatchError: one of them would change.
    """
    original, modified, current = integers(original), integers(modified), integers(current)
    changes = _without_nulls(two_way(current, modified))
    deletions = _only_nulls(two_way(original, modified))
    # The two never contradict each other: what is deleted is not in `modified`, from which changes are.
    patch = _merged(deletions, changes)
    metadata = patch.get("metadata")
    if "apiVersion" in patch or "kind" in patch or (isinstance(metadata, dict) and "name" in metadata):
        raise PatchError(f"precondition failed for: {text(patch)}")
    return patch


def _without_nulls(patch: Map) -> Map:
    kept: Map = {}
    for key, value in patch.items():
        if value.__class__ is dict and value:
            if inner := _without_nulls(value):
                kept[key] = inner
        elif value is not None:
            kept[key] = value
    return kept


def _only_nulls(patch: Map) -> Map:
    kept: Map = {}
    for key, value in patch.items():
        if value is None:
            kept[key] = None
        elif value.__class__ is dict and (inner := _only_nulls(value)):
            kept[key] = inner
    return kept


def _merged(patch: Map, more: Map) -> Map:
    """Return a patch with what another sets; nulls within what is new to it go (RFC 7386)."""
    for key, value in more.items():
        held = patch.get(key)
        if held.__class__ is dict and value.__class__ is dict:
            _merged(held, value)
        else:
            patch[key] = _pruned(value)
    return patch


def _pruned(value: Any) -> Any:
    if value.__class__ is dict:
        return {key: _pruned(item) for key, item in value.items() if item is not None}
    if value.__class__ is list:
        return [_pruned(item) for item in value]
    return value
