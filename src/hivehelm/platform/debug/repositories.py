"""Repositories as they are now: which can be reached, and what they have of a chart."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.platform.debug.facts import RepositoryState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.platform.model import HelmRepository
    from hivehelm.platform.site import Site
    from hivehelm.sources.index.index import Index
    from hivehelm.sources.repositories import Repository

TIMEOUT = 8.0
"""Seconds that a repository has to answer."""
MOST = 20
"""Repositories that are looked at."""
_VERSIONS = 20
_MAX_INDEX = 64 << 20
_AT_ONCE = 8


def repositories(site: Site, chart: str) -> list[RepositoryState]:
    """Return the repositories that are known here, asked side by side for `chart`, "" for no chart.

    Raises:
        HivehelmError: what is known of repositories cannot be read.
    """
    from concurrent.futures import ThreadPoolExecutor

    from hivehelm.sources.repositories import load

    listed = load(site.stores.repository_config)[:MOST]
    registries = site.repositories.registries()[:MOST]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(lambda one: _repository(site, one, chart), listed))
        return found + list(pool.map(lambda one: _registry(site, one, chart), registries))


def _repository(site: Site, repository: Repository, chart: str) -> RepositoryState:
    from hivehelm.sources.address import without_password
    from hivehelm.sources.index import load
    from hivehelm.sources.update import index_path

    state = RepositoryState(name=repository.name, url=without_password(repository.url), reachable=False)
    try:
        path = index_path(site.stores.repository_cache, repository.name)
        index = load(path, cache=site.stores.parsed_indexes)
    except HivehelmError:
        pass
    else:
        state = state.replace(
            cached=True, versions=_versions(index, chart), similar=tuple(similar(chart, index.names()))
        )
    try:
        return _asked(site, repository, chart, state)
    except HivehelmError as error:
        return state.replace(problem=_problem(error), kinds=_kinds(error), status=_status(error))


def _asked(site: Site, repository: Repository, chart: str, state: RepositoryState) -> RepositoryState:
    """Return the state of a repository that answers; its index is read only if the chart is not in ours."""
    from io import BytesIO

    from hivehelm.sources.address import absolute
    from hivehelm.sources.getter import GetOptions, fetch
    from hivehelm.sources.index import read
    from hivehelm.sources.repositories import complete

    options = GetOptions(
        url=repository.url,
        access=complete(repository, site.stores.password).access,
        stores=site.stores,
        timeout=TIMEOUT,
        compressed=True,
    )
    with fetch(absolute(repository.url, "index.yaml"), options) as stream:
        state = state.replace(reachable=True, status=stream.status)
        if state.cached and (not chart or state.versions):
            return state
        data = stream.read(_MAX_INDEX)
    try:
        index = read(BytesIO(data), state.url)
    except HivehelmError as error:
        return state.replace(reachable=False, problem=_problem(error), kinds=_kinds(error))
    return state.replace(
        fresh=_versions(index, chart), similar=state.similar or tuple(similar(chart, index.names()))
    )


def _registry(site: Site, repository: HelmRepository, chart: str) -> RepositoryState:
    from hivehelm.sources.oci.errors import RefusedError
    from hivehelm.sources.registries import registry
    from hivehelm.sources.stores import Access

    state = RepositoryState(name=repository.name, url=repository.url, reachable=False)
    secret = repository.password_encrypted
    access = (site.access or Access()).replace(
        username=repository.username or "", password=site.vault.decrypt(secret) if secret else ""
    )
    client = registry(site.stores, access)
    try:
        tags = client.tags(f"{repository.url.removeprefix('oci://').rstrip('/')}/{chart or 'chart'}")
    except RefusedError as error:
        # A registry that knows no such repository is there.
        if error.status == 404:
            return state.replace(reachable=True, status=404, fresh=())
        return state.replace(problem=_problem(error), kinds=_kinds(error), status=error.status)
    except HivehelmError as error:
        return state.replace(problem=_problem(error), kinds=_kinds(error), status=_status(error))
    finally:
        client.close()
    return state.replace(reachable=True, status=200, fresh=tuple(tags[:_VERSIONS]))


def _versions(index: Index, chart: str) -> tuple[str, ...]:
    return tuple(index.version_names(chart)[:_VERSIONS]) if chart else ()


def _kinds(error: HivehelmError) -> tuple[str, ...]:
    from hivehelm.platform.debug.noted import kinds_of

    return kinds_of(error)


def _problem(error: HivehelmError) -> str:
    from hivehelm.platform.mask import Mask

    return Mask("").text(str(error))


def _status(error: HivehelmError) -> int:
    status = getattr(error, "status", 0)
    return status if isinstance(status, int) else 0


def similar(name: str, names: list[str]) -> list[str]:
    """Return the names that `name` may have been meant to be, the likeliest first."""
    from difflib import get_close_matches

    if not name or name in names:
        return []
    close = get_close_matches(name, names, 3, 0.6)
    return (
        close + [one for one in names if one not in close and len(name) > 2 and name in one][: 3 - len(close)]
    )
