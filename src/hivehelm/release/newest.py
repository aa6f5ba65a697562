"""The newest revision of each release, without reading the others.

Helm reads every record, and goes by what the records say. What is noted beside them (labels, columns) only
leads us to the records that Helm would end up with:

- Which revisions a release has is taken from the notes, if those agree with the record's key, which nobody
  can edit. Where one does not, everything is read.
- Whatever is shown was read, and states, times and charts come from what was read. Where a record that was
  read names another release or revision than its notes, everything is read.
- A newest revision that cannot be read makes way for the one before it, as in Helm.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.release.drivers.driver import Driver, Releases
    from hivehelm.release.drivers.entry import Entry
    from hivehelm.release.model import Release
    from hivehelm.release.seen import Seen

    Place = tuple[str, str]


def newest(
    driver: Driver,
    named: Callable[[str], bool],
    keep: Callable[[Release], bool],
    *,
    reverse: bool = False,
    limit: int | None = None,
    seen: Seen | None = None,
) -> Releases | None:
    """Return the newest revisions of the releases that `named` chooses, if `keep` holds for them.

    They come by name and namespace, or the other way round with `reverse`; no more than `limit` of them are
    looked for. None says that every record has to be read. With `seen`, releases hold no more than that
    remembers of them.
    """
    entries = driver.index({"owner": "helm"})
    if entries is None:
        return None
    revisions: dict[Place, list[Entry]] = {}
    for entry in entries:
        if named(entry.name):
            revisions.setdefault((entry.name, entry.namespace), []).append(entry)
    places = sorted(revisions, reverse=reverse)
    found: Releases = []
    count = len(places) if limit is None else limit
    while places and (limit is None or len(found) < limit):
        window, places = places[:count], places[count:]
        # Where few are wanted, many have to be looked through: not one by one.
        count *= 4
        read = _read(driver, {place: sorted(revisions[place], key=_version) for place in window}, seen)
        if read is None:
            return None
        found += [read[place] for place in window if place in read and keep(read[place])]
    return found[:limit]


def _read(driver: Driver, left: dict[Place, list[Entry]], seen: Seen | None) -> dict[Place, Release] | None:
    """Return the last of each list that can be read; None where a record is another than it seems."""
    found: dict[Place, Release] = {}
    while left:
        wanted = {place: entries.pop() for place, entries in left.items()}
        releases = fetched(driver, list(wanted.values()), seen)
        if releases is None:
            return None
        found.update({(one.name, one.namespace): one for one in releases})
        left = {place: entries for place, entries in left.items() if place not in found and entries}
    return found


def fetched(driver: Driver, entries: Sequence[Entry], seen: Seen | None = None) -> Releases | None:
    """Return the records at `entries`, in any order, without those that are gone or unreadable.

    None says that a record is another than it seems. With `seen`, what that remembers is not read, and
    releases hold no more than it does.
    """
    from hivehelm.release import labels as marks

    unread = {(entry.name, entry.namespace, entry.version): entry for entry in entries}
    found: Releases = []
    if seen is not None:
        found = [known for entry in entries if (known := seen.get(entry)) is not None]
        for known in found:
            del unread[known.name, known.namespace, known.version]
    for release in driver.fetch(list(unread.values())) if unread else ():
        entry = unread.get((release.name, release.namespace, release.version))
        if entry is None:
            return None
        # Some stores only give the user's labels, unless everything is listed.
        whole = release.replace(labels={**marks.of(release), **release.labels})
        found.append(whole if seen is None else seen.put(entry, whole))
    return found


def _version(entry: Entry) -> int:
    return entry.version
