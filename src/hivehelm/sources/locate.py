"""Where a chart argument points (Helm's `ChartPathOptions.LocateChart`)."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.sources.stores import Access, Stores

    Log = Callable[..., None]


def locate(
    reference: str,
    stores: Stores | None = None,
    access: Access | None = None,
    *,
    version: str = "",
    repository: str = "",
    keyring: str | None = None,
    registry_out: Callable[[str], object] | None = None,
    log: Log | None = None,
) -> str:
    """Return the absolute path of the directory or archive that a chart argument means, fetched if need be.

    What exists is a path; what starts with `/` or `.` can be nothing else; then come URLs, references to
    registries, and charts of the repositories that `stores` know. With `repository`, the URL of one, the
    reference is a chart's name in it and never a path. With a `keyring` the chart has to be signed with one
    of its keys. `registry_out(text)` takes what Helm prints of registries, `log(level, message)` what it
    logs.

    Raises:
        PathNotFoundError, BadReferenceError, RepositoryNotFoundError, SchemeError: it means nothing.
        HivehelmError: it cannot be found, fetched or verified.
    """
    name = reference.strip()
    version = version.strip()
    if not repository:
        if path := existing(name):
            if keyring is not None:
                from hivehelm.provenance.verify import verify

                verify(path, f"{path}.prov", keyring)
            return path
        if name.startswith(("/", ".")):
            from hivehelm.sources.errors import PathNotFoundError

            raise PathNotFoundError(name)
    from hivehelm.sources.stores import Stores

    return fetched(
        name,
        stores or Stores(),
        access,
        version=version,
        repository=repository,
        keyring=keyring,
        registry_out=registry_out,
        log=log,
    )


def existing(reference: str) -> str:
    """Return the absolute path of what is there under the path that a chart argument is, else ""."""
    name = reference.strip()
    return os.path.abspath(name) if name and "\0" not in name and os.path.exists(name) else ""


def fetched(
    name: str,
    stores: Stores,
    access: Access | None = None,
    *,
    version: str = "",
    repository: str = "",
    keyring: str | None = None,
    registry_out: Callable[[str], object] | None = None,
    log: Log | None = None,
) -> str:
    """Return the absolute path of a chart that is somewhere else, as `locate` does: a path is none here.

    Raises:
        BadReferenceError, RepositoryNotFoundError, SchemeError: it means nothing.
        HivehelmError: it cannot be found, fetched or verified.
    """
    from hivehelm.sources.download import ALWAYS, NEVER, Downloader

    downloader = Downloader(
        stores,
        access,
        verify=NEVER if keyring is None else ALWAYS,
        keyring=keyring or "",
        registry_out=registry_out,
        log=log,
    )
    if repository:
        name = downloader.find(repository, name, version)
    if stores.repository_cache:
        from hivehelm.chart.save import make_directory

        make_directory(stores.repository_cache)
    return os.path.abspath(downloader.fetch(name, version))
