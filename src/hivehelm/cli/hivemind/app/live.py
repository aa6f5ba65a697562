"""What completes the names of apps: asked of the cluster."""

from __future__ import annotations

from hivehelm.cli.complete import NO_FILES
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.complete import Answer, Request


def apps(request: Request) -> Answer:
    """Offer the apps of the namespace."""
    import sys

    from hivehelm.cli.command import Call
    from hivehelm.cli.hivemind.app.flags import reach
    from hivehelm.cli.stream import Stream
    from hivehelm.platform.apps import apps as apps_of

    call = Call(request.command, request.flags, request.arguments, Stream(sys.stdout), Stream(sys.stderr))
    try:
        found = apps_of(reach(call))
    except (HivehelmError, OSError):
        return [], NO_FILES
    return [f"{app.name}\t{app.chart} -> {app.status}" for app in found], NO_FILES
