"""`install --name`: a release is installed, or upgraded where it is there, in a namespace that is made."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import Flag, boolean, string
from hivehelm.cli.hivehelm.install import command as _install
from hivehelm.cli.hivehelm.upgrade import command as _upgrade
from hivehelm.cli.hivemind.helm.named import chart_flag, chart_of, gather, name_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm install --name NAME --chart CHART [--namespace NAMESPACE] [--values FILE]"


def run(call: Call) -> None:
    """Install or upgrade a release, and print it."""
    from hivehelm.cli.hivehelm.upgrade import bring

    flags = call.flags
    made_up = flags.boolean("generate-name") or flags.string("name-template")
    if made_up and not flags.given("name"):
        from hivehelm.actions.names import choose

        reference = gather(call, ["chart"], _USAGE)[0]
        name = choose(
            [reference],
            generate_name=flags.boolean("generate-name"),
            name_template=flags.string("name-template"),
        )[0]
    else:
        name, reference = gather(call, ["name", "chart"], _USAGE)
    call.arguments = [name, chart_of(call, reference)]
    if not flags.given("create-namespace") and flags.string("dry-run") == "none":
        flags.put("create-namespace", _is_missing(call))
    bring(call, _beginning)


def _beginning(call: Call) -> tuple[str, bool] | None:
    """Tell how to install what was never there, or never came to be; None where there is what to upgrade.

    Helm upgrades a release whose first install failed, and refuses that: it was never deployed.
    """
    from hivehelm.cli.hivehelm.upgrade import statuses

    name = call.arguments[0]
    found = statuses(call, name)
    if found[-1] in ("", "uninstalled"):
        return f'Release "{name}" does not exist. Installing it now.', found != [""]
    if set(found) == {"failed"}:
        return f'Release "{name}" was never deployed. Installing it anew.', True
    return None


def _is_missing(call: Call) -> bool:
    """Tell whether the namespace is to be made, as far as can be told."""
    from hivehelm.actions.namespace import is_missing
    from hivehelm.cli.hivehelm.session import connect
    from hivehelm.errors import HivehelmError

    try:
        return is_missing(connect(call))
    except HivehelmError:  # which the install will meet again, and tell of
        return False


def _flags() -> tuple[Flag, ...]:
    own = (
        name_flag(),
        chart_flag(),
        boolean("create-namespace", "create the namespace if it is not there", default=True),
        boolean("install", "install what is not there yet", short="i", default=True),
        string(
            "server-side",
            "let the API server merge what is applied: true, false, or auto, as the release was made",
            default="auto",
            bare="true",
        ),
    )
    there = {flag.name for flag in (*own, *_upgrade.flags)}
    # What install alone has: names that are made up, and `--replace`, which goes without saying here.
    more = (flag for flag in _install.flags if flag.name not in there)
    names = {flag.name for flag in own}
    return (*own, *(flag for flag in _upgrade.flags if flag.name not in names), *more)


command = Command(
    "install [NAME] [CHART]",
    long=f"""{_install.long}
Spelt out, it is upgrade --install: what is not there is installed, in a namespace that is made if need be,
and what is there is upgraded:

    $ hivemind helm install --name my-release --chart ./my-app --namespace default --values values.yaml

--chart NAME is looked for in the working directory, among the platform's own charts, then in repositories.
""",
    flags=_flags(),
    exclusive=_install.exclusive,
    run=run,
)
