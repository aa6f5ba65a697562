"""One operation at work in this replica: its worker, its events, its end."""

from __future__ import annotations

import queue
import threading
import time

from hivehelm.errors import HivehelmError
from hivehelm.operations.errors import (
    OperationNotFoundError,
    RequestTooLargeError,
    StaleOperationError,
    StoppingError,
    StoreError,
    WorkerLostError,
    problem_of,
)
from hivehelm.operations.model import CANCELLED, FAILED, RUNNING, SUCCEEDED, utc
from hivehelm.operations.worker import Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.operations.model import Operation
    from hivehelm.operations.runner import Runner
    from hivehelm.operations.workers import Worker

    JSON = dict[str, Any]

#: How often an operation is begun, by whichever replicas, before it counts as failed.
MOST_ATTEMPTS = 10
_RETRY = 0.5


class _LostError(Exception):
    """The operation is somebody else's by now, or is to be."""


class Task:
    """Runs `operation`, which this replica has claimed. `operation` is as it was last written."""

    def __init__(self, runner: Runner, operation: Operation) -> None:
        self.operation = operation
        self._runner = runner
        self._inbox: queue.SimpleQueue[JSON | None] = queue.SimpleQueue()
        self._cancelled = operation.cancelled
        self._worker: Worker | None = None
        self._kills = 0
        self._stopping = False
        self._released = threading.Event()
        self._handing_over = False
        self._pending: list[JSON] = []
        self._due = 0.0
        self._end = time.monotonic() + runner.pace.longest
        self._patience = 0.0

    def heard(self, operation: Operation) -> None:
        """Take note of what somebody did to the operation."""
        if operation.cancelled and not self._cancelled:
            self._post({"cancel": True})
        if operation.state == RUNNING and operation.holder != self._runner.holder:
            self.let_go()

    def hand_over(self) -> None:
        """Stop, and leave the operation to whoever takes it."""
        self._handing_over = True
        self._post({"stop": True})

    def let_go(self) -> None:
        """Stop at once and write nothing more: others take the operation over."""
        self._released.set()
        if (worker := self._worker) is not None:
            worker.kill()
        self._post({"stop": True})

    def run(self) -> None:
        """Have a worker do it, and write down what became of it."""
        log = self._runner.log
        try:
            while True:
                if self.operation.attempt > MOST_ATTEMPTS:
                    self._over(FAILED, problem=problem_of(WorkerLostError("each of many attempts")))
                    return
                if self._attempt():
                    return
                self._write(lambda operation: operation.replace(attempt=operation.attempt + 1))
        except _LostError:
            log("WARN", "operation is gone on with elsewhere", operation=self.operation.id)
        except StoppingError:
            self._give_back()
        except RequestTooLargeError as error:
            # There is no room for what it leaves; without that there is for how it ended.
            self.operation, self._pending = self.operation.replace(events=()), []
            self._finish(problem_of(error))
        except Exception as error:
            # What is not foreseen must not leave an operation without an end.
            log("ERROR", "operation failed", operation=self.operation.id, error=type(error).__name__)
            self._give_back()

    def _attempt(self) -> bool:
        """Run a worker to its end; tell whether there is no need of another one."""
        worker = self._runner.workers.hire()
        worker.attach(self._inbox)
        self._worker = worker
        self._patience = 0.0
        try:
            operation = self.operation
            worker.begin(
                Job(
                    request=operation.request,
                    operation=operation.id,
                    attempt=operation.attempt,
                    trace=operation.trace,
                    seconds=self._runner.pace.longest,
                )
            )
            if operation.cancelled or self._stopping:
                self._stop(worker)
            return self._converse(worker)
        finally:
            worker.close()

    def _converse(self, worker: Worker) -> bool:
        while True:
            try:
                message = self._inbox.get(timeout=self._timeout())
            except queue.Empty:
                self._flush()
                self._hurry(worker)
                continue
            if message is None:
                if self._released.is_set():
                    raise _LostError
                return self._ended(worker.close())
            if message.get("stop"):
                worker.close()
                raise _LostError if self._released.is_set() else StoppingError
            if message.get("cancel"):
                self._cancelled = True
                self._stop(worker)
            if (event := message.get("event")) is not None:
                self._tell(event)
            if (trace := message.get("trace")) is not None:
                self._write(_noting(trace))
            if "sync" in message:
                worker.send({"ack": message["sync"]})
            if (problem := message.get("problem")) is not None:
                self._failed(problem)
                return True
            if (result := message.get("result")) is not None:
                self._over(SUCCEEDED, result=result)
                return True
            self._hurry(worker)

    def _stop(self, worker: Worker) -> None:
        """Ask a worker to stop, as Ctrl-C would."""
        self._stopping = True
        self._patience = time.monotonic() + self._runner.pace.patience
        worker.send({"cancel": True})

    def _timeout(self) -> float:
        ends = [time.monotonic() + self._runner.pace.longest if self._stopping else self._end]
        if self._patience:
            ends.append(self._patience)
        if self._pending:
            ends.append(self._due)
        return max(0.0, min(ends) - time.monotonic())

    def _hurry(self, worker: Worker) -> None:
        """Stop a worker that takes too long; kill it when it does not stop."""
        now = time.monotonic()
        if self._patience and now >= self._patience:
            self._kills += 1
            self._patience = 0.0
            worker.kill()
        elif now >= self._end and not self._stopping:
            self._stop(worker)

    def _ended(self, how: str) -> bool:
        """Tell whether a worker that ended without a word leaves nothing to do."""
        if self._kills > 1:
            from hivehelm.actions.errors import CancelledError, DeadlineError

            given_up = CancelledError() if self._cancelled else DeadlineError()
            self._over(CANCELLED if self._cancelled else FAILED, problem=problem_of(given_up))
            return True
        if self._kills:
            # Another one tells the truth on the release's record.
            return False
        self._runner.log("ERROR", "a worker was lost", operation=self.operation.id, how=how)
        self._tell({"stage": "lost", "subject": f"the worker process ended: {how}"})
        return False

    def _failed(self, problem: JSON) -> None:
        if places := problem.pop("places", None):
            self._runner.log("ERROR", problem["message"], operation=self.operation.id, places=places)
        self._over(CANCELLED if self._cancelled else FAILED, problem=problem)

    def _tell(self, event: JSON) -> None:
        if not self._pending:
            self._due = time.monotonic() + self._runner.pace.flush
        if self._pending and event.get("stage") == "waiting" == self._pending[-1].get("stage"):
            self._pending.pop()
        self._pending.append({**event, "time": utc(self._runner.now())})
        if time.monotonic() >= self._due:
            self._flush()

    def _flush(self) -> None:
        if self._pending and time.monotonic() >= self._due:
            try:
                self._write(lambda operation: operation, tries=1)
            except StoreError as error:
                self._due = time.monotonic() + self._runner.pace.flush
                self._runner.log("WARN", "failed to write events", operation=self.operation.id, error=error)

    def _over(self, state: str, *, result: JSON | None = None, problem: JSON | None = None) -> None:
        ended = utc(self._runner.now())
        self._write(lambda operation: operation.over(state, ended, result=result, problem=problem))

    def _finish(self, problem: JSON) -> None:
        try:
            self._over(FAILED, problem=problem)
        except (HivehelmError, _LostError) as error:
            self._runner.log("ERROR", "operation failed", operation=self.operation.id, error=error)

    def _give_back(self) -> None:
        """Leave the operation, as far as it came, without a holder: the first to see it goes on with it."""
        try:
            self._write(lambda operation: operation.replace(holder=""), tries=3)
        except (HivehelmError, _LostError) as error:
            self._runner.log("WARN", "failed to hand over", operation=self.operation.id, error=error)

    def _write(self, change: Callable[[Operation], Operation], tries: int = 0) -> None:
        """Write a change, and the events so far along with it; `tries` 0 is until it is written.

        Raises:
            StoreError: it cannot be written, and has been tried so often.
            _LostError: somebody else has the operation.
        """
        runner, tried = self._runner, 0
        while True:
            told = self.operation
            for event in self._pending:
                told = told.told(event, event["time"])
            try:
                try:
                    self.operation = runner.store.change(change(told))
                except StaleOperationError:
                    self._reread()
                    continue
            except OperationNotFoundError:
                raise _LostError from None
            except RequestTooLargeError:
                raise
            except HivehelmError as error:
                tried += 1
                if self._released.is_set():
                    raise _LostError from None
                if tried == tries or (self._handing_over and tried > 3):
                    raise error if isinstance(error, StoreError) else StoreError("write", error) from error
                runner.log("WARN", "failed to write an operation", operation=self.operation.id, error=error)
                self._released.wait(min(_RETRY * tried, 5.0))
                continue
            self._pending.clear()
            runner.board.changed(self.operation)
            return

    def _reread(self) -> None:
        now = self._runner.store.get(self.operation.id)
        same = (now.state, now.holder, now.attempt)
        if same != (RUNNING, self._runner.holder, self.operation.attempt):
            raise _LostError
        self.operation = now

    def _post(self, message: JSON) -> None:
        self._inbox.put(message)


def _noting(trace: JSON) -> Callable[[Operation], Operation]:
    return lambda operation: operation.replace(trace=_merged(operation.trace, trace))


def _merged(trace: JSON, new: JSON) -> JSON:
    """Return what attempts have left: lists grow, all else is replaced."""
    return {
        **trace,
        **{
            name: [*trace.get(name, ()), *value] if isinstance(value, list) else value
            for name, value in new.items()
        },
    }
