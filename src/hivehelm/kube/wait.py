"""Waiting until objects are what they should be, by watching them (Helm's `pkg/kube/statuswait.go`).

The rules are in `status`; here are only threads and clocks. Helm 3's way of waiting is in `polling`.
"""

from __future__ import annotations

import math
import queue
import threading
import time

from hivehelm.kube import status as rules
from hivehelm.kube.errors import KubeError, WaitError
from hivehelm.kube.follow import Followed, Follower
from hivehelm.kube.verdict import CURRENT, FAILED, NOT_FOUND, UNKNOWN, Status
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.kube.client import Client
    from hivehelm.kube.follow import Computed, Judge
    from hivehelm.kube.resources import Resource

    Key = tuple[str, str, str, str]
    Log = Callable[..., None]

WATCHER = "watcher"
LEGACY = "legacy"
HOOK_ONLY = "hookOnly"
DEFAULT_SECONDS = 30.0
# The longest a caller who gives up is kept waiting.
_TICK_SECONDS = 0.1
# In less time than this, Helm does not come to watch anything.
_STARTING_SECONDS = 0.005


class Progress(Record):
    """How far a wait is: `done` of `total` objects, and one that is still waited for with its status.

    `lacking` are all that are waited for: `Kind/namespace/name` and status.
    """

    done: int
    total: int
    waiting_for: str = ""
    status: Status = Status(state=UNKNOWN)
    lacking: tuple[tuple[str, Status], ...] = ()


def wait_ready(
    client: Client,
    resources: Sequence[Resource],
    timeout: float,
    *,
    strategy: str = WATCHER,
    jobs: bool = False,
    cancel: threading.Event | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    log: Log | None = None,
) -> None:
    """Wait until every object is ready; with `jobs`, until Jobs have succeeded too.

    `timeout` is in seconds; 0 means 30 s where objects are watched, else no limit, and less is no limit.
    `strategy` is Helm's: `watcher`, `legacy` (polls every 2 s) or `hookOnly` (returns at once). Setting
    `cancel` ends the wait. Paused Deployments are not waited for. Watching ends early once all that are not
    ready have failed.

    Raises:
        WaitError: not all are ready in time, or `cancel` was set; the text lists those that are not.
        KubeError: the cluster refuses to be watched.
    """
    if _strategy(strategy) == HOOK_ONLY:
        return
    if strategy == LEGACY:
        from hivehelm.kube.polling import poll_ready

        _begin(log, "beginning wait for resources", resources, timeout)
        poll_ready(client, resources, timeout, jobs=jobs, cancel=cancel)
        return
    watched = [resource for resource in resources if not _paused(resource)]
    judge = rules.compute_with_jobs if jobs else rules.compute
    _begin(log, "waiting for resources", resources, timeout or DEFAULT_SECONDS)
    _Wait(client, watched, judge, CURRENT, on_progress, timeout, log).run(cancel)


def wait_hook(
    client: Client,
    resources: Sequence[Resource],
    timeout: float,
    *,
    strategy: str = WATCHER,
    cancel: threading.Event | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    log: Log | None = None,
) -> None:
    """Wait until hooks have run: Jobs and Pods to their successful end, anything else until it is there.

    Arguments and errors are those of `wait_ready`; `hookOnly` waits here as `watcher` does.
    """
    if _strategy(strategy) == LEGACY:
        from hivehelm.kube.polling import watch_hook

        watch_hook(client, resources, timeout, cancel=cancel)
        return
    _begin(log, "waiting for resources", resources, timeout or DEFAULT_SECONDS)
    _Wait(client, resources, rules.compute_hook, CURRENT, on_progress, timeout, log).run(cancel)


def wait_deleted(
    client: Client,
    resources: Sequence[Resource],
    timeout: float,
    *,
    strategy: str = WATCHER,
    cancel: threading.Event | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    log: Log | None = None,
) -> None:
    """Wait until no object is there any more; arguments and errors are those of `wait_ready`."""
    if _strategy(strategy) == HOOK_ONLY:
        return
    if strategy == LEGACY:
        from hivehelm.kube.polling import poll_deleted

        _begin(log, "beginning wait for resources to be deleted", resources, timeout)
        poll_deleted(client, resources, timeout, cancel=cancel)
        return
    _begin(log, "waiting for resources to be deleted", resources, timeout or DEFAULT_SECONDS)
    _Wait(client, resources, rules.compute, NOT_FOUND, on_progress, timeout, log).run(cancel)


def _begin(log: Log | None, message: str, resources: Sequence[Resource], timeout: float) -> None:
    if log is not None:
        from hivehelm.golang.duration import Duration

        log("DEBUG", message, count=len(resources), timeout=str(Duration(round(timeout * 1e9))))


class _Wait:
    """One wait: followers, a thread for each kind and namespace, send statuses; this judges the whole."""

    def __init__(
        self,
        client: Client,
        resources: Sequence[Resource],
        judge: Judge,
        wanted: str,
        on_progress: Callable[[Progress], None] | None,
        timeout: float,
        log: Log | None,
    ) -> None:
        self._log = log
        self._end = math.inf if timeout < 0 else time.monotonic() + (timeout or DEFAULT_SECONDS)
        self._too_short = 0 < timeout < _STARTING_SECONDS
        self._wanted = wanted
        self._on_progress = on_progress
        self._resources = {resource.key: resource for resource in resources}
        self._statuses = dict.fromkeys(self._resources, Status(state=UNKNOWN))
        self._events: queue.SimpleQueue[Computed] = queue.SimpleQueue()
        groups: dict[tuple[str, str, str], list[Resource]] = {}
        for resource in self._resources.values():
            known = resource.type
            groups.setdefault((known.api_version, known.kind, resource.namespace), []).append(resource)
        self._followers = [
            Follower(client.until(self._end), members, judge, self._events.put, leaving=wanted == NOT_FOUND)
            for members in groups.values()
        ]
        self._unsynced = set(self._followers)
        self._rechecks: dict[Key, tuple[float, Follower]] = {}

    def run(self, cancel: threading.Event | None) -> None:
        if self._too_short and self._followers:
            text = "reporter failed to start: event funnel closed: context deadline exceeded"
            raise WaitError(text, timed_out=True)
        for follower in self._followers:
            follower.start()
        try:
            while not self._settled():
                left = self._end - time.monotonic()
                if left <= 0:
                    raise self._failure("context deadline exceeded", timed_out=True)
                if cancel is not None and cancel.is_set():
                    raise self._failure("context canceled", cancelled=True)
                try:
                    self._take(self._events.get(timeout=min(left, _TICK_SECONDS)))
                except queue.Empty:
                    self._recheck()
        finally:
            for follower in self._followers:
                follower.stop()
        if any(self._lacking(state) for state in self._statuses.values()):
            raise self._failure("")
        if self._log is not None:
            count = sum(state.state != UNKNOWN for state in self._statuses.values())
            self._log(
                "DEBUG",
                "all resources achieved desired status",
                desiredStatus=self._wanted,
                resourceCount=count,
            )

    def _take(self, event: Computed) -> None:
        if isinstance(event.outcome, KubeError):
            raise event.outcome
        if event.outcome is Followed.SYNCED:
            self._unsynced.discard(event.follower)
        else:
            self._statuses[event.key] = event.outcome
            self._rechecks.pop(event.key, None)
            if event.outcome.recheck_after is not None:
                self._rechecks[event.key] = (time.monotonic() + event.outcome.recheck_after, event.follower)
            self._tell()
            self._report()

    def _tell(self) -> None:
        """Log what is waited for: of several, the first by name."""
        states = self._statuses.items()
        waiting = [(key, status.state) for key, status in states if not self._final(status.state)]
        if self._log is None or not waiting:
            return
        (_, kind, namespace, name), state = min(waiting, key=lambda pair: pair[0][3])
        self._log(
            "DEBUG",
            "waiting for resource",
            namespace=namespace,
            name=name,
            kind=kind,
            expectedStatus=self._wanted,
            actualStatus=state,
        )

    def _recheck(self) -> None:
        now = time.monotonic()
        for key, (due, follower) in list(self._rechecks.items()):
            if now >= due:
                del self._rechecks[key]
                follower.judge_again(key)

    def _settled(self) -> bool:
        """Tell whether waiting on is of no use: all is as wanted, or what is not never will be."""
        if self._unsynced:
            return False
        return all(self._final(state.state) for state in self._statuses.values())

    def _final(self, state: str) -> bool:
        if state == self._wanted:
            return True
        return state == (FAILED if self._wanted == CURRENT else UNKNOWN)

    def _lacking(self, status: Status) -> bool:
        if self._wanted == NOT_FOUND and status.state == UNKNOWN:
            return False
        return status.state != self._wanted

    def _failure(self, why: str, *, timed_out: bool = False, cancelled: bool = False) -> WaitError:
        verb = "not ready" if self._wanted == CURRENT else "still exists"
        names: list[str] = []
        lines: list[str] = []
        for key, status in self._statuses.items():
            if self._lacking(status):
                names.append("/".join(key[1:]))
                lines.append(
                    f"resource {names[-1]} {verb}. status: {status.state}, message: {status.message}"
                )
        if why:
            lines.append(why)
        return WaitError("\n".join(lines), resources=names, timed_out=timed_out, cancelled=cancelled)

    def _report(self) -> None:
        if self._on_progress is None:
            return
        lacking = [(key, status) for key, status in self._statuses.items() if self._lacking(status)]
        done = len(self._statuses) - len(lacking)
        if lacking:
            key, status = min(lacking, key=lambda pair: pair[0][3])
            name = "/".join(key[1:])
            progress = Progress(
                done=done,
                total=len(self._statuses),
                waiting_for=name,
                status=status,
                lacking=tuple(("/".join(key[1:]), status) for key, status in lacking),
            )
        else:
            progress = Progress(done=done, total=len(self._statuses))
        self._on_progress(progress)


def _strategy(name: str) -> str:
    if name in (WATCHER, LEGACY, HOOK_ONLY):
        return name
    choices = f"{WATCHER}, {HOOK_ONLY}, {LEGACY}"
    if not name:
        raise WaitError(f"wait strategy not set. Choose one of: {choices}")
    raise WaitError(f"unknown wait strategy (s{name}). Valid values are: {choices}")


def _paused(resource: Resource) -> bool:
    if (resource.type.group, resource.type.kind) != ("apps", "Deployment"):
        return False
    return bool((resource.object.get("spec") or {}).get("paused"))
