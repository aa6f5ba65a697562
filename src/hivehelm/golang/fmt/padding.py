"""Texts and numbers with the flags, width and precision of a verb: what fmt calls its formatter."""

from __future__ import annotations


class Padding:
    """The flags of a verb, and what has been printed so far."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.erroring = False
        self.clear()

    def clear(self) -> None:
        """Forget all flags, width and precision."""
        self.width: int | None = None
        self.precision: int | None = None
        self.minus = self.plus = self.sharp = self.space = self.zero = False
        self.plus_v = self.sharp_v = False

    def pad(self, text: str, *, zero: bool | None = None) -> None:
        """Print a text at its width: with zeros before it if the flag is set, or as `zero` says."""
        if self.width is None or (missing := self.width - len(text)) <= 0:
            self.out.append(text)
        elif self.minus:
            self.out.append(text + " " * missing)
        else:
            zeros = self.zero if zero is None else zero
            self.out.append(("0" if zeros else " ") * missing + text)

    def unicode(self, value: int) -> None:
        """Print a code point as `U+0041`, with its character if `#` is set."""
        text = f"U+{value:0{max(4, self.precision or 0)}X}"
        from hivehelm.golang.unicode import is_print

        if self.sharp and value <= 0x10FFFF and is_print(chr(value)):
            text += f" '{chr(value)}'"
        self.pad(text, zero=False)

    def digits(self, value: int, base: int, verb: str) -> None:
        """Print an integer."""
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

    def hexadecimal(self, data: bytes, verb: str) -> None:
        """Print bytes, two digits for each."""
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
