"""Searching the indexes of repositories for charts (Helm's `pkg/cmd/search` and `search_repo.go`)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.sources.index.order import newest_first
from hivehelm.sources.index.table import ABOVE_ALL, RELEASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hivehelm.sources.index import Index
    from hivehelm.sources.index.table import Row, Text

    Score = Callable[[str], int]
    Hit = tuple[int, Row, str]

_SEPARATOR = "\v"
_VERSION = "$$"
MISS = 25
"""A score from which on nothing is found."""

RELEASES = ">0.0.0"
ALL_VERSIONS = ">0.0.0-0"
_MARKS = {RELEASES: RELEASE, ALL_VERSIONS: ABOVE_ALL}


class SearchConstraintError(HivehelmError):
    """The versions to look for are no range; `cause` says why."""

    def __init__(self, cause: HivehelmError) -> None:
        super().__init__(f"an invalid version/constraint format: {cause}")
        self.cause = cause


class Result(Record):
    """A version of a chart that was found; `name` has the repository's in front."""

    name: str
    score: int
    version: str
    app_version: str
    description: str


def any_line(_line: str) -> int:
    """Score every chart alike."""
    return 0


def literal(term: str) -> Score:
    """Return what scores a line by where `term` is in it, in any case: the name first, the keywords last."""
    wanted = _lower(term)

    def score(line: str) -> int:
        lowered = _lower(line)
        at = lowered.find(wanted)
        return MISS if at < 0 else lowered.count(_SEPARATOR, 0, at)

    return score


def regexp(pattern: str) -> Score:
    """Return what scores a line by where a regular expression matches.

    Raises:
        RegexError: it is none.
    """
    from hivehelm.golang.regex import compile as compile_pattern

    expression = compile_pattern(pattern)

    def score(line: str) -> int:
        found = expression.find_index(line)
        if found is None:
            return MISS
        return line.encode("utf-8", "surrogateescape").count(_SEPARATOR.encode(), 0, found[0])

    return score


def _lower(text: str) -> str:
    if text.isascii():
        return text.lower()
    from hivehelm.golang.unicode import to_lower

    return "".join(map(to_lower, text))


def search(
    indexes: Iterable[tuple[str, Index]],
    score: Score,
    *,
    version: str = RELEASES,
    every: bool = False,
) -> list[Result]:
    """Return the charts that match, the best first, those that match alike by name.

    Args:
        indexes: those of repositories, with their names.
        score: what a chart's line is worth; `any_line`, `literal` or `regexp`.
        version: a range; a chart's newest version in it is found.
        every: all versions in the range are found, not only the newest.

    Raises:
        SearchConstraintError: `version` is no range.
    """
    groups = _groups(_hits(indexes, score))
    wanted = _wanted(version)
    results: list[Result] = []
    known: set[str] = set()
    for rank, name in sorted(groups):
        if name in known and not every:
            continue
        for _, row, description in groups[rank, name]:
            if wanted(row):
                known.add(name)
                found = Result(
                    name=name, score=rank, version=row[0], app_version=row[1], description=description
                )
                results.append(found)
                if not every:
                    break
    return results


def _hits(indexes: Iterable[tuple[str, Index]], score: Score) -> dict[str, list[Hit]]:
    """Return what matches of each chart; what a later index says of a version replaces what was there."""
    from hivehelm.golang.filepath import join

    hits: dict[str, list[Hit]] = {}
    sighted: set[str] = set()
    for repository, index in indexes:
        for name, table in index.tables():
            full = join(repository, name)
            scores = [score(_line(repository, text)) for text in table.texts]
            found: list[Hit] = []
            if min(scores, default=MISS) < MISS:
                found = [
                    (scores[row[2]], row, table.texts[row[2]][1])
                    for row in table.rows
                    if scores[row[2]] < MISS
                ]
            if full in sighted and table.rows:
                replaced = {row[0] for row in table.rows}
                found += [hit for hit in hits.pop(full, ()) if hit[1][0] not in replaced]
                found = newest_first(found, lambda hit: hit[1][0])
            sighted.add(full)
            if found:
                hits[full] = found
    return hits


def _groups(hits: dict[str, list[Hit]]) -> dict[tuple[int, str], list[Hit]]:
    """Return what matches by score and name, the newest first."""
    groups: dict[tuple[int, str], list[Hit]] = {}
    for full, found in hits.items():
        shown = full.partition(_VERSION)[0]
        for rank in {hit[0] for hit in found}:
            group = groups.setdefault((rank, shown), [])
            mixed = bool(group)
            group += [hit for hit in found if hit[0] == rank]
            if mixed:
                group[:] = newest_first(group, lambda hit: hit[1][0])
    return groups


def _line(repository: str, text: Text) -> str:
    name, description, keywords = text
    return _SEPARATOR.join((name, f"{repository}/{name}", description, keywords))


def _wanted(version: str) -> Callable[[Row], bool]:
    if (mark := _MARKS.get(version)) is not None:
        return lambda row: bool(row[3] & mark)
    from hivehelm.golang.constraint import Constraint
    from hivehelm.golang.semver import VersionError, parse

    try:
        constraint = Constraint(version)
    except VersionError as error:
        raise SearchConstraintError(error) from None
    return lambda row: constraint.check(parse(row[0]))
