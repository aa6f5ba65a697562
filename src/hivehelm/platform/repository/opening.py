"""Which back end a chart repository is to have, by where its charts are."""

from __future__ import annotations

from hivehelm.platform.repository.repository import ChartRepository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.platform.repository.backend import Backend
    from hivehelm.sources.stores import Access, Stores

    Log = Callable[..., None]


def open_repository(
    where: str, *, stores: Stores | None = None, access: Access | None = None, log: Log | None = None
) -> ChartRepository:
    """Return the repository at a path, at `oci://host/path`, or, to read only, at `http(s)://…`.

    `oci+http://…` is a registry that is spoken to without TLS.

    Nothing is looked at yet. `stores` and `access` say how servers are reached, and as whom;
    `log(level, message, **attributes)` hears of what is left out.
    """
    return ChartRepository(_backend(where, stores, access), log)


def _backend(where: str, stores: Stores | None, access: Access | None) -> Backend:
    scheme, separator, rest = where.partition("://")
    if not separator:
        from hivehelm.platform.repository.files import FileBackend

        return FileBackend(where)
    from hivehelm.sources.stores import Access as NewAccess
    from hivehelm.sources.stores import Stores as NewStores

    if scheme in ("oci", "oci+http"):
        from hivehelm.platform.repository.registry import RegistryBackend

        access = access or NewAccess()
        if scheme == "oci+http":
            where, access = f"oci://{rest}", access.replace(plain_http=True)
        return RegistryBackend(where, stores or NewStores(), access)
    from hivehelm.platform.repository.remote import RemoteBackend

    return RemoteBackend(where, stores or NewStores(), access or NewAccess())
