"""Which subcharts take part, under which names, and what they lend their parents.

Source: Helm's `pkg/chart/v2/util/dependencies.go`. Tags, conditions, aliases and import-values are looked
at from the top down, with the values as they are coalesced at each chart.
"""

from __future__ import annotations

from hivehelm.golang.kinds import StringMap
from hivehelm.values.coalesce import coalesce, coalesce_for, copy, merge, merge_tables
from hivehelm.values.paths import NoTableError, NoValueError, table, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from hivehelm.chart.model import Chart, Dependency
    from hivehelm.values.coalesce import Wanted

    Log = Callable[..., None]


def process_dependencies(chart: Chart, values: dict[str, Any], log: Log | None = None) -> Chart:
    """Return `chart` as it is rendered with the user's `values`; the given one stays as it is.

    Subcharts that are switched off are gone, others carry their aliases, and values that are imported from
    them are among the chart's own. `log(level, message, **attributes)` takes Helm's warnings.

    Raises:
        ValuesError: a subchart's values are not a table.
    """
    processed = _clone(chart)
    processing = _Processing(log)
    processing.enable(processed, values, "")
    processing.import_values(processed)
    return processed


def _clone(chart: Chart) -> Chart:
    """Copy what processing changes: charts, their metadata and who is whose parent."""
    clone = chart.copy()
    clone.metadata = chart.metadata.copy()
    clone.adopt([_clone(below) for below in chart.dependencies])
    return clone


def _looked_at(chart: Chart, path: str) -> Wanted:
    """Return the keys of values that decide on the subcharts of `chart`, whose own are at `path`."""
    wanted: Wanted = {}
    for dependency in chart.metadata.dependencies or ():
        for condition in dependency.condition.strip().split(","):
            first, *rest = (path + condition).split(".")
            inner = wanted.setdefault(first, {})
            if not rest:
                wanted[first] = None
            elif inner is not None:
                inner[rest[0]] = None
    for subchart in chart.dependencies:
        for below in subchart.walk():
            for dependency in below.metadata.dependencies or ():
                # The charts below look for theirs among the values of this one.
                wanted[dependency.name] = wanted[dependency.alias] = None
                if dependency.condition:
                    wanted[subchart.name] = None
            if below is not subchart:
                wanted[below.name] = None
    return wanted


class _Processing:
    def __init__(self, log: Log | None) -> None:
        self.log = log

    def warn(self, message: str, **attributes: object) -> None:
        if self.log is not None:
            self.log("WARN", message, **attributes)

    def say(self, message: str) -> None:
        if self.log is not None:
            self.log("INFO", message)

    def enable(self, chart: Chart, values: dict[str, Any], path: str) -> None:
        """Leave the subcharts that are wanted, all the way down (`processDependencyEnabled`)."""
        asked = chart.metadata.dependencies
        if asked is None:
            return
        chart.adopt(self.named(chart.dependencies, asked))
        for dependency in asked:
            dependency.enabled = True
        if self.log is None:
            coalesced = coalesce_for(chart, values, _looked_at(chart, path))
        else:
            coalesced = coalesce(chart, values, self.say)
        self.apply_tags(asked, coalesced)
        self.apply_conditions(asked, coalesced, path)
        off = {dependency.name for dependency in asked if not dependency.enabled}
        kept = [below for below in chart.dependencies if below.name not in off]
        for below in kept:
            self.enable(below, coalesced, f"{path}{below.name}.")
        # Go's append to nil: without any left the list is nil again.
        chart.metadata.dependencies = [d for d in asked if d.name not in off] or None
        chart.adopt(kept)

    def named(self, charts: list[Chart], asked: Iterable[Dependency]) -> list[Chart]:
        """Return the vendored charts that Chart.yaml does not mention, then one for each that it does."""
        found = [
            chart
            for chart in charts
            if not any(chart.name == dependency.name and _fits(dependency, chart) for dependency in asked)
        ]
        for dependency in asked:
            for chart in charts:
                if chart.name == dependency.name and _fits(dependency, chart):
                    found.append(_alias(chart, dependency.alias))
                    break
            if dependency.alias:
                dependency.name = dependency.alias
        return found

    def apply_tags(self, asked: Iterable[Dependency], values: dict[str, Any]) -> None:
        tags = values.get("tags")
        if not isinstance(tags, dict):
            return
        for dependency in asked:
            states = set()
            for tag in dependency.tags or ():
                if tag not in tags:
                    continue
                if isinstance(state := tags[tag], bool):
                    states.add(state)
                else:
                    self.warn("returned non-bool value", tag=tag, chart=dependency.name)
            dependency.enabled = True in states or not states

    def apply_conditions(self, asked: Iterable[Dependency], values: dict[str, Any], path: str) -> None:
        for dependency in asked:
            for condition in dependency.condition.strip().split(","):
                if not condition:
                    continue
                try:
                    state = value(values, path + condition)
                except NoValueError:
                    continue
                if isinstance(state, bool):
                    dependency.enabled = state
                    break
                self.warn("returned non-bool value", path=condition, chart=dependency.name)

    def import_values(self, chart: Chart) -> None:
        """Give charts the values that they import from those below, lowest first (`processImportValues`)."""
        for below in chart.dependencies:
            self.import_values(below)
        asked = chart.metadata.dependencies
        if asked is None:
            return
        merged = merge(chart, None, self.say)
        imported: dict[str, Any] = {}
        for dependency in asked:
            if dependency.import_values:
                imported = self.imports_of(dependency, merged, imported)
            else:
                dependency.import_values = None
        chart.values = merge_tables(copy(merged), imported, self.say) if imported else merged

    def imports_of(
        self, dependency: Dependency, values: dict[str, Any], imported: dict[str, Any]
    ) -> dict[str, Any]:
        used: list[Any] = []
        for entry in dependency.import_values or ():
            # What two aliases share comes by twice, then as a map of strings, which Helm passes over.
            if isinstance(entry, StringMap):
                continue
            if isinstance(entry, dict):
                child, parent = _text(entry.get("child")), _text(entry.get("parent"))
            elif isinstance(entry, str):
                child, parent = f"exports.{entry}", "."
            else:
                continue
            used.append(StringMap(child=child, parent=parent))
            try:
                found = table(values, f"{dependency.name}.{child}")
            except NoTableError as error:
                if isinstance(entry, dict):
                    self.warn("ImportValues missing table from chart", chart=dependency.name, error=error)
                else:
                    self.warn("ImportValues missing table", error=error)
                continue
            # Merging writes into what it takes from, but an empty table is a new one in Go.
            imported = merge_tables(imported, _nest(parent, found or {}), self.say)
        dependency.import_values = used or None
        return imported


def _fits(dependency: Dependency, chart: Chart) -> bool:
    """Tell whether the chart's version is within the dependency's range (`IsCompatibleRange`)."""
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.semver import Constraint, parse

    wanted, version = dependency.version, chart.metadata.version
    if wanted == version and wanted.replace(".", "").isdigit():
        return True
    try:
        return bool(Constraint(wanted).check(parse(version)))
    except HivehelmError:
        return False


def _alias(chart: Chart, alias: str) -> Chart:
    """Return a chart of its own, under its alias; what is below it is shared but for its parent."""
    other = chart.copy()
    other.metadata = chart.metadata.copy()
    other.adopt([below.copy() for below in chart.dependencies])
    if alias:
        other.metadata.name = alias
    return other


def _nest(path: str, inner: dict[str, Any]) -> dict[str, Any]:
    if path == ".":
        return inner
    for key in reversed(path.split(".")):
        inner = {key: inner}
    return inner


def _text(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    from hivehelm.golang.fmt import sprint

    return sprint(entry)
