"""TOML into maps: int64, float64, strings, booleans, times, lists, and lists of maps for arrays of tables."""

from __future__ import annotations

from hivehelm.golang.toml.error import TOMLError
from hivehelm.golang.toml.reader import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def loads(text: str | bytes) -> dict[str, Any]:
    """Return the document's root table.

    Raises:
        TOMLError: with the library's text, `toml: line 3 (last key "a.b"): …`.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    if text[:2] in ("\udcff\udcfe", "\udcfe\udcff"):
        text = text[2:]
    elif text[:1] == "\ufeff":
        text = text[1:]
    if b"\0" in text[:6].encode("utf-8", "surrogateescape")[:6]:
        raise TOMLError("files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8", 1)
    try:
        return Reader(text).document()
    except RecursionError:
        raise TOMLError("value is nested too deeply", 1) from None
