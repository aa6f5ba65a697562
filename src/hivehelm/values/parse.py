r"""The grammar of `--set` and its kin (Helm's `pkg/strvals`).

    --set, --set-string, --set-file    name=value[,name=value]…
    --set-json                         name=JSON[,name=JSON]…
    --set-literal                      name=everything that follows

A name is keys with dots between, each with indexes where it is a list: `a.b[0].c`. A value in braces is a
list: `{x,y}`. A backslash takes the meaning off the character after it, but not in `--set-literal`. `--set`
takes `true`, `false`, `null` and whole numbers without leading zeros for what they are, everything else for
strings.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.kinds import Int64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Table = dict[str, Any]
    Convert = Callable[[str], Any]

MAX_INDEX = 65536
MAX_NESTED_NAME_LEVEL = 30

_END = ""
_REPLACEMENT = "\ufffd"
_SPACES = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(code) for code in range(0x2000, 0x200B)
}


class SetError(HivehelmError):
    """A `--set` cannot be understood; `str()` is the text of Helm's parser."""


class _EndOfText(Exception):  # noqa: N818
    """Go's io.EOF: the text is over, which ends a line of values without an error."""


def parse_into(text: str, values: Table) -> None:
    """Put what `--set text` says into `values`, in place.

    Raises:
        SetError: it cannot be understood; what came before the mistake has been put.
    """
    _Parser(text, typed).run(values)


def parse_string_into(text: str, values: Table) -> None:
    """Put what `--set-string text` says into `values`: every value is a string.

    Raises:
        SetError: as `parse_into`.
    """
    _Parser(text, str).run(values)


def parse_file_into(text: str, values: Table, read: Convert) -> None:
    """Put what `--set-file text` says into `values`: `read(path)` gives the value for each path.

    Raises:
        SetError: as `parse_into`; and whatever `read` raises.
    """
    _Parser(text, read).run(values)


def parse_json_into(text: str, values: Table) -> None:
    """Put what `--set-json text`, in the form `name=JSON,…`, says into `values`; no JSON means null.

    Raises:
        SetError: as `parse_into`.
    """
    _JSONParser(text, str).run(values)


def parse_literal_into(text: str, values: Table) -> None:
    """Put what `--set-literal text` says into `values`: one name, and a string that is taken as it is.

    Raises:
        SetError: as `parse_into`.
    """
    _LiteralParser(text, str).run(values)


def parse(text: str) -> Table:
    """Return what `--set text` says.

    Raises:
        SetError: it cannot be understood.
    """
    values: Table = {}
    parse_into(text, values)
    return values


def typed(text: str) -> bool | Int64 | str | None:
    """Return the value that a text stands for in `--set`."""
    if (word := _WORDS.get(text.casefold(), text)) is not text:
        return word
    if not text or text[0] == "0":
        return text
    digits = text[1:] if text[0] in "+-" else text
    if digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) < 20:
        number = int(text)
        if -(1 << 63) <= number < 1 << 63:
            return Int64(number)
    return text


_WORDS: dict[str, bool | Int64 | None] = {"true": True, "false": False, "null": None, "0": Int64(0)}


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)


def _quote_runes(text: str) -> str:
    """Return `text` as Go prints a []rune with %q."""
    from hivehelm.golang.fmt import sprintf

    return f"[{' '.join(sprintf('%q', [ord(rune)]) for rune in text)}]"


def _put(table: Table, key: str, value: Any) -> None:
    if key:
        table[key] = value


def _put_at(items: list[Any], index: int, value: Any) -> list[Any]:
    if index > MAX_INDEX:
        raise SetError(f"index of {index} is greater than maximum supported index of {MAX_INDEX}")
    longer = items if index < len(items) else items + [None] * (index + 1 - len(items))
    longer[index] = value
    return longer


def _index(text: str) -> int:
    """Return the index that `text` spells, with the errors of Go's `strconv.Atoi`."""
    from hivehelm.golang.strconv import NumberError, parse_int

    try:
        return parse_int(text, function="Atoi")
    except NumberError as error:
        raise SetError(f"error parsing index: {error}") from None


class _Parser:
    """One line of values; where Go recurses with its reader, so does this, with a position in the text."""

    KEY_STOPS = "=[,."

    def __init__(self, text: str, convert: Convert) -> None:
        self.raw = text
        # Bytes that are not UTF-8 are runes of their own in Go, each the replacement character.
        self.text = "".join(_REPLACEMENT if "\udc80" <= rune <= "\udcff" else rune for rune in text)
        self.position = 0
        self.convert = convert

    def run(self, values: Table) -> None:
        try:
            while True:
                self.key(values, 0)
        except _EndOfText:
            return

    def rune(self) -> str:
        """Return the next character, empty at the end."""
        if self.position >= len(self.text):
            return _END
        self.position += 1
        return self.text[self.position - 1]

    def until(self, stops: str) -> tuple[str, str]:
        """Read up to one of `stops`; return what came before it, and the stop, empty at the end."""
        read: list[str] = []
        while (rune := self.rune()) and rune not in stops:
            if rune == "\\" and not (rune := self.rune()):
                break
            read.append(rune)
        return "".join(read), rune

    def key(self, table: Table, level: int) -> None:
        key, stop = self.until(self.KEY_STOPS)
        if stop == _END:
            if not key:
                raise _EndOfText
            raise SetError(f"key {_quote(key)} has no value")
        if stop == "[":
            self.list_key(table, key, level)
        elif stop == "=":
            self.value(lambda value: _put(table, key, value))
        elif stop == ",":
            _put(table, key, "")
            raise SetError(f"key {_quote(key)} has no value (cannot end with ,)")
        else:
            self.table_key(table, key, level)

    def table_key(self, table: Table, key: str, level: int) -> None:
        level += 1
        if level > MAX_NESTED_NAME_LEVEL:
            raise SetError(
                "value name nested level is greater than maximum supported nested level of "
                f"{MAX_NESTED_NAME_LEVEL}"
            )
        inner = table.get(key) if key in table else {}
        if not isinstance(inner, dict):
            raise _wrong_kind(inner, "map[string]interface {}")
        try:
            self.key(inner, level)
        except (_EndOfText, HivehelmError):
            if inner:
                _put(table, key, inner)
            raise
        if not inner:
            raise SetError(f"key map {_quote(key)} has no value")
        _put(table, key, inner)

    def list_key(self, table: Table, key: str, level: int) -> None:
        index = self.index()
        items = table.get(key) if key in table else []
        if not isinstance(items, list):
            raise _wrong_kind(items, "[]interface {}")
        _put(table, key, items)
        self.item(items, index, level, lambda longer: _put(table, key, longer))

    def index(self) -> int:
        text, stop = self.until("]")
        if stop == _END:
            # Helm wraps the end of the text in an error that still counts as the end.
            raise _EndOfText
        return _index(text)

    def item(self, items: list[Any], index: int, level: int, put: Callable[[list[Any]], None]) -> None:
        """Read what follows an index; `put` takes the list with the item in it."""
        if index < 0:
            raise SetError(f"negative {index} index not allowed")
        text, stop = self.until("[.=")
        if text:
            raise SetError(f"unexpected data at end of array index: {_quote_runes(text)}")
        if stop == _END:
            raise _EndOfText
        if stop == "=":
            self.value(lambda value: put(_put_at(items, index, value)), in_list=True)
        elif stop == "[":
            inner_index = self.index()
            inner = items[index] if index < len(items) and items[index] is not None else []
            if not isinstance(inner, list):
                raise _wrong_kind(inner, "[]interface {}")
            self.item(inner, inner_index, level, lambda longer: put(_put_at(items, index, longer)))
        else:
            inner = {}
            if index < len(items):
                if not isinstance(items[index], dict):
                    items[index] = {}
                inner = items[index]
            self.key(inner, level)
            put(_put_at(items, index, inner))

    def value(self, put: Callable[[Any], None], in_list: bool = False) -> None:
        """Read what follows `=`."""
        if self.position >= len(self.text):
            put("")
            if in_list:
                return
            raise _EndOfText
        if self.text[self.position] == "{":
            self.position += 1
            put(self.braces())
            return
        text, _ = self.until(",")
        put(self.convert(text))

    def braces(self) -> list[Any]:
        items: list[Any] = []
        while True:
            text, stop = self.until(",}")
            if stop == _END:
                raise SetError("list must terminate with '}'")
            items.append(self.convert(text))
            if stop == "}":
                if self.text[self.position : self.position + 1] == ",":
                    self.position += 1
                return items


class _JSONParser(_Parser):
    """Values are JSON, each as long as it is."""

    def value(self, put: Callable[[Any], None], in_list: bool = False) -> None:
        if self.skip_to_value():
            put(None)
            return
        from hivehelm.golang.json import JSONError
        from hivehelm.golang.jsonread import first

        try:
            value, self.position = first(self.raw, self.position, finite=True)
        except JSONError as error:
            raise SetError(error.message) from None
        put(value)
        self.skip_to_value()

    def skip_to_value(self) -> bool:
        """Pass over spaces and one comma; tell whether a comma or the end came before anything else."""
        while rune := self.rune():
            if rune == ",":
                return True
            if rune not in _SPACES:
                self.position -= 1
                return False
        return True


class _LiteralParser(_Parser):
    """Commas, braces and backslashes mean nothing, and the value reaches to the end."""

    KEY_STOPS = "=[."

    def until(self, stops: str) -> tuple[str, str]:
        start = self.position
        while (rune := self.rune()) and rune not in stops:
            pass
        return self.text[start : self.position - len(rune)], rune

    def value(self, put: Callable[[Any], None], in_list: bool = False) -> None:
        put(self.text[self.position :])
        self.position = len(self.text)


def _wrong_kind(value: Any, wanted: str) -> SetError:
    """What Go's runtime says when a value is taken for another kind, as Helm reports it."""
    from hivehelm.golang.kinds import type_name

    found = "nil" if value is None else type_name(value)
    return SetError(f"unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}")
