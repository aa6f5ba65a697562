"""`hivemind cluster status`."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_most
from hivehelm.cli.output import encode, output_flag, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.cli.command import Call
    from hivehelm.cluster.status import ClusterStatus

_LONG = """Show what runs, of one cluster or of all that there are.

The exit code is 0 if every cluster that is shown is running, and 1 if not.
"""


def run(call: Call) -> int:
    """Show what runs."""
    from hivehelm.cluster.cluster import Cluster, names
    from hivehelm.cluster.status import RUNNING

    wanted = call.arguments or names()
    found = [Cluster(name).status() for name in wanted]
    format_ = call.flags.string("output")
    if format_ != "table":
        shown = [plain(status) for status in found]
        call.out.write(encode(format_, shown[0] if call.arguments else shown))
    elif found:
        call.out.write(text(found))
    else:
        call.out.write("there are no clusters: `hivemind cluster up` makes one\n")
    return 0 if all(status.state == RUNNING for status in found) else 1


def plain(status: ClusterStatus) -> dict[str, Any]:
    """Return a status as JSON shows it."""
    return {
        "name": status.name,
        "state": status.state,
        "server": status.server,
        "kubeconfig": status.kubeconfig,
        "message": status.message,
        "parts": [
            {
                "name": part.name,
                "state": part.state,
                "pid": part.pid,
                "log": part.log,
                "last": list(part.last),
            }
            for part in status.parts
        ],
    }


def text(found: list[ClusterStatus]) -> str:
    """Return statuses as a table, with what is wrong below it."""
    rows: list[list[object]] = [["CLUSTER", "PART", "STATE", "PID"]]
    below: list[str] = []
    for status in found:
        rows.append([status.name, status.server or "-", status.state, ""])
        rows += [[status.name, part.name, part.state, part.pid or ""] for part in status.parts]
        if status.message:
            below.append(f"{status.name}: {status.message}")
        for part in status.parts:
            below += [f"  {part.name}: {line}" for line in part.last]
    return "\n".join((table(rows), *below)) + ("\n" if below else "")


command = Command("status [NAME]", long=_LONG, flags=(output_flag(),), arguments=at_most(1), run=run)
