"""What is measured on: the machine, its system, the versions of both tools."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from hivehelm.record import Record

#: Of each core, how much may be at work at the start for times to be trusted.
_QUIET = 0.25


class Machine(Record):
    """What a report says of where it was made.

    Attributes:
        load: the average of the last minute when measuring began.
    """

    model: str
    cores: int
    system: str
    python: str
    helm: str
    ours: str
    load: float

    @property
    def quiet(self) -> bool:
        """Whether next to nothing else was at work."""
        return self.load <= _QUIET * self.cores


def machine(helm: str) -> Machine:
    """Return what is known of this machine and the tools on it."""
    return Machine(
        model=_model(),
        cores=os.cpu_count() or 1,
        system=_system(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        helm=_said(helm, "version", "--short"),
        ours=_version(),
        load=os.getloadavg()[0],
    )


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, {platform.system()} {platform.release()} {platform.machine()}"


def _version() -> str:
    from importlib.metadata import version

    commit = _said("git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty")
    return f"{version('hivehelm')} ({commit})" if commit else version("hivehelm")


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
