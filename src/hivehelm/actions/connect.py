"""From a kubeconfig to a context that actions can work with."""

from __future__ import annotations

from hivehelm.actions.context import Context
from hivehelm.release.drivers.named import driver as named
from hivehelm.release.storage import Storage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.actions.events import Event
    from hivehelm.kube.client import Client
    from hivehelm.kube.kubeconfig import Overrides
    from hivehelm.kube.throttle import Throttle
    from hivehelm.release.drivers.memory import Memory


def connect(
    kubeconfig: str = "",
    *,
    namespace: str = "default",
    driver: str = "secret",
    max_history: int = 0,
    overrides: Overrides | None = None,
    environ: Mapping[str, str] | None = None,
    log: Callable[..., None] | None = None,
    on_event: Callable[[Event], None] | None = None,
    on_warning: Callable[[str], None] | None = None,
    hook_output: Callable[[str, str, str, bytes], None] | None = None,
    throttle: Throttle | None = None,
    memory: Memory | None = None,
    client: Client | None = None,
) -> Context:
    """Return a context for the cluster that the kubeconfig files choose; nothing is sent to it yet.

    `kubeconfig` is a path; "" takes `KUBECONFIG`, then `~/.kube/config`, then the pod's service account.
    `namespace` is the releases' own, "" all of them. `driver` is `secret`, `configmap`, `sql` or `memory`;
    `sql` goes by `HELM_DRIVER_SQL_CONNECTION_STRING` of `environ` and connects at once. With `memory`, which
    may be given, nothing is done to the cluster. `max_history` is how many revisions a release keeps, 0 all,
    as Helm's install does. `on_warning` takes the warnings that the API server sends along; `throttle` holds
    requests back. A `client` is used as it is, whatever the files say. The rest goes to the `Context`.

    Raises:
        UnreachableError: the files do not say how to reach a cluster.
        UnknownDriverError, SQLError: records cannot be kept that way.
    """
    from hivehelm.kube.client import Client
    from hivehelm.kube.errors import ConfigError, UnreachableError
    from hivehelm.kube.kubeconfig import Config

    def connected() -> Client:
        try:
            connection = Config.load(kubeconfig, overrides, environ=environ)
            return Client(connection, on_warning=on_warning, throttle=throttle)
        except ConfigError as error:
            raise UnreachableError(error) from error

    if driver == "memory" and memory is None:
        from hivehelm.release.drivers.memory import Memory

        memory = Memory()
    if memory is None:
        reached = client = client or connected()
        records = named(driver, namespace, lambda: reached, environ=environ)
    else:
        from hivehelm.actions.imaginary import ImaginaryClient

        client, records = client or ImaginaryClient(connected), memory.within(namespace)
    return Context(
        Storage(records, max_history, log),
        client,
        namespace=namespace,
        log=log,
        on_event=on_event,
        hook_output=hook_output,
    )
