"""What compiled templates call while they run."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.fmt import default, stringer
from hivehelm.golang.kinds import Int64, NoFieldError, SizedInt, Struct, Uint8, called, kind_name, type_name
from hivehelm.gotemplate import stack
from hivehelm.gotemplate.functions.signature import bind
from hivehelm.gotemplate.stack import fresh, used

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from hivehelm.gotemplate.template import Template

MAX_DEPTH = 100_000


class RefusalError(HivehelmError):
    """The template language's own complaint; `diagnose` puts the place before it."""


class RangeRefusalError(RefusalError):
    """A value that cannot be ranged over."""


class NoEntryError(RefusalError):
    """In strict mode: a field of `receiver` that is not there."""

    def __init__(self, receiver: Any, name: str) -> None:
        super().__init__(name)
        self.receiver = receiver
        self.name = name


class NoMethodError(RefusalError):
    """`receiver` has no method of that name to give arguments to."""

    def __init__(self, receiver: Any, name: str) -> None:
        super().__init__(name)
        self.receiver = receiver
        self.name = name


class Run:
    """One execution: the templates it can call, and those that are running."""

    __slots__ = ("running", "templates")

    def __init__(self, templates: dict[str, Template], first: Template) -> None:
        self.templates = templates
        self.running = [first]

    def check(self, name: str) -> Template:
        """Return a template that can be called now.

        Raises:
            RefusalError: there is no such template, or too many are running.
        """
        template = self.templates.get(name)
        if template is None:
            from hivehelm.golang.fmt import quote

            raise RefusalError(f"template {quote(name)} not defined")
        if len(self.running) > MAX_DEPTH:
            raise RefusalError(f"exceeded maximum template depth ({MAX_DEPTH})")
        return template

    def enter(self, name: str, data: Any) -> Callable[..., Any]:
        """Return the function of a template that is called now, with that dot; raises as `check` does."""
        template = self.check(name)
        self.running.append(template)
        function = template.without_data() if data is None else template.function or template.compile()
        used.frames += template.parsed.frames
        if used.frames > stack.budget:
            return lambda *args: fresh(function, *args)
        return function

    def part(self, index: int) -> Callable[..., Any]:
        """Return the function of a part of the running template."""
        parsed = self.running[-1].parsed
        return parsed.functions.get(index) or parsed.function(index)

    def leave(self) -> None:
        """Note that the template called last is done."""
        used.frames -= self.running.pop().parsed.frames


_PLAIN = frozenset((bool, int, float, Int64))


def text(value: Any) -> str:
    """Return a value as an action prints it."""
    if value.__class__ is str:
        return value
    if value is None:
        return "<no value>"
    if value.__class__ in _PLAIN:
        return default(value)
    if isinstance(value, Struct):
        # A pointer prints as what it points to, and as its own String method says if it has one.
        if (method := getattr(value, "go_string", None)) is not None:
            return str(method())
        shown = default(value)
        return shown[1:] if type_name(value)[:1] == "*" else shown
    if kind_name(value) == "func" and stringer(value) is None:
        raise RefusalError(f"of type {type_name(value)}")
    return default(value)


def elements(value: Any) -> Iterable[Any]:
    """Return what a range with at most one variable goes through; it is false where there is nothing."""
    if value.__class__ is list:
        return value
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    if value is None:
        return ()
    if isinstance(value, list):
        return value
    if value.__class__ is int:
        return range(value)
    if isinstance(value, SizedInt):
        return map(type(value), range(value)) if value > 0 else ()
    if value.__class__ is bytes:
        return [Uint8(byte) for byte in value]
    raise RangeRefusalError(f"range can't iterate over {_reflected(value)}")


def pairs(value: Any) -> Iterable[tuple[Any, Any]]:
    """Return what a range with two variables goes through; it is false where there is nothing."""
    if isinstance(value, dict):
        return [(key, value[key]) for key in sorted(value)]
    if isinstance(value, int) and not isinstance(value, bool):
        raise RangeRefusalError(f"can't use {_reflected(value)} to iterate over more than one variable")
    found: Sequence[Any] = elements(value)  # type: ignore[assignment]
    return enumerate(found) if found else ()


def _reflected(value: Any) -> str:
    shown = default(value)
    return shown[1:] if isinstance(value, Struct) and shown[:1] == "&" else shown


def entry(value: Any, name: str) -> Any:
    """Return field `name` of `value` where missing keys are errors."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        if (find := getattr(value, "method", None)) is None:
            raise NoEntryError(value, name)
        try:
            bound = find(name)
        except NoFieldError:
            raise NoEntryError(value, name) from None
        return called(name, bound)
    if isinstance(value, Struct):
        return value.get(name)
    raise NoEntryError(value, name)


def method(receiver: Any, name: str, shape: str) -> Callable[..., Any]:
    """Return method `name` of `receiver`, checked as a call of that shape needs (see `signature.bind`)."""
    find = getattr(receiver, "method", None)
    if find is None:
        raise NoMethodError(receiver, name)
    try:
        bound = find(name)
    except NoFieldError:
        raise NoMethodError(receiver, name) from None
    return bind(name, bound, shape)


def stop() -> Any:
    """Fail with the message that the compiler left at the site."""
    raise RefusalError("")


def slots() -> dict[int, Any]:
    """Return the place of the variables of a template that is split over several functions."""
    return {}


def put(variables: dict[int, Any], slot: int, value: Any) -> Any:
    """Assign to a variable, and return its value."""
    variables[slot] = value
    return value


# The globals of all compiled templates. Templates are not Python: they see no builtins.
GLOBALS: dict[str, Any] = {
    "__builtins__": {},
    "complex": complex,
    "elements": elements,
    "entry": entry,
    "method": method,
    "pairs": pairs,
    "put": put,
    "slots": slots,
    "stop": stop,
    "text": text,
}
