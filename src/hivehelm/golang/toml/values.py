"""TOML's strings, numbers, booleans and times."""

from __future__ import annotations

from hivehelm.golang.kinds import Int64
from hivehelm.golang.unicode import is_letter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from hivehelm.golang.toml.scanner import Scanner

_DIGITS: Final = frozenset("0123456789")
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_BASES: Final = {
    "b": (frozenset("01"), "a binary"),
    "o": (frozenset("01234567"), "an octal"),
    "x": (_HEX, "a hexadecimal"),
}
_SIMPLE: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_WIDTHS: Final = {"x": (2, "two"), "u": (4, "four"), "U": (8, "eight")}


class Values:
    """Reads scalars at a scanner's place."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._start = 0

    def scalar(self, char: str) -> Any:
        """Return the scalar that begins with `char`, which was read.

        Raises:
            TOMLError: it is none.
        """
        scanner = self._scanner
        self._start = scanner.at - len(char)
        if char in _DIGITS:
            return self._base_or_date() if char == "0" else self._number_or_date()
        if char == '"':
            return self._basic()
        if char == "'":
            return self._literal()
        if char == ".":
            raise scanner.error("floats must start with a digit, not '.'")
        if char and char in "in":
            if (scanner.accept("n") and scanner.accept("f")) or (scanner.accept("a") and scanner.accept("n")):
                return self._float()
        elif char and char in "+-":
            return self._signed()
        if is_letter(char):
            scanner.back()
            return self._boolean()
        if not char:
            raise scanner.error("unexpected EOF; expected value")
        from hivehelm.golang.toml.scanner import spell_rune

        problem = f"expected value but found {spell_rune(char)} instead"
        raise scanner.error_before(problem) if char == "\n" else scanner.error(problem)

    def _read(self) -> str:
        return self._scanner.text[self._start : self._scanner.at]

    def _boolean(self) -> bool:
        scanner = self._scanner
        start = scanner.at
        while is_letter(scanner.next()):
            pass
        scanner.back()
        word = scanner.text[start : scanner.at]
        if word in ("true", "false"):
            return word == "true"
        raise scanner.error(f"expected value but found {_quote(word)} instead")

    # -- numbers and times ----------------------------------------------------------------------------------

    def _signed(self) -> Int64 | float:
        scanner = self._scanner
        char = scanner.next()
        if char in ("i", "n"):
            rest = "nf" if char == "i" else "an"
            if not scanner.accept(rest[0]) or not scanner.accept(rest[1]):
                raise scanner.error(f"invalid float: '{self._read()}'")
            return self._float()
        if char == "0" and (base := scanner.peek()) and base in "box":
            raise scanner.error(f"cannot use sign with non-decimal numbers: '{self._read()}{base}'")
        if char == ".":
            raise scanner.error("floats must start with a digit, not '.'")
        if char not in _DIGITS:
            from hivehelm.golang.toml.scanner import spell_rune

            raise scanner.error(f"expected a digit but got {spell_rune(char)}")
        return self._decimal()

    def _decimal(self) -> Int64 | float:
        scanner = self._scanner
        while (char := scanner.next()) in _DIGITS or char == "_":
            pass
        if char and char in ".eE":
            return self._float_rest()
        scanner.back()
        return self._integer()

    def _base_or_date(self) -> Any:
        scanner = self._scanner
        char = scanner.next()
        if char in _DIGITS:
            return self._number_or_date()
        if char == "_":
            return self._decimal()
        if char and char in ".eE":
            return self._float_rest()
        if char not in _BASES:
            scanner.back()
            return self._integer()
        digits, name = _BASES[char]
        found = scanner.peek()
        if found not in digits:
            raise scanner.error_here(f"not {name} number: '{self._read()}{found or chr(0)}'")
        while (found := scanner.next()) in digits or found == "_":
            pass
        scanner.back()
        return self._integer()

    def _number_or_date(self) -> Any:
        scanner = self._scanner
        while (char := scanner.next()) in _DIGITS:
            pass
        if char and char in "-:":
            return self._time()
        if char == "_":
            return self._decimal()
        if char and char in ".eE":
            return self._float_rest()
        scanner.back()
        return self._integer()

    def _integer(self) -> Int64:
        text = self._read()
        if not _underscores_stand_well(text):
            raise self._wrong(f"Invalid integer {_quote(text)}: underscores must be surrounded by digits")
        if _leading_zero(text):
            raise self._wrong(f"Invalid integer {_quote(text)}: cannot have leading zeroes")
        digits = text.replace("_", "")
        value = int(digits, 0) if len(digits) < 100 else 1 << 64
        if not -(1 << 63) <= value < 1 << 63:
            raise self._wrong(f"{text} is out of range for int64")
        return Int64(value)

    def _float_rest(self) -> float:
        scanner = self._scanner
        while (char := scanner.next()) and char in "0123456789_.-+eE":
            pass
        scanner.back()
        return self._float()

    def _float(self) -> float:
        text = self._read()
        parts = [part for part in text.replace("e", ".").replace("E", ".").split(".") if part]
        if not all(map(_underscores_stand_well, parts)):
            raise self._wrong(f"Invalid float {_quote(text)}: underscores must be surrounded by digits")
        if parts and _leading_zero(parts[0]):
            raise self._wrong(f"Invalid float {_quote(text)}: cannot have leading zeroes")
        if not all(part[:1] in _DIGITS for part in text.split(".")[1:]):
            raise self._wrong(f"Invalid float {_quote(text)}: '.' must be followed by one or more digits")
        try:
            value = float(text.replace("_", ""))
        except ValueError:
            raise self._wrong(f"Invalid float value: {_quote(text)}") from None
        if value in (float("inf"), float("-inf")) and "inf" not in text:
            raise self._wrong(f"{text} is out of range for float64")
        return value

    def _time(self) -> Any:
        from hivehelm.golang.toml.times import parse

        scanner = self._scanner
        while (char := scanner.next()) in _DIGITS or (char and char in "-:Tt .Zz+"):
            pass
        scanner.back()
        text = self._read().strip().replace("z", "Z").replace("t", "T").replace(" ", "T")
        value = parse(text)
        if value is None:
            raise self._wrong(f"invalid datetime: {_quote(text)}")
        return value

    def _wrong(self, message: str) -> Exception:
        return self._scanner.error_here(message)

    # -- strings --------------------------------------------------------------------------------------------

    def _basic(self) -> str:
        scanner = self._scanner
        if scanner.accept('"'):
            if scanner.accept('"'):
                return self._escaped(self._until_three('"'), multiline=True)
            return ""
        return self.basic_string()

    def _literal(self) -> str:
        scanner = self._scanner
        if scanner.accept("'"):
            return _without_first_line_end(self._until_three("'")) if scanner.accept("'") else ""
        return self.literal_string()

    def literal_string(self) -> str:
        """Return a string in single quotes; the first was read."""
        scanner = self._scanner
        start = scanner.at
        while (char := scanner.next()) != "'":
            self._no_line_end(char, '"\'"')
        return scanner.text[start : scanner.at - 1]

    def basic_string(self) -> str:
        """Return a string in double quotes; the first was read."""
        scanner = self._scanner
        self._start = start = scanner.at
        while (char := scanner.next()) != '"':
            self._no_line_end(char, "'\"'")
            if char == "\\":
                self._escape()
        return self._escaped(scanner.text[start : scanner.at - 1], multiline=False)

    def _no_line_end(self, char: str, wanted: str) -> None:
        if not char:
            raise self._scanner.error(f"unexpected EOF; expected {wanted}")
        if char in "\n\r":
            raise self._scanner.error_before("strings cannot contain newlines")

    def _escape(self) -> None:
        """Step over what follows a backslash."""
        scanner = self._scanner
        char = scanner.next()
        if char in _SIMPLE or (char and char in " \t"):
            return
        if char not in _WIDTHS:
            problem = f"invalid escape in string '\\{char or chr(0)}'"
            raise scanner.error(problem) if char else scanner.error_before(problem)
        width, word = _WIDTHS[char]
        for _ in range(width):
            if scanner.next() not in _HEX:
                read = _quote(self._read())
                raise scanner.error(
                    f"expected {word} hexadecimal digits after '\\{char}', but got {read} instead"
                )

    def _until_three(self, quote: str) -> str:
        """Return the inside of a string in three quotes, which may end with one or two more of them."""
        scanner = self._scanner
        self._start = start = scanner.at
        while True:
            char = scanner.next()
            if not char:
                around = "'" if quote == '"' else '"'
                raise scanner.error(f"unexpected EOF; expected {around}{quote * 3}{around}")
            if char == "\\" and quote == '"':
                if scanner.next() not in ("\n", "\r"):
                    scanner.back()
                    self._escape()
            elif char == quote and scanner.accept(quote):
                if not scanner.accept(quote):
                    continue
                if scanner.peek() != quote:
                    return scanner.text[start : scanner.at - 3]
                inside = scanner.text[start : scanner.at]
                if inside.endswith(quote * 5) and not (quote == '"' and inside.endswith('\\"""""')):
                    around = "'" if quote == '"' else '"'
                    raise scanner.error(f"unexpected {around}{quote * 6}{around}")
                scanner.back()
                scanner.back()

    def _escaped(self, text: str, *, multiline: bool) -> str:
        """Return `text` with its escapes replaced, and without the line ends that a backslash takes away."""
        if multiline:
            text = _without_first_line_end(text)
        if "\\" not in text:
            return text
        out: list[str] = []
        at = 0
        while (found := text.find("\\", at)) >= 0:
            out.append(text[at:found])
            char = text[found + 1]
            at = found + 2
            if char in _SIMPLE:
                out.append(_SIMPLE[char])
            elif char in _WIDTHS:
                width = _WIDTHS[char][0]
                out.append(self._character(text[at : at + width]))
                at += width
            else:
                rest = text[found + 1 :].lstrip(" \t\r\n")
                if not multiline or "\n" not in text[found + 1 : len(text) - len(rest)]:
                    raise self._wrong(f"invalid escape: '\\{char}'")
                at = len(text) - len(rest)
        out.append(text[at:])
        return "".join(out)

    def _character(self, digits: str) -> str:
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise self._wrong(f"Escaped character '\\u{digits}' is not valid UTF-8.")
        return chr(code)


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)


def _without_first_line_end(text: str) -> str:
    return text[1:] if text[:1] == "\n" else text[2:] if text[:2] == "\r\n" else text


def _underscores_stand_well(text: str) -> bool:
    """Say whether each underscore has digits, of any base, on both sides."""
    if text.lstrip("+-") in ("nan", "inf"):
        return True
    before = False
    for char in text:
        if char == "_" and not before:
            return False
        before = char in _HEX
    return before


def _leading_zero(text: str) -> bool:
    if text[:1] in ("+", "-"):
        return len(text) > 2 and text[1] == "0"
    return len(text) > 1 and text[0] == "0" and text[1] not in "box"
