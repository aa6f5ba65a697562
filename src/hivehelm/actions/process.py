"""This process, told apart from all others, and from those that are gone."""

from __future__ import annotations

import os

# Signatures that an action of this process left behind when it ended: few, as most take theirs along.
_abandoned: set[str] = set()


def signature() -> str:
    """Return a new text that names this process, `random/machine/pid/start`; no two calls give the same.

    Where the machine does not say enough of its processes, `machine` is empty.
    """
    import secrets

    pid = os.getpid()
    return f"{secrets.token_hex(8)}/{_machine()}/{pid}/{_started(pid)}"


def abandon(text: str) -> None:
    """Take note that nobody in this process stands behind a `signature` any more."""
    _abandoned.add(text)


def gone(text: str) -> bool:
    """Tell whether nobody is behind a `signature`: its process ran on this machine, and does so no more.

    So it is if an action of this very process left it behind. False where that cannot be known: another
    machine, another container, a signature that is not ours.
    """
    if text in _abandoned:
        return True
    parts = text.split("/")
    if len(parts) != 4 or not parts[1] or parts[1] != _machine() or not parts[2].isdecimal():
        return False
    return _started(int(parts[2])) != parts[3]


def description() -> str:
    """Return who this process is, for people: `user@host, process 12`."""
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}, process {os.getpid()}"


def _machine() -> str:
    """Return what is one and the same wherever our process ids mean the same; "" where that is unknown."""
    from hashlib import sha256

    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read()
        return sha256(f"{boot}{os.readlink('/proc/self/ns/pid')}".encode()).hexdigest()[:12]
    except OSError:
        return ""


def _started(pid: int) -> str:
    """Return when a process started, in ticks since the machine did; "" where there is none of that id."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return ""
    # A zombie has ended: it is only waiting to be reaped.
    return "" if fields[0] in (b"Z", b"X") else fields[19].decode("ascii")
