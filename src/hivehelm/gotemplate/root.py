"""What fields are asked of: a variable, or the cursor."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Root:
    """A variable or the cursor in the generated code.

    `load` is the name of a local, or the slot of a variable in code that is split. With `interface`, it is
    an element of what the local `kept` holds, and its nil is an interface's; with `guard`, it may be Go's
    invalid value, whose fields are invalid, too. With `held`, it is an element if that local is true.
    """

    __slots__ = ("guard", "held", "interface", "kept", "load")

    def __init__(
        self,
        load: str | int,
        *,
        guard: bool = True,
        interface: bool = False,
        kept: str = "",
        held: str = "",
    ) -> None:
        self.load = load
        self.guard = guard and not interface
        self.interface = interface
        self.kept = kept
        self.held = held

    def is_element(self, variables: Mapping[str, object]) -> bool:
        """Tell whether it is an element, in code that has come to these locals."""
        return self.interface or bool(self.held and variables.get(self.held))
