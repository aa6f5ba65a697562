"""The client of registries that the chart flags ask for (`newRegistryClient` of Helm's `pkg/cmd/root.go`)."""

from __future__ import annotations

from hivehelm.sources.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.sources.oci.registry import Registry
    from hivehelm.sources.stores import Access, Stores

    Log = Callable[..., None]


def registry(
    stores: Stores,
    access: Access,
    *,
    out: Callable[[str], object] | None = None,
    log: Log | None = None,
) -> Registry:
    """Return a client of registries; `out(text)` takes what Helm prints of them."""
    from hivehelm.sources.oci.registry import Registry

    return Registry(
        stores.registry_config,
        username=access.username,
        password=access.password,
        plain_http=access.plain_http,
        insecure=access.insecure,
        ca_file=access.ca_file,
        cert_file=access.cert_file,
        key_file=access.key_file,
        out=out,
        environ=stores.environ or None,
        outward=stores.outward,
        log=log,
    )


def check(stores: Stores, access: Access) -> None:
    """Refuse certificates that no registry could be reached with: Helm does, whatever the command is about.

    Raises:
        SourceError: a file cannot be read, or holds something else.
    """
    if not access.own_tls:
        return
    from hivehelm.http.errors import TLSConfigError

    client = registry(stores, access)
    try:
        client.check()
    except TLSConfigError as error:
        problem = f"can't create TLS config for client: {error}"
        raise SourceError(f"missing registry client: {problem}") from error
    finally:
        client.close()
