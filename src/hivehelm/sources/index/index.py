"""An index that was read: charts by name, their versions from the newest on (`repo.IndexFile`)."""

from __future__ import annotations

from hivehelm.sources.index.entry import ZERO_TIME, ChartVersion, StoredVersion
from hivehelm.sources.index.errors import NoChartNameError, NoChartVersionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from hivehelm.golang.constraint import Constraint
    from hivehelm.sources.index.store import Store
    from hivehelm.sources.index.table import Table

    Log = Callable[..., None]

FALLING_BACK = "unable to find exact version requested; falling back to closest available version"


class Index:
    """What charts a repository has. Nothing but their names is in memory."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def top(self) -> dict[str, Any]:
        """What the index says of itself: `apiVersion`, `generated`, `publicKeys`, `annotations`."""
        return self._store.top

    @property
    def api_version(self) -> str:
        """The version of the format, `v1`."""
        return str(self.top.get("apiVersion", ""))

    @property
    def generated(self) -> str:
        """When the index was written, as it spells it (RFC 3339)."""
        return self.top.get("generated") or ZERO_TIME

    def names(self) -> list[str]:
        """Return the names of charts in byte order, those without a valid version included."""
        return sorted(self._store.names())

    def version_names(self, name: str) -> list[str]:
        """Return a chart's versions as texts, the newest first; none for a chart that is not there."""
        return self._store.versions(name)[0] if name in self._store else []

    def versions(self, name: str) -> list[ChartVersion]:
        """Return a chart's versions, the newest first; none for a chart that is not there."""
        if name not in self._store:
            return []
        _, offsets, sizes = self._store.versions(name)
        return [ChartVersion(self._store.document(*where)) for where in zip(offsets, sizes, strict=True)]

    def stored(self, name: str) -> Iterator[StoredVersion]:
        """Go through a chart's versions, the newest first; what they say is read when they are asked."""
        if name in self._store:
            for version, at, size in zip(*self._store.versions(name), strict=True):
                yield StoredVersion(self._store, version, at, size)

    def mentions(self, text: str) -> bool:
        """Tell at once whether a text of ASCII letters is anywhere in the index, be it in a longer one."""
        return self._store.mentions(text)

    def holding(self, text: str) -> Iterator[ChartVersion]:
        """Go through the versions that mention a text."""
        return (ChartVersion(document) for document in self._store.holding(text))

    def tell(self, source: str, log: Log) -> None:
        """Let `log` hear which entries were left out of the index, which came from `source`."""
        words = "skipping loading invalid entry for chart"
        for name, version, problem in self._store.skipped:
            if version is None:
                log("WARN", f"{words}: empty entry", name=name, source=source)
            else:
                log("WARN", words, name=name, version=version, source=source, error=problem)

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Go through the charts, with what a search needs of each."""
        return self._store.tables()

    def __iter__(self) -> Iterator[tuple[str, list[ChartVersion]]]:
        """Go through the charts by name."""
        for name in self.names():
            yield name, self.versions(name)

    def __contains__(self, name: object) -> bool:
        return name in self._store

    def get(self, name: str, version: str = "", log: Log | None = None) -> ChartVersion:
        """Return the version of a chart that `version` means: that one, or the newest in that range.

        Without a version it is the newest that is no prerelease. `log(level, message, **attributes)` hears
        when a version that was asked for exactly is not there and one like it is taken.

        Raises:
            NoChartNameError: there is no such chart.
            NoChartVersionError: it has no such version.
            VersionError: `version` is neither a version nor a range.
        """
        if name not in self:
            raise NoChartNameError(name)
        versions, offsets, sizes = self._store.versions(name)
        if not versions:
            raise NoChartVersionError(name, version, empty=True)
        from hivehelm.golang.constraint import Constraint

        constraint = Constraint(version or "*")
        if version in versions and version:
            place = versions.index(version)
            return ChartVersion(self._store.document(offsets[place], sizes[place]))
        found = _first(versions, constraint)
        if found is None:
            raise NoChartVersionError(name, version)
        if version and log is not None:
            if is_range(version):
                log(
                    "DEBUG",
                    "selected version matching constraint",
                    chart=name,
                    constraint=version,
                    selected=versions[found],
                )
            else:
                log(
                    "WARN",
                    FALLING_BACK,
                    chart=name,
                    requested=version,
                    selected=versions[found],
                )
        return ChartVersion(self._store.document(offsets[found], sizes[found]))

    def has(self, name: str, version: str) -> bool:
        """Tell whether `get` finds something."""
        from hivehelm.golang.semver import VersionError

        try:
            self.get(name, version)
        except (NoChartNameError, NoChartVersionError, VersionError):
            return False
        return True


def _first(versions: Sequence[str], constraint: Constraint) -> int | None:
    from hivehelm.golang.semver import parse

    for place, version in enumerate(versions):
        if constraint.check(parse(version)):
            return place
    return None


def is_range(version: str) -> bool:
    """Tell whether a version that is asked for is a range rather than one version (`isVersionRange`)."""
    if any(sign in version for sign in "^~<>=!*") or "||" in version or " - " in version:
        return True
    core = version.replace("+", "-").partition("-")[0]
    return "x" in core or "X" in core
