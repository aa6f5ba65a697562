"""What actions work with: a cluster, its records, a clock, and somebody to tell."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.actions.events import Event
    from hivehelm.actions.handover import Handover
    from hivehelm.kube.client import Client
    from hivehelm.release.storage import Storage
    from hivehelm.render.capabilities import Capabilities


#: How long after an action's deadline its record may still be written, in seconds.
GRACE = 5.0


class Context:
    """The world that actions act on; immutable, and safe to use from several threads.

    `client` speaks to the cluster; without one, as with records in memory, there is no cluster to change and
    only reading works. `namespace` is the releases' own; "" is all of them, for listing. `clock` gives
    nanoseconds since 1970. `log(level, message, **attributes)` takes what Helm logs (`DEBUG`, `INFO`, `WARN`,
    `ERROR`), `on_event` the stages that an action reaches. `hook_output(namespace, pod, container, text)`
    takes the logs of hooks. `handover` is for actions that somebody else may have to finish.
    """

    def __init__(
        self,
        storage: Storage,
        client: Client | None = None,
        *,
        namespace: str = "default",
        clock: Callable[[], int] = time.time_ns,
        log: Callable[..., None] | None = None,
        on_event: Callable[[Event], None] | None = None,
        hook_output: Callable[[str, str, str, bytes], None] | None = None,
    ) -> None:
        self.storage = storage
        self._client = client
        self.namespace = namespace
        self.clock = clock
        self._log = log
        self._on_event = on_event
        self.hook_output = hook_output
        self.handover: Handover | None = None
        self._whole: Context | None = None

    def keeping(self, revisions: int | None, *, split: bool = False) -> Context:
        """Return a context whose releases keep that many revisions, 0 all; None changes nothing.

        With `split`, records that are too large are split.
        """
        if revisions is None:
            revisions = self.storage.max_history
        if revisions == self.storage.max_history and not split:
            return self
        from copy import copy

        other = copy(self)
        other.storage = self.storage.keeping(revisions, split=split)
        return other

    def with_handover(self, handover: Handover) -> Context:
        """Return a context whose actions can be taken over, or are."""
        from copy import copy

        other = copy(self)
        other.handover = handover
        return other

    def until(self, deadline: float | None) -> Context:
        """Return a context whose requests end by `deadline`, on `time.monotonic`'s clock; None is none.

        Those for records may take `GRACE` seconds longer: what became of an action that ran out of time is
        still written down.
        """
        if deadline is None:
            return self
        from copy import copy

        other = copy(self)
        other._client = None if self._client is None else self._client.until(deadline)
        other.storage = self.storage.until(deadline + GRACE)
        other._whole = self
        return other

    def afresh(self, seconds: float) -> Context:
        """Return a context for undoing what ran out of time: where there was a deadline, it is later."""
        return self if self._whole is None else self._whole.until(time.monotonic() + seconds)

    @property
    def client(self) -> Client:
        """The cluster.

        Raises:
            NoClusterError: there is none.
        """
        if self._client is None:
            from hivehelm.actions.errors import NoClusterError

            raise NoClusterError
        return self._client

    @property
    def has_cluster(self) -> bool:
        """Whether there is a cluster to speak to."""
        return self._client is not None

    def check_reachable(self) -> None:
        """Make sure that the cluster answers; without one there is nothing to reach.

        Raises:
            UnreachableError: it does not.
        """
        if self._client is not None:
            self._client.check_reachable()

    def capabilities(self) -> Capabilities:
        """Return what the cluster can do, asked anew.

        Raises:
            CapabilitiesError: it does not say.
        """
        from hivehelm.actions.capabilities import discover

        return discover(self.client, self.log)

    def now(self) -> str:
        """Return this instant as records hold it."""
        from hivehelm.release.times import rfc3339

        return rfc3339(self.clock())

    def log(self, level: str, message: str, **attributes: object) -> None:
        """Pass on what Helm would log."""
        if self._log is not None:
            self._log(level, message, **attributes)

    @property
    def is_heard(self) -> bool:
        """Whether anybody wants to know how far actions come."""
        return self._on_event is not None

    def tell(self, event: Event) -> None:
        """Pass on how far an action has come."""
        if self._on_event is not None:
            self._on_event(event)
