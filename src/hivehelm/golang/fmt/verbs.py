"""Formats: their verbs, flags, argument indexes, and fmt's complaints about them."""

from __future__ import annotations

from hivehelm.golang.fmt.printer import Printer
from hivehelm.golang.kinds import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Format(Printer):
    """One run of a format over its arguments."""

    def __init__(self, args: Sequence[Any]) -> None:
        super().__init__()
        self.args = args
        self.number = 0
        self.reordered = False
        self.good = True

    def text(self, form: str) -> str:
        """Return what the format makes of the arguments."""
        args = self.args
        pos = 0
        while True:
            percent = form.find("%", pos)
            if percent < 0:
                self.out.append(form[pos:])
                break
            if percent > pos:
                self.out.append(form[pos:percent])
            pos = self.verb(form, percent + 1)
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
        return "".join(self.out)

    def verb(self, form: str, pos: int) -> int:
        """Print one verb whose percent sign has been read; return where the format goes on."""
        args = self.args
        end = len(form)
        self.clear()
        self.good = True
        while pos < end and (flag := form[pos]) in "#0+- ":
            name = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}[flag]
            setattr(self, name, True)
            pos += 1
        pos, indexed = self.index(form, pos)
        if pos < end and form[pos] == "*":
            pos += 1
            self.width = self.star()
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
            pos, indexed = self.index(form, pos)
            if pos < end and form[pos] == "*":
                pos += 1
                self.precision = self.star()
                if self.precision is not None and self.precision < 0:
                    self.precision = None
                if self.precision is None:
                    self.out.append("%!(BADPREC)")
                indexed = False
            else:
                precision, pos = _number(form, pos, end)
                self.precision = precision or 0
        if not indexed:
            pos, indexed = self.index(form, pos)
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

    def index(self, form: str, pos: int) -> tuple[int, bool]:
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
        if 1 <= number <= len(self.args):
            self.number = number - 1
        else:
            self.good = False
        return close + 1, True

    def star(self) -> int | None:
        """Return the width or precision that the next argument gives, None if it is none."""
        if self.number >= len(self.args):
            return None
        value = self.args[self.number]
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
