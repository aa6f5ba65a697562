"""A server under test: `hivemind serve` as a process of its own, with what it and its workers take."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

_TICK = os.sysconf("SC_CLK_TCK")
_PATIENCE = 60.0


class Server:
    """`hivemind serve` on loopback, for whoever asks; its log is `log`, its home `home`."""

    def __init__(self, kubeconfig: str, home: Path, *, arguments: Sequence[str] = (), port: int = 0) -> None:
        """Prepare; it runs from `start`, or `with` it, on."""
        self.home = home
        self.log = home / "serve.log"
        self.port = port or _free_port()
        self._environ = {**os.environ, "KUBECONFIG": kubeconfig, "HIVEMIND_HOME": str(home)}
        program = "from hivehelm.cli.hivemind.entry import main; import sys; sys.exit(main(sys.argv[1:]))"
        self._command = [
            *(sys.executable, "-c", program),
            *("serve", "--host", "127.0.0.1", "--port", str(self.port), *arguments),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None  # noqa: S101 - it was started
        return self._process.pid

    def start(self) -> float:
        """Start it, and return how many seconds it took to be ready.

        Raises:
            RuntimeError: it ended, or does not get ready.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )
        while time.monotonic() < begun + _PATIENCE:
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                    return time.monotonic() - begun
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
        last = self.log.read_text(errors="replace").strip().splitlines()[-10:]
        self.stop()
        raise RuntimeError("the server does not get ready:\n" + "\n".join(last))

    def stop(self) -> None:
        """Ask it to stop, and make it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill it with all that belongs to it, as the kernel does a container."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def below(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := _stat(int(name))):
            parents.setdefault(int(fields[1]), []).append(int(name))
    found, left = [], [pid]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


def memory(pids: Iterable[int]) -> float:
    """Return what processes keep in memory, in MiB."""
    size = 0
    for pid in pids:
        try:
            size += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            continue
    return size / (1 << 20)


def processor_seconds(pids: Iterable[int], *, waited: bool = True) -> float:
    """Return the processor time that processes have taken, and, if `waited`, their children that ended."""
    total = 0
    for pid in pids:
        if fields := _stat(pid):
            total += sum(map(int, fields[11 : 15 if waited else 13]))
    return total / _TICK


def machine_seconds() -> float:
    """Return the processor time that everything on this machine has taken."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    user, nice, system, _, _, interrupts, soft = map(int, fields[1:8])
    return (user + nice + system + interrupts + soft) / _TICK


def named(text: str) -> dict[str, int]:
    """Return the processes whose command lines hold `text`, by the names of their programs."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                command = Path(f"/proc/{name}/cmdline").read_text().split("\0")
            except OSError:
                continue
            if any(text in word for word in command[1:]):
                found[os.path.basename(command[0])] = int(name)
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of a process's state, from the third on; none if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
