"""Keys and plain words of a document's lines."""

from __future__ import annotations

from hivehelm.golang.yaml.resolve import NUMERIC, WORDS, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_MAX_KEY: Final = 128


def pair(body: str) -> tuple[str, str]:
    """Return the text before a colon, and that behind it; "" where there is no key."""
    quote = body[0]
    if quote in "[{":
        return "", ""
    if quote in "\"'":
        end = body.find(quote, 1) + 1
        if end and body[end : end + 1] == ":" and body[end + 1 : end + 2] in ("", " "):
            return body[:end], body[end + 1 :].strip(" ")
        return "", ""
    if body[-1] == ":" and ": " not in body:
        return body[:-1], ""
    key, colon, value = body.partition(": ")
    return (key, value.strip(" ")) if colon else ("", "")


def key_name(key: str) -> str | None:
    """Return a key in lower case; None for one that is out of the ordinary."""
    if len(key) > _MAX_KEY or not key.isascii():
        return None
    first = key[0]
    if first in "\"'":
        return None if "\\" in key else key[1:-1].lower()
    if first == "-" or not is_word(key):
        return None
    if first in NUMERIC and not _is_small(key) and (number(key) is not None or key[4:5] == "-"):
        # To JSON, numbers and dates may be other keys.
        return None
    return None if key in WORDS and not isinstance(WORDS[key], bool) else key.lower()


def _is_small(key: str) -> bool:
    return key.isdigit() and len(key) < 16


def is_word(text: str) -> bool:
    """Tell whether a text is of letters and digits of ASCII and few other signs."""
    letters = text.replace("-", "").replace(".", "").replace("/", "").replace("_", "")
    return letters.isalnum() and text.isascii()
