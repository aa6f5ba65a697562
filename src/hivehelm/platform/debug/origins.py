"""Where each value that a chart is rendered with comes from."""

from __future__ import annotations

from hivehelm.platform.debug.facts import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.chart.model import Chart

    Path = tuple[str, ...]

USER = "user-supplied"
USER_GLOBAL = "user-supplied (global)"
DEFAULT = "chart default"
GLOBAL = "global"
_ABSENT = object()


def origins(chart: Chart, config: dict[str, Any]) -> list[Value]:
    """Return the values of a chart and of the charts in it, each with its origin; `config` are the user's.

    A list is one value. A value of a subchart comes from the user, from a chart above it (`parent chart
    NAME`), from its own defaults, or, below `global`, from the charts above it as well.
    """
    from hivehelm.values.coalesce import coalesce

    merged = coalesce(chart, config)
    found = []
    for path, value in _leaves(merged, ()):
        origin, default = _origin(chart, config, path)
        found.append(Value(path=".".join(path), value=value, origin=origin, default=default))
    return found


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif path:
        yield path, value


def _at(values: Any, path: Path) -> Any:
    for key in path:
        if not isinstance(values, dict) or key not in values:
            return _ABSENT
        values = values[key]
    return values


def _origin(chart: Chart, config: dict[str, Any], path: Path) -> tuple[str, Any]:
    """Return where a value comes from, and what it would be without the user."""
    default, default_origin = _ABSENT, DEFAULT
    for place, values in _layers(chart, path):
        found = _at(values, path[len(place) :])
        if found is not _ABSENT:
            default, default_origin = found, _named(chart, place, path)
            break
    given = _at(config, path)
    if given is not _ABSENT:
        return USER, None if default is _ABSENT else default
    # Globals go down to every subchart.
    if "global" in path[1:]:
        at = path.index("global", 1)
        for depth in range(at):
            place = (*path[:depth], *path[at:])
            if _at(config, place) is not _ABSENT:
                return USER_GLOBAL, None
            for above, values in _layers(chart, place):
                if _at(values, place[len(above) :]) is not _ABSENT:
                    return GLOBAL, None
    if default is _ABSENT:
        return DEFAULT, None
    return (GLOBAL if path[0] == "global" else default_origin), None


def _layers(chart: Chart, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the values.yaml of the charts that may have a say, from the top down, with where they stand."""
    place: Path = ()
    current: Chart | None = chart
    while current is not None:
        yield place, current.values or {}
        rest = path[len(place) :]
        below = next((one for one in current.dependencies if rest and one.metadata.name == rest[0]), None)
        if below is not None:
            place = (*place, rest[0])
        current = below


def _named(chart: Chart, place: Path, path: Path) -> str:
    """Return what to call the values.yaml that stands at `place`, for a value at `path`."""
    deepest: Path = ()
    owner = chart
    names = [chart.metadata.name]
    for at, _ in _layers(chart, path):
        deepest = at
    for step in deepest:
        owner = next(one for one in owner.dependencies if one.metadata.name == step)
        names.append(owner.metadata.name)
    if place == deepest:
        # What records hold of a chart lacks its subcharts: their section is told by the name of a dependency.
        wanted = {one.alias or one.name for one in owner.metadata.dependencies or () if one}
        inner = path[len(place) :]
        if len(inner) > 1 and inner[0] in wanted:
            return f"parent chart {owner.metadata.name}"
        return DEFAULT
    return f"parent chart {names[len(place)]}"
