"""What untrusted input may cost: processor time, memory, output.

A template is a program, and so, nearly, is a YAML file with aliases. While a `Watch` is entered, the clock of
the process interrupts the main thread now and then to look at what has been used: 10 µs for every 20 ms, and
nothing for what is over sooner. The system refuses calls that ask for too much memory at once
(`RLIMIT_DATA`).
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from types import FrameType, TracebackType
    from typing import Any
else:
    import _signal as signal  # the module around it takes longer to import than most charts are watched

#: Seconds of processor time. Of 620 published charts, the slowest takes 2.
SECONDS = 15.0
#: Bytes more than the process had before. Of the same charts, the largest takes 45 MiB.
MEMORY = 256 << 20
#: Bytes that all templates of a chart may render to. Of the same charts, the most are 1 MiB.
OUTPUT = 32 << 20

_FIRST = 0.05
_INTERVAL = 0.02
# How long what is being wound up may take, until it is interrupted again.
_GRACE = 0.5
# What may be mapped beyond the limit until the clock is seen to. Small pieces can always be had of it: the
# interpreter is at ease where it gets no large one, but may crash where it gets none at all.
_SLACK = 96 << 20


class LimitError(HivehelmError):
    """Untrusted input costs more than it may: `limit` is how much that is."""

    def __init__(self, limit: float) -> None:
        super().__init__(limit)
        self.limit = limit


class TimeLimitError(LimitError):
    """It takes more than `limit` seconds."""

    def __str__(self) -> str:
        return f"the chart takes more than {self.limit:g}s of processor time (limit: --render-timeout)"


class MemoryLimitError(LimitError):
    """It takes more than `limit` bytes of memory."""

    def __str__(self) -> str:
        return f"the chart takes more than {spell(int(self.limit))} of memory (limit: --render-memory)"


class OutputLimitError(LimitError):
    """It renders to more than `limit` bytes."""

    def __str__(self) -> str:
        return f"the chart comes to more than {spell(int(self.limit))} of output (limit: --max-output)"


def spell(size: int) -> str:
    """Return a number of bytes in the largest unit that leaves it whole: `256Mi`."""
    for shift, unit in ((30, "Gi"), (20, "Mi"), (10, "Ki")):
        if size and not size & ((1 << shift) - 1):
            return f"{size >> shift}{unit}"
    return str(size)


class Limits(Record):
    """How much loading and rendering a chart may cost; 0 is no limit.

    `seconds` are of processor time, so that neither a busy machine nor a slow network counts. `memory` is in
    bytes, beyond what the process had before. `output` are the bytes that templates render to.
    """

    seconds: float = 0.0
    memory: int = 0
    output: int = 0

    def watched(self) -> Watch:
        """Return a context that holds what runs in it to `seconds` and `memory`; see `Watch`."""
        return Watch(self.seconds, self.memory)

    def check_output(self, text: str) -> str:
        """Return `text`.

        Raises:
            OutputLimitError: it is longer than `output`.
        """
        if self.output and len(text) > self.output:
            raise OutputLimitError(self.output)
        return text


class _Exceeded(BaseException):
    """Goes through whatever catches exceptions, up to the watch."""


class Watch:
    """While it is entered, the process may use so much more; one within another changes nothing.

    It works in the main thread only, on POSIX, and where nobody else uses SIGPROF: elsewhere it does nothing.

    Raises:
        TimeLimitError, MemoryLimitError: when it is left, as soon as the limit is reached.
    """

    active: Watch | None = None

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._problem: LimitError | None = None
        self._next = 0.0
        self._entered = False
        self._data = 0
        self._applied = 0

    def __enter__(self) -> Watch:
        if Watch.active is None and (self._seconds or self._memory):
            self._start()
        return self

    def _start(self) -> None:
        try:
            import resource
        except ImportError:
            return
        try:
            if signal.getsignal(signal.SIGPROF) is not signal.SIG_DFL:
                return
            signal.signal(signal.SIGPROF, self._tick)
        except (AttributeError, ValueError):
            return
        import time

        self._entered = True
        Watch.active = self
        self._clock = time.process_time
        self._deadline = self._clock() + self._seconds if self._seconds else 0.0
        resident, data = _memory()
        self._most = resident + self._memory
        if self._memory and data:
            self._rlimit = soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
            wanted = data + self._memory + _SLACK
            if soft == resource.RLIM_INFINITY or soft > wanted:
                resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
                self._data = self._applied = wanted
        signal.setitimer(signal.ITIMER_PROF, _FIRST, _INTERVAL)

    def _tick(self, _signal: int, _frame: FrameType | None) -> None:
        if not self._entered:
            return
        if self._applied != self._data:
            self._apply()
        now = self._clock()
        if now < self._next:
            return
        if self._deadline and now > self._deadline:
            self._problem = self._problem or TimeLimitError(self._seconds)
        elif self._memory and _memory()[0] > self._most:
            self._problem = self._problem or MemoryLimitError(self._memory)
        else:
            return
        self._next = now + _GRACE
        raise _Exceeded

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if not self._entered:
            return
        self._entered = False
        import resource

        signal.setitimer(signal.ITIMER_PROF, 0)
        # One that is on its way yet is forgotten: it would be the end of the process.
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        if self._data:
            resource.setrlimit(resource.RLIMIT_DATA, self._rlimit)
        Watch.active = None
        if kind is _Exceeded and self._problem is not None:
            raise self._problem from None
        if kind is not None and issubclass(kind, MemoryError) and self._data:
            raise MemoryLimitError(self._memory) from None

    def spare(self, size: int) -> None:
        """Let the process map `size` bytes more, or less if negative, such as the stack of a thread."""
        if self._data:
            self._data += size
            self._apply(max(size, 0))

    def _apply(self, more: int = 0) -> None:
        """Set the system's limit, but leave room for small pieces: stacks of threads outlast the threads."""
        import resource

        self._applied = max(self._data, _memory()[1] + more + _SLACK)
        hard = self._rlimit[1]
        soft = self._applied if hard == resource.RLIM_INFINITY else min(self._applied, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


class Paused:
    """While it is entered, no watch counts: what runs is the user's own, such as a plugin."""

    def __enter__(self) -> None:
        self._watch = Watch.active
        if self._watch is not None:
            self._watch.spare(1 << 40)

    def __exit__(self, *_: object) -> None:
        if self._watch is not None:
            self._watch.spare(-(1 << 40))


def ignore_clock() -> None:
    """Leave the watch's signal to the main thread; for threads that it waits for."""
    if hasattr(signal, "SIGPROF"):
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGPROF,))


def _memory() -> tuple[int, int]:
    """Return the bytes that are resident, and those mapped for data; the latter 0 where that is not known."""
    try:
        with open("/proc/self/statm", "rb", 0) as file:
            fields = file.read().split()
    except OSError:
        import resource
        import sys

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return (peak if sys.platform == "darwin" else peak << 10), 0
    return int(fields[1]) * _page(), int(fields[5]) * _page()


def _page() -> int:
    import resource

    size: Any = resource.getpagesize()
    return int(size)
