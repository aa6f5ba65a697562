"""The version of a chart that a lock file names (of `pkg/downloader/manager.go`)."""

from __future__ import annotations

from hivehelm.sources.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.sources.index import ChartVersion, Index


def locked_version(index: Index, name: str, version: str) -> ChartVersion:
    """Return a chart of exactly that version, or of any if none is asked for.

    Raises:
        SourceError: there is none.
    """
    if name not in index.names():
        raise SourceError("entry not found")
    for one in index.versions(name):
        if one.urls and (not version or _same_version(version, one.version)):
            return one
    raise SourceError("no matching version")


def _same_version(one: str, other: str) -> bool:
    from hivehelm.golang.semver import VersionError, parse

    try:
        wanted = parse(one)
    except VersionError:
        return one == other
    try:
        return wanted == parse(other)
    except VersionError:
        return False
