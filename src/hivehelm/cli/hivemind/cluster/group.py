"""`hivemind cluster`: what can be done with a control plane."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivemind.group import show

_HERE = "hivehelm.cli.hivemind.cluster"

_LONG = """Kubernetes control planes on this machine, without containers.

The API server, etcd, the controllers and the scheduler are the real ones, built from source the first time.
They listen on loopback only. Nodes and pods are simulated: a pod is Running as soon as it is scheduled, and a
Job's completes, but no container runs.

Commands take the name of a cluster, `default` where none is given.
"""


command = Command(
    "cluster",
    long=_LONG,
    commands=(
        Command("up", "start a cluster", aliases=("start",), module=f"{_HERE}.up"),
        Command("down", "stop a cluster; what it holds is kept", aliases=("stop",), module=f"{_HERE}.down"),
        Command("status", "show what runs", module=f"{_HERE}.status"),
        Command("kubeconfig", "show how a cluster is reached", module=f"{_HERE}.kubeconfig"),
        Command(
            "reset",
            "stop a cluster and remove all it holds",
            suggest_for=("delete", "destroy", "rm"),
            module=f"{_HERE}.reset",
        ),
    ),
    run=show,
)
