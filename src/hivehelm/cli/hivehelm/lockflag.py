"""`--wait-lock`: wait for whoever is at work on a release; ours, not Helm's."""

from __future__ import annotations

from hivehelm.cli.flags import duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.flags import Flag, FlagSet


def wait_lock_flag() -> Flag:
    """Return the flag."""
    return duration("wait-lock", "wait so long for another process that is at work on the release")


def wait_lock(flags: FlagSet) -> float:
    """Return how many seconds to wait; 0 is not at all."""
    return flags.integer("wait-lock") / 1e9
