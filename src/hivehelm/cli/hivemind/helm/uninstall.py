"""`uninstall --name`: take a release off the cluster."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivehelm.uninstall import command as _uninstall
from hivehelm.cli.hivemind.helm.named import SpellingError, name_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm uninstall --name NAME [--namespace NAMESPACE]"


def run(call: Call) -> None:
    """Uninstall the release that `--name` names, and those of the arguments."""
    from hivehelm.cli.hivehelm.uninstall import run as uninstall

    if call.flags.given("name"):
        call.arguments = [call.flags.string("name"), *call.arguments]
    if not all(call.arguments) or not call.arguments:
        raise SpellingError("--name is missing", _USAGE)
    uninstall(call)


command = Command(
    "uninstall RELEASE_NAME [...]",
    long=f"""{_uninstall.long}
Spelt out:

    $ hivemind helm uninstall --name my-release --namespace default
""",
    flags=(name_flag(), *_uninstall.flags),
    exclusive=_uninstall.exclusive,
    run=run,
)
