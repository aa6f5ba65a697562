"""What goes wrong around operations, apart from what they do."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class OperationError(HivehelmError):
    """Base of the errors of operations."""


class OperationNotFoundError(OperationError):
    """There is no operation `id`, or it ended so long ago that it is forgotten."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"operation {identifier!r} not found")
        self.id = identifier


class OperationExistsError(OperationError):
    """There is an operation `id` already."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"operation {identifier!r} exists already")
        self.id = identifier


class StaleOperationError(OperationError):
    """Operation `id` was changed by somebody else in between; nothing was written."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"operation {identifier!r} has changed in the meantime")
        self.id = identifier


class KeyReuseError(OperationError):
    """An idempotency key was used for another request; operation `id` is the one that it stands for."""

    def __init__(self, identifier: str) -> None:
        super().__init__(
            f"the idempotency key stands for another request, operation {identifier!r}: use a new key"
        )
        self.id = identifier


class InvalidRequestError(OperationError):
    """What is asked for cannot be an operation."""


class RequestTooLargeError(OperationError):
    """A request is larger than an operation may be: `size` of `limit` bytes."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"the request has {size} bytes, more than the {limit} that an operation may have")
        self.size = size
        self.limit = limit


class StoreError(OperationError):
    """Operations cannot be kept or read; `cause` says why."""

    def __init__(self, doing: str, cause: Exception) -> None:
        super().__init__(f"failed to {doing}: {cause}")
        self.cause = cause


class StoppingError(OperationError):
    """This replica is shutting down and takes nothing on any more."""

    def __init__(self) -> None:
        super().__init__("this replica is shutting down: try again")


class BusyError(OperationError):
    """All workers are at work, and nobody may wait any longer."""

    def __init__(self) -> None:
        super().__init__("too many requests are being worked on: try again later")


class WorkerLostError(OperationError):
    """A worker process ended without a result; `reason` says how."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the worker process ended without a result: {reason}")
        self.reason = reason


class RequestTimeoutError(OperationError):
    """A request that was to be answered at once took longer than `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the request was not answered within {seconds:g}s")
        self.seconds = seconds


class FailedRequestError(OperationError):
    """A worker says what went wrong: `problem` has its `kind`, all `kinds` and the `message`."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("message", ""))
        self.problem = problem


def problem_of(error: BaseException, depth: int = 8) -> dict[str, Any]:
    """Return an error as operations keep it.

    `kind` is its class, `kinds` that and those above it up to `HivehelmError`, `message` its text; `status`,
    `timed_out` and `cancelled` are there where the error has them, `cause` where it has one of ours.
    """
    kinds = [kind.__name__ for kind in type(error).__mro__ if issubclass(kind, HivehelmError)]
    problem: dict[str, Any] = {"kind": type(error).__name__, "kinds": kinds, "message": str(error)}
    for name in ("status", "timed_out", "cancelled"):
        if isinstance(value := getattr(error, name, None), int):
            problem[name] = value
    cause = getattr(error, "cause", None)
    if cause is None:
        causes = getattr(error, "causes", None)
        cause = causes[0] if causes else error.__cause__
    if isinstance(cause, HivehelmError) and depth:
        problem["cause"] = problem_of(cause, depth - 1)
    return problem
