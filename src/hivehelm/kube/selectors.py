"""Label selectors: from an object's `spec.selector` to the text that a request takes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_OPERATORS = {"In": "in", "NotIn": "notin"}


def selector_text(selector: Mapping[str, Any]) -> str:
    """Return `matchLabels` and `matchExpressions` as a `labelSelector` (metav1.LabelSelectorAsSelector).

    The empty text selects everything.
    """
    parts = [f"{name}={value}" for name, value in (selector.get("matchLabels") or {}).items()]
    for expression in selector.get("matchExpressions") or ():
        name, operator = expression.get("key", ""), expression.get("operator")
        if operator in _OPERATORS:
            values = ",".join(sorted(expression.get("values") or ()))
            parts.append(f"{name} {_OPERATORS[operator]} ({values})")
        elif operator == "Exists":
            parts.append(name)
        elif operator == "DoesNotExist":
            parts.append(f"!{name}")
    return ",".join(sorted(parts))
