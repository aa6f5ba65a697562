"""`list`: the releases of a namespace, or of all (pkg/action/list.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.release.model import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hivehelm.actions.context import Context
    from hivehelm.actions.selector import Selector
    from hivehelm.release.model import Release
    from hivehelm.release.seen import Seen


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


def list_releases(
    context: Context, options: ListOptions | None = None, *, seen: Seen | None = None
) -> list[Release]:
    """Return the newest revision of each release that `options` ask for.

    Where only superseded ones are asked for, all such revisions. A context whose namespace is "" sees all.
    With `seen`, releases hold no more than that remembers of them, and what it knows is not read again.

    Raises:
        UnreachableError: the cluster does not answer.
        RegexError, SelectorError: the filter or the selector cannot be read.
    """
    options = options or ListOptions()
    context.check_reachable()
    named, wanted = _name_filter(options.filter), _Wanted(options)
    last = options.offset + options.max if options.max > 0 else None
    found: list[Release] | None = None
    if wanted.states != {Status.SUPERSEDED}:
        from hivehelm.release.newest import newest

        # By date, nothing is known of the order before all are read.
        limit = None if options.date or last is None else max(last, 0)
        driver = context.storage.driver
        found = newest(driver, named, wanted, reverse=options.reverse, limit=limit, seen=seen)
    if found is None:
        found = context.storage.list(lambda release: named(release.name))
        if wanted.states != {Status.SUPERSEDED}:
            found = _latest(found)
        found = [release for release in found if wanted(release)]
    _sort(found, options)
    return found[max(options.offset, 0) : last]


class _Wanted:
    """Tells whether a release has the state and the labels that are asked for.

    The selector is read when the first release comes: without any, Helm does not look at it.
    """

    def __init__(self, options: ListOptions) -> None:
        self.states = options.states
        self._text = options.selector
        self._selector: Selector | None = None

    def __call__(self, release: Release) -> bool:
        if self._selector is None:
            from hivehelm.actions.selector import parse

            self._selector = parse(self._text)
        return release.info.status in self.states and self._selector.matches(release.labels)


def _name_filter(pattern: str) -> Callable[[str], bool]:
    if not pattern:
        return lambda _: True
    from hivehelm.golang.regex import compile as parse_regex

    return parse_regex(pattern).match


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
