"""How long an action may take, and who may stop it."""

from __future__ import annotations

import time

from hivehelm.actions.errors import CancelledError, DeadlineError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading


# A wait of less is one that Helm does not begin.
_LEAST_SECONDS = 0.01


class Budget:
    """The time left to an action.

    `timeout` holds for each wait, in seconds; `deadline` for the action as a whole, on `time.monotonic`'s
    clock; None is no limit. `cancel` is set by a caller who gives up.
    """

    def __init__(
        self, timeout: float, deadline: float | None = None, cancel: threading.Event | None = None
    ) -> None:
        self.timeout = timeout
        self.deadline = deadline
        self.cancel = cancel

    def check(self) -> None:
        """Go on, unless it is over.

        Raises:
            CancelledError: the caller gave up.
            DeadlineError: the deadline has passed.
        """
        if self.cancel is not None and self.cancel.is_set():
            raise CancelledError
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise DeadlineError

    def seconds(self, longest: float | None = None) -> float:
        """Return how long the next wait may last, in seconds: never more than `longest` or the timeout.

        Raises:
            CancelledError, DeadlineError: it is over.
        """
        self.check()
        limit = self.timeout if longest is None else longest
        if self.deadline is None:
            return limit
        # 0 asks for Helm's default wait, and less for no limit.
        left = max(self.deadline - time.monotonic(), _LEAST_SECONDS)
        return min(limit, left) if limit > 0 else left
