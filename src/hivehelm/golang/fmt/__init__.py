"""Go's package fmt over Go's values as Python holds them, and strconv.Quote.

What templates print most is here; the rest is imported when it is needed: `padding` (texts and numbers with
their flags), `printer` (values by their kinds) and `verbs` (formats).
"""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang.kinds import Int64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.golang.unicode import Runes

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

# What is not printed as it is, of ASCII, but for quotation marks.
_ASCII = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F)}
_ASCII.update((ord(char), escape) for char, escape in _ESCAPES.items())


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


def _escapes() -> Runes:
    if not _ESCAPED:
        from hivehelm.golang.unicode import Runes

        _ESCAPED.append(Runes(lambda char: _escape(char, '"', ascii_only=False)))
    return _ESCAPED[0]


# What double quotes put for each character, once one of them is not ASCII.
_ESCAPED: list[Runes] = []


def quote(text: str, *, mark: str = '"', ascii_only: bool = False) -> str:
    """Return `text` as a Go string literal (strconv.Quote; QuoteToASCII with `ascii_only`)."""
    if FAST and text.isascii():
        if not text.isprintable() or "\\" in text:
            text = text.translate(_ASCII)
        if mark in text:
            text = text.replace(mark, f"\\{mark}")
        return f"{mark}{text}{mark}"
    if FAST and mark == '"' and not ascii_only:
        return f'"{text.translate(_escapes())}"'
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
    cls = value.__class__ if FAST else object
    if cls is str:
        return str(value)
    if cls is int or cls is Int64:
        return int.__repr__(value)
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
    if FAST and isinstance(value, int) and getattr(value, "go_string", None) is None:
        return int.__repr__(value)
    from hivehelm.golang.fmt.printer import Printer

    printer = Printer()
    printer.print_argument(value, "v")
    return "".join(printer.out)


def sprintf(form: str, args: tuple[Any, ...] | list[Any] = ()) -> str:
    """Return fmt.Sprintf(form, args...), with its complaints about wrong verbs and counts inside the text."""
    if FAST:
        known = _FORMS.get(form)
        if known is None:
            if len(_FORMS) >= _MAX_FORMS:
                _FORMS.clear()
            known = _FORMS[form] = _form(form)
        ours, verbs = known
        if len(verbs) == len(args) and (shown := _shown(verbs, args)) is not None:
            return ours % tuple(shown)
    from hivehelm.golang.fmt.verbs import Format

    return Format(args).text(form)


# Formats of plain verbs as Python has them, with the verbs; others are of verbs that nothing is shown by.
_FORMS: dict[str, tuple[str, str]] = {}
_MAX_FORMS = 1000
_DIGITS = frozenset("0123456789")


def _form(form: str) -> tuple[str, str]:
    verbs = ""
    parts: list[str] = []
    for part in form.split("%%"):
        text, *pieces = part.split("%")
        for piece in pieces:
            verb = piece[:1]
            width = piece.partition("d")[0]
            if verb == "0" and "d" in piece and len(width) < 4 and _DIGITS.issuperset(width):
                text += "%" + piece
            elif verb and verb in "sdv":
                text += "%s" + piece[1:]
            else:
                return "", "%"
            verbs += verb
        parts.append(text)
    return "%%".join(parts), verbs


def _shown(verbs: str, args: tuple[Any, ...] | list[Any]) -> list[Any] | None:
    """Return what each argument is shown as; None where it takes more than one look."""
    shown: list[Any] = []
    for verb, value in zip(verbs, args, strict=True):
        cls = value.__class__
        if cls is str and verb in "sv":
            shown.append(value)
        elif verb == "v":
            shown.append(default(value))
        elif verb in "d0" and isinstance(value, int) and cls is not bool:
            shown.append(int(value))
        else:
            return None
    return shown


def stringer(value: Any) -> Any:
    """Return the function that prints `value` by its own Go method (`Error` or `String`), else None.

    Where Go's method belongs to the pointer and `value` is the struct itself, there is none.
    """
    method = getattr(value, "go_string", None)
    if method is None or getattr(value, "GO_STRING_BY_POINTER", False):
        return None
    return method
