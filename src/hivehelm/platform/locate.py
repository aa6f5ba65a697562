"""Charts for programs, found as the commands find them, with what Helm knows here of repositories."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.sources.stores import Access


def locate(
    reference: str,
    *,
    version: str = "",
    repository: str = "",
    access: Access | None = None,
    keyring: str | None = None,
    environ: Mapping[str, str] | None = None,
    log: Callable[..., None] | None = None,
) -> str:
    """Return the absolute path of a chart, fetched into Helm's cache where it is somewhere else.

        chart = hivehelm.load(hivehelm.locate("bitnami/nginx", version="^15"))

    Args:
        reference: a directory or an archive, the URL of an archive, `oci://HOST/PATH`, or REPOSITORY/CHART of
            a repository that was added. What exists is a path; what starts with `/` or `.` is nothing else.
        version: a version, or a range, of which it is the newest; without it the newest release.
        repository: the URL of a repository, added or not; `reference` is the name of a chart in it then.
        access: credentials and TLS for who is asked; repositories that were added bring their own.
        keyring: the path of a keyring; the chart has to be signed with one of its keys then.
        environ: where `HELM_*` and `XDG_*` say which repositories and caches those are; the process's own if
            not given. Proxies are the process's own.
        log: hears what is done on the way: `log(level, message, **attributes)`.

    Returns:
        A path for `hivehelm.load`; in the cache the name of a file says nothing.

    Raises:
        PathNotFoundError, BadReferenceError, RepositoryNotFoundError, SchemeError: it means nothing.
        HivehelmError: it cannot be found, fetched or verified.

    Source: Helm's `ChartPathOptions.LocateChart`.
    """
    from hivehelm.platform.site import Site
    from hivehelm.settings import Settings
    from hivehelm.sources.locate import locate as find

    site = Site.from_settings(Settings.from_environ(environ))
    return find(
        reference, site.stores, access, version=version, repository=repository, keyring=keyring, log=log
    )
