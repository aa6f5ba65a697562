"""Requests that are answered at once, and are on no record: dry runs, templates."""

from __future__ import annotations

import queue
import threading
import time

from hivehelm.operations.errors import (
    BusyError,
    FailedRequestError,
    RequestTimeoutError,
    WorkerLostError,
)
from hivehelm.operations.worker import Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.operations.model import Request
    from hivehelm.operations.workers import Worker, Workers

    JSON = dict[str, Any]


class Counter:
    """Answers `places` requests at a time, each in a worker process of its own."""

    def __init__(self, workers: Workers, places: int) -> None:
        self._workers = workers
        self._places = threading.BoundedSemaphore(places)

    def answer(
        self, request: Request, seconds: float, on_event: Callable[[JSON], None] | None = None
    ) -> JSON:
        """Return what a worker makes of a request; `on_event` is told how far it has come.

        Raises:
            FailedRequestError: the worker says what went wrong.
            RequestTimeoutError: it takes longer than `seconds`.
            BusyError: as many are being answered already, for as long.
            WorkerLostError, StoppingError: there is no answer.
        """
        end = time.monotonic() + seconds
        if not self._places.acquire(timeout=seconds):
            raise BusyError
        try:
            worker = self._workers.hire()
            try:
                worker.begin(Job(request=request, seconds=seconds))
                return _answer(worker, end, seconds, on_event)
            finally:
                worker.close()
        finally:
            self._places.release()


def _answer(worker: Worker, end: float, seconds: float, on_event: Callable[[JSON], None] | None) -> JSON:
    while True:
        try:
            message = worker.messages.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            raise RequestTimeoutError(seconds) from None
        if message is None:
            raise WorkerLostError(worker.close())
        if "event" in message and on_event is not None:
            on_event(message["event"])
        if "sync" in message:
            worker.send({"ack": message["sync"]})
        if "problem" in message:
            raise FailedRequestError(message["problem"])
        if "result" in message:
            return dict(message["result"])
