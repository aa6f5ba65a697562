"""Which values an upgrade has: the user's new ones, the last release's, or both (Upgrade.reuseValues)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.values.coalesce import coalesce, coalesce_tables, copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.release.model import Release

RESET, REUSE, RESET_THEN_REUSE, AUTO = "reset", "reuse", "reset-then-reuse", "auto"


class RebuildError(HivehelmError):
    """The values that a release once had cannot be put together again; `cause` says why."""

    def __init__(self, cause: HivehelmError) -> None:
        super().__init__(f"failed to rebuild old values: {cause}")
        self.cause = cause


class Reused(Record):
    """What an upgrade goes on with: the `chart`, the user's `values`, and the `current` release.

    The chart is another one where old values take the place of its defaults. The current release's values
    have the nulls of the new ones from now on, where these were merged: Helm's records do.
    """

    chart: Chart
    values: dict[str, Any]
    current: Release


def reuse(
    chart: Chart, values: dict[str, Any], current: Release, mode: str, log: Callable[..., None]
) -> Reused:
    """Return the values of an upgrade from `current` to `chart`, given the user's new `values`.

    `mode` is `reset` (new ones only), `reuse` (over all that the current release ran with),
    `reset-then-reuse` (over those that its user gave) or `auto` (the new ones, or the current release's where
    there are none). Nothing given is changed. `log(level, message, **attributes)` takes what Helm logs.

    Raises:
        RebuildError: the current release's own values do not fit its chart.
    """
    if mode == RESET:
        log("DEBUG", "resetting values to the chart's original version")
        return Reused(chart=chart, values=values, current=current)

    def warn(message: str) -> None:
        log("INFO", message)

    old = current.config
    if mode == AUTO:
        if not values and old:
            log("DEBUG", "copying values from old release", name=current.name, version=current.version)
            values = old
        return Reused(chart=chart, values=values, current=current)
    if mode == REUSE:
        log("DEBUG", "reusing the old release's values")
        try:
            defaults = coalesce(current.chart, old, warn)
        except HivehelmError as error:
            raise RebuildError(error) from error
        chart = chart.copy()
        chart.values = defaults
    else:
        log("DEBUG", "merging values from old release to new values")
    if old is None:
        return Reused(chart=chart, values=values, current=current)
    under = copy(old)
    merged = coalesce_tables(copy(values), under, warn)
    return Reused(chart=chart, values=merged, current=current.replace(config=under))
