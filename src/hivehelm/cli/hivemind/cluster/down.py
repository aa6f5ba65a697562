"""`hivemind cluster down`."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_most
from hivehelm.cli.hivemind.cluster.name import cluster_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_LONG = """Stop a cluster: no process of it is left.

What it holds is kept, and there again after `hivemind cluster up`.
"""


def run(call: Call) -> None:
    """Stop a cluster."""
    from hivehelm.cli.hivemind.progress import shown
    from hivehelm.cluster.cluster import Cluster

    cluster = Cluster(cluster_name(call))
    with shown(call.err) as report:
        cluster.down(report)
    call.out.write(f'cluster "{cluster.name}" is down\n')


command = Command("down [NAME]", long=_LONG, arguments=at_most(1), run=run)
