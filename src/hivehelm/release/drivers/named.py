"""The driver that `HELM_DRIVER` names (pkg/action's Configuration.Init)."""

from __future__ import annotations

from hivehelm.release.errors import UnknownDriverError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.release.drivers.driver import Driver
    from hivehelm.release.drivers.requests import Connected


def driver(
    name: str,
    namespace: str,
    client: Callable[[], Connected],
    *,
    clock: Callable[[], int] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Driver:
    """Return the store called `name`, in `namespace` ("" for all of them).

    The empty name is `secret`. `client` is asked for a client only where records are in a cluster; `environ`
    says where a database is.

    Raises:
        UnknownDriverError: there is no such driver.
        SQLConnectionError: the database cannot be used.
    """
    match name:
        case "" | "secret" | "secrets":
            from hivehelm.release.drivers.secret import Secrets

            return Secrets(client(), namespace, clock=clock)
        case "configmap" | "configmaps":
            from hivehelm.release.drivers.configmap import ConfigMaps

            return ConfigMaps(client(), namespace, clock=clock)
        case "memory":
            from hivehelm.release.drivers.memory import Memory

            return Memory(namespace)
        case "sql":
            import os

            from hivehelm.release.drivers.sql import SQL

            where = (os.environ if environ is None else environ).get("HELM_DRIVER_SQL_CONNECTION_STRING", "")
            return SQL(where, namespace, clock=clock)
    raise UnknownDriverError(name)
