"""`hivemind cluster reset`."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_most
from hivehelm.cli.hivemind.cluster.name import cluster_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_LONG = """Stop a cluster and remove all it holds: releases, volumes, certificates, kubeconfigs.

The next `hivemind cluster up` makes an empty one.
"""


def run(call: Call) -> None:
    """Remove a cluster."""
    from hivehelm.cli.hivemind.progress import shown
    from hivehelm.cluster.cluster import Cluster

    cluster = Cluster(cluster_name(call))
    with shown(call.err) as report:
        cluster.reset(report)
    call.out.write(f'cluster "{cluster.name}" is gone\n')


command = Command("reset [NAME]", long=_LONG, arguments=at_most(1), run=run)
