"""The cluster of `HELM_DRIVER=memory`: nothing is done to it (Helm's `pkg/kube/fake.PrintingKubeClient`)."""

from __future__ import annotations

from hivehelm.kube.client import Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class ImaginaryClient(Client):
    """A client for which no manifest has objects, so that there is nothing to create, wait for or delete.

    What a cluster can do, and logs, are asked of the real one, which `connect` gives when it is needed: in
    Helm too, rendering for an install needs a cluster even then.
    """

    imaginary = True

    def __init__(self, connect: Callable[[], Client]) -> None:
        self._connect = connect

    def check_reachable(self) -> None:
        """Do nothing: what is imagined is always there."""

    def until(self, deadline: float | None) -> ImaginaryClient:
        """Return the same, but that what is asked of the real cluster ends by `deadline`."""
        return ImaginaryClient(lambda: self._real.until(deadline))

    def list(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        """Return nothing: hooks have no pods."""
        return []

    def __getattr__(self, name: str) -> Any:
        """Return what a client has once it is connected, which is done now."""
        if name == "_real":
            self._real: Client = self._connect()
            return self._real
        return getattr(self._real, name)
