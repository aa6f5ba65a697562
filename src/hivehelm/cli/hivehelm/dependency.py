"""`dependency`: the charts that a chart asks for (Helm's `pkg/cmd/dependency*.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_most, no_arguments
from hivehelm.cli.flags import Flag, boolean, unsigned
from hivehelm.cli.hivehelm.chartflags import access_flags, keyring_flag
from hivehelm.cli.hivehelm.limitflags import limit_flags, limits_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.staging import VendorOptions
    from hivehelm.cli.command import Call


def _path(call: Call) -> str:
    from hivehelm.golang.filepath import clean

    return clean(call.arguments[0]) if call.arguments else "."


def run_list(call: Call) -> None:
    """Print what the chart asks for and what there is of it."""
    from hivehelm.actions.dependencies import dependencies
    from hivehelm.cli.hivehelm.session import log_of
    from hivehelm.cli.output import table
    from hivehelm.golang.filepath import join

    path = _path(call)
    with limits_of(call.flags).watched():
        found = dependencies(path, log_of(call))
    if found.declared is None:
        call.out.write(f"WARNING: no dependencies at {join(path, 'charts')}\n")
        return
    rows = [("NAME", "VERSION", "REPOSITORY", "STATUS")]
    rows += [(one.name, one.version, one.repository, one.status) for one in found.declared]
    call.out.write(table(rows, call.flags.integer("max-col-width")) + "\n")
    call.out.write("".join(f"{stray}\n" for stray in found.strays))


def run_update(call: Call) -> None:
    """Put what Chart.yaml asks for into `charts/`."""
    from hivehelm.actions.vendor import update
    from hivehelm.sources.download import ALWAYS

    update(_path(call), _options(call, ALWAYS))


def run_build(call: Call) -> None:
    """Put what Chart.lock says into `charts/`."""
    from hivehelm.actions.vendor import build
    from hivehelm.sources.download import IF_POSSIBLE

    build(_path(call), _options(call, IF_POSSIBLE))


def _options(call: Call, verify: str) -> VendorOptions:
    """Return how dependencies are put into the chart; with `--verify`, verified as `verify` says."""
    from hivehelm.actions.staging import VendorOptions
    from hivehelm.cli.hivehelm.chartflags import access, keyring
    from hivehelm.cli.hivehelm.epoch import source_date_epoch
    from hivehelm.cli.hivehelm.session import check_registry, log_of, settings_of, stores
    from hivehelm.sources.download import NEVER

    settings = settings_of(call)
    epoch = source_date_epoch(settings.environ)
    check_registry(call)
    wanted = call.flags.boolean("verify")
    return VendorOptions(
        stores=stores(call),
        access=access(call.flags),
        skip_refresh=call.flags.boolean("skip-refresh"),
        verify=verify if wanted else NEVER,
        keyring=keyring(call) if wanted else "",
        epoch=epoch,
        debug=settings.debug,
        out=call.out.write,
        registry_out=call.out.write,
        log=log_of(call),
    )


def _flags() -> tuple[Flag, ...]:
    return (
        boolean("verify", "check the charts' signatures"),
        keyring_flag(),
        boolean("skip-refresh", "do not refresh what is cached of repositories"),
        *access_flags(),
    )


command = Command(
    "dependency update|build|list",
    long="""Look after the charts that a chart asks for: those that Chart.yaml lists under dependencies.

    dependencies:
    - name: nginx
      version: ^1.2.0
      repository: https://charts.example.com/web

name is the chart's own, version a version or a range. The repository is

    https://charts.example.com/web      a repository by its URL; one with credentials has to be added
    @web, alias:web                     a repository by the name that it was added with
    oci://registry.example.com/charts   a registry
    file://../nginx                     a directory, from the chart's own on

and without one the chart is in charts/ already.
""",
    arguments=no_arguments,
    commands=(
        Command(
            "list CHART",
            "list what a chart asks for",
            aliases=("ls",),
            long="List what a chart, a directory or an archive, asks for, and what there is of it.",
            flags=(
                unsigned("max-col-width", "how wide columns may be, 0 for any", default=80),
                *limit_flags(output=False),
            ),
            arguments=at_most(1),
            run=run_list,
        ),
        Command(
            "update CHART",
            "put what Chart.yaml asks for into charts/",
            aliases=("up",),
            long="""Put what Chart.yaml asks for into charts/, and write Chart.lock.

Archives of other versions are deleted, whatever else is in charts/ stays. When something is not there,
nothing is changed.
""",
            flags=_flags(),
            arguments=at_most(1),
            run=run_update,
        ),
        Command(
            "build CHART",
            "put what Chart.lock says into charts/",
            long="Put the versions that Chart.lock says into charts/. Without Chart.lock it is like update.",
            flags=_flags(),
            arguments=at_most(1),
            run=run_build,
        ),
    ),
)
