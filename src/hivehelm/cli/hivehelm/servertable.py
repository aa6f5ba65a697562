"""The API server's tables in text, as `helm status` prints them (k8s.io/cli-runtime's printers)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

_NARROWEST = 6
_GAP = 3


def resources_text(resources: Mapping[str, Iterable[dict[str, Any]]]) -> str:
    """Return tables of objects, by what they are, under a head for each."""
    parts: list[str] = []
    previous: Any = None
    for title, tables in resources.items():
        parts.append(f"==> {title}\n")
        for table in tables:
            columns = table.get("columnDefinitions") or previous
            # Columns that the table before had already are not named again.
            lines = _rows(table, columns or [], heads=columns != previous)
            parts.append(align(lines))
            if lines:
                previous = columns
        parts.append("\n")
    return "".join(parts)


def _rows(table: dict[str, Any], columns: Sequence[dict[str, Any]], *, heads: bool) -> list[list[str]]:
    rows = table.get("rows") or []
    if not rows:
        return []
    shown = [i for i, column in enumerate(columns) if not column.get("priority")]
    lines = [[str(columns[i].get("name", "")).upper() for i in shown]] if heads else []
    for row in rows:
        cells = row.get("cells") or []
        lines.append([_cell(cells[i]) for i in shown if i < len(cells)])
    return lines


def _cell(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        from hivehelm.golang.fmt import sprint

        return sprint(value)
    for i, letter in enumerate(value):
        if letter in "\f\n\r":
            return value[:i] + "..."
    return value


def align(lines: Sequence[Sequence[str]]) -> str:
    """Return cells in columns, three blanks between them and each six wide at least, the last one free."""
    widths: list[int] = []
    for line in lines:
        for i, cell in enumerate(line[:-1]):
            if i == len(widths):
                widths.append(_NARROWEST)
            widths[i] = max(widths[i], len(cell) + _GAP)
    return "".join(
        "".join(cell.ljust(width) for cell, width in zip(line[:-1], widths, strict=False))
        + "".join(line[-1:])
        + "\n"
        for line in lines
    )
