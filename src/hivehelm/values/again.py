"""The values of a chart once more, where the user changes some of them and all else stays.

Neither which subcharts take part nor how values are coalesced depends on what single values are: null, true
and false, and tables apart, they are only moved. So it is enough to know where those that change get to. That
is found out by coalescing once with marks in their places.
"""

from __future__ import annotations

from secrets import token_hex

from hivehelm.values.changes import grafted, holds_tables, same, twins
from hivehelm.values.coalesce import coalesce, copy
from hivehelm.values.subcharts import process_dependencies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Final

    from hivehelm.chart.model import Chart
    from hivehelm.values.changes import Twins

    Path = tuple[str, ...]
    Table = dict[str, Any]

# How many kinds of values are remembered: without any, with one of them, with another.
_KINDS: Final = 4


class Again:
    """What a chart and its values came to; for one chart after the other.

    Attributes:
        chart: the chart with its dependencies processed.
        values: the coalesced values; who changes them makes the next ones wrong. What has not changed since
            is shared with the last ones.
        twins: their twins (`changes.twins`).
    """

    def __init__(self) -> None:
        self.chart: Chart
        self.values: Table = {}
        self.twins: Twins = frozenset()
        self._chart: Chart | None = None
        self._decisive: frozenset[str] = frozenset()
        self._kinds: list[_Settled] = []

    def settle(self, chart: Chart, values: Table) -> None:
        """Come to what `process_dependencies` and `coalesce` make of the user's `values`.

        Raises:
            ValuesError: a subchart's values are not a table.
        """
        if chart is not self._chart:
            self._chart, self._decisive, self._kinds = chart, frozenset(_decisive(chart)), []
        for settled in self._kinds:
            changed: dict[Path, Any] = {}
            if self._compare(settled.given, values, (), changed):
                # Whatever ends this early leaves nothing to go on with.
                self._kinds.remove(settled)
                # What is given must stay what it is.
                settled.change(values, copy(changed))  # type: ignore[arg-type]
                break
        else:
            settled = _Settled(chart, values)
            if self._kinds:
                settled.values = grafted(self._kinds[0].values, settled.values)
        settled.given = copy(values)
        self._kinds = [settled, *self._kinds[: _KINDS - 1]]
        self.chart, self.values, self.twins = settled.chart, settled.values, settled.twins

    def _compare(self, old: Table, new: Table, path: Path, changed: dict[Path, Any]) -> bool:
        """Note what the user changed; return whether it decides on nothing else."""
        if list(old) != list(new):
            return False
        for key, value in new.items():
            before = old[key]
            if value.__class__ is dict and before.__class__ is dict:
                if not self._compare(before, value, (*path, key), changed):
                    return False
            elif not same(before, value):
                if not (_moved_only(before) and _moved_only(value)):
                    return False
                if (value.__class__ is bool or before.__class__ is bool) and key in self._decisive:
                    return False
                changed[*path, key] = value
        return True


class _Settled:
    """Values that the user gave, and what they came to."""

    def __init__(self, chart: Chart, given: Table) -> None:
        self.given = given
        self.chart = process_dependencies(chart, given)
        self.values = coalesce(self.chart, given)
        self.twins = twins(self.values)
        self._places: dict[Path, list[Path]] = {}

    def change(self, given: Table, changed: dict[Path, Any]) -> None:
        """Take other values of the user's at these paths."""
        if new := [path for path in changed if path not in self._places]:
            self._places.update(self._found(given, new))
        moved = {place: changed[path] for path in changed for place in self._places[path]}
        self.values = replaced(self.values, moved)

    def _found(self, given: Table, paths: list[Path]) -> dict[Path, list[Path]]:
        """Return where the user's values at `paths` get to."""
        found: dict[Path, list[Path]] = {path: [] for path in paths}
        marks = {f"{token_hex(16)}{number}": path for number, path in enumerate(paths)}
        marked = coalesce(self.chart, replaced(given, {path: mark for mark, path in marks.items()}))
        for place, value in _leaves(marked, ()):
            if value.__class__ is str and value in marks:
                found[marks[value]].append(place)
        return found


def _decisive(chart: Chart) -> Iterator[str]:
    """Yield the last keys of all tags and conditions, which decide on subcharts if they are true or false."""
    for each in chart.walk():
        for dependency in each.metadata.dependencies or ():
            yield from dependency.tags or ()
            for condition in dependency.condition.split(","):
                yield condition.strip().rpartition(".")[2]


def _moved_only(value: Any) -> bool:
    return value is not None and not holds_tables(value)


def _leaves(table: Table, path: Path) -> Iterator[tuple[Path, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def replaced(table: Table, values: dict[Path, Any]) -> Table:
    """Return a tree with other values at some paths: the rest is shared; what was in two places still is."""
    copies: dict[int, Table] = {}

    def own(shared: Table) -> Table:
        known = copies.get(id(shared))
        if known is None:
            known = copies[id(shared)] = shared.copy()
            # One that has been copied stands for itself.
            copies[id(known)] = known
        return known

    top = own(table)
    for path, value in values.items():
        holder = top
        for key in path[:-1]:
            below = own(holder[key])
            holder[key] = below
            holder = below
        holder[path[-1]] = value
    return top
