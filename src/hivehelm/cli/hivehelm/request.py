"""From the arguments of install, upgrade and template to a chart and its values (of `runInstall`)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.cli.command import Call
    from hivehelm.cli.log import Log
    from hivehelm.cli.stream import Stream


class ReloadError(HivehelmError):
    """A chart cannot be read any more, now that its dependencies are in it."""

    def __init__(self, cause: HivehelmError) -> None:
        super().__init__(f"failed reloading chart after repo update: {cause}")
        self.cause = cause


class Request(Record):
    """What is to be installed or rendered: a release's name, a chart, and the user's values."""

    name: str
    chart: Chart
    values: dict[str, Any]


def read_request(call: Call, log: Log, registry_out: Stream, *, name: str = "") -> Request:
    """Return what the arguments and the value flags of a call ask for; `name` stands where they give none.

    What Helm prints of registries goes to `registry_out`, here and below.

    Raises:
        HivehelmError: the arguments, the chart or the values are wrong.
    """
    from hivehelm.actions.names import choose

    flags = call.flags
    _log_version(call, log)
    name, reference = choose(
        call.arguments,
        name=name,
        generate_name=flags.boolean("generate-name"),
        name_template=flags.string("name-template"),
    )
    return _to_install(call, log, registry_out, name, reference)


def read_named(call: Call, log: Log) -> Request:
    """Return what `upgrade --install` asks for where there is something to install.

    Raises:
        HivehelmError: the chart or the values are wrong.
    """
    _log_version(call, log)
    name, reference = call.arguments
    return _to_install(call, log, call.out, name, reference)


def read_upgrade(call: Call, log: Log) -> Request:
    """Return what `upgrade` asks for; Helm upgrades to charts that it would not install.

    Raises:
        HivehelmError: the chart or the values are wrong.
    """
    from hivehelm.chart.load import load
    from hivehelm.cli.hivehelm.chartflags import user_values
    from hivehelm.cli.hivehelm.limitflags import limits_of
    from hivehelm.cli.hivehelm.session import locate

    if not call.flags.string("version") and call.flags.boolean("devel"):
        log.debug("setting version to >0.0.0-0")
    name, reference = call.arguments
    path = locate(call, reference, registry_out=call.out)
    with limits_of(call.flags).watched():
        values = user_values(call)
        chart = load(path, log)
    if chart.metadata.dependencies:
        chart = _with_dependencies(call, chart, path, log, call.out)
    if chart.metadata.deprecated:
        log.warn("this chart is deprecated")
    return Request(name=name, chart=chart, values=values)


def _log_version(call: Call, log: Log) -> None:
    version = call.flags.string("version")
    log.debug("Original chart version", version=version)
    if not version and call.flags.boolean("devel"):
        log.debug("setting version to >0.0.0-0")


def _to_install(call: Call, log: Log, registry_out: Stream, name: str, reference: str) -> Request:
    from hivehelm.actions.requirements import check_installable
    from hivehelm.chart.load import load
    from hivehelm.cli.hivehelm.chartflags import user_values
    from hivehelm.cli.hivehelm.limitflags import limits_of
    from hivehelm.cli.hivehelm.session import locate

    path = locate(call, reference, registry_out=registry_out)
    log.debug("Chart path", path=path)
    with limits_of(call.flags).watched():
        values = user_values(call)
        chart = load(path, log)
    check_installable(chart)
    if chart.metadata.deprecated:
        log.warn("this chart is deprecated")
    if chart.metadata.dependencies:
        chart = _with_dependencies(call, chart, path, log, registry_out)
    return Request(name=name, chart=chart, values=values)


def _with_dependencies(call: Call, chart: Chart, path: str, log: Log, registry_out: Stream) -> Chart:
    """Return the chart with all that it asks for, fetched with `--dependency-update`."""
    from hivehelm.actions.requirements import (
        DependencyCheckError,
        MissingDependenciesError,
        check_requirements,
    )
    from hivehelm.cli.hivehelm.epoch import source_date_epoch
    from hivehelm.cli.hivehelm.session import settings_of, stores

    settings = settings_of(call)
    epoch = source_date_epoch(settings.environ)
    try:
        check_requirements(chart)
    except MissingDependenciesError as error:
        if not call.flags.boolean("dependency-update"):
            raise DependencyCheckError(error) from error
    else:
        return chart
    from hivehelm.actions.staging import VendorOptions
    from hivehelm.actions.vendor import update
    from hivehelm.chart.load import load
    from hivehelm.cli.hivehelm.chartflags import access
    from hivehelm.limits import Paused

    options = VendorOptions(
        stores=stores(call),
        access=access(call.flags),
        epoch=epoch,
        debug=settings.debug,
        out=call.out.write,
        registry_out=registry_out.write,
        log=log,
    )
    # Charts are fetched by several threads, whose stacks are no memory that this one takes.
    with Paused():
        update(path, options)
    try:
        return load(path, log)
    except HivehelmError as error:
        raise ReloadError(error) from error
