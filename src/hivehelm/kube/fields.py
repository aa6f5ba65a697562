"""Fields of objects that may hold anything, as kstatus reads them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Object = Mapping[str, Any]


def group(obj: Object) -> str:
    """Return the group of an object's kind, "" for the core group."""
    name, slash, _ = str(obj.get("apiVersion") or "").partition("/")
    return name if slash else ""


def field(obj: Object, path: str) -> Any:
    """Return the value at a path like `spec.replicas`, None where there is none."""
    value: Any = obj
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(obj: Object, path: str) -> str:
    """Return the text at a path; "" where there is anything else."""
    value = field(obj, path)
    return value if isinstance(value, str) else ""


def number(obj: Object, path: str, default: int) -> int:
    """Return the whole number at a path; `default` where there is anything else."""
    value = field(obj, path)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def conditions(obj: Object) -> list[dict[str, Any]]:
    """Return an object's conditions; their fields are texts.

    Raises:
        ValueError: the object's status, or its conditions, are of no such shape (apimachinery's
            `FromUnstructured`).
    """
    status = obj.get("status")
    if status is None:
        return []
    found = status.get("conditions") if isinstance(status, dict) else status
    if found is None:
        return []
    if not isinstance(found, list) or not all(map(_is_condition, found)):
        raise ValueError("conditions of another shape")
    return [one or {} for one in found]


def _is_condition(value: Any) -> bool:
    if not isinstance(value, dict):
        return value is None
    return all(isinstance(value.get(name) or "", str) for name in ("type", "status", "reason", "message"))
