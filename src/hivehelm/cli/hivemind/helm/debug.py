"""`debug`: why a release fails, and what to do about it."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import boolean, integer, string
from hivehelm.cli.hivehelm.chartflags import chart_flags, value_flags
from hivehelm.cli.hivehelm.limitflags import limit_flags
from hivehelm.cli.hivemind.helm.named import chart_flag, chart_of, gather, site_of
from hivehelm.cli.output import output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.cli.command import Call

_USAGE = "hivemind helm debug --release NAME [--namespace NAMESPACE] [--chart CHART [--values FILE]…]"


def run(call: Call) -> int:
    """Print a report on a release; the exit code is 1 where there is no such release."""
    from hivehelm.cli.hivehelm.session import connect, settings_of
    from hivehelm.cli.output import encode
    from hivehelm.errors import HivehelmError
    from hivehelm.platform.debug import debug
    from hivehelm.platform.debug.text import text

    flags = call.flags
    name = gather(call, ["release"], _USAGE)[0]
    chart = flags.string("chart")
    try:
        context = connect(call)
    except HivehelmError:
        context = None  # The report says so.
    report = debug(
        site_of(call),
        name,
        settings_of(call).resolve_namespace(),
        context=context,
        trial=_trial(call, name, chart) if chart else None,
        chart=chart,
        version=flags.string("version"),
        lines=flags.integer("log-lines"),
    )
    format = flags.string("output")  # noqa: A001
    call.out.write(text(report) if format == "table" else encode(format, report.to_dict()))
    return 0 if report.found else 1


def _trial(call: Call, name: str, chart: str) -> Callable[[], None]:
    """Return what tries an upgrade, or an install, on the server without doing it."""

    def run() -> None:
        from hivehelm.actions.install import InstallOptions, install
        from hivehelm.actions.upgrade import UpgradeOptions, upgrade
        from hivehelm.cli.hivehelm.limitflags import limits_of
        from hivehelm.cli.hivehelm.request import read_named, read_upgrade
        from hivehelm.cli.hivehelm.session import connect, log_of
        from hivehelm.release.errors import ReleaseNotFoundError

        # Rendered first, which fails in Helm's words; then every object is tried on the server.
        context, limits = connect(call), limits_of(call.flags)
        try:
            known = any(one.info.status == "deployed" for one in context.storage.history(name))
        except ReleaseNotFoundError:
            known = False
        call.arguments = [name, chart_of(call, chart)]
        if known:
            wanted = read_upgrade(call, log_of(call))
            how = UpgradeOptions(dry_run="server", limits=limits)
            for one in (how, how.replace(preflight=True)):
                upgrade(context, name, wanted.chart, wanted.values, one)
        else:
            wanted = read_named(call, log_of(call))
            options = InstallOptions(
                name=name,
                dry_run="server",
                create_namespace=True,
                reuse_name=True,
                limits=limits,
            )
            for each in (options, options.replace(preflight=True)):
                install(context, wanted.chart, wanted.values, each)

    return run


command = Command(
    "debug",
    long="""Gather what one needs to understand a failing release, in one report: its record and history, its
values with where each comes from, its objects as they are wanted and as they are, events, pods that are not
ready and why, what hooks and pods have printed last, the state of its chart and of the repositories; and
first of all the likely cause, and what to do next.

    $ hivemind helm debug --release my-release --namespace default

What fails before there is a release, such as a chart that is not found or a template that is wrong, is told
of, too, if it was tried from this machine or through the API. With --chart it is tried once more, without
doing anything:

    $ hivemind helm debug --release my-release --chart ./my-app --values values.yaml

Nothing is changed, and what is secret is hidden. The exit code is 1 where there is no such release.
""",
    flags=(
        string("release", "the release's name"),
        chart_flag(),
        integer("log-lines", "show so many lines of each log", default=20),
        *value_flags(),
        *chart_flags(),
        boolean("dependency-update", "bring the dependencies that are missing into the chart first"),
        *limit_flags(),
        output_flag(),
    ),
    run=run,
)
