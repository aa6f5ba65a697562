"""The fields of entries, each by its text: most versions of a chart repeat those of the others."""

from __future__ import annotations

import re

from hivehelm.chart.decode import BadTimeError, is_ordinary_time
from hivehelm.chart.errors import ValidationError
from hivehelm.chart.validate import is_version, sanitize
from hivehelm.sources.index.check import checked
from hivehelm.sources.index.decode import IndexDecoder, spell_entry
from hivehelm.sources.index.events import Events, Unlike, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.sources.index.decode import Document

    Field = tuple[str, Any]

_TIDIED = frozenset(("home", "description", "icon", "condition", "tags", "appVersion", "kubeVersion"))
_ORDER = ("name", "version", "repository", "condition")
_DEPENDENCY = frozenset(_ORDER)
_REMEMBERED = 4 << 20
_TEXTS = frozenset(
    (
        "home", "description", "icon", "apiVersion", "condition", "tags", "appVersion", "kubeVersion",
        "digest", "created", "version",
    )
)  # fmt: skip
# A line `key: value`, where the value cannot be anything but a scalar on that line.
_LINE = re.compile(r"([A-Za-z]+): (?:([A-Za-z0-9/(._][^\n]*)|\"([^\"\\\n]*)\"|'([^'\n]*)')")
_ADDRESS = re.compile(r"urls:\n *- ([A-Za-z0-9/._][^\n#]*)")
_FOUNDATION = {"name": "a", "version": "1.0.0", "apiVersion": "v2"}


class Fields:
    """Fields by their texts, as an entry's document has them.

    A value is None where a document leaves it out. `odd` are texts of fields that no valid chart has.
    """

    def __init__(self, indent: int) -> None:
        self._indent = b" " * indent
        self._known: dict[str, Field] = {}
        self._size = 0
        self.odd: set[str] = set()

    def document(self, texts: list[str]) -> Document:
        """Return the entry of these fields, which no other may share.

        Raises:
            Unlike: a field is not to be read here, or given twice.
        """
        known = self._known
        try:
            document = dict([known[text] for text in texts])
        except KeyError:
            document = dict([self._field(text) for text in texts])
        if len(document) != len(texts):
            raise Unlike
        if None in document.values():
            document = {key: value for key, value in document.items() if value is not None}
        return document

    def _field(self, text: str) -> Field:
        field = self._known.get(text)
        if field is None:
            self._size += len(text) + 200
            if self._size > _REMEMBERED:
                self._known.clear()
                self._size = 0
            field = self._known[text] = self._line(text) or self._read(text)
        return field

    def _line(self, text: str) -> Field | None:
        """Return a field that is a text on one line, or one address; None for all others."""
        if (found := _LINE.fullmatch(text)) is None:
            return self._address(text)
        key, value, *quoted = found.groups()
        if key not in _TEXTS or not text.isascii():
            return None
        if value is None:
            value = quoted[0] if quoted[0] is not None else quoted[1]
        elif not _is_plain(value):
            return None
        if key == "version" and not is_version(value):
            self.odd.add(text)
        elif key == "created" and not is_ordinary_time(value):
            return None
        return key, value or None

    @staticmethod
    def _address(text: str) -> Field | None:
        found = _ADDRESS.fullmatch(text)
        if found is None or not text.isascii() or not _is_plain(found[1]):
            return None
        return "urls", [found[1]]

    def _read(self, text: str) -> Field:
        """Read any field; it is found out what an entry with it and nothing else is like."""
        if "\\/" in text:
            # libyaml and go-yaml differ there.
            raise Unlike
        events = Events(b"%b%b\n" % (self._indent, text.encode()))
        entry = events.value()
        events.end_all()
        if not isinstance(entry, dict) or len(entry) != 1:
            raise Unlike
        ((given, said),) = entry.items()
        if (field := _ordinary(given, said)) is not None:
            return field
        spell_entry(entry)
        decoder = IndexDecoder(strict=True)
        try:
            document = decoder.entry(entry)
        except BadTimeError:
            raise Unlike from None
        if decoder.problem or document is None:
            raise Unlike
        # Nothing is left of what is empty, and addresses are told even if there are none.
        key, value = next(iter(document.items()), (given, None))
        try:
            value = checked({**_FOUNDATION, **document}).get(key)
        except ValidationError:
            self.odd.add(text)
        return key, value


def _ordinary(key: str, value: Any) -> Field | None:
    """Return a field that nothing can be wrong with, None for one that has to be looked at as Helm does."""
    if value.__class__ is str:
        if key in _TIDIED:
            return key, sanitize(value) or None
    elif key == "annotations":
        if value.__class__ is dict and value and all(one.__class__ is str for one in value.values()):
            return key, value
    elif key == "dependencies" and value.__class__ is list and value:
        needed = [_dependency(one) for one in value]
        if None not in needed:
            return key, needed
    return None


def _dependency(value: Any) -> dict[str, str] | None:
    if value.__class__ is not dict or not value.keys() <= _DEPENDENCY:
        return None
    if not all(one.__class__ is str and one.isascii() and one.isprintable() for one in value.values()):
        return None
    always = ("name", "repository")
    return {key: value.get(key, "") for key in _ORDER if value.get(key) or key in always}


def _is_plain(value: str) -> bool:
    """Tell whether a plain scalar is a text, and ends where its line does."""
    return ": " not in value and " #" not in value and value[-1] not in ": " and plain(value) is value
