"""`list`: the releases of a namespace, or of all (Helm's `pkg/cmd/list.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean, integer, string
from hivehelm.cli.output import Members, output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call
    from hivehelm.release.model import Release


def run(call: Call) -> None:
    """Print the releases that the flags ask for."""
    from hivehelm.actions.list import ListOptions, list_releases
    from hivehelm.cli.hivehelm.seencache import seen
    from hivehelm.cli.hivehelm.session import connect, settings_of
    from hivehelm.cli.output import Colors, encode, table

    flags = call.flags
    context = connect(call, all_namespaces=flags.boolean("all-namespaces"))
    known = seen(call, context.namespace)
    releases = list_releases(
        context,
        ListOptions(
            deployed=flags.boolean("deployed"),
            uninstalled=flags.boolean("uninstalled"),
            uninstalling=flags.boolean("uninstalling"),
            superseded=flags.boolean("superseded"),
            failed=flags.boolean("failed"),
            pending=flags.boolean("pending"),
            filter=flags.string("filter"),
            selector=flags.string("selector"),
            date=flags.boolean("date"),
            reverse=flags.boolean("reverse"),
            max=flags.integer("max"),
            offset=flags.integer("offset"),
        ),
        seen=known,
    )
    if known is not None:
        known.save()
    format = flags.string("output")  # noqa: A001
    if flags.boolean("short"):
        names = [release.name for release in releases]
        call.out.write("".join(f"{n}\n" for n in names) if format == "table" else encode(format, names))
        return
    elements = [_element(release, flags.string("time-format")) for release in releases]
    if format != "table":
        call.out.write(encode(format, [Members(element) for element in elements]))
        return
    colors = Colors(settings_of(call), call.out)
    heads = ("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION")
    rows = [] if flags.boolean("no-headers") else [[colors.header(head) for head in heads]]
    for element in elements:
        shown = dict(element)
        shown["namespace"] = colors.namespace(element["namespace"])
        shown["status"] = colors.status(element["status"])
        rows.append(list(shown.values()))
    call.out.write(table(rows))


def _element(release: Release, time_format: str) -> dict[str, str]:
    from hivehelm.cli.hivehelm.wording import app_version, chart_name, moment

    return {
        "name": release.name,
        "namespace": release.namespace,
        "revision": str(release.version),
        "updated": moment(release.info.last_deployed, time_format) or "-",
        "status": release.info.status,
        "chart": chart_name(release),
        "app_version": app_version(release),
    }


command = Command(
    "list",
    long="""List the releases of a namespace, by name.

Without a flag for a state, releases in every state are listed. --filter takes a regular expression for names:

    $ helm list --filter 'ara[a-z]+'
""",
    flags=(
        boolean("short", "only names", short="q"),
        boolean("no-headers", "leave out the line of heads in tables"),
        string("time-format", "Go layout for times, such as '2006-01-02 15:04:05Z0700'"),
        boolean("date", "sort by when a release was deployed", short="d"),
        boolean("reverse", "turn the order around", short="r"),
        boolean("uninstalled", "releases that were uninstalled and kept their history"),
        boolean("superseded", "releases that a newer revision took over from"),
        boolean("uninstalling", "releases that are being uninstalled"),
        boolean("deployed", "releases that are deployed"),
        boolean("failed", "releases that failed"),
        boolean("pending", "releases that something is being done with"),
        boolean("all-namespaces", "releases of all namespaces", short="A"),
        integer("max", "list so many at most", short="m", default=256),
        integer("offset", "leave out so many at the start"),
        string("filter", "a regular expression that names must match", short="f"),
        string("selector", "a selector that labels must match, such as key1=value1,key2!=value2", short="l"),
        output_flag(),
    ),
    arguments=no_arguments,
    run=run,
)
