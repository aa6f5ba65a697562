"""The values of a chart and of the charts under it, made one (Helm's `pkg/chart/common/util/coalesce.go`).

What the user gave wins over a chart's own values, and those win over its subcharts'; tables are merged,
anything else is replaced. Two ways: *coalescing* drops nulls (a null that the user gave removes a default),
*merging* keeps them for a later round. Which tables end up shared between a chart and its subcharts is
Helm's, too, since templates can tell.
"""

from __future__ import annotations

from marshal import dumps as _dump
from marshal import loads as _load

from hivehelm.errors import HivehelmError
from hivehelm.seen import Seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.chart.model import Chart

    Table = dict[str, Any]
    Warn = Callable[[str], None]
    Wanted = dict[str, "Wanted | None"]

GLOBAL = "global"


class ValuesError(HivehelmError):
    """Values do not fit the chart; `path` is the key where they don't, where it is known."""

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path


def coalesce(chart: Chart, values: Table | None, warn: Warn | None = None) -> Table:
    """Return the values that `chart` is rendered with: new tables, nothing shared with the arguments.

    `warn(message)` hears of values that do not go together; Helm logs those at level INFO.

    Raises:
        ValuesError: a subchart's values are not a table.
    """
    return _Coalescing(False, warn).chart(chart, copy(values or {}), "")


def coalesce_for(chart: Chart, values: Table | None, wanted: Wanted) -> Table:
    """Return what `coalesce` does, without values, given or the charts', that `wanted` does not have.

    It has keys, and under the name of a subchart those wanted of its values; None stands for all of them.
    `tags`, `global` and the values for subcharts are there in any case.

    Raises:
        ValuesError: a subchart's values are not a table.
    """
    return _Coalescing(False, None).chart(chart, copy(_chosen(values or {}, chart, wanted)), "", wanted)


def merge(chart: Chart, values: Table | None, warn: Warn | None = None) -> Table:
    """Return the values as `coalesce` does, nulls kept (`MergeValues`).

    Raises:
        ValuesError: a subchart's values are not a table.
    """
    return _Coalescing(True, warn).chart(chart, copy(values or {}), "")


def coalesce_tables(over: Table, under: Table, warn: Warn | None = None) -> Table:
    """Merge `under` into `over` in place, a null in `over` removing what `under` has; return `over`."""
    return _Coalescing(False, warn).tables(over, under, "", False)


def merge_tables(over: Table, under: Table, warn: Warn | None = None) -> Table:
    """Merge `under` into `over` in place, nulls kept; return `over`."""
    return _Coalescing(True, warn).tables(over, under, "", True)


def copy(values: Table) -> Table:
    """Return a copy of values that shares nothing which can be changed."""
    try:
        # Version 2 knows no references: what was shared within the original is not within the copy.
        copied: Table = _load(_dump(values, 2))  # noqa: S302  (only what was just dumped)
    except ValueError:
        # Go's sized integers, or nesting beyond marshal's.
        copied = _copy(values)
    return copied


def _chosen(values: Table, chart: Chart, wanted: Wanted) -> Table:
    keys = {GLOBAL, "tags", *wanted, *(below.name for below in chart.dependencies)}
    return {key: value for key, value in values.items() if key in keys}


def _defaults(values: Table) -> tuple[Table, frozenset[str] | None]:
    """Return a copy of a chart's values, and the keys of tables in it that hold a null; None: any of them."""
    try:
        dumped = _dump(values, 2)
    except ValueError:
        return _copy(values), None
    copied: Table = _load(dumped)  # noqa: S302  (only what was just dumped)
    nulls: frozenset[str] | None = _NULLS.get(dumped)
    if nulls is None:
        nulls = frozenset(
            key for key, value in copied.items() if isinstance(value, dict) and _has_null(value)
        )
        _NULLS.put(dumped, nulls, len(dumped))
    return copied, nulls


# The keys of tables with nulls in charts' values, by their dump.
_NULLS = Seen(8 << 20)


def _has_null(table: Table) -> bool:
    return None in table.values() or any(
        isinstance(item, dict) and _has_null(item) for item in table.values()
    )


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return type(value)((key, _copy(item)) for key, item in value.items())
    if isinstance(value, list):
        return type(value)(_copy(item) for item in value)
    return value


class _Coalescing:
    """One run of either way; `keep_nulls` is Helm's `merge`."""

    def __init__(self, keep_nulls: bool, warn: Warn | None) -> None:
        self.keep_nulls = keep_nulls
        self.warn = warn

    def chart(self, chart: Chart, values: Table, prefix: str, wanted: Wanted | None = None) -> Table:
        prefix = f"{prefix}.{chart.name}" if prefix else chart.name
        self.own_values(chart, values, prefix, wanted)
        for subchart in chart.dependencies:
            name = subchart.name
            below = values.setdefault(name, {})
            if not isinstance(below, dict):
                from hivehelm.golang.fmt import sprintf

                raise ValuesError(f"type mismatch on {name}: {sprintf('%t', [below])}", name)
            self.globals(below, values, prefix)
            self.chart(subchart, below, prefix, None if wanted is None else wanted.get(name, {}))
        return values

    def own_values(self, chart: Chart, values: Table, prefix: str, wanted: Wanted | None) -> None:
        own = chart.values if wanted is None else _chosen(chart.values, chart, wanted)
        if not own:
            return
        defaults, nulls = _defaults(own)
        for key, default in defaults.items():
            if key not in values:
                if not self.keep_nulls:
                    if default is None:
                        continue
                    if isinstance(default, dict) and (nulls is None or key in nulls):
                        _drop_nulls(default)
                values[key] = default
                continue
            value = values[key]
            if value is None and not self.keep_nulls:
                del values[key]
            elif isinstance(value, dict):
                if isinstance(default, dict):
                    # A subchart's table keeps its nulls until the subchart's own turn.
                    keep = self.keep_nulls or any(below.name == key for below in chart.dependencies)
                    if not keep and (nulls is None or key in nulls):
                        _drop_nulls(default)
                    self.tables(value, default, f"{prefix}.{key}", keep)
                elif default is not None:
                    self.say(f"warning: skipped value for {prefix}.{key}: Not a table.")

    def globals(self, below: Table, above: Table, prefix: str) -> None:
        """Give a subchart the globals of the chart above, which win over its own."""
        theirs = below.get(GLOBAL) if GLOBAL in below else {}
        if not isinstance(theirs, dict):
            self.say(f"warning: skipping globals because destination {GLOBAL} is not a table.")
            return
        ours = above.get(GLOBAL) if GLOBAL in above else {}
        if not isinstance(ours, dict):
            self.say(f"warning: skipping globals because source {GLOBAL} is not a table.")
            return
        for key, value in ours.items():
            there = theirs.get(key)
            if isinstance(value, dict):
                table = dict(value)
                if key not in theirs:
                    theirs[key] = table
                elif isinstance(there, dict):
                    self.tables(table, there, f"{prefix}.{key}", True)
                    theirs[key] = table
                else:
                    from hivehelm.golang.fmt import quote

                    self.say(f"Conflict: cannot merge map onto non-map for {quote(key)}. Skipping.")
            elif isinstance(there, dict):
                self.say(f"key {key} is table. Skipping")
            else:
                theirs[key] = value
        below[GLOBAL] = theirs

    def tables(self, over: Table, under: Table, prefix: str, keep_nulls: bool) -> Table:
        """Merge `under` into `over` (`coalesceTablesFullKey`); `under` is used up."""
        # A null in `over` removes a default; where there is none to remove, the null stays.
        removed = (
            set()
            if keep_nulls
            else {key for key, value in over.items() if value is None and under.get(key) is not None}
        )
        for key, value in over.items():
            if value is None:
                under[key] = None
        for key, value in under.items():
            if key not in over:
                over[key] = value
                continue
            there = over[key]
            if key in removed:
                del over[key]
            elif isinstance(value, dict):
                where = f"{prefix}.{key}" if prefix else key
                if isinstance(there, dict):
                    self.tables(there, value, where, keep_nulls)
                else:
                    self.say(f"warning: cannot overwrite table with non table for {where} ({_go(value)})")
            elif isinstance(there, dict) and value is not None:
                where = f"{prefix}.{key}" if prefix else key
                self.say(
                    f"warning: destination for {where} is a table. Ignoring non-table value ({_go(value)})"
                )
        return over

    def say(self, message: str) -> None:
        if self.warn is not None:
            self.warn(message)


def _go(value: object) -> str:
    from hivehelm.golang.fmt import sprint

    return sprint(value)


def _drop_nulls(table: Table) -> None:
    for key in [key for key, value in table.items() if value is None]:
        del table[key]
    for value in table.values():
        if isinstance(value, dict):
            _drop_nulls(value)
