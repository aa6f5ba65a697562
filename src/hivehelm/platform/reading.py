"""Reads releases for the faces: from memory where the cluster's records are followed, else by asking.

What is in memory is answered without waiting (`look_…`, for event loops); the methods without `look_` answer
always, and may take requests to the cluster.
"""

from __future__ import annotations

import time

from hivehelm.platform.face import Face, face, values_json
from hivehelm.platform.following import Following
from hivehelm.platform.found import Found, Page, ReaderState, tag_of
from hivehelm.platform.marked import Marked
from hivehelm.platform.shelf import Shelf
from hivehelm.platform.sparing import Sparing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.actions.context import Context
    from hivehelm.platform.face import Conceal
    from hivehelm.platform.query import ReleaseQuery, Shown
    from hivehelm.platform.site import Site
    from hivehelm.release.mirror import Mirror
    from hivehelm.release.model import Release
    from hivehelm.release.rows import Row

#: How much memory faces may take before values are left out, in bytes.
MOST = 64 << 20
#: How many lists are kept sorted, and how many pages of them made.
_LISTS = 8
_PAGES = 64
# How long to ask a cluster that did not answer lately, in seconds: many may be waiting.
_AWAY = 1.0
# How many names that nobody knows the cluster is asked for: a second, and at once.
_DOUBTS = (20.0, 100)


class Reader(Following):
    """Releases of a site's cluster, in `namespaces`, () is all; safe to use from several threads.

    `conceal(release)` gives the values that anybody may see; without it, all are shown.
    """

    def __init__(
        self,
        site: Site,
        namespaces: Sequence[str] = (),
        *,
        follow: bool = True,
        conceal: Conceal | None = None,
        log: Callable[..., None] | None = None,
    ) -> None:
        """Prepare; nothing is asked before `start`, and without that or `follow` each time."""
        super().__init__(site, namespaces, self._face, follow=follow, log=log)
        self._conceal = conceal
        self._pages: Marked[Page] = Marked(_PAGES)
        self._chosen: Marked[list[Shown]] = Marked(_LISTS)
        self._shelf = Shelf()
        self._doubts = Sparing(*_DOUBTS)

    def state(self) -> ReaderState:
        """Return how following is, and how much memory what is kept takes."""
        state = super().state()
        return state.replace(size=state.size + self._shelf.size)

    # Lists

    def look_releases(self, query: ReleaseQuery) -> Page | None:
        """Return the releases that `query` asks for, None where not all of them are in memory.

        Raises:
            RegexError, SelectorError: the query cannot be read.
        """
        mirror = self._followed()
        if mirror is None or not _covered(mirror, query):
            return None
        rows, chosen = mirror.rows, query.namespaces
        mark = (mirror.token, *([rows.mark()] if chosen is None else map(rows.mark, chosen)))
        page = self._pages.get(query.key(), mark)
        if page is None:
            # Pages of one list are cut from what was chosen and sorted once.
            every = self._chosen.get(query.whole().key(), mark)
            if every is None:
                shown = []
                for row in rows.all_newest(chosen):
                    if row.face is None or (query.values and row.face.values is None):
                        return None
                    shown.append((row.entry.namespace, row.entry.name, row.entry.labels, row.face))
                every = query.chosen(shown)
                self._chosen.put(query.whole().key(), mark, every)
            page = query.cut(every)
            self._pages.put(query.key(), mark, page)
        return page

    def releases(
        self, query: ReleaseQuery, *, secrets: bool = False, context: Callable[[str], Context] | None = None
    ) -> Page:
        """Return the releases that `query` asks for.

        With `secrets` nothing is concealed. `context(namespace)` is who asks, if that is not the platform.

        Raises:
            UnreachableError, StorageError, KubeError: the cluster does not answer.
            RegexError, SelectorError: the query cannot be read.
        """
        if context is None and not (secrets and query.values):
            mirror = self._arrived()
            if mirror is not None and _covered(mirror, query):
                mirror.read(row for row in mirror.rows.all_newest(query.namespaces) if row.unread)
                rows = mirror.rows.all_newest(query.namespaces)
                return self.look_releases(query) or query.page(map(self._whole, rows))
        return query.page(self._asked(query, secrets, context or self._asking))

    def _whole(self, row: Row[Face]) -> Shown:
        """Return what is shown of a release with its values, however large they are."""
        entry, shown = row.entry, row.face
        if shown is None or shown.values is None:
            release = self.record(entry.namespace, entry.name, entry.version)
            shown = face(release, self._conceal, most=1 << 30)
        return entry.namespace, entry.name, entry.labels, shown

    def _asked(self, query: ReleaseQuery, secrets: bool, context: Callable[[str], Context]) -> list[Shown]:
        from hivehelm.actions.list import ListOptions, list_releases
        from hivehelm.release.labels import users

        conceal = None if secrets else self._conceal
        found = []
        scopes = query.namespaces if query.namespaces is not None else (self._namespaces or ("",))
        for namespace in dict.fromkeys(scopes):
            for one in list_releases(context(namespace), ListOptions(max=0)):
                shown = face(one, conceal, most=1 << 30)
                found.append((one.namespace, one.name, users(one.labels), shown))
        return found

    # One release

    def look_release(
        self, namespace: str, name: str, revision: int = 0, *, values: bool = True, at_least: int = 0
    ) -> Found | None:
        """Return a revision of a release, 0 the newest; None where it is not in memory.

        So it is where the newest that is known is not `at_least` that revision.
        """
        row = self._row(namespace, name, revision)
        if row is None or row.entry.version < at_least:
            return None
        shown = row.face
        if shown is None or (values and shown.values is None):
            return None
        return Found(
            data=shown.data(values=values), tag=_tag(row), revision=shown.revision, status=shown.status
        )

    def release(
        self,
        namespace: str,
        name: str,
        revision: int = 0,
        *,
        values: bool = True,
        at_least: int = 0,
        secrets: bool = False,
        context: Callable[[str], Context] | None = None,
    ) -> Found:
        """Return a revision of a release, 0 the newest; for the rest see `releases`.

        Raises:
            InvalidNameError, ReleaseNotFoundError: there is none.
            UnreachableError, StorageError, KubeError: the cluster does not answer.
        """
        if context is None and not (secrets and values):
            self._bring(namespace, name, revision, at_least)
            if (found := self.look_release(namespace, name, revision, values=values)) is not None:
                return found
        release = self.record(namespace, name, revision, context=context)
        shown = face(release, None if secrets else self._conceal, most=1 << 30)
        return Found(
            data=shown.data(values=values),
            tag=tag_of(shown.data(values=values)),
            revision=shown.revision,
            status=shown.status,
        )

    def look_values(self, namespace: str, name: str, revision: int = 0) -> Found | None:
        """Return the user's values of a revision, 0 the newest; None where they are not in memory."""
        row = self._row(namespace, name, revision)
        if row is None or row.face is None or row.face.values is None:
            return None
        return Found(data=row.face.values, tag=_tag(row), revision=row.face.revision, status=row.face.status)

    def values(
        self,
        namespace: str,
        name: str,
        revision: int = 0,
        *,
        secrets: bool = False,
        context: Callable[[str], Context] | None = None,
    ) -> Found:
        """Return the user's values of a revision, 0 the newest; for the rest see `release`."""
        if context is None and not secrets:
            self._bring(namespace, name, revision, 0)
            if (found := self.look_values(namespace, name, revision)) is not None:
                return found
        release = self.record(namespace, name, revision, context=context)
        data = values_json(release, None if secrets else self._conceal)
        return Found(data=data, tag=tag_of(data), revision=release.version)

    def look_history(self, namespace: str, name: str, limit: int = 0) -> Page | None:
        """Return the revisions of a release, oldest first, of more than `limit` only the newest, 0 is all.

        None where they are not all in memory. They come without values.
        """
        mirror = self._followed()
        if mirror is None or not mirror.covers(namespace):
            return None
        rows = mirror.rows.history(namespace, name)
        if not rows or any(row.unread for row in rows[-limit:]):
            return None
        return _page([row.face for row in rows if row.face is not None], limit)

    def history(
        self,
        namespace: str,
        name: str,
        limit: int = 0,
        *,
        context: Callable[[str], Context] | None = None,
    ) -> Page:
        """Return the revisions of a release as `look_history` does; raises as `release` does."""
        if context is None and (mirror := self._bring(namespace, name, 0, 0)) is not None:
            mirror.read(row for row in mirror.rows.history(namespace, name) if row.unread)
            if (page := self.look_history(namespace, name, limit)) is not None:
                return page
        from hivehelm.actions.history import history

        found = history((context or self._asking)(namespace), name)
        return _page([face(one, most=-1) for one in found], limit)

    def record(
        self,
        namespace: str,
        name: str,
        revision: int = 0,
        *,
        context: Callable[[str], Context] | None = None,
    ) -> Release:
        """Return a revision, 0 the newest, with all that is on record but its chart's templates and files.

        Raises:
            InvalidNameError, ReleaseNotFoundError: there is none.
            UnreachableError, StorageError, KubeError: the cluster does not answer.
        """
        from hivehelm.actions.get import get
        from hivehelm.release.split import lean

        if context is not None:
            return lean(get(context(namespace), name, revision))
        row = self._row(namespace, name, revision)
        if row is None:
            mirror = self._followed()
            if mirror is not None and mirror.covers(namespace):
                self._doubt()
            return lean(get(self._asking(namespace), name, revision))
        key = (namespace, name, row.entry.version, row.stamp)
        found = self._shelf.get(key)
        if found is None:
            found = lean(get(self._asking(namespace), name, row.entry.version))
            self._shelf.put(key, found)
        return found

    def _asking(self, namespace: str) -> Context:
        """Return what asks the cluster; not for long where that is known to be away."""
        context = self._site.connect(namespace)
        return context.until(time.monotonic() + _AWAY) if self._is_away() else context

    def _bring(self, namespace: str, name: str, revision: int, at_least: int) -> Mirror[Face] | None:
        """Bring what is known of a release up to date where something is missing."""
        mirror = self._arrived()
        if mirror is None or not mirror.covers(namespace):
            return None
        _check(name)
        row = self._row(namespace, name, revision)
        if row is None and not at_least:
            self._doubt()
        if row is None or row.entry.version < at_least:
            mirror.refresh(namespace, name)
            row = self._row(namespace, name, revision)
        if row is None:
            from hivehelm.release.errors import ReleaseNotFoundError

            raise ReleaseNotFoundError
        if row.unread:
            mirror.read([row])
        return mirror

    def _doubt(self) -> None:
        """Let the cluster be asked for what the mirror does not know, unless that happens all the time.

        It may be too new to have come by way of the watch; a flood of names that nobody knows is no load for
        the cluster.

        Raises:
            ReleaseNotFoundError: the mirror is to be believed.
        """
        from hivehelm.release.errors import ReleaseNotFoundError

        if not self._doubts.take():
            raise ReleaseNotFoundError

    def _face(self, release: Release, newest: bool) -> Face:
        mirror = self._mirror
        if not newest or (mirror is not None and mirror.rows.size > MOST):
            return face(release, None, most=-1)
        return face(release, self._conceal)


def _covered(mirror: Mirror[Face], query: ReleaseQuery) -> bool:
    return all(map(mirror.covers, (None,) if query.namespaces is None else query.namespaces))


def _check(name: str) -> None:
    from hivehelm.actions.errors import InvalidNameError
    from hivehelm.actions.names import fault

    if reason := fault(name):
        raise InvalidNameError(name, reason, f"release name is invalid: {name}")


def _page(faces: Sequence[Face], limit: int) -> Page:
    shown = faces[-limit:] if limit > 0 else faces
    return Page.of([one.data(values=False) for one in shown], len(faces))


def _tag(row: Row[Face]) -> str:
    return f"{row.entry.version}-{row.stamp}"
