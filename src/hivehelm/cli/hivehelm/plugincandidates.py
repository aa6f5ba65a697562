"""What completes command lines and is read from the plugins that are there."""

from __future__ import annotations

from hivehelm.cli.hivehelm.livecandidates import settings_of
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.complete import Request


def plugins(request: Request, kind: str) -> list[str]:
    """Return the plugins of a type that are not among the arguments yet, with what they are for."""
    from hivehelm.plugins.load import find, split
    from hivehelm.plugins.metadata import CLIConfig

    try:
        found = find(split(settings_of(request).plugins), kind=kind)
    except HivehelmError:
        return []
    candidates = []
    for plugin in found:
        if plugin.name not in request.arguments:
            config = plugin.metadata.config
            about = config.short_help if isinstance(config, CLIConfig) else ""
            candidates.append(f"{plugin.name}\t{about}")
    return candidates
