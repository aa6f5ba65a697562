"""`install`: bring a chart to the cluster (Helm's `pkg/cmd/install.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least
from hivehelm.cli.flags import boolean
from hivehelm.cli.hivehelm.chartflags import (
    EXCLUSIVE,
    install_flags,
    preflight_flag,
    shared_options,
    split_records_flag,
)
from hivehelm.cli.hivehelm.dryrun import dry_run_flag
from hivehelm.cli.hivehelm.limitflags import limit_flags, limits_of
from hivehelm.cli.hivehelm.lockflag import wait_lock_flag
from hivehelm.cli.output import output_flag
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.context import Context
    from hivehelm.cli.command import Call
    from hivehelm.cli.hivehelm.request import Request
    from hivehelm.cli.log import Log
    from hivehelm.release.model import Release


class InstallationError(HivehelmError):
    """An install came to nothing; `cause` says why."""

    def __init__(self, cause: HivehelmError) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return f"INSTALLATION FAILED: {self.cause}"


def run(call: Call) -> None:
    """Install a chart and print the release."""
    from hivehelm.cli.hivehelm.dryrun import strategy
    from hivehelm.cli.hivehelm.session import check_registry, log_of
    from hivehelm.cli.hivehelm.status import show

    flags = call.flags
    log = log_of(call)
    check_registry(call)
    dry_run = strategy(flags.string("dry-run"), log)
    try:
        release = _install(call, dry_run, log)
    except HivehelmError as error:
        raise InstallationError(error) from error
    show(call, release)


def _install(call: Call, dry_run: str, log: Log) -> Release:
    from hivehelm.cli.hivehelm.request import read_request

    flags = call.flags
    return perform(
        call,
        read_request(call, log, call.out),
        dry_run,
        log,
        reuse_name=flags.boolean("replace"),
        server_side=flags.boolean("server-side"),
    )


def perform(
    call: Call, request: Request, dry_run: str, log: Log, *, reuse_name: bool, server_side: bool
) -> Release:
    """Install what was asked for, as the call's flags say.

    Raises:
        HivehelmError: as `actions.install`.
    """
    from hivehelm.actions.install import InstallOptions, install
    from hivehelm.cli.hivehelm.cancellation import Cancellation
    from hivehelm.cli.hivehelm.session import offline

    flags = call.flags
    context = offline(call) if dry_run == "client" else reach(call, log)
    with Cancellation(call) as cancelled:
        options = InstallOptions(
            name=request.name,
            create_namespace=flags.boolean("create-namespace"),
            dry_run=dry_run,
            reuse_name=reuse_name,
            server_side=server_side,
            skip_crds=flags.boolean("skip-crds"),
            cancel=cancelled,
            limits=limits_of(flags),
            **shared_options(call),
        )
        return install(context, request.chart, request.values, options)


def reach(call: Call, log: Log) -> Context:
    """Return the cluster; that a kubeconfig is broken counts as not reaching it."""
    from hivehelm.actions.errors import UnreachableClusterError
    from hivehelm.cli.hivehelm.session import connect
    from hivehelm.kube.errors import UnreachableError

    try:
        return connect(call)
    except UnreachableError as error:
        log("ERROR", f"cluster reachability check failed: {error}")
        raise UnreachableClusterError(error) from error


command = Command(
    "install [NAME] [CHART]",
    long="""Install a chart: a directory or an archive.

Values come from files and from the command line; what is named later wins, and --set wins over files:

    $ helm install -f myvalues.yaml -f override.yaml myredis ./redis
    $ helm install --set name=prod --set-string long_int=1234567890 myredis ./redis
    $ helm install --set-file script=dothings.sh --set-json 'list=["one","two"]' myredis ./redis

--dry-run=client and --dry-run=server show what would be installed, secrets included without --hide-secret.
""",
    flags=(
        *install_flags(),
        boolean("hide-secret", "with --dry-run, do not show Secrets"),
        dry_run_flag(),
        wait_lock_flag(),
        preflight_flag(),
        split_records_flag(),
        *limit_flags(),
        output_flag(),
    ),
    arguments=at_least(1),
    exclusive=EXCLUSIVE,
    run=run,
)
