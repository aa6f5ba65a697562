"""Where operations are kept, for all replicas: the seam, which memory and the cluster fill."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from hivehelm.operations.model import Operation

    class Listener(Protocol):
        """Who is told of what happens to operations, in the order in which it happens."""

        def reset(self, operations: Sequence[Operation], beats: Mapping[str, str]) -> None:
            """Take all there is, in place of all that was told before; `beats` are those of holders."""

        def changed(self, operation: Operation) -> None:
            """Take an operation that is new, or not as it was."""

        def gone(self, identifier: str) -> None:
            """Take note that an operation is forgotten."""

        def beat(self, holder: str, beat: str) -> None:
            """Take note that a holder lives; "" says that it has gone."""

        def doubt(self) -> None:
            """Take note that news may have been missed: silence of holders means nothing by itself."""

    class Store(Protocol):
        """Operations and the heartbeats of their holders; safe to use from several threads.

        Versions of operations that have not been changed since they were created order them, over all
        replicas, by when that was: `order` gives them as numbers. Any method may raise `StoreError`.
        """

        def create(self, operation: Operation) -> Operation:
            """Keep a new operation, for good when this returns.

            Raises:
                OperationExistsError: there is one of that id.
                RequestTooLargeError: it does not fit.
            """

        def get(self, identifier: str) -> Operation:
            """Return an operation as it is now.

            Raises:
                OperationNotFoundError: there is none.
            """

        def list(self) -> list[Operation]:
            """Return all operations, in no particular order."""

        def change(self, operation: Operation) -> Operation:
            """Replace an operation, and return it with its new version.

            Raises:
                StaleOperationError: it is not of the version that it was.
                OperationNotFoundError: it is gone.
                RequestTooLargeError: it does not fit any more.
            """

        def delete(self, identifier: str) -> None:
            """Forget an operation, if it is there."""

        def beat(self, holder: str) -> None:
            """Say that a holder lives."""

        def leave(self, holder: str) -> None:
            """Say that a holder has gone."""

        def watcher(self, listener: Listener) -> Watcher:
            """Return what tells `listener` of everything."""

    class Watcher(Protocol):
        """Tells a listener what happens to operations."""

        def run(self) -> None:
            """Tell all there is, and then every change, until `close`; who is out of touch tries again."""

        def close(self) -> None:
            """End `run`, from any thread."""


def order(version: str) -> int:
    """Return the place of an unchanged operation among all others (KEP-5504: versions can be compared)."""
    return int(version) if version.isdecimal() else 0
