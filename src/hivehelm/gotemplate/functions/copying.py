"""Deep copies as github.com/mitchellh/copystructure v1.2.0 makes them."""

from __future__ import annotations

from hivehelm.golang.kinds import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def copy(value: Any) -> Any:
    """Return a copy of maps, lists and the exported fields of structs, all the way down, types kept."""
    kind = value.__class__
    if kind is dict:
        return {key: copy(entry) for key, entry in value.items()}
    if kind is list:
        return [copy(entry) for entry in value]
    if isinstance(value, dict):
        return kind((key, copy(entry)) for key, entry in value.items())
    if isinstance(value, list):
        return kind(copy(entry) for entry in value)
    if isinstance(value, Struct):
        return _copy_struct(value)
    return value


def _copy_struct(value: Struct) -> Any:
    if value.GO_TYPE == "time.Time":
        return value
    if value.GO_TYPE.endswith("semver.Version"):
        from hivehelm.golang.semver import VersionValue

        if isinstance(value, VersionValue):
            blank = type(value)(0, 0, 0)
            blank.original = ""
            return blank
    if not value.FIELDS:
        return value
    clone = object.__new__(type(value))
    for attribute in value.FIELDS.values():
        object.__setattr__(clone, attribute, copy(getattr(value, attribute)))
    return clone
