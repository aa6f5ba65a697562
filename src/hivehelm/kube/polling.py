"""Waiting as Helm 3 waited: the `legacy` strategy (Helm's `pkg/kube/wait.go`).

Objects are asked for every two seconds. Only hooks were watched then already.
"""

from __future__ import annotations

import math
import queue
import threading
import time

from hivehelm.kube import status as rules
from hivehelm.kube.errors import ApiError, KubeError, WaitError
from hivehelm.kube.follow import Follower
from hivehelm.kube.ready import is_ready
from hivehelm.kube.verdict import CURRENT, FAILED, NOT_FOUND, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.follow import Computed
    from hivehelm.kube.resources import Resource

    Key = tuple[str, str, str, str]

POLL_SECONDS = 2.0
# The longest a caller who gives up is kept waiting for a hook.
_TICK_SECONDS = 0.1
_MAX_ERRORS = 30


def poll_ready(
    client: Client,
    resources: Sequence[Resource],
    timeout: float,
    *,
    jobs: bool,
    cancel: threading.Event | None,
) -> None:
    """Ask for objects until all are ready; errors that may pass are borne for a minute.

    Arguments are those of `wait.wait_ready`, but that a `timeout` of 0 is none. A Job that has failed counts
    as such an error, as in Helm.

    Raises:
        WaitError: they are not in time, or the caller gave up.
        KubeError: an object cannot be asked for.
    """
    end = _end(timeout)
    bounded = client.until(end)
    errors = dict.fromkeys((resource.key for resource in resources), 0)

    def done() -> bool:
        for resource in resources:
            try:
                ready = is_ready(bounded, resource, jobs=jobs)
            except KubeError as error:
                errors[resource.key] += 1
                if not _may_pass(error) or errors[resource.key] > _MAX_ERRORS:
                    raise
                return False
            errors[resource.key] = 0
            if not ready:
                return False
        return True

    _poll(done, end, cancel)


def poll_deleted(
    client: Client, resources: Sequence[Resource], timeout: float, *, cancel: threading.Event | None
) -> None:
    """Ask for objects until none is there; arguments and errors are those of `poll_ready`.

    An answer that says neither is an error at once.
    """
    end = _end(timeout)
    bounded = client.until(end)

    def done() -> bool:
        for resource in resources:
            try:
                bounded.get(resource.type.api_version, resource.type.kind, resource.name, resource.namespace)
            except ApiError as error:
                if not error.not_found:
                    raise
            else:
                return False
        return True

    _poll(done, end, cancel)


def watch_hook(
    client: Client, resources: Sequence[Resource], timeout: float, *, cancel: threading.Event | None
) -> None:
    """Watch Jobs and Pods until they have ended well or are deleted; other kinds are not waited for.

    Arguments are those of `wait.wait_hook`. What cannot be watched is tried until time is up.

    Raises:
        WaitError: one has failed, they have not ended in time, or the caller gave up.
    """
    end = _end(timeout)
    bounded = client.until(end)
    told: queue.SimpleQueue[Computed] = queue.SimpleQueue()
    left = {one.key: one for one in resources if one.type.kind in ("Job", "Pod")}
    followers = [Follower(bounded, [one], _judge_hook, told.put) for one in left.values()]
    for follower in followers:
        follower.start()
    try:
        while left:
            now = time.monotonic()
            if cancel is not None and cancel.is_set():
                raise WaitError("timed out waiting for the condition", cancelled=True)
            if now >= end:
                raise WaitError("timed out waiting for the condition", timed_out=True)
            try:
                event = told.get(timeout=min(end - now, _TICK_SECONDS))
            except queue.Empty:
                continue
            if isinstance(event.outcome, Status):
                if event.outcome.state == FAILED:
                    raise WaitError(event.outcome.message)
                if event.outcome.state in (CURRENT, NOT_FOUND):
                    left.pop(event.key, None)
    finally:
        for follower in followers:
            follower.stop()


def _end(timeout: float) -> float:
    """Return when time is up, on `time.monotonic`'s clock; 0 seconds and less are no limit, as in Helm."""
    return time.monotonic() + timeout if timeout > 0 else math.inf


def _judge_hook(obj: Mapping[str, Any]) -> Status:
    """Return the status of a hook in the words of Helm 3."""
    status = rules.compute_hook(obj)
    if status.state == FAILED and obj.get("kind") == "Job":
        conditions = obj["status"]["conditions"]
        reason = next(one.get("reason") or "" for one in conditions if one.get("type") == "Failed")
        return status.replace(message=f"job {obj['metadata']['name']} failed: {reason}")
    return status


def _poll(done: Callable[[], bool], end: float, cancel: threading.Event | None) -> None:
    """Ask at once, then every two seconds, until it is done (apimachinery's `PollUntilContextCancel`)."""
    waker = cancel or threading.Event()
    while not done():
        left = end - time.monotonic()
        if left <= 0 or waker.wait(min(left, POLL_SECONDS)) or time.monotonic() >= end:
            cancelled = waker.is_set()
            text = "context canceled" if cancelled else "context deadline exceeded"
            raise WaitError(text, timed_out=not cancelled, cancelled=cancelled)


def _may_pass(error: KubeError) -> bool:
    if not isinstance(error, ApiError):
        return True
    return error.status in (0, 429) or (error.status >= 500 and error.status != 501)
