"""Writing objects anew without overwriting what others wrote in between."""

from __future__ import annotations

from hivehelm.kube.errors import ApiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.release.drivers.requests import Requests

    Object = dict[str, Any]

#: How often a write is tried again that somebody else's came before.
CONFLICTS = 8
# How many objects are remembered.
_MOST = 64


class Rewriting:
    """The objects of one kind in one namespace, as this process wrote them last, records apart.

    Most updates then need no read before.
    """

    def __init__(self, requests: Requests, namespace: str) -> None:
        self._requests = requests
        self._namespace = namespace
        self._written: dict[str, Object] = {}

    def through(self, requests: Requests) -> Rewriting:
        """Return the same, what it remembers included, over other requests."""
        other = Rewriting(requests, self._namespace)
        other._written = self._written
        return other

    def create(self, key: str, obj: Object) -> None:
        """Create an object."""
        self._remember(key, self._requests.create(obj, self._namespace))

    def forget(self, key: str) -> None:
        """Take note that an object is gone."""
        self._written.pop(key, None)

    def replace(
        self, key: str, changed: Callable[[Object], Object], *, blind: bool = False, whole: bool = False
    ) -> None:
        """Replace an object by what `changed` makes of it; who came in between is not overwritten.

        Without `whole`, `changed` may be given an object without its record. With `blind`, somebody who may
        not read what he may write overwrites everything, as Helm does.
        """
        live = None if whole else self._written.get(key)
        for left in range(CONFLICTS, -1, -1):
            if live is None:
                try:
                    live = self._requests.get(key, self._namespace)
                except ApiError as error:
                    if not (blind and error.forbidden):
                        raise
                    live = {}
            try:
                self._remember(key, self._requests.replace(changed(live), self._namespace))
            except ApiError as error:
                self._written.pop(key, None)
                if not (error.conflict and left):
                    raise
                live = None
            else:
                return

    def _remember(self, key: str, answer: Object) -> None:
        kept = {name: value for name, value in (answer.get("data") or {}).items() if name != "release"}
        metadata = {n: v for n, v in (answer.get("metadata") or {}).items() if n != "managedFields"}
        if len(self._written) >= _MOST:
            self._written.clear()
        self._written[key] = {**answer, "data": kept, "metadata": metadata}
