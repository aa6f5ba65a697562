"""Results as tables, JSON and YAML, as Helm prints them (`pkg/cli/output`, gosuri/uitable, fatih/color)."""

from __future__ import annotations

from hivehelm.cli.flags import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from hivehelm.cli.stream import Stream
    from hivehelm.settings import Settings

_AT_ONCE = 256
FORMATS = ("table", "json", "yaml")

_RED, _GREEN, _YELLOW, _CYAN = "31", "32", "33", "36"
_STATUS_COLORS = {
    "deployed": _GREEN,
    "failed": _RED,
    "unknown": _RED,
    "pending-install": _YELLOW,
    "pending-upgrade": _YELLOW,
    "pending-rollback": _YELLOW,
    "uninstalling": _YELLOW,
}


def _set_format(_current: str, _given: bool, text: str) -> str:
    if text not in FORMATS:
        raise ValueError("invalid format type")
    return text


def output_flag() -> Flag:
    """Return `-o`."""
    return Flag(
        "output",
        "print as table, json or yaml",
        short="o",
        type="format",
        default="table",
        setter=_set_format,
    )


class Members:
    """What Go holds in a struct: JSON keeps the order of its members."""

    def __init__(self, members: dict[str, Any]) -> None:
        self._members = members

    def to_json(self) -> dict[str, Any]:
        """Return the members in their order."""
        return self._members


def encode(format: str, value: Any) -> str:  # noqa: A002
    """Return `value` as `json` on one line, or as `yaml`."""
    if format == "json":
        from hivehelm.golang.json import dumps

        return dumps(value) + "\n"
    from hivehelm.golang.yaml import dump

    return dump(value)


def encode_list(format: str, values: Iterable[Any]) -> Iterator[str]:  # noqa: A002
    """Yield what `encode` returns for a list, in pieces: a long one is never there as a whole."""
    from itertools import islice

    rest = iter(values)
    some = list(islice(rest, _AT_ONCE))
    if format == "json":
        from hivehelm.golang.json import dumps

        before = "["
        while some:
            yield before + dumps(some)[1:-1]
            before = ","
            some = list(islice(rest, _AT_ONCE))
        yield "[]\n" if before == "[" else "]\n"
        return
    from hivehelm.golang.yaml import dump

    yield dump(some)
    while some := list(islice(rest, _AT_ONCE)):
        yield dump(some)


class Colors:
    """Colors where they are wanted: never, always, or when `stream` is a terminal; never with `NO_COLOR`."""

    def __init__(self, settings: Settings, stream: Stream) -> None:
        mode, environ = settings.color, settings.environ
        self._on = not environ.get("NO_COLOR") and (
            mode == "always" or (mode == "auto" and environ.get("TERM") != "dumb" and stream.is_terminal())
        )

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._on else text

    def status(self, status: str) -> str:
        """Return a release's status in green, yellow or red."""
        code = _STATUS_COLORS.get(status)
        return self._paint(code, status) if code else status

    def header(self, text: str) -> str:
        """Return a column's head in bold."""
        return f"\x1b[1m{text}\x1b[22m" if self._on else text

    def namespace(self, text: str) -> str:
        """Return a namespace in cyan."""
        return self._paint(_CYAN, text)


def table(rows: Sequence[Sequence[object]], limit: int = 0) -> str:
    """Return rows in columns: padded to the widest cell, tabs between, a line end at the end (uitable).

    With a `limit`, no column is wider than that, and what does not fit is cut.
    """
    return "\n".join(table_lines(rows, limit)) + "\n"


def table_lines(rows: Sequence[Sequence[object]], limit: int = 0) -> Iterator[str]:
    """Yield the lines of a table, without their ends; as `table`."""
    sizes: list[int] = []
    for row in rows:
        for i, cell in enumerate(row):
            if i == len(sizes):
                sizes.append(0)
            size = max(width(line) for line in str(cell).split("\n"))
            sizes[i] = max(sizes[i], min(size, limit) if limit else size)
    for row in rows:
        yield from _lines([str(cell) for cell in row], sizes)


def _lines(row: Sequence[str], sizes: Sequence[int]) -> list[str]:
    """Return the lines of one row, as many as its highest cell has."""
    # uitable fits the cell as a whole before it is split, which cuts cells of several lines short.
    columns = [_fit(cell, size).split("\n") for cell, size in zip(row, sizes, strict=False)]
    height = max((len(column) for column in columns), default=0)
    return [
        "\t".join(
            _fit(column[n], size) if n < len(column) else " " * max(size, 1)
            for column, size in zip(columns, sizes, strict=False)
        )
        for n in range(height)
    ]


def _fit(text: str, size: int) -> str:
    """Return `text` padded to `size` columns, or cut to them with `...` at its end."""
    taken = width(text)
    if not size or taken <= size:
        return text + " " * (size - taken) if size else text
    kept = ""
    columns = 0
    for letter in text:
        kept += letter
        columns += width(letter)
        if columns >= size - 3:
            break
    return kept + "..."


def width(text: str) -> int:
    """Return how many columns a text takes: none for colors and marks that combine, two for wide letters."""
    if "\x1b" in text:
        import re

        text = re.sub("\x1b\\[[0-9;]*m", "", text)
    if text.isascii() and text.isprintable():
        return len(text)
    import unicodedata

    total = 0
    for letter in text:
        if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cc", "Cf", "Mn", "Me"):
            continue
        total += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
    return total
