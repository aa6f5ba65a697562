"""The error of TOML, in the words of BurntSushi's toml."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class TOMLError(HivehelmError):
    """TOML that cannot be read, or a value that cannot be written.

    Where it is about a text, `line` is the number that the library gives, mostly counted from 1, and
    `last_key` the key being read, with dots.
    """

    def __init__(self, message: str, line: int | None = None, last_key: str = "") -> None:
        text = message
        if line is not None:
            from hivehelm.golang.fmt import quote

            key = f" (last key {quote(last_key)})" if last_key else ""
            text = f"toml: line {line}{key}: {message}"
        super().__init__(text)
        self.message = message
        self.line = line
        self.last_key = last_key
