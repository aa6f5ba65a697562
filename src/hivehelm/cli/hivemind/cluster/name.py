"""The one argument of every `hivemind cluster` command."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

DEFAULT = "default"


def cluster_name(call: Call) -> str:
    """Return the cluster that is meant."""
    return call.arguments[0] if call.arguments else DEFAULT
