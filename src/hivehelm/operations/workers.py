"""The runner's side of worker processes: one for each job, and one kept warm for the next."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading

from hivehelm.operations.errors import StoppingError, WorkerLostError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from hivehelm.operations.worker import Job

    JSON = dict[str, Any]

#: Bytes of the longest line that a worker may send.
LONGEST_LINE = 64 << 20
# Seconds until it is tried again to start a worker, where the system gave none.
_RETRY = 0.5


class Worker:
    """A worker process. `messages` takes what it says, and None when it has ended."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.messages: queue.SimpleQueue[JSON | None] = queue.SimpleQueue()
        self._sending = threading.Lock()
        self._receiving = threading.Lock()
        self._reader = threading.Thread(target=self._read, name="worker", daemon=True)
        self._reader.start()

    def attach(self, messages: queue.SimpleQueue[JSON | None]) -> None:
        """Have the worker's messages, those that came already included, go to another queue."""
        with self._receiving:
            while not self.messages.empty():
                messages.put(self.messages.get())
            self.messages = messages

    def begin(self, job: Job) -> None:
        """Hand over the job."""
        self.send({"job": job.to_dict()})

    def send(self, message: JSON) -> None:
        """Send something; a worker that is gone hears nothing, which its end tells of."""
        assert self.process.stdin is not None  # noqa: S101
        data = json.dumps(message).encode() + b"\n"
        with self._sending:
            try:
                self.process.stdin.write(data)
                self.process.stdin.flush()
            except (OSError, ValueError):
                return

    def kill(self) -> None:
        """End the process now, whatever it is at, and the programs that it runs."""
        if self.process.poll() is None:
            # It leads a session. What it has started would go on, beside who goes on with its job.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()

    def close(self) -> str:
        """End the process if it has not, and return how it ended."""
        self.kill()
        code = self.process.wait()
        with self._sending:
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def _read(self) -> None:
        assert self.process.stdout is not None  # noqa: S101
        try:
            while line := self.process.stdout.readline(LONGEST_LINE):
                self._receive(json.loads(line))
        except (OSError, ValueError):
            pass
        self._receive(None)

    def _receive(self, message: JSON | None) -> None:
        with self._receiving:
            self.messages.put(message)


class Workers:
    """Starts worker processes by `command`, from a thread that lasts: they die with the one that made them.

    `spares` of them are started before they are needed.
    """

    def __init__(
        self, command: Sequence[str], *, spares: int = 1, environ: Mapping[str, str] | None = None
    ) -> None:
        self._command = list(command)
        self._environ = None if environ is None else dict(environ)
        self._wanted = spares
        self._changed = threading.Condition()
        self._spares: list[Worker] = []
        self._hired: list[Worker] = []
        self._asked = 0
        self._failures = 0
        self._failure = ""
        self._stopped = False
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        """Start the spare ones."""
        with self._changed:
            if self._keeper is None:
                self._stopped = False
                self._keeper = threading.Thread(target=self._keep, name="workers", daemon=True)
                self._keeper.start()

    def hire(self) -> Worker:
        """Return a process that waits for its job, or soon will.

        Raises:
            StoppingError: there are to be no more.
            WorkerLostError: none can be started.
        """
        with self._changed:
            failures = self._failures
            self._asked += 1
            self._changed.notify_all()
            try:
                while True:
                    if self._stopped or self._keeper is None:
                        raise StoppingError
                    while self._spares:
                        worker = self._spares.pop(0)
                        self._changed.notify_all()
                        if worker.process.poll() is None:
                            self._hired.append(worker)
                            return worker
                        worker.close()
                    if self._failures > failures:
                        raise WorkerLostError(self._failure)
                    self._changed.wait()
            finally:
                self._asked -= 1

    def stop(self) -> None:
        """End the spare ones, and start no more; those that were hired are not touched."""
        with self._changed:
            self._stopped = True
            self._keeper = None
            spares, self._spares = self._spares, []
            self._changed.notify_all()
        for worker in spares:
            worker.close()

    def _keep(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._stopped or len(self._spares) < max(self._wanted, self._asked)
                )
                self._hired = [one for one in self._hired if one.process.returncode is None]
                if self._stopped:
                    break
            try:
                worker = self._spawn()
            except (OSError, RuntimeError) as error:
                # No memory, processes or files just now. Were this thread to end, so would all workers.
                with self._changed:
                    self._failures += 1
                    self._failure = f"it cannot be started: {error}"
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._stopped, _RETRY)
                continue
            with self._changed:
                if not self._stopped:
                    self._spares.append(worker)
                    self._changed.notify_all()
                    continue
            worker.close()
            break
        # Workers die with the thread that started them.
        for worker in self._hired:
            worker.process.wait()

    def _spawn(self) -> Worker:
        process = subprocess.Popen(  # noqa: S603
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environ,
            start_new_session=True,
        )
        try:
            return Worker(process)
        except BaseException:
            process.kill()
            process.communicate()
            raise
