"""The driver that `HELM_DRIVER` names (pkg/action's Configuration.Init)."""

from __future__ import annotations

from hivehelm.release.errors import UnknownDriverError, UnsupportedDriverError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.release.drivers.driver import Driver
    from hivehelm.release.drivers.requests import Connected


def driver(
    name: str,
    namespace: str,
    client: Callable[[], Connected],
    *,
    clock: Callable[[], int] | None = None,
) -> Driver:
    """Return the store called `name`, in `namespace` ("" for all of them).

    The empty name is `secret`. `client` is asked for a client only where records are in a cluster.

    Raises:
        UnknownDriverError: there is no such driver.
        UnsupportedDriverError: Helm has it, and we do not.
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
            raise UnsupportedDriverError(name)
    raise UnknownDriverError(name)
