"""What a command works with: its settings, its log, its cluster."""

from __future__ import annotations

from hivehelm.cli.hivehelm.globals import apply_flags
from hivehelm.cli.log import Log
from hivehelm.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def settings_of(call: Call) -> Settings:
    """Return the environment's settings with the call's flags laid over them."""
    return apply_flags(Settings.from_environ(), call.flags)


def log_of(call: Call) -> Log:
    """Return a log on the call's standard error."""
    return Log(call.err, debug=call.flags.boolean("debug"))
