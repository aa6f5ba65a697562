"""What fields are asked of: a variable, or the cursor."""

from __future__ import annotations


class Root:
    """A variable or the cursor in the generated code.

    `load` is the name of a local, or the slot of a variable in code that is split. With `interface`, it is
    an element of what `kept` holds, and its nil is an interface's; with `guard`, it may be Go's invalid
    value, whose fields are invalid, too. A variable with `held` is now the one, now the other: `held` has
    what it is an element of, in a tuple, which is empty where it is none.
    """

    __slots__ = ("guard", "held", "interface", "kept", "load")

    def __init__(
        self,
        load: str | int,
        *,
        guard: bool = True,
        interface: bool = False,
        kept: str | int = "",
        held: str | int = "",
    ) -> None:
        self.load = load
        self.guard = guard and not interface
        self.interface = interface
        self.kept = kept
        self.held = held
