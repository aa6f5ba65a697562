"""The flags that bound what a chart may cost; ours, not Helm's."""

from __future__ import annotations

from hivehelm.cli.flags import Flag, duration, size
from hivehelm.limits import MEMORY, OUTPUT, SECONDS, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.flags import FlagSet


def limit_flags(*, output: bool = True) -> tuple[Flag, ...]:
    """Return the flags of a command that reads charts; with `output`, of one that shows what is in them."""
    flags = (
        duration(
            "render-timeout",
            "the processor time that reading and rendering the chart may take, 0 for any",
            default=int(SECONDS * 1e9),
        ),
        size("render-memory", "the memory that it may take, 0 for any", default=MEMORY),
    )
    if not output:
        return flags
    return (*flags, size("max-output", "how much may come out, 0 for any", default=OUTPUT))


def limits_of(flags: FlagSet) -> Limits:
    """Return the limits that a command line sets."""
    return Limits(
        seconds=flags.integer("render-timeout") / 1e9,
        memory=flags.integer("render-memory"),
        output=flags.integer("max-output") if flags.find("max-output") is not None else 0,
    )
