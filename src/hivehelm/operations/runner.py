"""Runs operations: whose turn it is, in so many slots, one at a time on each release over all replicas."""

from __future__ import annotations

import threading
import time

from hivehelm.errors import HivehelmError
from hivehelm.operations.board import PACE, Board, Pace
from hivehelm.operations.counter import Counter
from hivehelm.operations.errors import (
    KeyReuseError,
    OperationExistsError,
    OperationNotFoundError,
    StaleOperationError,
    StoppingError,
)
from hivehelm.operations.model import CANCELLED, QUEUED, RUNNING, Operation, utc
from hivehelm.operations.subscribers import Subscribers
from hivehelm.operations.task import Task
from hivehelm.operations.workers import Workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from hivehelm.operations.model import Request
    from hivehelm.operations.store import Store, Watcher

    JSON = dict[str, Any]


# Seconds that the last beat may take.
_LAST_BEAT = 5.0


class Runner:
    """One replica's part in running what is in `store`; safe to use from several threads.

    `command` starts a worker process (`operations.worker`), in `environ` if that is given; `spares` are kept
    warm. `slots` operations run at once, and as many requests besides that are answered without one.
    `holder` names this replica among all; no two processes may have the same. `log(level, message,
    **attributes)` hears what goes wrong.
    """

    def __init__(
        self,
        store: Store,
        command: Sequence[str],
        *,
        slots: int = 4,
        holder: str = "",
        pace: Pace = PACE,
        spares: int = 1,
        environ: Mapping[str, str] | None = None,
        log: Callable[..., None] | None = None,
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        self.store = store
        self.holder = holder or _holder()
        self.pace = pace
        self.workers = Workers(command, spares=spares, environ=environ)
        self.board = Board(self.holder, pace)
        self.board.tell = self._tell
        self.log = log or (lambda *_, **__: None)
        self.now = now
        self._slots = slots
        self._counter = Counter(self.workers, max(1, slots))
        self._tasks: dict[str, Task] = {}
        self._tried: dict[str, str] = {}
        self._subscribers = Subscribers(self.board.condition, self.log)
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._heard = time.monotonic()
        self._watcher: Watcher | None = None
        self._threads: list[threading.Thread] = []
        self._living: threading.Thread | None = None

    def start(self) -> None:
        """Begin to take on operations, those that are waiting already included."""
        self.workers.start()
        self._watcher = self.store.watcher(self.board)
        self._heard = time.monotonic()
        work = (self._watcher.run, self._live, self._fence, self._dispatch)
        for target in work:
            name = f"operations-{target.__name__.strip('_')}"
            thread = threading.Thread(target=self._steadily, args=(target,), name=name, daemon=True)
            self._threads.append(thread)
            if target == self._live:
                self._living = thread
            thread.start()

    def stop(self, seconds: float = 0.0) -> None:
        """Take nothing on any more, wait so long for what is running, and hand over the rest.

        What is handed over is gone on with by another replica, or by the next one that starts.
        """
        self._stopping.set()
        with self.board.condition:
            self.board.condition.notify_all()
            self.board.condition.wait_for(lambda: not self._tasks, seconds)
            left = list(self._tasks.values())
        for task in left:
            task.hand_over()
        with self.board.condition:
            self.board.condition.wait_for(lambda: not self._tasks, self.pace.patience)
        self._stopped.set()
        with self.board.condition:
            self.board.condition.notify_all()
        # Who is just saying that this replica lives would say so after it has signed off.
        if self._living is not None:
            self._living.join(_LAST_BEAT)
        try:
            self.store.leave(self.holder)
        except HivehelmError as error:
            self.log("WARN", "failed to sign off", error=error)
        if self._watcher is not None:
            self._watcher.close()
        self.workers.stop()
        for thread in self._threads:
            thread.join(5.0)

    def submit(
        self, request: Request, key: str = "", caller: str = "", *, fingerprint: str = ""
    ) -> Operation:
        """Accept a request: it will be done, whatever becomes of this process.

        The same `key` of the same `caller` stands for the same operation, for as long as that is kept.
        `fingerprint` tells requests under one key apart; without it, that is made of what `request` says.

        Raises:
            InvalidRequestError, RequestTooLargeError: it cannot be an operation.
            KeyReuseError: the key stands for another request.
            StoppingError: this replica takes nothing on any more.
            StoreError: it cannot be kept.
        """
        request.check()
        if self._stopping.is_set():
            raise StoppingError
        hashed = _hash(caller, key) if key else ""
        operation = Operation(
            id=hashed[:32] or _new_id(),
            request=request,
            created=utc(self.now()),
            holder=self.holder,
            key=hashed,
            fingerprint=fingerprint or request.fingerprint(),
        )
        while True:
            try:
                return self.store.create(operation)
            except OperationExistsError:
                pass
            try:
                there = self.store.get(operation.id)
            except OperationNotFoundError:
                continue  # It has been forgotten meanwhile.
            if (there.key, there.fingerprint) != (hashed, operation.fingerprint):
                raise KeyReuseError(there.id)
            return there

    def get(self, identifier: str) -> Operation:
        """Return an operation.

        Raises:
            OperationNotFoundError: there is none.
            StoreError: it cannot be read.
        """
        return self.board.operations.get(identifier) or self.store.get(identifier)

    def list(
        self, namespace: str | None = None, name: str | None = None, state: str | None = None, limit: int = 0
    ) -> list[Operation]:
        """Return operations, the newest first: those of a namespace, of a release's name, in a state."""
        with self.board.condition:
            known = list(self.board.operations.values()) if self.board.is_filled else None
        found = [
            one
            for one in (self.store.list() if known is None else known)
            if namespace in (None, one.request.namespace)
            and name in (None, one.request.name)
            and state in (None, one.state)
        ]
        found.sort(key=lambda one: (one.created, one.id), reverse=True)
        return found[:limit] if limit else found

    def cancel(self, identifier: str) -> Operation:
        """Give up an operation: one that waits is over at once, one that runs is asked to stop.

        It is asked as Ctrl-C would, so that the release's record tells the truth. One that is over stays so.

        Raises:
            OperationNotFoundError: there is none.
        """
        while True:
            operation = self.store.get(identifier)
            if operation.is_final or operation.cancelled:
                return operation
            changed = operation.replace(cancelled=True)
            if operation.state == QUEUED:
                changed = changed.over(CANCELLED, utc(self.now()), problem=_given_up())
            try:
                changed = self.store.change(changed)
            except StaleOperationError:
                continue
            self.board.changed(changed)
            return changed

    def wait(self, identifier: str, seconds: float) -> Operation:
        """Return an operation when it is over, or as it is after so many seconds.

        Raises:
            OperationNotFoundError: there is none.
        """
        over = threading.Event()
        stop = self.subscribe(identifier, lambda operation: over.set() if operation.is_final else None)
        try:
            over.wait(seconds)
        finally:
            stop()
        return self.get(identifier)

    def follow(self, identifier: str, after: int = 0, seconds: float | None = None) -> Iterator[JSON]:
        """Yield the events of an operation from index `after` on, up to its end or so many seconds.

        Raises:
            OperationNotFoundError: there is none.
        """
        end = None if seconds is None else time.monotonic() + seconds
        changed = threading.Event()
        stop = self.subscribe(identifier, lambda _: changed.set())
        try:
            while True:
                changed.clear()
                operation = self.get(identifier)
                for event in operation.events:
                    if event["index"] > after:
                        after = event["index"]
                        yield event
                if operation.is_final:
                    return
                if not changed.wait(None if end is None else max(0.0, end - time.monotonic())):
                    return
        finally:
            stop()

    def subscribe(self, identifier: str, callback: Callable[[Operation], None]) -> Callable[[], None]:
        """Have `callback` told of an operation, as it is now and on every change; return what ends that.

        It is called from the runner's threads, and must not block.

        Raises:
            OperationNotFoundError: there is none.
        """
        stop = self._subscribers.add(identifier, callback)
        try:
            callback(self.get(identifier))
        except HivehelmError:
            stop()
            raise
        return stop

    def run_once(
        self, request: Request, seconds: float, on_event: Callable[[JSON], None] | None = None
    ) -> JSON:
        """Return what a worker makes of a request at once, without a record of it: dry runs, templates.

        Raises:
            FailedRequestError, RequestTimeoutError, BusyError, WorkerLostError, StoppingError: see `Counter`.
        """
        return self._counter.answer(request, seconds, on_event)

    def running(self) -> int:
        """Return how many operations this replica is at work on."""
        return len(self._tasks)

    def _tell(self, operation: Operation) -> None:
        with self.board.condition:
            task = self._tasks.get(operation.id)
        if task is not None:
            task.heard(operation)
        self._subscribers.tell(operation)

    def _steadily(self, work: Callable[[], None]) -> None:
        """Do what has to go on; what nobody foresaw is told, and it begins anew."""
        while not self._stopped.is_set():
            try:
                work()
            except Exception as error:
                self.log("ERROR", "internal error", work=work.__name__, error=repr(error))
                self._stopped.wait(self.pace.beat)
            else:
                return

    def _dispatch(self) -> None:
        board = self.board
        while not self._stopping.is_set():
            with board.condition:
                operation = None
                if board.is_filled and len(self._tasks) < self._slots:
                    operation = board.next(self._tasks, self._tried)
                if operation is None:
                    board.condition.wait(self.pace.hesitate)
                    continue
            self._begin(operation)

    def _begin(self, operation: Operation) -> None:
        claimed = operation.replace(
            state=RUNNING,
            holder=self.holder,
            attempt=operation.attempt + 1,
            started=operation.started or utc(self.now()),
        )
        try:
            claimed = self.store.change(claimed)
        except (StaleOperationError, OperationNotFoundError):
            # Somebody else was faster; the news are on their way.
            self._tried = {**dict(list(self._tried.items())[-100:]), operation.id: operation.version}
            return
        except HivehelmError as error:
            self.log("WARN", "failed to begin an operation", operation=operation.id, error=error)
            self._stopping.wait(1.0)
            return
        task = Task(self, claimed)
        with self.board.condition:
            self._tasks[claimed.id] = task
        self.board.changed(claimed)
        # What somebody did to it before there was a task is on the board by now, or is still to come.
        if (known := self.board.operations.get(claimed.id)) is not None:
            task.heard(known)
        threading.Thread(target=self._perform, args=(task,), name="operation", daemon=True).start()

    def _perform(self, task: Task) -> None:
        try:
            task.run()
        finally:
            with self.board.condition:
                del self._tasks[task.operation.id]
                self.board.condition.notify_all()

    def _live(self) -> None:
        """Say that this replica lives."""
        tidied = time.monotonic()
        while not self._stopped.is_set():
            try:
                # What was said at the latest when it was begun counts.
                begun = time.monotonic()
                self.store.beat(self.holder)
                self._heard = begun
            except HivehelmError as error:
                self.log("WARN", "failed to say that this replica lives", error=error)
                self.board.doubt()
            if time.monotonic() - tidied > self.pace.tidy:
                tidied = time.monotonic()
                self._tidy()
            self._stopped.wait(self.pace.beat)

    def _fence(self) -> None:
        """Stop what others will take over, where this replica could not say for too long that it lives."""
        while not self._stopped.wait(self.pace.beat / 2):
            if time.monotonic() - self._heard > self.pace.fence:
                for task in list(self._tasks.values()):
                    task.let_go()

    def _tidy(self) -> None:
        """Forget operations that ended long ago, or are too many, and holders that are long gone."""
        with self.board.condition:
            over = [one for one in self.board.operations.values() if one.is_final]
        over.sort(key=lambda one: one.ended)
        oldest = utc(self.now() - int(self.pace.keep * 1e9))
        surplus = max(0, len(over) - self.pace.most)
        end = time.monotonic() + self.pace.beat
        try:
            for at, operation in enumerate(over):
                if at < surplus or operation.ended < oldest:
                    self.store.delete(operation.id)
                    if time.monotonic() >= end:
                        break  # This replica has to say that it lives; the rest waits.
            for holder in self.board.dead(10 * self.pace.lost):
                self.store.leave(holder)
        except HivehelmError as error:
            self.log("WARN", "failed to forget old operations", error=error)


def _given_up() -> JSON:
    from hivehelm.actions.errors import CancelledError
    from hivehelm.operations.errors import problem_of

    return problem_of(CancelledError())


def _hash(caller: str, key: str) -> str:
    from hashlib import sha256

    return sha256(f"{len(caller)}:{caller}{key}".encode()).hexdigest()


def _new_id() -> str:
    import secrets

    return secrets.token_hex(16)


def _holder() -> str:
    """Return a name that no other process has, and that people can make sense of."""
    import os
    import secrets
    import socket

    return f"{socket.gethostname()[:40].lower()}-{os.getpid()}-{secrets.token_hex(4)}"
