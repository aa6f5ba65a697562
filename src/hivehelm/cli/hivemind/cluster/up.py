"""`hivemind cluster up`."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_most
from hivehelm.cli.hivemind.cluster.name import cluster_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_LONG = """Start a cluster, and wait until it is ready.

The first time, its programs are built from source: that takes minutes, needs the network and Go (the extra
`cluster` of the package brings it). Programs in $KUBEBUILDER_ASSETS are used instead where they are there.
A cluster that was up before has what it had then. One that is up already stays as it is.
"""


def run(call: Call) -> None:
    """Start a cluster."""
    from hivehelm.cli.hivemind.progress import shown
    from hivehelm.cluster.cluster import Cluster

    cluster = Cluster(cluster_name(call))
    with shown(call.err) as report:
        status = cluster.up(report)
    call.out.write(
        f'cluster "{cluster.name}" is up at {status.server}\nexport KUBECONFIG={status.kubeconfig}\n'
    )


command = Command("up [NAME]", long=_LONG, arguments=at_most(1), run=run)
