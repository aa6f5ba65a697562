"""Releases and charts that are named by flags, by arguments, or by both."""

from __future__ import annotations

import os

from hivehelm.cli.flags import Flag, string
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.cli.command import Call
    from hivehelm.platform.site import Site


class SpellingError(HivehelmError):
    """A command line lacks something, or has too much; `problem` says what, `usage` how it is meant."""

    def __init__(self, problem: str, usage: str) -> None:
        super().__init__(problem, usage)
        self.problem = problem
        self.usage = usage

    def __str__(self) -> str:
        return f"{self.problem}: {self.usage}"


def name_flag(says: str = "the release's name") -> Flag:
    """Return `--name`."""
    return string("name", says)


def chart_flag() -> Flag:
    """Return `--chart`."""
    return string("chart", "the chart: a path, a name, REPOSITORY/CHART, or a URL")


def site_of(call: Call) -> Site:
    """Return the site that the settings of a call choose."""
    from hivehelm.cli.hivehelm.session import settings_of
    from hivehelm.platform.site import Site

    return Site.from_settings(settings_of(call))


def gather(call: Call, flags: Sequence[str], usage: str, *, optional: int = 0) -> list[str]:
    """Return what the flags say, those that are not given taken from the arguments, in order.

    The last `optional` of them may be missing.

    Raises:
        SpellingError: one is missing, or there are more arguments than that.
    """
    rest = list(call.arguments)
    found: list[str] = []
    for place, flag in enumerate(flags):
        if call.flags.given(flag):
            value = call.flags.string(flag)
        elif rest:
            value = rest.pop(0)
        elif place >= len(flags) - optional:
            break
        else:
            value = ""
        if not value:
            raise SpellingError(f"--{flag} is missing", usage)
        found.append(value)
    if rest:
        from hivehelm.golang.fmt import quote

        raise SpellingError(f"{quote(rest[0])} is one argument too many", usage)
    return found


def chart_of(call: Call, reference: str) -> str:
    """Return the chart that is meant, as hivehelm's commands take it.

    Raises:
        HivehelmError: there is none.
    """
    from hivehelm.cli.hivehelm.chartflags import version

    if call.flags.string("repo"):
        return reference
    site = site_of(call)
    location = site.resolve(reference, version=version(call.flags), directory=os.getcwd())
    if not location.startswith("/") and "://" not in location:
        from hivehelm.platform.errors import UnknownRepositoryError

        name = location.partition("/")[0]
        if not site.repositories.knows(name):
            raise UnknownRepositoryError(name)
    return location


def directory_of(call: Call, usage: str) -> str:
    """Return the directory that `--chart-dir` means: a path, or the name of one of the platform's own charts.

    Raises:
        SpellingError: it is missing.
    """
    from hivehelm.platform.find import is_bare

    named = gather(call, ["chart-dir"], usage)[0]
    if is_bare(named) and not os.path.exists(named):
        own = os.path.join(site_of(call).charts, named)
        if os.path.isdir(own):
            return own
    return named
