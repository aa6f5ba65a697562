"""Python syntax, node by node.

A place is the position attributes of a node. Building nodes is most of what compiling costs, and filling
their dict is the fastest way to give them places.
"""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Place: TypeAlias = dict[str, int]

_LOAD = ast.Load()
_STORE = ast.Store()
_IS = ast.Is()


def place(line: int, column: int, end: int) -> Place:
    """Return the position of something on one line."""
    return {"lineno": line, "col_offset": column, "end_lineno": line, "end_col_offset": end}


def name(identifier: str, at: Place) -> ast.expr:
    """`identifier`."""
    node = ast.Name(identifier, _LOAD)
    node.__dict__.update(at)
    return node


def target(identifier: str, at: Place) -> ast.Name:
    """`identifier`, to be assigned to."""
    node = ast.Name(identifier, _STORE)
    node.__dict__.update(at)
    return node


def constant(value: Any, at: Place) -> ast.expr:
    """A literal."""
    node = ast.Constant(value)
    node.__dict__.update(at)
    return node


def call(function: ast.expr, arguments: list[ast.expr], at: Place) -> ast.expr:
    """`function(*arguments)`."""
    node = ast.Call(function, arguments, [])
    node.__dict__.update(at)
    return node


def attribute(value: ast.expr, attr: str, at: Place) -> ast.expr:
    """`value.attr`."""
    node = ast.Attribute(value, attr, _LOAD)
    node.__dict__.update(at)
    return node


def item(value: ast.expr, key: ast.expr, at: Place, *, assigned: bool = False) -> ast.expr:
    """`value[key]`."""
    node = ast.Subscript(value, key, _STORE if assigned else _LOAD)
    node.__dict__.update(at)
    return node


def pair(first: ast.expr, second: ast.expr, at: Place, *, assigned: bool = False) -> ast.expr:
    """`(first, second)`."""
    node = ast.Tuple([first, second], _STORE if assigned else _LOAD)
    node.__dict__.update(at)
    return node


def walrus(identifier: str, value: ast.expr, at: Place) -> ast.expr:
    """`identifier := value`."""
    node = ast.NamedExpr(target(identifier, at), value)
    node.__dict__.update(at)
    return node


def is_none(value: ast.expr, at: Place) -> ast.expr:
    """`value is None`."""
    node = ast.Compare(value, [_IS], [constant(None, at)])
    node.__dict__.update(at)
    return node


def equals(value: ast.expr, other: ast.expr, at: Place) -> ast.expr:
    """`value == other`."""
    node = ast.Compare(value, [ast.Eq()], [other])
    node.__dict__.update(at)
    return node


def choice(test: ast.expr, body: ast.expr, otherwise: ast.expr, at: Place) -> ast.expr:
    """`body if test else otherwise`."""
    node = ast.IfExp(test, body, otherwise)
    node.__dict__.update(at)
    return node


def boolean(operator: ast.boolop, values: list[ast.expr], at: Place) -> ast.expr:
    """`values[0] and values[1] …`, or the same with or."""
    node = ast.BoolOp(operator, values)
    node.__dict__.update(at)
    return node


def negation(value: ast.expr, at: Place) -> ast.expr:
    """`not value`."""
    node = ast.UnaryOp(ast.Not(), value)
    node.__dict__.update(at)
    return node


def after(head: ast.expr | None, value: ast.expr, at: Place) -> ast.expr:
    """`value`, evaluated after `head`: `(head, value)[1]`."""
    return value if head is None else item(pair(head, value, at), constant(1, at), at)


def do(value: ast.expr, at: Place) -> ast.stmt:
    """An expression as a statement."""
    node = ast.Expr(value)
    node.__dict__.update(at)
    return node


def assign(left: ast.expr, value: ast.expr, at: Place) -> ast.stmt:
    """`left = value`."""
    node = ast.Assign([left], value)
    node.__dict__.update(at)
    return node


def branch(test: ast.expr, body: list[ast.stmt], otherwise: list[ast.stmt], at: Place) -> ast.stmt:
    """`if test: body` and `else: otherwise`."""
    node = ast.If(test, body, otherwise)
    node.__dict__.update(at)
    return node


def loop(left: ast.expr, iterable: ast.expr, body: list[ast.stmt], at: Place) -> ast.stmt:
    """`for left in iterable: body`."""
    node = ast.For(left, iterable, body, [])
    node.__dict__.update(at)
    return node


def leave(*, breaks: bool, at: Place) -> ast.stmt:
    """`break` or `continue`."""
    node = ast.Break() if breaks else ast.Continue()
    node.__dict__.update(at)
    return node


def give(value: ast.expr, at: Place) -> ast.stmt:
    """`return value`."""
    node = ast.Return(value)
    node.__dict__.update(at)
    return node


def function(identifier: str, parameters: list[str], body: list[ast.stmt], at: Place) -> ast.stmt:
    """`def identifier(*parameters): body`."""
    more: dict[str, Any] = {"type_params": []} if "type_params" in ast.FunctionDef._fields else {}
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(arg=parameter, **at) for parameter in parameters],  # type: ignore[arg-type]
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    node = ast.FunctionDef(name=identifier, args=arguments, body=body, decorator_list=[], **more)
    node.__dict__.update(at)
    return node
