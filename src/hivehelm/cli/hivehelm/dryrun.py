"""`--dry-run` of install and template, old spellings included (Helm's `cmdGetDryRunFlagStrategy`)."""

from __future__ import annotations

from hivehelm.cli.flags import Flag
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.log import Log

_BARE = "unset"


class DryRunError(HivehelmError):
    """`--dry-run` was given a `value` that it does not take; `allowed` lists those it does."""

    def __init__(self, value: str, allowed: str) -> None:
        super().__init__(value, allowed)
        self.value = value
        self.allowed = allowed

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"invalid dry-run value ({quote(self.value)}). Must be {self.allowed}"


def dry_run_flag(*, template: bool = False) -> Flag:
    """Return the flag; for `template` every run is a dry run."""
    return Flag(
        "dry-run",
        "pretend: without the cluster (client), or with it (server)"
        if template
        else "pretend: not at all (none), without the cluster (client), or with it (server)",
        default="client" if template else "none",
        bare=_BARE,
    )


def strategy(value: str, log: Log, *, template: bool = False) -> str:
    """Return `none`, `client` or `server`.

    Raises:
        DryRunError: `value` is something else; or, for `template`, none.
    """
    if value == _BARE:
        log.warn("--dry-run is deprecated and should be replaced with '--dry-run=client'")
        return "client"
    if value in ("client", "server"):
        return value
    if value == "none" and not template:
        return value
    from hivehelm.cli.flagvalues import parse_bool

    always_dry = '"server" or "client"'
    if value == "none":
        raise DryRunError(value, always_dry)
    try:
        on = parse_bool(value)
    except ValueError:
        raise DryRunError(value, '"none", "server", or "client"') from None
    if template and not on:
        raise DryRunError(value, always_dry)
    chosen = "client" if on else "none"
    log.warn(f"boolean '--dry-run={value}' flag is deprecated and must be replaced with '--dry-run={chosen}'")
    return chosen
