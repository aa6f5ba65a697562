"""Which Python function stands behind each Go template function: name → (module, attribute).

Modules are named without their package, `hivehelm.gotemplate.functions`. Nothing is imported until a
template calls the function.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

BUILTINS: dict[str, tuple[str, str]] = {
    "and": ("builtins", "and_"),
    "call": ("builtins", "call"),
    "eq": ("builtins", "eq"),
    "ge": ("builtins", "ge"),
    "gt": ("builtins", "gt"),
    "html": ("builtins", "html"),
    "index": ("builtins", "index"),
    "js": ("builtins", "js"),
    "le": ("builtins", "le"),
    "len": ("builtins", "length"),
    "lt": ("builtins", "lt"),
    "ne": ("builtins", "ne"),
    "not": ("builtins", "not_"),
    "or": ("builtins", "or_"),
    "print": ("builtins", "print_"),
    "printf": ("builtins", "printf"),
    "println": ("builtins", "println"),
    "slice": ("builtins", "slice_"),
    "urlquery": ("builtins", "urlquery"),
}

SPRIG: dict[str, tuple[str, str]] = {}


def resolve(target: tuple[str, str]) -> Callable[..., Any]:
    """Import the function behind a table entry."""
    from importlib import import_module

    found: Callable[..., Any] = getattr(
        import_module(f"hivehelm.gotemplate.functions.{target[0]}"), target[1]
    )
    return found
