"""The parse tree of a template (text/template/parse/node.go). Positions are byte offsets.

`str()` of a node is Go's, which error messages quote.
"""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang.fmt import quote
from hivehelm.golang.unicode import SPACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias


class Node:
    """Base of all nodes; `pos` is where Go says that the node is."""

    __slots__ = ("pos",)

    def __init__(self, pos: int) -> None:
        self.pos = pos


class Text(Node):
    """Plain text."""

    __slots__ = ("text",)

    def __init__(self, pos: int, text: str) -> None:
        self.pos = pos
        self.text = text


class Pipe(Node):
    """Commands that hand their values on, with the variables that get the last value."""

    __slots__ = ("assign", "commands", "variables")

    def __init__(self, pos: int) -> None:
        self.pos = pos
        self.assign = False
        self.variables: list[Variable] = []
        self.commands: list[Command] = []

    def __str__(self) -> str:
        head = ", ".join(map(str, self.variables))
        if head:
            head += " = " if self.assign else " := "
        return head + " | ".join(map(str, self.commands))


class Command(Node):
    """An operand or a call: its words."""

    __slots__ = ("words",)

    def __init__(self, pos: int) -> None:
        self.pos = pos
        self.words: list[Operand] = []

    def __str__(self) -> str:
        return " ".join(f"({word})" if word.__class__ is Pipe else str(word) for word in self.words)


class Action(Node):
    """A pipeline whose value is written."""

    __slots__ = ("pipe",)

    def __init__(self, pos: int, pipe: Pipe) -> None:
        self.pos = pos
        self.pipe = pipe

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


class Identifier(Node):
    """The name of a function."""

    __slots__ = ("name",)

    def __init__(self, pos: int, name: str) -> None:
        self.pos = pos
        self.name = name

    def __str__(self) -> str:
        return self.name


class Field(Node):
    """Fields of dot: `.a.b`."""

    __slots__ = ("names",)

    def __init__(self, pos: int, names: list[str]) -> None:
        self.pos = pos
        self.names = names

    def __str__(self) -> str:
        return "." + ".".join(self.names)


class Variable(Node):
    """A variable and fields of it: `$x.a`; `name` has its dollar, `names` are the fields."""

    __slots__ = ("name", "names")

    def __init__(self, pos: int, name: str, names: list[str]) -> None:
        self.pos = pos
        self.name = name
        self.names = names

    def __str__(self) -> str:
        return ".".join((self.name, *self.names))


class Chain(Node):
    """Fields of a parenthesised pipeline or of a function's result: `(x).a.b`."""

    __slots__ = ("names", "operand")

    def __init__(self, pos: int, operand: Operand, names: list[str]) -> None:
        self.pos = pos
        self.operand = operand
        self.names = names

    def __str__(self) -> str:
        head = f"({self.operand})" if self.operand.__class__ is Pipe else str(self.operand)
        return ".".join((head, *self.names))


class Dot(Node):
    """The cursor."""

    __slots__ = ()

    def __str__(self) -> str:
        return "."


class Nil(Node):
    """The untyped nil."""

    __slots__ = ()

    def __str__(self) -> str:
        return "nil"


class Bool(Node):
    """A boolean constant."""

    __slots__ = ("value",)

    def __init__(self, pos: int, value: bool) -> None:
        self.pos = pos
        self.value = value

    def __str__(self) -> str:
        return "true" if self.value else "false"


class Number(Node):
    """A numeric constant as written, and its value by the rules of Go's ideal constants."""

    __slots__ = ("text", "value")

    def __init__(self, pos: int, text: str, value: complex) -> None:
        self.pos = pos
        self.text = text
        self.value = value

    def __str__(self) -> str:
        return self.text


class String(Node):
    """A string constant: as written, and its value."""

    __slots__ = ("quoted", "value")

    def __init__(self, pos: int, quoted: str, value: str) -> None:
        self.pos = pos
        self.quoted = quoted
        self.value = value

    def __str__(self) -> str:
        return self.quoted


class Branch(Node):
    """An if, with or range; `otherwise` is None without an else."""

    __slots__ = ("body", "otherwise", "pipe")

    def __init__(self, pipe: Pipe) -> None:
        self.pos = pipe.pos
        self.pipe = pipe
        self.body: list[Statement] = []
        self.otherwise: list[Statement] | None = None


class If(Branch):
    """An if."""

    __slots__ = ()


class With(Branch):
    """A with."""

    __slots__ = ()


class Range(Branch):
    """A range."""

    __slots__ = ()


class Break(Node):
    """A break."""

    __slots__ = ()


class Continue(Node):
    """A continue."""

    __slots__ = ()


class Template(Node):
    """A call of another template; `pipe` gives its dot, None stands for nil."""

    __slots__ = ("name", "pipe")

    def __init__(self, pos: int, name: str, pipe: Pipe | None) -> None:
        self.pos = pos
        self.name = name
        self.pipe = pipe

    def __str__(self) -> str:
        return f"{{{{template {quote(self.name)}{f' {self.pipe}' if self.pipe else ''}}}}}"


class Part(Node):
    """The statements of a block that may never run: a tree of its own, the source's `index`-th."""

    __slots__ = ("index", "tree")

    def __init__(self, pos: int, tree: Tree) -> None:
        self.pos = pos
        self.tree = tree
        self.index = 0


if TYPE_CHECKING:
    Operand: TypeAlias = Identifier | Field | Variable | Chain | Dot | Nil | Bool | Number | String | Pipe
    Statement: TypeAlias = Text | Action | If | With | Range | Break | Continue | Template | Part


# Trees whose blocks or expressions nest deeper are compiled into several functions.
BLOCKS, DEPTH = 12, 20


class Tree:
    """One template of a source: its main text (`name` None) or a define; or a part of one.

    `assigned` are the variables that are assigned to after their declaration, `ranged` those of them that a
    range assigns to; `depth` is how deep blocks and expressions nest at most, `parts` how deep parts do.
    `given` are the variables from outside that a part reads; None for a whole template.
    """

    __slots__ = ("assigned", "blocks", "depth", "given", "name", "parts", "ranged", "statements")

    def __init__(self, name: str | None) -> None:
        self.name = name
        self.statements: list[Statement] = []
        self.assigned: set[str] = set()
        self.ranged: set[str] = set()
        self.blocks = 0
        self.depth = 0
        self.parts = 0
        self.given: list[str] | None = None

    def deep(self) -> bool:
        """Tell whether it nests too deeply for one function; the long way is to take that for granted."""
        return not FAST or self.blocks > BLOCKS or self.depth > DEPTH

    def empty(self) -> bool:
        """Tell whether there is nothing but white space."""
        return all(node.__class__ is Text and not node.text.strip(SPACE) for node in self.statements)
