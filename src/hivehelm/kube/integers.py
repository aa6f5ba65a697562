"""Numbers as apimachinery's JSON reads them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def integers(value: Any) -> Any:
    """Return `value` as it is once it has been through JSON: floats that are whole are integers.

    sigs.k8s.io/yaml reads every number as float64; apimachinery's JSON makes int64 of those that are whole.
    The result shares no map or list with `value`.
    """
    kind = value.__class__
    if kind is dict:
        return {key: integers(item) for key, item in value.items()}
    if kind is list:
        return [integers(item) for item in value]
    if kind is float and value.is_integer() and abs(value) < 1e21:
        return int(value)
    return value
