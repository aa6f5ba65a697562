"""The grammar of TOML: keys, tables and values, and what may not be defined twice."""

from __future__ import annotations

from hivehelm.golang.kinds import MapSlice
from hivehelm.golang.toml.key import join
from hivehelm.golang.toml.scanner import Scanner, spell_rune
from hivehelm.golang.toml.values import Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Key = tuple[str, ...]
    Table = dict[str, Any]

_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_LINE_ENDS = frozenset("\n\r")


class Reader:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self._scanner = Scanner(text, self._current)
        self._values = Values(self._scanner)
        self._root: Table = {}
        self._context: Key = ()
        self._key = ""
        self._key_line = 1
        self._implicit: set[Key] = set()
        self._arrays: set[Key] = set()

    def _current(self) -> str:
        if not self._key:
            return join(self._context)
        return f"{join(self._context)}.{self._key}" if self._context else self._key

    def document(self) -> Table:
        """Return the root table.

        Raises:
            TOMLError: the text is not TOML, or defines a key twice.
        """
        scanner = self._scanner
        while char := scanner.next():
            if char in "\t \n\r":
                continue
            if char == "#":
                self._comment()
            elif char == "[":
                self._header()
                self._line_end()
            else:
                scanner.back()
                self._pair(None)
                self._line_end()
        return self._root

    def _comment(self) -> None:
        while (char := self._scanner.next()) and char not in _LINE_ENDS:
            pass
        self._scanner.back()

    def _line_end(self) -> None:
        while char := self._scanner.next():
            if char in _LINE_ENDS:
                return
            if char == "#":
                self._comment()
                return
            if char not in "\t ":
                raise self._scanner.error(
                    "expected a top-level item to end with a newline, comment, or EOF, "
                    f"but got {spell_rune(char)} instead"
                )

    def _header(self) -> None:
        scanner = self._scanner
        array = scanner.peek() == "["
        if array:
            scanner.next()
        parts: list[str] = []
        while True:
            scanner.blanks()
            char = scanner.peek()
            if char in ("]", ""):
                raise scanner.error("unexpected end of table name (table names cannot be empty)")
            if char == ".":
                raise scanner.error("unexpected table separator (table names cannot be empty)")
            parts.append(self._name(char))
            if len(parts) == 1:
                self._key_line = scanner.line
            scanner.blanks()
            char = scanner.next()
            if char == "]":
                break
            if char != ".":
                raise scanner.error(
                    f"expected '.' or ']' to end table name, but got {spell_rune(char)} instead"
                )
        if array and (char := scanner.next()) != "]":
            raise scanner.error(
                f"expected end of table array name delimiter ']', but got {spell_rune(char)} instead"
            )
        self._enter(tuple(parts), array=array)

    def _name(self, char: str) -> str:
        """Return one part of a key, that begins with `char`."""
        scanner = self._scanner
        if char == '"':
            scanner.next()
            return self._values.basic_string()
        if char == "'":
            scanner.next()
            return self._values.literal_string()
        start = scanner.at
        while scanner.next() in _BARE:
            pass
        scanner.back()
        return scanner.text[start : scanner.at]

    def _key_parts(self) -> Key:
        """Return the parts of a key, having read the equals sign after it."""
        scanner = self._scanner
        scanner.blanks()
        char = scanner.peek()
        if char in ("=", ""):
            raise scanner.error("unexpected '=': key name appears blank")
        if char == ".":
            raise scanner.error("unexpected '.': keys cannot start with a '.'")
        parts: list[str] = []
        while True:
            parts.append(self._name(char))
            if len(parts) == 1:
                self._key_line = scanner.line
            scanner.blanks()
            char = scanner.next()
            if char == "=":
                return tuple(parts)
            if char != ".":
                problem = f"expected '.' or '=', but got {spell_rune(char)} instead"
                if not char:
                    problem = "unexpected EOF; expected key separator '='"
                raise scanner.error_before(problem) if char == "\n" else scanner.error(problem)
            scanner.blanks()
            char = scanner.peek()
            if char in ("=", "", "."):
                raise scanner.error("unexpected '.'" if char == "." else "unexpected '='")

    def _pair(self, inline: Table | None) -> None:
        """Read a key and its value into the tables, and into the `inline` table it is part of."""
        outer = self._context
        parts = self._key_parts()
        self._key = parts[-1]
        for part in parts[:-1]:
            context = (*self._context, part)
            self._implicit.add(context)
            self._enter(context, array=False)
        value, array = self._value(in_array=False)
        self._set(self._key, value)
        place = (*self._context, self._key)
        # Any other type that is given to a key makes it no array.
        (self._arrays.add if array else self._arrays.discard)(place)
        if inline is not None:
            for part in parts[:-1]:
                inline = inline.setdefault(part, {})
                if not isinstance(inline, dict):
                    raise self._clash(f'"{join(self._context)}" is not a table')
            inline[self._key] = value
            self._context = outer
            return
        self._context = outer
        self._key = ""

    def _value(self, *, in_array: bool) -> tuple[Any, bool]:
        """Return a value, and whether it is an array."""
        scanner = self._scanner
        scanner.blanks()
        char = scanner.next()
        if char == "[":
            return self._array(), True
        if char == "{":
            return self._inline(in_array=in_array), False
        return self._values.scalar(char), False

    def _array(self) -> list[Any]:
        scanner = self._scanner
        self._arrays.add((*self._context, self._key) if self._key else self._context)
        items: list[Any] = []
        expecting = True
        while True:
            char = scanner.next()
            if char and char in "\t \n\r":
                continue
            if char == "#":
                self._comment()
            elif char == "]":
                return items
            elif char == ",":
                if expecting:
                    raise scanner.error("unexpected comma")
                expecting = True
            elif expecting:
                scanner.back()
                items.append(self._value(in_array=True)[0])
                expecting = False
            else:
                found = f"'{char}'" if char else "end of file"
                raise scanner.error(f"expected a comma (',') or array terminator (']'), but got {found}")

    def _inline(self, *, in_array: bool) -> Table:
        scanner = self._scanner
        table: Table = {}
        outer, outer_key = self._context, self._key
        self._context = (*outer, outer_key)
        self._key = ""
        self._implicit.add(self._context)
        self._enter(self._context, array=in_array)
        expecting = True
        while (char := scanner.next()) != "}":
            if char and char in "\t \n\r":
                continue
            if char == "#":
                self._comment()
            elif char == ",":
                if expecting:
                    raise scanner.error("unexpected comma")
                expecting = True
            elif expecting:
                scanner.back()
                self._pair(table)
                expecting = False
            else:
                found = f"'{char}'" if char else "end of file"
                raise scanner.error(
                    f"expected a comma or an inline table terminator '}}', but got {found} instead"
                )
        self._context, self._key = outer, outer_key
        return table

    def _clash(self, message: str) -> Exception:
        return self._scanner.error_at(self._key_line, message)

    def _enter(self, key: Key, *, array: bool) -> None:
        """Make `key` the table that keys go to, creating the tables above it.

        Raises:
            TOMLError: something else has that name.
        """
        table = self._root
        for depth, part in enumerate(key[:-1], 1):
            if part not in table:
                self._implicit.add(key[:depth])
                table[part] = {}
            below = table[part]
            if isinstance(below, MapSlice):
                table = below[-1]
            elif isinstance(below, dict):
                table = below
            else:
                raise self._clash(f"Key '{join(key[:depth])}' was already created as a hash.")
        self._context = key[:-1]
        if not array:
            self._set(key[-1], {})
        else:
            tables = table.setdefault(key[-1], MapSlice())
            if not isinstance(tables, MapSlice):
                raise self._clash(f"Key '{join(key)}' was already created and cannot be used as an array.")
            tables.append({})
        self._context = key

    def _set(self, name: str, value: Any) -> None:
        """Give a key of the current table its value.

        Raises:
            TOMLError: it has one already, other than by being named in the key of another.
        """
        table = self._root
        for depth, part in enumerate(self._context, 1):
            below = table[part]
            if isinstance(below, MapSlice):
                table = below[-1]
            elif isinstance(below, dict):
                table = below
            else:
                raise self._clash(f"Key '{join(self._context[:depth])}' has already been defined.")
        key = (*self._context, name)
        if name not in table:
            table[name] = value
            return
        if key not in self._implicit:
            raise self._clash(f"Key '{join(key)}' has already been defined.")
        self._implicit.discard(key)
        if key in self._arrays:
            table[name] = value
