"""`create`: make a new chart (Helm's `pkg/cmd/create.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly
from hivehelm.cli.flags import string
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_CHART_V3 = "HELM_EXPERIMENTAL_CHART_V3"


class ChartVersionError(HivehelmError):
    """Charts are not made in that version of their API; `str()` says why."""


def run(call: Call) -> None:
    """Make the chart, saying what is overwritten."""
    from hivehelm.actions.create import create
    from hivehelm.cli.hivehelm.session import log_of, settings_of
    from hivehelm.settings import data_path

    path = call.arguments[0]
    call.out.write(f"Creating {path}\n")
    environ = settings_of(call).environ
    _check_version(call.flags.string("chart-api-version"), enabled=bool(environ.get(_CHART_V3)))
    starter = call.flags.string("starter")
    if starter and not starter.startswith("/"):
        starter = data_path(environ, "starters", starter)
    create(path, starter, warn=lambda text: call.out.write(f"{text}\n"), log=log_of(call))


def _check_version(version: str, *, enabled: bool) -> None:
    if version in ("", "v2"):
        return
    if version != "v3":
        raise ChartVersionError(f"unsupported chart API version: {version} (supported: v2, v3)")
    if enabled:
        raise ChartVersionError("charts of apiVersion v3 are not available in this version of hivehelm")
    raise ChartVersionError(
        "this feature has been marked as experimental and is not enabled by default. "
        f"Please set {_CHART_V3}=1 in your environment to use this feature"
    )


command = Command(
    "create NAME",
    long="""Make a new chart: a web server that can be installed as it is, to be changed into what you need.

NAME may be a path; its last element is the chart's name. Files that are there are overwritten, with a
warning; others are left alone. --starter makes it like another chart, below $HELM_DATA_HOME/starters or
anywhere: in its templates and its values.yaml, <CHARTNAME> stands for the name.

    $ helm create web
    $ ls -A web
    .helmignore  Chart.yaml  charts  templates  values.yaml
""",
    flags=(
        string(
            "starter", "the chart to make it like: a name in the starters directory, or a path", short="p"
        ),
        string("chart-api-version", "v2", default="v2", hidden=True),
    ),
    arguments=exactly(1),
    run=run,
)
