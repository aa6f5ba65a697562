"""What a chart asks for, and what there is of it (Helm's `pkg/action/dependency.go`)."""

from __future__ import annotations

import os

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hivehelm.chart.model import Chart, Dependency

    Log = Callable[..., None]


class DependencyStatus(Record):
    """A dependency of Chart.yaml.

    `status` is `ok` for an archive that fits, `unpacked` for a directory, `missing`, `wrong version`, or what
    else is wrong with it.
    """

    name: str
    version: str
    repository: str
    status: str


class Dependencies(Record):
    """The dependencies that a chart declares, None where it declares none at all; `strays` are lines about
    what is in `charts/` besides.
    """

    declared: list[DependencyStatus] | None
    strays: list[str]


def dependencies(path: str, log: Log | None = None) -> Dependencies:
    """Return the dependencies of the chart in the directory or the archive at `path`.

    Raises:
        ChartError: there is no chart, or a broken one.
    """
    from hivehelm.chart.loadany import load_any

    chart = load_any(path, log)
    declared = chart.metadata.dependencies
    if declared is None:
        return Dependencies(declared=None, strays=[])
    return Dependencies(
        declared=[
            DependencyStatus(
                name=one.name,
                version=one.version,
                repository=one.repository,
                status=_status(path, one, chart, log),
            )
            for one in declared
        ],
        strays=list(_strays(path, declared, log)),
    )


def _status(path: str, dependency: Dependency, chart: Chart, log: Log | None) -> str:
    from hivehelm.chart.ignore import IgnoreError

    try:
        archives = _archives(path, dependency.name)
    except IgnoreError:
        return "bad pattern"
    if len(archives) > 1:
        archives = [one for one in archives if _is_version(_version_in(one, dependency.name))]
        if len(archives) > 1:
            return "too many matches"
    if archives and (found := _archive_status(archives[0], dependency, log)):
        return found
    parts = [part for part in chart.dependencies if part.name == dependency.name]
    return _fit(parts[-1], dependency, "unpacked") if parts else "missing"


def _archives(path: str, name: str) -> list[str]:
    """Return the archives in `charts/` that are called like the dependency; its name is a pattern, as in
    Helm.
    """
    from hivehelm.chart.ignore import compile_pattern

    fits = compile_pattern(f"{name}-*.tgz")
    return [one for one in _listed(path) if fits(os.path.basename(one))]


def _listed(path: str) -> list[str]:
    from hivehelm.golang import filepath

    folder = filepath.join(path, "charts")
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [filepath.join(folder, name) for name in sorted(names, key=os.fsencode)]


def _version_in(archive: str, name: str) -> str:
    return os.path.basename(archive).removesuffix(".tgz").removeprefix(f"{name}-")


def _is_version(text: str) -> bool:
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.semver import parse_strict

    try:
        parse_strict(text)
    except HivehelmError:
        return False
    return True


def _archive_status(archive: str, dependency: Dependency, log: Log | None) -> str:
    """Return what there is to say of an archive, "" where it is gone."""
    from hivehelm.chart.errors import ChartError
    from hivehelm.chart.loadany import load_any

    if not os.path.exists(archive):
        return ""
    try:
        chart = load_any(archive, log)
    except ChartError:
        return "corrupt"
    return _fit(chart, dependency, "ok") if chart.name == dependency.name else "misnamed"


def _fit(chart: Chart, dependency: Dependency, well: str) -> str:
    """Return `well` for a chart of the version that is asked for."""
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.constraint import Constraint
    from hivehelm.golang.semver import parse

    version = chart.metadata.version
    if version == dependency.version:
        return well
    try:
        return well if Constraint(dependency.version).check(parse(version)) else "wrong version"
    except HivehelmError:
        return "invalid version"


def _strays(path: str, declared: list[Dependency], log: Log | None) -> Iterator[str]:
    from hivehelm.chart.errors import ChartError
    from hivehelm.chart.loadany import load_any
    from hivehelm.golang.fmt import quote

    known = {one.name for one in declared}
    for found in _listed(path):
        try:
            os.stat(found)
        except OSError as error:
            # Helm goes on with what it does not have, and crashes.
            yield f"Warning: stat {found}: {os.strerror(error.errno or 0).lower()}"
            continue
        if not os.path.isdir(found) and not found.endswith(".tgz"):
            continue
        try:
            chart = load_any(found, log)
        except ChartError:
            yield f"WARNING: {quote(found)} is not a chart."
            continue
        if chart.name not in known:
            yield f"WARNING: {quote(found)} is not in Chart.yaml."
