"""The worker's side of the protocol: one job on standard input, events and one end on standard output.

Lines of JSON. To the worker: `{"job": …}`, then `{"ack": n}` for each `{"sync": n}` of its own, and
`{"cancel": true}` from who gives up. From the worker: `{"ready": true}` once it can begin, `{"event": …}`,
`{"trace": …}`, and at the end `{"result": …}` or `{"problem": …}`. Whoever sends `sync` along goes on only
when what he said is in the store. When standard input ends, so does the worker, at once: nobody is left who
would hear of it, and another replica takes over.
"""

from __future__ import annotations

import json
import os
import sys
import threading

from hivehelm.errors import HivehelmError
from hivehelm.operations.errors import problem_of
from hivehelm.operations.model import Request
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

    JSON = dict[str, Any]

_SIGKILL_AT_PARENTS_DEATH = 1
_NICE = 10


class Job(Record):
    """What a worker is to do: `operation` is "" for what is answered at once, and on no record.

    `attempt` counts from 1; from the second on, `trace` is what the ones before have left. `seconds` is how
    long it may take.
    """

    request: Request
    operation: str = ""
    attempt: int = 1
    trace: JSON = {}
    seconds: float = 0.0

    def to_dict(self) -> JSON:
        """Return the job as JSON has it."""
        return {**self.__dict__, "request": self.request.to_dict()}

    @classmethod
    def from_dict(cls, data: JSON) -> Job:
        """Return the job that `to_dict` made `data` of."""
        return cls(**{**data, "request": Request.from_dict(data["request"])})


class Line:
    """The worker's line to the runner. `cancelled` is set when somebody gave up."""

    def __init__(self, source: BinaryIO, target: BinaryIO, orphaned: Callable[[], None]) -> None:
        self.cancelled = threading.Event()
        self._source = source
        self._target = target
        self._orphaned = orphaned
        self._sending = threading.Lock()
        self._acknowledged = threading.Condition()
        self._sent = 0
        self._heard = 0

    def job(self) -> Job:
        """Say that all is ready, wait for the job and return it."""
        self._send({"ready": True})
        line = self._source.readline()
        if not line:
            self._orphaned()
        threading.Thread(target=self._listen, name="line", daemon=True).start()
        return Job.from_dict(json.loads(line)["job"])

    def event(self, event: JSON) -> None:
        """Pass on how far it has come."""
        self._send({"event": event})

    def note(self, trace: JSON) -> None:
        """Leave something for who may have to take over, and go on when it is in the store."""
        with self._acknowledged:
            self._sent += 1
            number = self._sent
        self._send({"trace": trace, "sync": number})
        with self._acknowledged:
            self._acknowledged.wait_for(lambda: self._heard >= number)

    def end(self, message: JSON) -> None:
        """Say what became of it."""
        self._send(message)

    def _listen(self) -> None:
        for line in self._source:
            message = json.loads(line)
            if "ack" in message:
                with self._acknowledged:
                    self._heard = max(self._heard, message["ack"])
                    self._acknowledged.notify_all()
            if message.get("cancel"):
                self.cancelled.set()
        self._orphaned()

    def _send(self, message: JSON) -> None:
        data = json.dumps(message, default=str).encode() + b"\n"
        with self._sending:
            try:
                self._target.write(data)
                self._target.flush()
            except BrokenPipeError:
                self._orphaned()


def serve(prepare: Callable[[], None], perform: Callable[[Job, Line], JSON]) -> None:
    """Be a worker: `prepare`, take one job, `perform` it in the main thread, and end the process.

    What `perform` returns is the result; a HivehelmError is the problem. Of any other error only its class is
    told: its text may hold what nobody should read.
    """
    _die_with_parent()
    _stand_back()
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    # What else prints, prints nowhere.
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(null, descriptor)
    line = Line(source, target, _end)
    prepare()
    job = line.job()
    try:
        line.end({"result": perform(job, line)})
    except HivehelmError as error:
        line.end({"problem": problem_of(error)})
    except MemoryError:
        line.end({"problem": _internal("MemoryError", [])})
    except Exception as error:
        line.end({"problem": _internal(type(error).__name__, _places(error))})
    _end()


def _internal(kind: str, places: list[str]) -> JSON:
    return {"kind": kind, "kinds": [], "message": f"internal error: {kind}", "places": places}


def _places(error: BaseException) -> list[str]:
    """Return where an error comes from, without a word of what was worked on."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{os.path.basename(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-12:]


def _die_with_parent() -> None:
    """Have the system kill this process when its parent dies, where it knows how."""
    parent = os.getppid()
    try:
        import ctypes

        ctypes.CDLL(None).prctl(_SIGKILL_AT_PARENTS_DEATH, 9)
    except (ImportError, OSError, AttributeError):
        return
    if os.getppid() != parent:
        _end()


def _stand_back() -> None:
    """Let those go first who answer questions: what is done here takes its time anyway."""
    try:
        os.nice(_NICE)
        # Each session is scheduled as one where there are groups of them: then this counts, not the above.
        with open("/proc/self/autogroup", "w") as group:
            group.write(str(_NICE))
    except (OSError, AttributeError):
        return


def _end() -> None:
    # Threads that wait for answers of the cluster are of no more use.
    sys.stderr.flush()
    os._exit(0)
