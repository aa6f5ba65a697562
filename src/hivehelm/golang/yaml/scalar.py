"""How go-yaml writes a string: plain, quoted or as a literal block, and where it breaks long lines."""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.resolve import NUMERIC, WORDS, is_timestamp, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

WIDTH: Final = 80
MAX_SIMPLE_KEY: Final = 128
# Keys that may have more than 1024 characters as JSON, where YAML's reader no longer takes them for keys.
_LONG_KEY: Final = 160

# Characters that cannot begin a plain scalar, and those that can unless a blank follows.
_INDICATORS: Final = frozenset("#,[]{}&*!|>'\"%@`")
_HALF_INDICATORS: Final = frozenset("?:-")
_BREAKS: Final = "\n\r\x85\u2028\u2029"


# Short strings as they are written from column 0 up to the one that stands beside them.
_SHORT: dict[str, tuple[str, int]] = {}
_MAX_SHORT: Final = 8192
_ANYWHERE: Final = 1 << 62


def text(value: str, column: int, indent: int) -> str:
    """Return `value` as v2 writes it from `column` on, in a block at column `indent` (0 for the root).

    Raises:
        YAMLError: a character that does not come through the YAML reader on its way from JSON.
    """
    known = _SHORT.get(value)
    if known is not None:
        written, last = known
        return written if column <= last else _folded(value, style(value), column, indent)
    if FAST and value.isascii() and value.isprintable():
        chosen = style(value)
        last = WIDTH - len(value) if " " in value else _ANYWHERE
        if column > last:
            return _folded(value, chosen, column, indent)
        if chosen == "plain":
            written = value
        elif chosen == "single":
            written = "'" + value.replace("'", "''") + "'"
        else:
            written = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if len(value) <= WIDTH:
            if len(_SHORT) >= _MAX_SHORT:
                _SHORT.clear()
            _SHORT[value] = written, last
        return written
    value = _through_json(value)
    if "\n" in value and block_allowed(value):
        return literal(value, indent + 2)
    return _folded(value, style(value), column, indent)


def key(value: str, column: int) -> tuple[str, bool]:
    """Return a key as v2 writes it at `column`, and whether it is a simple one (else `? ` is in the text).

    Raises:
        YAMLError: a character that the YAML reader refuses, or more characters than a key in JSON may have.
    """
    if not FAST or len(value) > _LONG_KEY or not (value.isascii() and value.isprintable()):
        value = _through_json(value, key=True)
    if not is_simple_key(value):
        return "? " + text(value, column + 2, column), False
    chosen = style(value)
    if chosen == "plain":
        return value, True
    return (single_quoted(value) if chosen == "single" else double_quoted(value)), True


def is_simple_key(value: str) -> bool:
    """Say whether a key can stand before its colon on one line: without line breaks, up to 128 bytes."""
    return not _has_break(value) and (
        len(value) <= MAX_SIMPLE_KEY // 4 or len(value.encode()) <= MAX_SIMPLE_KEY
    )


def _has_break(value: str) -> bool:
    return not (value.isascii() and value.isprintable()) and any(char in value for char in _BREAKS)


def _through_json(value: str, *, key: bool = False) -> str:
    """Return what is left of a string after JSON and YAML's reader: NEL folds, broken bytes are U+FFFD."""
    from hivehelm.golang import json

    value = json.repair(value)
    long = key and len(value) > _LONG_KEY
    if not long and not any(map(_is_raw_control, set(value))):
        return value
    from hivehelm.golang.yaml.decode import PREFIX, load

    try:
        if key:
            (value,) = load(f"{{{json.quote(value)}: 0}}")
            return str(value)
        return str(load(f"[{json.quote(value)}]")[0])
    except YAMLError as error:
        raise YAMLError(error.message.removeprefix(PREFIX), error.line) from None


def _is_raw_control(char: str) -> bool:
    """Say whether JSON leaves `char` as it is where YAML's reader refuses or folds it."""
    return "\x7f" <= char <= "\x9f" or char in "\ufffe\uffff"


def style(value: str) -> str:
    """Return the style that go-yaml v2 picks for a string without line feeds: plain, single or double."""
    if not value or value in WORDS:
        return "double"
    first = value[0]
    if first in NUMERIC:
        if number(value) is not None or is_timestamp(value) or is_base60(value):
            return "double"
        if value[:3] in ("---", "..."):
            return "single" if "\n" not in value and quotable(value) else "double"
    if "\n" in value:
        return "double"
    printable = FAST and value.isprintable() and value.isascii()
    if printable:
        single = True
    else:
        single = quotable(value)
        if not single:
            return "double"
    if (
        first in _INDICATORS
        or (first in _HALF_INDICATORS and (len(value) == 1 or value[1] in " \t") and first != " ")
        or first == " "
        or value[-1] in " :"
        or ": " in value
        or " #" in value
        or (not printable and not plain_allowed(value))
    ):
        return "single"
    return "plain"


def is_base60(value: str) -> bool:
    """Say whether YAML 1.1 takes `value` for a number of base 60; go-yaml only quotes those."""
    if ":" not in value:
        return False
    head, *rest = (value[1:] if value[0] in "+-" else value).split(":")
    if not (head[:1].isdigit() and head.isascii() and head.replace("_", "0").isdigit()):
        return False
    last, point, fraction = rest[-1].partition(".")
    if point and fraction.replace("_", "0") and not fraction.replace("_", "0").isdigit():
        return False
    return all(
        part.isascii() and part.isdigit() and (len(part) == 1 or (len(part) == 2 and part[0] < "6"))
        for part in (*rest[:-1], last)
    )


def is_special(char: str) -> bool:
    """Say whether go-yaml must escape `char`: controls, U+FEFF, surrogates, what is beyond U+FFFF."""
    return not (
        " " <= char <= "~"
        or char == "\n"
        or "\xa0" <= char <= "\ud7ff"
        or ("\ue000" <= char <= "\ufffd" and char != "\ufeff")
    )


def quotable(value: str) -> bool:
    """Say whether single quotes can hold a string."""
    if any(map(is_special, set(value))):
        return False
    return not any(pair in value for pair in _BLANK_AND_BREAK)


_BLANK_AND_BREAK: Final = (
    *(" " + char for char in _BREAKS),
    *(char + " " for char in _BREAKS),
)


def plain_allowed(value: str) -> bool:
    """Say whether a string that is not ASCII has no line break that would forbid plain style."""
    return not any(char in value for char in _BREAKS)


def block_allowed(value: str, *, tabs: bool = False) -> bool:
    """Say whether a literal block can hold a string with line feeds; only v3 lets `tabs` in."""
    return not (
        value[-1] == " "
        or any(map(is_special, set(value) - _TAB if tabs else set(value)))
        or any(" " + char in value for char in _BREAKS)
    )


_TAB: Final = frozenset("\t")

_NAMED: Final = {
    "\0": "0",
    "\x07": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\xa0": "_",
    "\u2028": "L",
    "\u2029": "P",
}


def escape(value: str) -> str:
    """Return the inside of a double-quoted scalar, unfolded; after a leading U+FEFF all is escaped."""
    every = value[:1] == "\ufeff"
    return "".join(
        _escape(char) if every or char in '"\\' or char in _BREAKS or is_special(char) else char
        for char in value
    )


def _escape(char: str) -> str:
    if char in _NAMED:
        return "\\" + _NAMED[char]
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def single_quoted(value: str, indent: int = 0) -> str:
    """Return `value` in single quotes, never folded; `indent` is that of the block it is in."""
    if _has_break(value):
        return _single_with_breaks(value, 0, indent, width=1 << 62)
    return "'" + value.replace("'", "''") + "'"


def double_quoted(value: str) -> str:
    """Return `value` in double quotes on one line."""
    return f'"{escape(value)}"'


def literal(value: str, indent: int) -> str:
    """Return a literal block at column `indent` without its last line's end, from its `|` on."""
    hint = "2" if value[0] == " " or value[0] in _BREAKS else ""
    if value[-1] not in _BREAKS:
        chomp = "-"
    elif len(value) == 1 or value[-2] in _BREAKS:
        chomp = "+"
    else:
        chomp = ""
    pad = " " * indent
    lines = value.split("\n")
    body = "\n".join(pad + line if line else "" for line in lines)
    if "\u2028" in body or "\u2029" in body:
        body = _pad_after_breaks(body, pad)
    if body[-1] in "\u2028\u2029":
        body += "\0"  # a mark for `encode.dump`: the line ends here already
    return f"|{hint}{chomp}\n{body.removesuffix(chr(10))}"


def _pad_after_breaks(body: str, pad: str) -> str:
    """Indent what follows Unicode's own line breaks, and not those that begin a line."""
    out: list[str] = []
    for line in body.split("\n"):
        content = line[len(pad) :]
        start = True
        for char in content:
            if char in "\u2028\u2029":
                start = True
            elif start:
                out.append(pad)
                start = False
            out.append(char)
        out.append("\n")
    return "".join(out)[:-1]


def _folded(value: str, style: str, column: int, indent: int) -> str:
    """Return a scalar that begins at `column`, broken at spaces beyond column 80."""
    if style == "single" and _has_break(value):
        return _single_with_breaks(value, column, indent)
    quote = {"plain": "", "single": "'", "double": '"'}[style]
    body = value.replace("'", "''") if style == "single" else escape(value) if style == "double" else value
    column += len(quote)
    if column + len(body) <= WIDTH:
        return quote + body + quote
    pad = "\n" + " " * (indent + 2)
    out: list[str] = [quote]
    start = 0
    place = body.find(" ", 1 if quote else 0)
    last = len(body) - 1
    while place >= 0:
        doubled = body[place + 1 : place + 2] == " "
        if (
            column + place - start > WIDTH
            and body[place - 1 : place] != " "
            and place < last
            and (style == "double" or not doubled)
        ):
            out.append(body[start:place] + pad + ("\\" if doubled else ""))
            start = place + 1
            column = indent + 2 + doubled
        place = body.find(" ", place + 1)
    return "".join(out) + body[start:] + quote


def _single_with_breaks(value: str, column: int, indent: int, width: int = WIDTH) -> str:
    """Return a single-quoted scalar that holds Unicode's own line breaks: what follows them is indented."""
    pad = " " * (indent + 2)
    out = ["'"]
    column += 1
    spaced = broken = False
    for place, char in enumerate(value):
        if char in _BREAKS:
            out.append(char)
            column = 0
            broken = True
            continue
        if char == " ":
            if not spaced and column > width and 0 < place < len(value) - 1 and value[place + 1] != " ":
                out.append("\n" + pad)
                column = len(pad)
            else:
                out.append(char)
                column += 1
            spaced = True
            continue
        if broken:
            out.append(pad)
            column = len(pad)
        out.append(char if char != "'" else "''")
        column += 1 if char != "'" else 2
        spaced = broken = False
    return "".join(out) + "'"
