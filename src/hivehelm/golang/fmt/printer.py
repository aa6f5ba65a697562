"""Values printed by their kinds: what fmt calls pp."""

from __future__ import annotations

from hivehelm.golang.fmt import quote, stringer
from hivehelm.golang.fmt.padding import Padding
from hivehelm.golang.kinds import (
    Float32,
    NilMap,
    NilSlice,
    NilStringSlice,
    SizedInt,
    Struct,
    Uint8,
    kind_name,
    type_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class Printer(Padding):
    """One value after the other, in the same format."""

    def bad_verb(self, verb: str, value: Any) -> None:
        """Complain about a verb that is none for the value."""
        self.erroring = True
        if value is None:
            self.out.append(f"%!{verb}(<nil>)")
        else:
            self.out.append(f"%!{verb}({type_name(value)}=")
            self.print_argument(value, "v")
            self.out.append(")")
        self.erroring = False

    def integer(self, value: int, verb: str, *, unsigned: bool) -> None:
        """Print an integer."""
        if verb in "vd":
            if verb == "v" and self.sharp_v and unsigned:
                sharp, self.sharp = self.sharp, True
                self.digits(value, 16, "x")
                self.sharp = sharp
            else:
                self.digits(value, 10, verb)
        elif verb in "boOxX":
            self.digits(value, {"b": 2, "x": 16, "X": 16}.get(verb, 8), verb)
        elif verb in "cq":
            code = value if 0 <= value <= 0x10FFFF and not 0xD800 <= value < 0xE000 else 0xFFFD
            char = chr(code)
            self.pad(char if verb == "c" else quote(char, mark="'", ascii_only=self.plus))
        elif verb == "U":
            self.unicode(value & 0xFFFFFFFFFFFFFFFF)
        else:
            self.bad_verb(verb, value)

    def floating(self, value: float, verb: str, bits: int, original: Any) -> None:
        """Print a float of 32 or 64 bits."""
        from hivehelm.golang.formatfloat import format_float

        if verb in "vbgGxX":
            precision = -1
        elif verb in "feEF":
            precision = 6
        else:
            self.bad_verb(verb, original)
            return
        letter = {"v": "g", "F": "f"}.get(verb, verb)
        if self.precision is not None:
            precision = self.precision
        text = format_float(value, letter, precision, bits)
        if text[0] not in "+-":
            text = "+" + text
        if self.space and text[0] == "+" and not self.plus:
            text = " " + text[1:]
        if text[1] in "IN":
            if text[1] == "N" and not self.space and not self.plus:
                text = text[1:]
            self.pad(text, zero=False)
            return
        if self.sharp and verb != "b":
            text = _with_zeros(text, letter, precision, by_digits=verb in "vgGx")
        if self.plus or text[0] != "+":
            if self.zero and not self.minus and self.width is not None and self.width > len(text):
                self.out.append(text[0] + "0" * (self.width - len(text)) + text[1:])
            else:
                self.pad(text)
            return
        self.pad(text[1:])

    def complex_number(self, value: complex, verb: str) -> None:
        """Print a complex number."""
        if verb not in "vbgGxXfFeE":
            self.bad_verb(verb, value)
            return
        plus = self.plus
        self.out.append("(")
        self.floating(value.real, verb, 64, value)
        self.plus = True
        self.floating(value.imag, verb, 64, value)
        self.out.append("i)")
        self.plus = plus

    def string(self, value: str, verb: str, original: Any) -> None:
        """Print a string."""
        if verb == "s" or (verb == "v" and not self.sharp_v):
            self.pad(value if self.precision is None else value[: self.precision])
        elif verb in "vq":
            text = value if self.precision is None else value[: self.precision]
            if self.sharp and _can_backquote(text):
                self.pad(f"`{text}`")
            else:
                self.pad(quote(text, ascii_only=self.plus))
        elif verb in "xX":
            self.hexadecimal(value.encode("utf-8", "surrogateescape"), verb)
        else:
            self.bad_verb(verb, original)

    def octets(self, value: bytes, verb: str, name: str) -> None:
        """Print a []byte, whose type has this name."""
        if verb in "vd":
            if self.sharp_v:
                sharp, self.sharp = self.sharp, True
                self.out.append(f"{name}{{{', '.join(self.each(value, 16, 'x'))}}}")
                self.sharp = sharp
            else:
                self.out.append(f"[{' '.join(self.each(value, 10, verb))}]")
        elif verb == "s":
            text = value.decode("utf-8", "surrogateescape")
            self.pad(text if self.precision is None else text[: self.precision])
        elif verb in "xX":
            self.hexadecimal(value, verb)
        elif verb == "q":
            self.string(value.decode("utf-8", "surrogateescape"), verb, value)
        else:
            self.sequence([Uint8(byte) for byte in value], verb, "[]uint8", 0)

    def each(self, value: bytes, base: int, verb: str) -> Iterable[str]:
        """Return what each byte is printed as: a template that prints its context prints all files so."""
        out = self.out
        spelt: dict[int, str] = {}
        for byte in set(value):
            self.out = []
            self.digits(byte, base, verb)
            spelt[byte] = self.out[0]
        self.out = out
        return map(spelt.__getitem__, value)

    def print_argument(self, value: Any, verb: str) -> None:
        """Print one argument of a format."""
        if value is None:
            if verb in "Tv":
                self.pad("<nil>")
            else:
                self.bad_verb(verb, None)
        elif verb == "T":
            text = type_name(value)
            self.pad(text if self.precision is None else text[: self.precision])
        elif verb == "p":
            self.pointer(value, verb)
        else:
            self.print_value(value, verb, 0)

    def by_method(self, value: Any, verb: str) -> bool:
        """Print a value by its own method, if it has one; say whether that was so."""
        if self.erroring:
            return False
        if verb == "w":
            self.bad_verb(verb, value)
            return True
        if self.sharp_v:
            name = getattr(value, "METHODS", {}).get("GoString")
            if name is not None:
                self.pad(getattr(value, name)())
            return name is not None
        if verb not in "vsxXq" or (method := stringer(value)) is None:
            return False
        self.string(method(), verb, value)
        return True

    def print_value(self, value: Any, verb: str, depth: int) -> None:
        """Print a value, `depth` levels inside of another."""
        cls = value.__class__
        if cls is str:
            self.string(value, verb, value)
        elif cls is int:
            self.integer(value, verb, unsigned=False)
        elif cls is bool:
            if verb in "tv":
                self.pad("true" if value else "false")
            else:
                self.bad_verb(verb, value)
        elif cls is float:
            self.floating(value, verb, 64, value)
        elif value is None:
            # An interface inside a container that holds nothing.
            self.out.append("interface {}(nil)" if self.sharp_v else "<nil>")
        elif cls is bytes:
            self.octets(value, verb, "[]byte" if depth == 0 else "[]uint8")
        elif self.by_method(value, verb):
            return
        elif isinstance(value, dict):
            self.mapping(value, verb, depth)
        elif isinstance(value, (list, tuple)):
            self.sequence(value, verb, type_name(value), depth)
        elif isinstance(value, SizedInt):
            if verb in "vdboOxXcqU":
                self.integer(value, verb, unsigned=not value.SIGNED)
            else:
                self.bad_verb(verb, value)
        elif isinstance(value, float):
            self.floating(value, verb, 32 if isinstance(value, Float32) else 64, value)
        elif isinstance(value, complex):
            self.complex_number(value, verb)
        elif isinstance(value, str):
            self.string(value, verb, value)
        elif isinstance(value, Struct) and (depth == 0 or type_name(value)[:1] != "*"):
            self.structure(value, verb, depth)
        else:
            self.pointer(value, verb)

    def mapping(self, value: dict[Any, Any], verb: str, depth: int) -> None:
        """Print a map, in the byte order of its keys."""
        from hivehelm.golang.json import sorted_keys

        if self.sharp_v and isinstance(value, NilMap):
            self.out.append(f"{type_name(value)}(nil)")
            return
        self.out.append(type_name(value) + "{" if self.sharp_v else "map[")
        between = ", " if self.sharp_v else " "
        for position, key in enumerate(sorted_keys(value)):
            if position:
                self.out.append(between)
            self.print_value(key, verb, depth + 1)
            self.out.append(":")
            self.print_value(value[key], verb, depth + 1)
        self.out.append("}" if self.sharp_v else "]")

    def sequence(self, value: Any, verb: str, name: str, depth: int) -> None:
        """Print a slice whose type has this name."""
        if self.sharp_v and isinstance(value, (NilSlice, NilStringSlice)):
            self.out.append(f"{name}(nil)")
            return
        self.out.append(name + "{" if self.sharp_v else "[")
        between = ", " if self.sharp_v else " "
        for position, item in enumerate(value):
            if position:
                self.out.append(between)
            self.print_value(item, verb, depth + 1)
        self.out.append("}" if self.sharp_v else "]")

    def structure(self, value: Struct, verb: str, depth: int) -> None:
        """Print a struct, or what a pointer to one points to."""
        name = type_name(value)
        if name[:1] == "*":
            self.out.append("&")
            name = name[1:]
            depth += 1
        self.out.append(name + "{" if self.sharp_v else "{")
        between = ", " if self.sharp_v else " "
        layout: dict[str, str] = getattr(value, "LAYOUT", None) or value.FIELDS
        for position, (field, attribute) in enumerate(layout.items()):
            if position:
                self.out.append(between)
            if self.plus_v or self.sharp_v:
                self.out.append(f"{field}:")
            self.print_value(getattr(value, attribute), verb, depth + 1)
        self.out.append("}")

    def pointer(self, value: Any, verb: str) -> None:
        """Print an address."""
        if kind_name(value) not in ("ptr", "func", "map", "slice"):
            self.bad_verb(verb, value)
            return
        # An address as Go's allocator gives them; nothing can depend on which.
        address = 0xC000000000 + (id(value) & 0xFFFFFFF)
        sharp = self.sharp
        if verb == "v" and self.sharp_v:
            self.out.append(f"({type_name(value)})(0x{address:x})")
        elif verb in "vp":
            self.sharp = not sharp
            self.digits(address, 16, "x")
            self.sharp = sharp
        elif verb in "bodxX":
            self.integer(address, verb, unsigned=True)
        else:
            self.bad_verb(verb, value)


def _can_backquote(text: str) -> bool:
    return all((char >= " " or char == "\t") and char not in "`\x7f\ufeff" for char in text) and not any(
        "\udc80" <= char <= "\udcff" for char in text
    )


def _with_zeros(text: str, verb: str, precision: int, *, by_digits: bool) -> str:
    """Return a float with the point and trailing zeros that `#` asks for."""
    digits = (6 if precision == -1 else precision) if by_digits else 0
    cut = next(
        (position for position, char in enumerate(text) if char in ("pP" if verb in "xX" else "eE")),
        len(text),
    )
    head, tail = text[:cut], text[cut:]
    seen = False
    for char in head[1:]:
        if char == ".":
            continue
        seen = seen or char != "0"
        digits -= seen
    if "." not in head:
        if head[1:] == "0":
            digits -= 1
        head += "."
    return head + "0" * max(digits, 0) + tail
