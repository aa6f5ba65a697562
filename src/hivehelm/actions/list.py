"""`list`: the releases of a namespace, or of all (pkg/action/list.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.release.model import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from hivehelm.actions.context import Context
    from hivehelm.release.model import Release


class ListOptions(Record):
    """Which releases are listed, and in what order; fields are named after Helm's flags.

    Without any of the states, all are shown. `filter` is a regular expression on names, `selector` a label
    selector. `max` is a number of releases; 0 shows all. `date` sorts by when a release was last deployed.
    """

    deployed: bool = False
    uninstalled: bool = False
    uninstalling: bool = False
    superseded: bool = False
    failed: bool = False
    pending: bool = False
    filter: str = ""
    selector: str = ""
    date: bool = False
    reverse: bool = False
    max: int = 256
    offset: int = 0

    @property
    def states(self) -> frozenset[str]:
        """The states asked for; a state that Helm does not know is in none of them."""
        chosen: set[str] = set()
        if self.deployed:
            chosen.add(Status.DEPLOYED)
        if self.uninstalled:
            chosen.add(Status.UNINSTALLED)
        if self.uninstalling:
            chosen.add(Status.UNINSTALLING)
        if self.superseded:
            chosen.add(Status.SUPERSEDED)
        if self.failed:
            chosen.add(Status.FAILED)
        if self.pending:
            chosen |= Status.PENDING
        everything = {
            Status.DEPLOYED,
            Status.UNINSTALLED,
            Status.UNINSTALLING,
            Status.SUPERSEDED,
            Status.FAILED,
            *Status.PENDING,
        }
        return frozenset(chosen or everything)


def list_releases(context: Context, options: ListOptions | None = None) -> list[Release]:
    """Return the newest revision of each release that `options` ask for.

    Where only superseded ones are asked for, all such revisions. A context whose namespace is "" sees all.

    Raises:
        UnreachableError: the cluster does not answer.
        RegexError, SelectorError: the filter or the selector cannot be read.
    """
    from hivehelm.actions.selector import parse

    options = options or ListOptions()
    context.check_reachable()
    found = context.storage.list(_name_filter(options.filter))
    if not found:
        return []
    states = options.states
    if states != {Status.SUPERSEDED}:
        found = _latest(found)
    found = [release for release in found if release.info.status in states]
    selector = parse(options.selector)
    found = [release for release in found if selector.matches(release.labels)]
    _sort(found, options)
    last = options.offset + options.max if options.max > 0 else None
    return found[max(options.offset, 0) : last]


def _name_filter(pattern: str) -> _Filter:
    if not pattern:
        return lambda _: True
    from hivehelm.golang.regex import compile as parse_regex

    regex = parse_regex(pattern)
    return lambda release: regex.match(release.name)


def _latest(releases: Iterable[Release]) -> list[Release]:
    latest: dict[tuple[str, str], Release] = {}
    for release in releases:
        place = (release.namespace, release.name)
        if place not in latest or latest[place].version <= release.version:
            latest[place] = release
    return list(latest.values())


def _sort(releases: list[Release], options: ListOptions) -> None:
    from hivehelm.release.times import nanoseconds

    releases.sort(key=lambda release: (release.name, release.namespace))
    if options.date:
        releases.sort(key=lambda release: nanoseconds(release.info.last_deployed) // 1_000_000_000)
    if options.reverse:
        releases.reverse()


if TYPE_CHECKING:
    from collections.abc import Callable

    _Filter = Callable[[Release], bool]
