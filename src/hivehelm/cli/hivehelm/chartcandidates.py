"""What completes command lines and is read from the caches of repositories: their charts and versions."""

from __future__ import annotations

import os

from hivehelm.cli.complete import DEFAULT, NO_FILES, NO_SPACE
from hivehelm.cli.hivehelm.livecandidates import settings_of
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.complete import Answer, Request
    from hivehelm.settings import Settings
    from hivehelm.sources.index import Index

_SCHEMES = (
    "oci://\ta chart in a registry",
    "https://\ta chart on a server",
    "http://\ta chart on a server",
    "file://\ta chart on this machine",
)
_PATHS = ("./\ta chart below this directory", "/\ta chart anywhere on this machine")


def repositories(request: Request, *, repeated: bool = False) -> list[str]:
    """Return the repositories that are not among the arguments yet, or all (`repeated`), with their URLs."""
    from hivehelm.sources.repositories import load

    try:
        found = load(settings_of(request).repository_config)
    except HivehelmError:
        return []
    return [f"{r.name}\t{r.url}" for r in found if repeated or r.name not in request.arguments]


def charts(request: Request, *, files: bool = True) -> Answer:
    """Offer charts as `search_repo.go` does: repositories, or charts of one; URLs; with `files` paths."""
    typed = request.typed
    candidates: list[str] = []
    directive = DEFAULT if files else NO_FILES
    for entry in repositories(request, repeated=True):
        name, _, url = entry.partition("\t")
        if typed.startswith(f"{name}/"):
            candidates += _charts_of(settings_of(request), name)
            directive &= ~NO_SPACE
            break
        if name.startswith(typed):
            candidates.append(f"{name}/\t{url}")
            directive |= NO_SPACE
    for scheme in _SCHEMES:
        if scheme.startswith(typed):
            candidates.append(scheme)
            directive |= NO_SPACE
    if files and candidates and typed:
        candidates += [name for name in _files() if name.startswith(typed)]
    if files and not typed:
        candidates += _PATHS
    return candidates, directive


def _files() -> list[str]:
    try:
        return sorted(os.listdir("."))
    except OSError:
        return []


def _charts_of(settings: Settings, repository: str) -> list[str]:
    """Return a repository's charts: the list that `repo update` leaves, or else what its index has."""
    try:
        path = os.path.join(settings.repository_cache, f"{repository}-charts.txt")
        with open(path, encoding="utf-8") as file:
            return [f"{repository}/{line}" for line in file.read().splitlines()]
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError):
        return []
    index = _index(settings, repository)
    return [f"{repository}/{name}" for name in index.names()] if index is not None else []


def _index(settings: Settings, repository: str) -> Index | None:
    """Return what a repository has, as far as is known here."""
    from hivehelm.settings import index_cache_path
    from hivehelm.sources.index import load

    kept = index_cache_path(settings.environ)
    path = os.path.join(settings.repository_cache, f"{repository}-index.yaml")
    try:
        return load(path, cache=kept if kept.startswith("/") else None)
    except (HivehelmError, OSError):
        return None


def versions(request: Request, reference: str) -> Answer:
    """Offer the versions of `repository/chart`, the newest first."""
    parts = reference.split("/")
    if len(parts) != 2:
        return [], NO_FILES
    from hivehelm.cli.hivehelm.wording import moment

    index = _index(settings_of(request), parts[0])
    candidates = []
    for entry in index.versions(parts[1]) if index is not None else ():
        app = f"App: {entry.app_version}, " if entry.app_version else ""
        created = moment(entry.created, "January 2, 2006")
        deprecated = "(deprecated)" if entry.deprecated else ""
        candidates.append(f"{entry.version}\t{app}Created: {created} {deprecated}")
    return candidates, NO_FILES
