"""What a method of a Go struct takes, for the template engine's checks."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Method = TypeVar("Method", bound=Callable[..., Any])


def takes(parameters: str) -> Callable[[Method], Method]:
    """Say which parameters the decorated method has in Go, without its receiver: `@takes("string, ...any")`.

    Types are written as in Go source. The engine hands over values of just these types.
    """

    def mark(method: Method) -> Method:
        method.go_parameters = parameters  # type: ignore[attr-defined]
        return method

    return mark
