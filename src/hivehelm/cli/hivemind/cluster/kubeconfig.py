"""`hivemind cluster kubeconfig`."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_most
from hivehelm.cli.flags import boolean, string
from hivehelm.cli.hivemind.cluster.name import cluster_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_LONG = """Show how a cluster is reached: the path of a kubeconfig, or what is in it.

Without --user it is the administrator's, to whom nothing is forbidden. With --user it is that of a user who
has the role `view`, `edit` or `admin`, in one namespace or everywhere; the user, the namespace and the
binding are made. Whoever can read the file is that user.
"""


def run(call: Call) -> None:
    """Show a kubeconfig."""
    from hivehelm.cluster.cluster import Cluster
    from hivehelm.cluster.errors import ClusterError

    flags = call.flags
    user = flags.string("user") or None
    if user is None and (flags.given("namespace") or flags.given("role")):
        raise ClusterError(
            "--namespace and --role need --user: the administrator may do everything everywhere"
        )
    cluster = Cluster(cluster_name(call))
    path = cluster.kubeconfig(user, flags.string("namespace") or None, flags.string("role"))
    call.out.write(path.read_text() if flags.boolean("content") else f"{path}\n")


command = Command(
    "kubeconfig [NAME]",
    long=_LONG,
    flags=(
        boolean("content", "print what is in the file, not where it is"),
        string("user", "the name of a restricted user"),
        string("namespace", "the one namespace in which that user has the role", short="n"),
        string("role", "what that user may do: view, edit or admin", default="edit"),
    ),
    arguments=at_most(1),
    run=run,
)
