"""How releases are put into words in several commands: their times, their charts."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.release.model import Release

_RFC3339 = "2006-01-02T15:04:05.999999999Z07:00"
_DEFAULT = "2006-01-02 15:04:05.999999999 -0700 MST"
ANSI_C = "Mon Jan _2 15:04:05 2006"


def moment(instant: str, layout: str = "") -> str:
    """Return an instant of a record in a Go layout, or as Go prints times; "" for one that never was."""
    if not instant:
        return ""
    from hivehelm.golang import timefmt

    return timefmt.format(layout or _DEFAULT, timefmt.parse(_RFC3339, instant))


def chart_name(release: Release) -> str:
    """Return the name and the version of a release's chart."""
    metadata = release.chart_metadata
    if not metadata:
        return "MISSING"
    return f"{metadata.get('name', '')}-{metadata.get('version', '')}"


def app_version(release: Release) -> str:
    """Return the version of what a release's chart installs."""
    metadata = release.chart_metadata
    return str(metadata.get("appVersion", "")) if metadata else "MISSING"
