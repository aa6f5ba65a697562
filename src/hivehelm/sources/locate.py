"""Where a chart argument points (Helm's `ChartPathOptions.LocateChart` and `pkg/downloader`)."""

from __future__ import annotations

import os

from hivehelm.sources.errors import (
    BadReferenceError,
    PathNotFoundError,
    RepositoryNotFoundError,
    SchemeError,
    SourceError,
    UnavailableSourceError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FETCHED = {"oci": "charts in registries", "http": "charts at URLs", "https": "charts at URLs"}


def locate(
    reference: str, *, repository_config: str = "", log: Callable[[str, str], None] | None = None
) -> str:
    """Return the absolute path of the directory or archive that a chart argument means.

    What exists is a path; what starts with `/` or `.` can be nothing else; then come URLs, and charts of the
    repositories that the file `repository_config` lists. `log(level, message)` hears of it.

    Raises:
        PathNotFoundError, BadReferenceError, RepositoryNotFoundError, SchemeError: it means nothing.
        UnavailableSourceError: it means something that cannot be fetched yet.
    """
    name = reference.strip()
    if name and "\0" not in name and os.path.exists(name):
        return os.path.abspath(name)
    if name.startswith(("/", ".")):
        raise PathNotFoundError(name)
    if log is not None:
        log("DEBUG", "set up default downloader cache")
    from hivehelm.golang.url import URLError, parse

    try:
        url = parse(name)
    except URLError as error:
        raise SourceError(f"invalid chart URL format: {name}") from error
    if url.scheme in _FETCHED and (url.host or url.scheme == "oci"):
        raise UnavailableSourceError(_FETCHED[url.scheme], without_password(name))
    if url.scheme and url.host and url.path:
        raise SchemeError(url.scheme)
    repository, slash, _ = url.path.partition("/")
    if not slash:
        raise BadReferenceError(str(url))
    from hivehelm.sources.repositories import load

    if all(known.name != repository for known in load(repository_config)):
        raise RepositoryNotFoundError(repository)
    raise UnavailableSourceError("charts of repositories", name)


def without_password(url: str) -> str:
    """Return an address without what may be a password in it."""
    before, at, after = url.rpartition("@")
    scheme, slashes, _ = before.partition("://")
    return f"{scheme}{slashes}***@{after}" if at and slashes and "/" not in before[len(scheme) + 3 :] else url
