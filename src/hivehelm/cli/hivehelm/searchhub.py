"""`search hub`: look for charts in Artifact Hub (Helm's `pkg/cmd/search_hub.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import boolean, string, unsigned
from hivehelm.cli.output import output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.cli.command import Call
    from hivehelm.sources.hub import HubChart


def run(call: Call) -> None:
    """Print the charts that the hub finds.

    Raises:
        HubError: the hub cannot be searched.
        SearchError: nothing was found, with `--fail-on-no-result`.
    """
    from hivehelm.cli.hivehelm.searchrepo import write
    from hivehelm.cli.hivehelm.session import log_of
    from hivehelm.cli.output import Members
    from hivehelm.sources.hub import HubError, search_hub

    flags = call.flags
    try:
        charts = search_hub(" ".join(call.arguments), flags.string("endpoint"))
    except HubError as error:
        if error.asked:
            log_of(call).debug("search failed", error=error.cause)
        raise

    def members(one: HubChart) -> dict[str, Any]:
        return {
            "url": one.url,
            "version": one.version,
            "app_version": one.app_version,
            "description": one.description,
            "repository": Members({"url": one.repository_url, "name": one.repository_name}),
        }

    heads = ["URL", "CHART VERSION", "APP VERSION", "DESCRIPTION"]
    addresses = flags.boolean("list-repo-url")

    def row(one: HubChart) -> list[str]:
        cells = [one.url, one.version, one.app_version, one.description]
        return [*cells, one.repository_url] if addresses else cells

    write(call, charts, members, [*heads, "REPO URL"] if addresses else heads, row)


command = Command(
    "hub [KEYWORD]",
    long="""Look for charts in Artifact Hub (https://artifacthub.io), or in another hub with the same API.

The keyword may be a query as Artifact Hub knows them.
""",
    flags=(
        string("endpoint", "the hub's address", default="https://hub.helm.sh"),
        unsigned("max-col-width", "how wide columns may be, 0 for any", default=50),
        boolean("list-repo-url", "show the addresses of repositories"),
        boolean("fail-on-no-result", "fail when nothing is found"),
        output_flag(),
    ),
    run=run,
)
