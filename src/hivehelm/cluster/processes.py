"""Processes that outlive the command that starts them, and are never mistaken for another's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_POLL = 0.05
_children: dict[int, subprocess.Popen[bytes]] = {}


class Process(Record):
    """A process that was started, here or by an earlier command.

    Attributes:
        pid: its id, which the system gives to another once it is gone.
        born: when it started, as the system writes it; tells it from a later owner of the id.
    """

    pid: int
    born: str


def start(command: Sequence[str], log: Path, directory: Path, environment: Mapping[str, str]) -> Process:
    """Start `command` in a session of its own, its output appended to `log`.

    Raises:
        OSError: it cannot be run.
    """
    with log.open("ab") as output:
        child = subprocess.Popen(  # noqa: S603
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    # Kept, so that it is reaped when asked about, and not reported as left running.
    _children[child.pid] = child
    return Process(pid=child.pid, born=_born(child.pid) or "")


def this() -> Process:
    """Return the process that calls this."""
    return of(os.getpid())


def of(pid: int) -> Process:
    """Return the process that has `pid` now; one that is not alive if there is none."""
    return Process(pid=pid, born=_born(pid) or "gone")


def alive(process: Process) -> bool:
    """Tell whether `process` runs: its id is in use, by a process that was born when it was."""
    child = _children.get(process.pid)
    if child is not None and child.poll() is not None:
        del _children[process.pid]
    return _born(process.pid) == process.born


def this_boot(process: Process) -> bool:
    """Tell whether `process` was started since the machine was; true where the system does not say."""
    return sys.platform != "linux" or process.born.partition(":")[0] == this().born.partition(":")[0]


def stop(stopping: Iterable[Process], grace: float = 10.0) -> None:
    """Ask processes to end, and end those that have not after `grace` seconds. Returns when all are gone."""
    left = [process for process in stopping if alive(process)]
    for process in left:
        _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + grace
    killed = False
    while left := [process for process in left if alive(process)]:
        if not killed and time.monotonic() >= deadline:
            killed = True
            for process in left:
                _signal(process, signal.SIGKILL)
        time.sleep(_POLL)


def _signal(process: Process, number: signal.Signals) -> None:
    try:
        os.kill(process.pid, number)
    except ProcessLookupError:
        return


def _born(pid: int) -> str | None:
    """Return when the process with `pid` started, or None if there is none, or only what is left of one."""
    if sys.platform == "linux":
        return _born_by_proc(pid)
    return _born_by_ps(pid)


def _born_by_proc(pid: int, proc: Path = Path("/proc")) -> str | None:
    try:
        # proc(5): the command in parentheses may hold anything; state and start time are fields 3 and 22.
        fields = (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    if fields[0] in ("Z", "X"):
        return None
    # Start times count from boot: the same one can come again after the next.
    return f"{boot}:{fields[19]}"


def _born_by_ps(pid: int) -> str | None:
    ran = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, born = ran.stdout.strip().partition(" ")
    return born.strip() if born and not state.startswith("Z") else None
