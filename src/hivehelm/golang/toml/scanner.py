"""The characters of a TOML text, one by one, and what the library says of those that do not belong."""

from __future__ import annotations

from hivehelm.golang.toml.error import TOMLError
from hivehelm.golang.unicode import is_print

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# Other controls are refused before they are spelt.
_NAMED = {"\n": "n", "\r": "r", "\t": "t", "\\": "\\", "'": "'"}


def spell_rune(char: str) -> str:
    """Return a character as %q prints a rune; "" is the end, which the library takes for a NUL."""
    if not char:
        return r"'\x00'"
    if char in _NAMED:
        return f"'\\{_NAMED[char]}'"
    code = ord(char)
    if is_print(char):
        return f"'{char}'"
    return f"'\\u{code:04x}'" if code < 0x10000 else f"'\\U{code:08x}'"


class Scanner:
    """A place in a text; `next` moves on, "" is the end. `last_key` names the key for errors."""

    def __init__(self, text: str, last_key: Callable[[], str]) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self._ended = False
        self._last_key = last_key

    def next(self) -> str:
        """Return the next character and step over it.

        Raises:
            TOMLError: it is a control character, or a byte that is not UTF-8.
        """
        if self.at >= len(self.text):
            self._ended = True
            return ""
        char = self.text[self.at]
        if char == "\n":
            self.line += 1
        elif char == "\x7f" or char < " ":
            if char != "\t" and not (char == "\r" and self.text[self.at + 1 : self.at + 2] == "\n"):
                raise self.error_here(f"TOML files cannot contain control characters: '0x{ord(char):02x}'")
        elif "\udc80" <= char <= "\udcff":
            raise self.error_here(f"invalid UTF-8 byte: 0x{ord(char) - 0xDC00:02x}")
        self.at += 1
        return char

    def back(self) -> None:
        """Step back over what `next` returned."""
        if self._ended:
            self._ended = False
            return
        self.at -= 1
        if self.text[self.at] == "\n":
            self.line -= 1

    def peek(self) -> str:
        """Return the next character without stepping over it."""
        char = self.next()
        self.back()
        return char

    def accept(self, wanted: str) -> bool:
        """Step over the next character if it is `wanted`."""
        if self.next() == wanted:
            return True
        self.back()
        return False

    def blanks(self) -> None:
        """Step over blanks and tabs."""
        while self.next() in ("\t", " "):
            pass
        self.back()

    def error(self, message: str) -> TOMLError:
        """Return an error about what was just read; at the end of the text, about the line that ended."""
        past = self._ended and self.at >= 1 and self.text[self.at - 1] == "\n"
        return self.error_at(self.line - past, message)

    def error_here(self, message: str) -> TOMLError:
        """Return an error about this line."""
        return self.error_at(self.line, message)

    def error_before(self, message: str) -> TOMLError:
        """Return an error about the line that the line feed just read has ended."""
        return self.error_at(self.line - 1, message)

    def error_at(self, line: int, message: str) -> TOMLError:
        """Return an error about a line."""
        return TOMLError(message, line, self._last_key())
