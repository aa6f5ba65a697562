"""What a template function takes, in Go's words, and the checks that text/template makes when it is called.

The rules are `evalCall`, `evalArg` and `validateType` of text/template's exec.go.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.fastpaths import FAST
from hivehelm.golang.kinds import NamedMap, type_name
from hivehelm.golang.views import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])


class FunctionError(HivehelmError):
    """What a Go function returns as its error, or panics with; the caller adds `error calling NAME: `.

    `cause` is the error that it wraps, where Go's function wraps one.
    """

    def __init__(self, message: str, cause: Exception | None = None) -> None:
        super().__init__(message)
        self.cause = cause


class CallError(HivehelmError):
    """A call that text/template refuses before the function runs.

    `argument` is the position of the refused argument, None where the number of them is wrong. `nil` marks
    a refusal of nil whose wording depends on where the nil came from; `expected` is the parameter's type.
    """

    def __init__(
        self, message: str, argument: int | None = None, *, nil: bool = False, expected: str = ""
    ) -> None:
        super().__init__(message)
        self.argument = argument
        self.nil = nil
        self.expected = expected


class Signature:
    """The parameters of a Go function.

    `kinds` are reflect's names of the parameter types; of a variadic function the last is its element type.
    """

    __slots__ = ("kinds", "variadic")

    def __init__(self, kinds: tuple[str, ...], *, variadic: bool) -> None:
        self.kinds = kinds
        self.variadic = variadic

    def kind(self, position: int) -> str:
        """Return the type of the argument at `position`."""
        return self.kinds[position] if position < len(self.kinds) else self.kinds[-1]


def go(parameters: str) -> Callable[[Function], Function]:
    """Say which parameters the decorated function has in Go: `@go("string, ...any")`.

    Types are written as in Go source (`any`, `[]any`, `map[string]any`, `[]byte`, `reflect.Value`,
    `time.Time`, …). The function takes its arguments by position and gets values of just these types; nil
    reaches it as None where the type can be nil. It raises `FunctionError` for what Go returns as an error.
    """

    def mark(function: Function) -> Function:
        function.go_parameters = parameters  # type: ignore[attr-defined]
        return function

    return mark


_SIGNATURES: dict[str, Signature] = {}


def signature(function: Callable[..., Any]) -> Signature:
    """Return the signature that `go` declared; without one, every parameter is `any`."""
    text = getattr(function, "go_parameters", None)
    if text is None:
        code = getattr(function, "__code__", None)
        if code is None:
            return Signature(("interface {}",), variadic=True)
        bound = getattr(function, "__self__", None) is not None
        fixed = code.co_argcount - bound
        variadic = bool(code.co_flags & 0x04)
        return Signature(("interface {}",) * (fixed + variadic), variadic=variadic)
    if (known := _SIGNATURES.get(text)) is None:
        known = _SIGNATURES[text] = _parse(text)
    return known


def _parse(text: str) -> Signature:
    names = [name.strip() for name in text.split(",")] if text.strip() else []
    variadic = bool(names) and names[-1].startswith("...")
    if variadic:
        names[-1] = names[-1][3:]
    return Signature(tuple(map(_reflected, names)), variadic=variadic)


def _reflected(name: str) -> str:
    for prefix in ("[]", "map[string]"):
        if name.startswith(prefix):
            return prefix + _reflected(name[len(prefix) :])
    return {"any": "interface {}", "byte": "uint8", "rune": "int32"}.get(name, name)


ANYTHING = frozenset(("interface {}", "reflect.Value"))

# The Python class that needs no further look; other values go through `_assign`.
_EXACT: dict[str, type] = {
    "string": str,
    "bool": bool,
    "int": int,
    "float64": float,
    "[]uint8": bytes,
    "[]interface {}": list,
    "map[string]interface {}": dict,
}

_INTEGERS = frozenset(f"{sign}int{bits}" for sign in ("", "u") for bits in ("", 8, 16, 32, 64))


def can_be_nil(kind: str) -> bool:
    """Tell whether nil can be given to a parameter of this type."""
    return kind in ANYTHING or kind in ("error", "io.Writer") or kind.startswith(("[]", "map[", "*", "func("))


def _assign(kind: str, position: int, value: Any, *, interface: bool) -> Any:
    """Return `value` as a `kind`, as validateType does; `interface` says that nil would be an interface's."""
    if value is None:
        if can_be_nil(kind) and not (interface and _found_nil(position)):
            return None
        got = f"wrong type for value; expected {kind}; got interface {{}}"
        raise CallError(
            got if interface else f"invalid value; expected {kind}", position, nil=True, expected=kind
        )
    actual = type_name(value)
    if actual == kind or (actual[:1] == "*" and actual[1:] == kind):
        return value
    if kind == "map[string]interface {}" and isinstance(value, NamedMap):
        # The function gets the map itself, under its plain type.
        return value.plain() if isinstance(value, View) else value
    if kind == "error" and isinstance(value, Exception):
        return value
    raise CallError(f"wrong type for value; expected {kind}; got {actual}", position, expected=kind)


def _found_nil(position: int) -> bool:
    """Tell whether the nil that the running call's argument gave was found in a map or a list.

    Fields of Go's invalid value are invalid, too: they may stand for a nil map.
    """
    import sys

    from hivehelm.gotemplate.diagnose import found_nil

    return found_nil(sys._getframe(), position)


def _literal(kind: str, position: int, value: Any) -> Any:
    """Return a literal of the template as a `kind`, as evalArg does."""
    if value is None:
        if can_be_nil(kind):
            return None
        raise CallError(f"cannot assign nil to {kind}", position, expected=kind)
    if (convert := integer(kind)) is not None:
        unsigned = kind[0] == "u"
        number = value
        if value.__class__ is complex and value.imag == 0:
            number = value.real
        if number.__class__ is float and number.is_integer():
            number = int(number)
        fits = (0, (1 << 64) - 1) if unsigned else (-(1 << 63), (1 << 63) - 1)
        if number.__class__ is int and fits[0] <= number <= fits[1]:
            return convert(number)
        raise CallError(f"expected {'unsigned ' if unsigned else ''}integer; found ", position, expected=kind)
    if kind in ("float64", "float32"):
        if value.__class__ is complex and value.imag == 0:
            value = value.real
        if value.__class__ in (int, float):
            return float(value)
        raise CallError("expected float; found ", position, expected=kind)
    if kind in ("string", "bool"):
        if value.__class__ is _EXACT[kind]:
            return value
        raise CallError(f"expected {kind}; found ", position, expected=kind)
    raise CallError("can't handle ", position, expected=kind)


def _overflowing(position: int) -> Any:
    raise CallError(" overflows int", position)


def integer(kind: str) -> Callable[[int], int] | None:
    """Return the conversion to an integer type, which cuts off bits; None for other types."""
    if kind not in _INTEGERS:
        return None
    from hivehelm.golang import kinds

    if kind == "int":
        return lambda number: int(kinds.Int64.wrap(number))
    wrap: Callable[[int], int] = getattr(kinds, kind.capitalize()).wrap
    return wrap


def check_count(name: str, declared: Signature, given: int, *, piped: bool) -> None:
    """Raise `CallError` unless `given` arguments (with the piped one) can be passed."""
    if declared.variadic:
        if given < len(declared.kinds) - 1:
            want = len(declared.kinds) - 1
            raise CallError(f"wrong number of args for {name}: want at least {want} got {given - piped}")
    elif given != len(declared.kinds):
        raise CallError(f"wrong number of args for {name}: want {len(declared.kinds)} got {given}")


def bind(name: str, function: Callable[..., Any], shape: str) -> Callable[..., Any]:
    """Return `function` with the checks that a call of this shape needs, and no others.

    `shape` has a character for each argument: `s` a string literal, `b` a boolean one, `#` a number,
    `u` an integer beyond Go's int, `n` nil, `f` a value whose nil would be an interface's (fields and
    range elements), `.` any other, `|` the value piped in, which is last, and `^` one that was evaluated
    before the call.

    Raises:
        CallError: the number of arguments is wrong. The callable raises it for an argument of a wrong type,
            and for the number where a piped value comes with the call: Go evaluates that first.
    """
    declared = signature(function)
    count = len(shape)
    try:
        check_count(name, declared, count, piped=shape[-1:] in ("|", "^"))
    except CallError as error:
        if shape[-1:] == "|":
            return _refusing(str(error))
        raise
    checks = [
        (position, *check)
        for position, letter in enumerate(shape)
        if (check := _check(declared.kind(position), position, letter)) is not None
    ]
    if not checks:
        return function
    if len(checks) == 1 and FAST:
        return _with_one(function, count, *checks[0])
    if count == 2 and FAST:
        return _with_both(function, checks[0][1:], checks[1][1:])
    return _with_many(function, checks)


def _refusing(message: str) -> Callable[..., Any]:
    def refuse(*given: Any) -> Any:
        raise CallError(message)

    return refuse


def _check(kind: str, position: int, letter: str) -> tuple[type | None, Callable[[Any], Any]] | None:
    """Return the class that passes and what is done with values of other classes; None: nothing to check."""
    if letter in "sb#un":
        if letter == "u" and kind in ANYTHING:
            return None, lambda value: _overflowing(position)
        if kind in ANYTHING or (letter, kind) in (("s", "string"), ("b", "bool")):
            return None
        exact = int if (letter, kind) == ("#", "int") else None
        return exact, lambda value: _literal(kind, position, value)
    if kind in ANYTHING:
        return None
    interface = letter == "f"
    return _EXACT.get(kind) if FAST else None, lambda value: _assign(
        kind, position, value, interface=interface
    )


def check(kind: str, position: int, letter: str, value: Any) -> Any:
    """Return an argument as a parameter of type `kind` takes it; `letter` is its in the call's shape.

    Raises:
        CallError: it does not.
    """
    found = _check(kind, position, letter)
    return value if found is None or value.__class__ is found[0] else found[1](value)


def _with_one(
    function: Callable[..., Any], count: int, position: int, exact: type | None, convert: Callable[[Any], Any]
) -> Callable[..., Any]:
    # Spelt out, since `*args` costs as much as the check, and calls through it nest on the C stack in 3.11.
    if count == 1:
        return lambda a: function(a if a.__class__ is exact else convert(a))
    if count == 2 and position == 0:
        return lambda a, b: function(a if a.__class__ is exact else convert(a), b)
    if count == 2:
        return lambda a, b: function(a, b if b.__class__ is exact else convert(b))
    if count == 3 and position == 2:
        return lambda a, b, c: function(a, b, c if c.__class__ is exact else convert(c))
    return _with_many(function, [(position, exact, convert)])


def _with_both(
    function: Callable[..., Any],
    first: tuple[type | None, Callable[[Any], Any]],
    second: tuple[type | None, Callable[[Any], Any]],
) -> Callable[..., Any]:
    exact_a, convert_a = first
    exact_b, convert_b = second
    return lambda a, b: function(
        a if a.__class__ is exact_a else convert_a(a), b if b.__class__ is exact_b else convert_b(b)
    )


def _with_many(
    function: Callable[..., Any], checks: list[tuple[int, type | None, Callable[[Any], Any]]]
) -> Callable[..., Any]:
    def call(*given: Any) -> Any:
        arguments = list(given)
        for position, exact, convert in checks:
            value = arguments[position]
            if value.__class__ is not exact:
                arguments[position] = convert(value)
        return function(*arguments)

    return call
