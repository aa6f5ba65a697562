"""What is said of an object that is waited for: kstatus's states, with its messages and reasons."""

from __future__ import annotations

from hivehelm.record import Record

CURRENT = "Current"
IN_PROGRESS = "InProgress"
FAILED = "Failed"
TERMINATING = "Terminating"
NOT_FOUND = "NotFound"
UNKNOWN = "Unknown"


class Status(Record):
    """`state` is one of this module's constants; `message` and `reason` are kstatus's.

    `recheck_after` is in seconds, where time alone may change the state.
    """

    state: str
    message: str = ""
    reason: str = ""
    recheck_after: float | None = None


MISSING = Status(state=NOT_FOUND, message="Resource not found")


def current(message: str) -> Status:
    """Return that an object is what it should be."""
    return Status(state=CURRENT, message=message)


def progress(reason: str, message: str) -> Status:
    """Return that an object is on its way."""
    return Status(state=IN_PROGRESS, reason=reason, message=message)


def failed(reason: str, message: str) -> Status:
    """Return that an object will not get there by itself."""
    return Status(state=FAILED, reason=reason, message=message)
