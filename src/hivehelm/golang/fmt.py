"""Go's package fmt over Go's values as Python holds them, and strconv.Quote."""

from __future__ import annotations

from hivehelm.golang.kinds import Float32, SizedInt, Struct, kind_name, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}


def _escape(char: str, mark: str, *, ascii_only: bool) -> str:
    if char == mark:
        return "\\" + char
    if (short := _ESCAPES.get(char)) is not None:
        return short
    from hivehelm.golang.unicode import is_print

    if is_print(char) and (not ascii_only or char < "\x7f"):
        return char
    code = ord(char)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quote(text: str, *, mark: str = '"', ascii_only: bool = False) -> str:
    """Return `text` as a Go string literal (strconv.Quote; QuoteToASCII with `ascii_only`)."""
    if text.isprintable() and "\\" not in text and mark not in text and (not ascii_only or text.isascii()):
        return f"{mark}{text}{mark}"
    return mark + "".join([_escape(char, mark, ascii_only=ascii_only) for char in text]) + mark


def sprint(*args: Any) -> str:
    """Return fmt.Sprint: the values in their default format, with spaces between two that are not strings."""
    if len(args) == 1:
        return default(args[0])
    out: list[str] = []
    previous = False
    for position, value in enumerate(args):
        is_string = isinstance(value, str)
        if position and not is_string and not previous:
            out.append(" ")
        out.append(default(value))
        previous = is_string
    return "".join(out)


def sprintln(*args: Any) -> str:
    """Return fmt.Sprintln: the values in their default format with spaces between, and a newline."""
    return " ".join(map(default, args)) + "\n"


def default(value: Any) -> str:
    """Return one value as `%v` prints it."""
    cls = value.__class__
    if cls is str:
        return str(value)
    if cls is int:
        return str(value)
    if cls is bool:
        return "true" if value else "false"
    if cls is float:
        # repr agrees with Go in this range; elsewhere the exponent's threshold differs.
        if -1e6 < value < 1e6 and (value >= 1e-4 or value <= -1e-4):
            text = repr(value)
            return text[:-2] if text.endswith(".0") else text
        from hivehelm.golang.floats import general

        return general(value)
    if value is None:
        return "<nil>"
    printer = _Printer()
    printer.print_argument(value, "v")
    return "".join(printer.out)


def sprintf(form: str, args: tuple[Any, ...] | list[Any] = ()) -> str:
    """Return fmt.Sprintf(form, args...), with its complaints about wrong verbs and counts inside the text."""
    printer = _Printer()
    printer.format(form, args)
    return "".join(printer.out)


def stringer(value: Any) -> Any:
    """Return the function that prints `value` by its own Go method (`Error` or `String`), else None.

    Where Go's method belongs to the pointer and `value` is the struct itself, there is none.
    """
    method = getattr(value, "go_string", None)
    if method is None or getattr(value, "GO_STRING_BY_POINTER", False):
        return None
    return method


class _Printer:
    """One run of fmt's pp."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.erroring = False
        self.clear()

    def clear(self) -> None:
        self.width: int | None = None
        self.precision: int | None = None
        self.minus = self.plus = self.sharp = self.space = self.zero = False
        self.plus_v = self.sharp_v = False

    # --- padding

    def pad(self, text: str, *, zero: bool | None = None) -> None:
        if self.width is None or (missing := self.width - len(text)) <= 0:
            self.out.append(text)
        elif self.minus:
            self.out.append(text + " " * missing)
        else:
            zeros = self.zero if zero is None else zero
            self.out.append(("0" if zeros else " ") * missing + text)

    # --- kinds

    def bad_verb(self, verb: str, value: Any) -> None:
        self.erroring = True
        if value is None:
            self.out.append(f"%!{verb}(<nil>)")
        else:
            self.out.append(f"%!{verb}({type_name(value)}=")
            self.print_argument(value, "v")
            self.out.append(")")
        self.erroring = False

    def integer(self, value: int, verb: str, *, unsigned: bool) -> None:
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

    def unicode(self, value: int) -> None:
        text = f"U+{value:0{max(4, self.precision or 0)}X}"
        from hivehelm.golang.unicode import is_print

        if self.sharp and value <= 0x10FFFF and is_print(chr(value)):
            text += f" '{chr(value)}'"
        self.pad(text, zero=False)

    def digits(self, value: int, base: int, verb: str) -> None:
        negative = value < 0
        text = format(abs(value), {10: "d", 16: "X" if verb == "X" else "x", 8: "o", 2: "b"}[base])
        precision = 0
        if self.precision is not None:
            precision = self.precision
            if precision == 0 and value == 0:
                self.pad("", zero=False)
                return
        elif self.zero and not self.minus and self.width is not None:
            precision = self.width - (negative or self.plus or self.space)
        text = text.rjust(precision, "0")
        if self.sharp:
            if base == 2:
                text = "0b" + text
            elif base == 8 and text[0] != "0":
                text = "0" + text
            elif base == 16:
                text = ("0X" if verb == "X" else "0x") + text
        if verb == "O":
            text = "0o" + text
        if negative:
            text = "-" + text
        elif self.plus:
            text = "+" + text
        elif self.space:
            text = " " + text
        self.pad(text, zero=False)

    def floating(self, value: float, verb: str, bits: int, original: Any) -> None:
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

    def hexadecimal(self, data: bytes, verb: str) -> None:
        if self.precision is not None:
            data = data[: self.precision]
        lead = f"0{verb}" if self.sharp else ""
        if self.space:
            text = " ".join([f"{lead}{byte:02x}" for byte in data])
        else:
            text = (lead if data else "") + data.hex()
        if verb == "X":
            text = text.upper()
        self.pad(text)

    def octets(self, value: bytes, verb: str) -> None:
        if verb in "vd":
            if self.sharp_v:
                self.out.append("[]byte{" + ", ".join([f"0x{byte:x}" for byte in value]) + "}")
                return
            self.out.append("[")
            for position, byte in enumerate(value):
                if position:
                    self.out.append(" ")
                self.digits(byte, 10, verb)
            self.out.append("]")
        elif verb == "s":
            text = value.decode("utf-8", "surrogateescape")
            self.pad(text if self.precision is None else text[: self.precision])
        elif verb in "xX":
            self.hexadecimal(value, verb)
        elif verb == "q":
            self.string(value.decode("utf-8", "surrogateescape"), verb, value)
        else:
            from hivehelm.golang.kinds import Uint8

            self.sequence([Uint8(byte) for byte in value], verb, "[]uint8", 0)

    # --- values

    def print_argument(self, value: Any, verb: str) -> None:
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
        if self.erroring:
            return False
        if verb == "w":
            self.bad_verb(verb, value)
            return True
        if self.sharp_v or verb not in "vsxXq" or (method := stringer(value)) is None:
            return False
        self.string(method(), verb, value)
        return True

    def print_value(self, value: Any, verb: str, depth: int) -> None:
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
            self.octets(value, verb)
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
        self.out.append(type_name(value) + "{" if self.sharp_v else "map[")
        between = ", " if self.sharp_v else " "
        for position, key in enumerate(sorted(value)):
            if position:
                self.out.append(between)
            self.print_value(key, verb, depth + 1)
            self.out.append(":")
            self.print_value(value[key], verb, depth + 1)
        self.out.append("}" if self.sharp_v else "]")

    def sequence(self, value: Any, verb: str, name: str, depth: int) -> None:
        from hivehelm.golang.kinds import NilSlice, NilStringSlice

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

    # --- formats

    def format(self, form: str, args: tuple[Any, ...] | list[Any]) -> None:
        end = len(form)
        pos = 0
        self.number = 0
        self.reordered = False
        while True:
            percent = form.find("%", pos)
            if percent < 0:
                self.out.append(form[pos:])
                break
            if percent > pos:
                self.out.append(form[pos:percent])
            pos = self.verb(form, percent + 1, end, args)
        if not self.reordered and self.number < len(args):
            self.clear()
            self.out.append("%!(EXTRA ")
            for position, value in enumerate(args[self.number :]):
                if position:
                    self.out.append(", ")
                if value is None:
                    self.out.append("<nil>")
                else:
                    self.out.append(f"{type_name(value)}=")
                    self.print_argument(value, "v")
            self.out.append(")")

    def verb(self, form: str, pos: int, end: int, args: tuple[Any, ...] | list[Any]) -> int:
        """Print one verb whose percent sign has been read; return where the format goes on."""
        self.clear()
        self.good = True
        while pos < end and (flag := form[pos]) in "#0+- ":
            name = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}[flag]
            setattr(self, name, True)
            pos += 1
        pos, indexed = self.index(form, pos, len(args))
        if pos < end and form[pos] == "*":
            pos += 1
            self.width = self.star(args)
            if self.width is None:
                self.out.append("%!(BADWIDTH)")
            elif self.width < 0:
                self.width = -self.width
                self.minus = True
                self.zero = False
            indexed = False
        else:
            self.width, pos = _number(form, pos, end)
            if indexed and self.width is not None:
                self.good = False
        if pos + 1 < end and form[pos] == ".":
            pos += 1
            if indexed:
                self.good = False
            pos, indexed = self.index(form, pos, len(args))
            if pos < end and form[pos] == "*":
                pos += 1
                self.precision = self.star(args)
                if self.precision is not None and self.precision < 0:
                    self.precision = None
                if self.precision is None:
                    self.out.append("%!(BADPREC)")
                indexed = False
            else:
                precision, pos = _number(form, pos, end)
                self.precision = precision or 0
        if not indexed:
            pos, indexed = self.index(form, pos, len(args))
        if pos >= end:
            self.out.append("%!(NOVERB)")
            return end
        verb = form[pos]
        pos += 1
        if verb == "%":
            self.out.append("%")
        elif not self.good:
            self.out.append(f"%!{verb}(BADINDEX)")
        elif self.number >= len(args):
            self.out.append(f"%!{verb}(MISSING)")
        else:
            if verb in "vw":
                self.sharp_v, self.sharp = self.sharp, False
                self.plus_v, self.plus = self.plus, False
            value = args[self.number]
            self.number += 1
            self.print_argument(value, verb)
        return pos

    def index(self, form: str, pos: int, count: int) -> tuple[int, bool]:
        """Read an argument index such as `[2]`; return where the format goes on and whether one was there."""
        if form[pos : pos + 1] != "[":
            return pos, False
        self.reordered = True
        close = form.find("]", pos)
        if close < 0 or len(form) - pos < 3:
            self.good = False
            return pos + 1, False
        number, after = _number(form, pos + 1, close)
        if number is None or after != close:
            self.good = False
            return close + 1, False
        if 1 <= number <= count:
            self.number = number - 1
        else:
            self.good = False
        return close + 1, True

    def star(self, args: tuple[Any, ...] | list[Any]) -> int | None:
        if self.number >= len(args):
            return None
        value = args[self.number]
        self.number += 1
        if isinstance(value, int) and not isinstance(value, bool) and -1000000 <= value <= 1000000:
            return int(value)
        return None


def _number(form: str, pos: int, end: int) -> tuple[int | None, int]:
    number = None
    while pos < end and "0" <= form[pos] <= "9":
        if number is not None and number > 1000000:
            return None, end
        number = (number or 0) * 10 + int(form[pos])
        pos += 1
    return number, pos


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
