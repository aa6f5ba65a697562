"""Go's kinds as Python classes, and the names that reflection gives them.

`None` is nil, `int` is Go's int, `float` is float64, `str` is string (bytes that are not UTF-8 live as
surrogate escapes), `bytes` is []byte, `list` is []any and `dict` is map[string]any. What Python lacks is
a subclass here that behaves as its base does.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar


class SizedInt(int):
    """An integer of one of Go's sized or named kinds; a plain `int` is Go's int."""

    __slots__ = ()
    GO_TYPE: ClassVar[str] = ""
    GO_KIND: ClassVar[str] = ""
    BITS: ClassVar[int] = 64
    SIGNED: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        cls.GO_KIND = cls.GO_KIND or cls.GO_TYPE

    @classmethod
    def wrap(cls, value: int) -> SizedInt:
        """Return `value` cut to this kind's bits, as Go's arithmetic and conversions overflow."""
        if value.bit_length() >= cls.BITS or (value < 0 and not cls.SIGNED):
            value &= (1 << cls.BITS) - 1
            if cls.SIGNED and value >> (cls.BITS - 1):
                value -= 1 << cls.BITS
        return cls(value)


class Int8(SizedInt):
    """Go's int8."""

    __slots__ = ()
    GO_TYPE = "int8"
    BITS = 8


class Int16(SizedInt):
    """Go's int16."""

    __slots__ = ()
    GO_TYPE = "int16"
    BITS = 16


class Int32(SizedInt):
    """Go's int32, also its rune."""

    __slots__ = ()
    GO_TYPE = "int32"
    BITS = 32


class Int64(SizedInt):
    """Go's int64: integers given by `--set`, and the results of sprig's arithmetic."""

    __slots__ = ()
    GO_TYPE = "int64"


class Uint(SizedInt):
    """Go's uint."""

    __slots__ = ()
    GO_TYPE = "uint"
    SIGNED = False


class Uint8(SizedInt):
    """Go's uint8, also its byte: what indexing a string gives."""

    __slots__ = ()
    GO_TYPE = "uint8"
    BITS = 8
    SIGNED = False


class Uint16(SizedInt):
    """Go's uint16."""

    __slots__ = ()
    GO_TYPE = "uint16"
    BITS = 16
    SIGNED = False


class Uint32(SizedInt):
    """Go's uint32."""

    __slots__ = ()
    GO_TYPE = "uint32"
    BITS = 32
    SIGNED = False


class Uint64(SizedInt):
    """Go's uint64."""

    __slots__ = ()
    GO_TYPE = "uint64"
    SIGNED = False


class Float32(float):
    """Go's float32."""

    __slots__ = ()
    GO_TYPE = "float32"
    GO_KIND = "float32"


class TypedSlice(list["Any"]):
    """A slice whose element type is not `any`; `ELEMENT` is that type's name."""

    __slots__ = ()
    GO_TYPE: ClassVar[str] = ""
    ELEMENT: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        cls.GO_TYPE = cls.GO_TYPE or f"[]{cls.ELEMENT}"


class StringSlice(TypedSlice):
    """Go's []string."""

    __slots__ = ()
    ELEMENT = "string"


class IntSlice(TypedSlice):
    """Go's []int."""

    __slots__ = ()
    ELEMENT = "int"


class MapSlice(TypedSlice):
    """Go's []map[string]any."""

    __slots__ = ()
    ELEMENT = "map[string]interface {}"


class NilSlice(TypedSlice):
    """A nil []any: empty and false as any empty slice, but `null` in JSON and YAML."""

    __slots__ = ()
    ELEMENT = "interface {}"


class NilStringSlice(StringSlice):
    """A nil []string: empty and false as any empty slice, but `null` in JSON and YAML."""

    __slots__ = ()


class TypedMap(dict[str, "Any"]):
    """A map whose values are not `any`: a missing key reads as the zero value of `ELEMENT`, not as nil."""

    __slots__ = ()
    GO_TYPE: ClassVar[str] = ""
    ELEMENT: ClassVar[str] = ""
    ZERO: ClassVar[Any] = None

    def __init_subclass__(cls) -> None:
        cls.GO_TYPE = cls.GO_TYPE or f"map[string]{cls.ELEMENT}"

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of `key`, else `default`, else the element type's zero value."""
        if key in self:
            return self[key]
        return self.ZERO if default is None else default


class StringMap(TypedMap):
    """Go's map[string]string."""

    __slots__ = ()
    ELEMENT = "string"
    ZERO = ""


class NamedMap(dict[str, "Any"]):
    """A map[string]any under a name of its own; a subclass sets `GO_TYPE`."""

    __slots__ = ()
    GO_TYPE: ClassVar[str] = ""


class NilMap(NamedMap):
    """A nil map[string]any: empty and false as any empty map, but `null` in JSON and YAML."""

    __slots__ = ()
    GO_TYPE = "map[string]interface {}"
    GO_KIND: ClassVar[str] = "map"


class NoFieldError(Exception):
    """A struct has neither a field nor a method of that name."""

    def __init__(self, receiver: object, name: str) -> None:
        super().__init__(f"can't evaluate field {name} in type {type_name(receiver)}")
        self.receiver = receiver
        self.name = name


class MethodError(Exception):
    """A method that cannot be called as it is; `str()` is text/template's text."""


class Methods:
    """Base of what templates can call methods of; `METHODS` maps each exported one to a Python attribute."""

    __slots__ = ()
    METHODS: ClassVar[dict[str, str]] = {}

    def method(self, name: str) -> Callable[..., Any]:
        """Return the bound method `name`.

        Raises:
            NoFieldError: there is no such method.
        """
        if (attribute := self.METHODS.get(name)) is not None:
            bound: Callable[..., Any] = getattr(self, attribute)
            return bound
        raise NoFieldError(self, name)


class Struct(Methods):
    """Base of Go structs (or pointers to them) that templates can reach into.

    `GO_TYPE` is the name that `%T` prints, with its star where it is a pointer. `FIELDS` maps each exported
    field to the Python attribute that holds it, in Go's order.
    """

    __slots__ = ()
    GO_TYPE: ClassVar[str] = "struct"
    FIELDS: ClassVar[dict[str, str]] = {}

    def get(self, name: str) -> Any:
        """Return field `name`, or what method `name` returns when called without arguments.

        Raises:
            NoFieldError: there is no such field or method.
            MethodError: the method takes arguments.
        """
        if (attribute := self.FIELDS.get(name)) is not None:
            return getattr(self, attribute)
        return called(name, self.method(name))


def called(name: str, method: Callable[..., Any]) -> Any:
    """Return what `method` gives without arguments.

    Raises:
        MethodError: it takes some; the count is that of its `go_parameters` (see `golang.method`).
    """
    parameters: str = getattr(method, "go_parameters", "")
    if parameters:
        least = parameters.count(",") + 1
        if "..." not in parameters:
            raise MethodError(f"wrong number of args for {name}: want {least} got 0")
        if least > 1:
            raise MethodError(f"wrong number of args for {name}: want at least {least - 1} got 0")
    return method()


class MethodMap(dict[str, "Any"], Methods):
    """A map with methods, which come before its keys."""

    __slots__ = ()

    def get(self, name: str, default: Any = None) -> Any:
        """Return what method `name` gives without arguments, else the value of that key."""
        if name in self.METHODS:
            return called(name, self.method(name))
        return super().get(name, default)


_TYPES: dict[type, tuple[str, str]] = {
    type(None): ("<nil>", "invalid"),
    bool: ("bool", "bool"),
    int: ("int", "int"),
    float: ("float64", "float64"),
    complex: ("complex128", "complex128"),
    str: ("string", "string"),
    bytes: ("[]uint8", "slice"),
    list: ("[]interface {}", "slice"),
    dict: ("map[string]interface {}", "map"),
}


def type_name(value: object) -> str:
    """Return the name of the value's Go type, as `%T` and `reflect.Type.String` print it."""
    if (known := _TYPES.get(value.__class__)) is not None:
        return known[0]
    return str(getattr(value, "GO_TYPE", "") or f"*{type(value).__name__}")


def kind_name(value: object) -> str:
    """Return the name of the value's `reflect.Kind`."""
    if (known := _TYPES.get(value.__class__)) is not None:
        return known[1]
    if kind := getattr(value, "GO_KIND", ""):
        return str(kind)
    if isinstance(value, list):
        return "slice"
    if isinstance(value, dict):
        return "map"
    if callable(value) and not isinstance(value, Struct):
        return "func"
    return "ptr" if type_name(value).startswith("*") else "struct"
