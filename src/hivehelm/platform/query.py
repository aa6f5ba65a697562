"""Which releases are asked for, and how they are put in order."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from hivehelm.platform.face import Face
    from hivehelm.platform.found import Page

    Shown = tuple[str, str, dict[str, str], Face]

#: What releases can be sorted by; with "-" in front, backwards.
ORDERS = ("name", "namespace", "chart", "status", "revision", "updated")


class SortError(HivehelmError):
    """Releases cannot be sorted by `order`."""

    def __init__(self, order: str) -> None:
        super().__init__(order)
        self.order = order

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"releases cannot be sorted by {quote(self.order)}; take one of {', '.join(ORDERS)}"


class ReleaseQuery(Record):
    """Which releases are asked for.

    `namespaces` None is all. `status` is one of Hivemind's or of Helm's words, in either case. `filter` is a
    regular expression on names, `selector` a label selector. `limit` 0 is all from `offset` on. `values` says
    whether the user's values come along.
    """

    namespaces: tuple[str, ...] | None = None
    status: str = ""
    filter: str = ""
    selector: str = ""
    sort: str = "name"
    limit: int = 0
    offset: int = 0
    values: bool = False

    def key(self) -> tuple[object, ...]:
        """Return what tells queries apart."""
        return tuple(self.__dict__[name] for name in self._fields)

    def whole(self) -> ReleaseQuery:
        """Return the query for all of it at once."""
        return self.replace(limit=0, offset=0) if self.limit or self.offset else self

    def page(self, found: Iterable[Shown]) -> Page:
        """Return those of the releases that are asked for.

        Each is its namespace, its name, the user's labels and its face.

        Raises:
            RegexError, SelectorError, SortError: the query cannot be read.
        """
        return self.cut(self.chosen(found))

    def chosen(self, found: Iterable[Shown]) -> list[Shown]:
        """Return those of the releases that are asked for, sorted, from the first to the last."""
        tests = self._tests()
        chosen = [one for one in found if all(test(one) for test in tests)] if tests else list(found)
        self._sort(chosen)
        return chosen

    def cut(self, chosen: Sequence[Shown]) -> Page:
        """Return the page that is asked for of all that was chosen."""
        from hivehelm.platform.found import Page

        start = max(self.offset, 0)
        end = start + self.limit if self.limit > 0 else len(chosen)
        return Page.of([one[3].data(values=self.values) for one in chosen[start:end]], len(chosen))

    def _tests(self) -> list[Callable[[Shown], bool]]:
        tests: list[Callable[[Shown], bool]] = []
        if self.status:
            wanted = self.status.lower()
            tests.append(lambda one: wanted in (one[3].status.lower(), one[3].state))
        if self.filter:
            from hivehelm.golang.regex import compile as parse_regex

            match = parse_regex(self.filter).match
            tests.append(lambda one: match(one[1]))
        if self.selector:
            from hivehelm.actions.selector import parse

            selector = parse(self.selector)
            tests.append(lambda one: selector.matches(_labels(one)))
        return tests

    def _sort(self, found: list[Shown]) -> None:
        order = self.sort.removeprefix("-")
        keys: dict[str, Callable[[Shown], Any]] = {
            "name": lambda one: one[1],
            "namespace": lambda one: one[0],
            "chart": lambda one: one[3].chart,
            "status": lambda one: one[3].status,
            "revision": lambda one: one[3].revision,
            "updated": lambda one: one[3].updated,
        }
        if order not in keys:
            raise SortError(self.sort)
        found.sort(key=lambda one: (one[1], one[0]))
        if order != "name":
            found.sort(key=keys[order])
        if self.sort.startswith("-"):
            found.reverse()


def _labels(one: Shown) -> dict[str, str]:
    """Return the labels of a release's record, but for its times."""
    _, name, labels, shown = one
    own = {"name": name, "owner": "helm", "status": shown.state, "version": str(shown.revision)}
    return {**labels, **own}
