"""`package-chart`: make an archive of a chart."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import string
from hivehelm.cli.hivehelm.package import command as _package
from hivehelm.cli.hivemind.helm.named import directory_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm package-chart --chart-dir DIRECTORY"


def run(call: Call) -> None:
    """Write the archive, and say where it is."""
    from hivehelm.cli.hivehelm.package import run as package

    call.arguments = [directory_of(call, _USAGE)]
    package(call)


command = Command(
    "package-chart",
    long="""Make an archive of a chart in the working directory: NAME-VERSION.tgz.

It is 'hivemind helm package DIRECTORY', with all its flags.
""",
    flags=(
        string("chart-dir", "the chart's directory, or the name of one of the platform's own"),
        *_package.flags,
    ),
    exclusive=_package.exclusive,
    run=run,
)
