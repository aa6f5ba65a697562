"""A replica in a process of its own, to be killed: `python replica.py NAMESPACE`."""

from __future__ import annotations

import sys
import threading

from hivehelm.operations.board import Pace
from hivehelm.operations.runner import Runner
from hivehelm.operations.secrets import SecretStore
from hivehelm.platform.site import Site

# Who stands still for some seconds, as happens on a machine that is busy, is not taken for dead.
PACE = Pace(beat=0.3, fence=6.0, lost=8.0, hesitate=0.2, flush=0.1, patience=10.0)
COMMAND = [sys.executable, "-m", "hivehelm.platform.work"]


def replica(site: Site, namespace: str, **more: object) -> Runner:
    """Return a runner whose operations are kept in a namespace; it is not started yet."""
    options = {"pace": PACE, "environ": site.variables(), **more}
    return Runner(SecretStore(site.client(), namespace), COMMAND, **options)  # type: ignore[arg-type]


if __name__ == "__main__":
    replica(Site.from_environ(), sys.argv[1]).start()
    print("up", flush=True)
    threading.Event().wait()
