"""A process that waits for another to die, and then clears away what that one left.

A test run that is killed cannot tidy up after itself; this does it for it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from hivehelm.cluster import processes
from hivehelm.cluster.processes import Process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_POLL = 0.5


def watch(
    owner: Process,
    *,
    ends: Sequence[Process] = (),
    removes: Sequence[Path] = (),
    clusters: Sequence[Path] = (),
) -> None:
    """Start a guard over `owner`.

    Args:
        owner: the process whose death is waited for.
        ends: processes that are ended then.
        removes: directories that are removed then.
        clusters: state directories of clusters that are taken down and removed then.

    The guard also ends when there is nothing left that it could clear away.
    """
    task = {
        "owner": [owner.pid, owner.born],
        "ends": [[process.pid, process.born] for process in ends],
        "removes": [str(directory) for directory in removes],
        "clusters": [str(directory) for directory in clusters],
    }
    # Without -P and with the same path, so that a checkout that is not installed works as well.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "hivehelm.cluster.guard", json.dumps(task)],
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ).returncode = 0  # it is not ours to wait for: it outlives us


def keep(text: str) -> None:
    """Do what the guard process does: `text` is the task that `watch` wrote."""
    task = json.loads(text)
    owner = Process(pid=task["owner"][0], born=task["owner"][1])
    ends = [Process(pid=pid, born=born) for pid, born in task["ends"]]
    directories = [Path(given) for given in task["removes"]]
    clusters = [Path(given) for given in task["clusters"]]

    def anything_left() -> bool:
        return any(map(processes.alive, ends)) or any(given.exists() for given in directories + clusters)

    while processes.alive(owner):
        if not anything_left():
            return
        time.sleep(_POLL)
    processes.stop(ends, grace=2.0)
    for given in clusters:
        from hivehelm.cluster.cluster import Cluster

        Cluster(given.name, root=given.parent).reset()
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    keep(sys.argv[1])
