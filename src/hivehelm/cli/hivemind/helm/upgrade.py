"""`upgrade --name`: another version of a chart, or other values, for a release."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivehelm.upgrade import command as _upgrade
from hivehelm.cli.hivemind.helm.named import chart_flag, chart_of, gather, name_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm upgrade --name NAME --chart CHART [--namespace NAMESPACE] [--values FILE]"


def run(call: Call) -> None:
    """Upgrade a release, and print it."""
    from hivehelm.cli.hivehelm.upgrade import run as upgrade

    name, reference = gather(call, ["name", "chart"], _USAGE)
    call.arguments = [name, chart_of(call, reference)]
    upgrade(call)


command = Command(
    "upgrade [RELEASE] [CHART]",
    long=f"""{_upgrade.long}
Spelt out:

    $ hivemind helm upgrade --name my-release --chart ./my-app --namespace default --values values.yaml

--chart NAME is looked for in the working directory, among the platform's own charts, then in repositories.
""",
    flags=(name_flag(), chart_flag(), *_upgrade.flags),
    exclusive=_upgrade.exclusive,
    run=run,
)
