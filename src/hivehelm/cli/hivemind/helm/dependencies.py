"""`update-dependencies`: put what a chart asks for into it."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import string
from hivehelm.cli.hivehelm.dependency import command as _dependency
from hivehelm.cli.hivehelm.dependency import run_update
from hivehelm.cli.hivemind.helm.named import directory_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm update-dependencies --chart-dir DIRECTORY"
_update = next(one for one in _dependency.commands if one.name == "update")


def run(call: Call) -> None:
    """Fetch the charts."""
    call.arguments = [directory_of(call, _USAGE)]
    run_update(call)


command = Command(
    "update-dependencies",
    long=f"""{_update.long}
It is 'hivemind helm dependency update DIRECTORY', with all its flags.
""",
    flags=(
        string("chart-dir", "the chart's directory, or the name of one of the platform's own"),
        *_update.flags,
    ),
    run=run,
)
