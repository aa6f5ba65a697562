"""`search repo`: look for charts in repositories (Helm's `pkg/cmd/search_repo.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import boolean, string, unsigned
from hivehelm.cli.hivehelm.registrysearch import FLAGS as REGISTRY_FLAGS
from hivehelm.cli.output import output_flag
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeVar

    from hivehelm.cli.command import Call
    from hivehelm.sources.index import Index
    from hivehelm.sources.search import Result

    Found = TypeVar("Found")

_AT_ONCE = 256


class SearchError(HivehelmError):
    """There is nothing to search, or nothing was found and that was to fail."""


def run(call: Call) -> None:
    """Print the charts that match.

    Raises:
        SearchError: no repository is there; nothing was found, with `--fail-on-no-result`.
        RegexError, SearchConstraintError: what to look for is not spelt right.
    """
    from hivehelm.errors import HivehelmError
    from hivehelm.sources.repositories import load
    from hivehelm.sources.search import any_line, literal, regexp, search

    flags = call.flags
    version = _version(call)
    if len(call.arguments) == 1 and call.arguments[0].startswith("oci://"):
        from hivehelm.cli.hivehelm import registrysearch

        show(call, registrysearch.search(call, call.arguments[0], version))
        return
    try:
        names = [repository.name for repository in load(flags.string("repository-config"))]
    except HivehelmError:
        names = []
    if not names:
        raise SearchError("no repositories configured")
    indexes = list(_indexes(call, names))
    term = " ".join(call.arguments)
    score = any_line if not call.arguments else regexp(term) if flags.boolean("regexp") else literal(term)
    show(call, search(indexes, score, version=version, every=flags.boolean("versions")))


def _version(call: Call) -> str:
    from hivehelm.cli.hivehelm.session import log_of
    from hivehelm.sources.search import ALL_VERSIONS, RELEASES

    log = log_of(call)
    version = call.flags.string("version")
    log.debug("original chart version", version=version)
    if not version:
        version = ALL_VERSIONS if call.flags.boolean("devel") else RELEASES
        log.debug(f"setting version to {version}")
    return version


def _indexes(call: Call, names: Sequence[str]) -> Iterator[tuple[str, Index]]:
    from hivehelm.cli.hivehelm.indexcache import index_cache
    from hivehelm.cli.hivehelm.session import log_of
    from hivehelm.golang.filepath import join
    from hivehelm.sources.errors import SourceError
    from hivehelm.sources.index import load

    log, cache = log_of(call), index_cache(call)
    for name in names:
        path = join(call.flags.string("repository-cache"), f"{name}-index.yaml" if name else "index.yaml")
        try:
            yield name, load(path, log, cache=cache)
        except SourceError as error:
            log.warn("repo is corrupt or missing", repo=name, error=error)


def show(call: Call, results: Sequence[Result]) -> None:
    """Print charts that were found as the flags say.

    Raises:
        SearchError: nothing was found, with `--fail-on-no-result`.
    """

    def members(one: Result) -> dict[str, Any]:
        return {
            "name": one.name,
            "version": one.version,
            "app_version": one.app_version,
            "description": one.description,
        }

    def row(one: Result) -> Sequence[str]:
        return one.name, one.version, one.app_version, one.description

    write(call, results, members, ("NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"), row)


def write(
    call: Call,
    found: Sequence[Found],
    members: Callable[[Found], dict[str, Any]],
    heads: Sequence[str],
    row: Callable[[Found], Sequence[str]],
) -> None:
    """Print what was found as `--output` says: the `members` of each, or a table of `heads` and each `row`.

    Raises:
        SearchError: nothing was found, with `--fail-on-no-result`.
    """
    from itertools import islice

    from hivehelm.cli.output import Members, encode_list, table_lines

    if not found and call.flags.boolean("fail-on-no-result"):
        raise SearchError("no results found")
    form = call.flags.string("output")
    if form != "table":
        for piece in encode_list(form, (Members(members(one)) for one in found)):
            call.out.write(piece)
    elif not found:
        call.out.write("No results found\n")
    else:
        lines = table_lines([heads, *map(row, found)], call.flags.integer("max-col-width"))
        while some := list(islice(lines, _AT_ONCE)):
            call.out.write("\n".join(some) + "\n")


command = Command(
    "repo [keyword]",
    long="""Look for charts in the repositories that were added, by what is known of them here.

The newest releases are shown, prereleases with --devel, and with --version the newest in a range:

    $ helm search repo nginx
    $ helm search repo nginx --devel
    $ helm search repo nginx-ingress --version ^1.0.0

Of a chart in a registry, all its versions are shown:

    $ helm search repo oci://ghcr.io/example/charts/nginx
""",
    flags=(
        boolean("regexp", "what to look for is a regular expression", short="r"),
        boolean("versions", "show every version of a chart", short="l"),
        boolean("devel", "show prereleases as well, as with --version '>0.0.0-0'"),
        string("version", "a range that versions must be in"),
        unsigned("max-col-width", "how wide columns may be, 0 for any", default=50),
        boolean("fail-on-no-result", "fail when nothing is found"),
        output_flag(),
        *REGISTRY_FLAGS,
    ),
    run=run,
)
