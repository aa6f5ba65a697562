"""What completes the platform's spellings below `hivemind helm`: names and charts that flags give."""

from __future__ import annotations

import os

from hivehelm.cli.complete import NO_FILES, Request
from hivehelm.cli.hivehelm import candidates as of_helm
from hivehelm.cli.hivehelm.candidates import no_more, nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Command
    from hivehelm.cli.complete import Answer, Completer
    from hivehelm.cli.flags import Flag

#: Flags that stand for an argument, in the order of the arguments.
_INSTEAD = ("name", "release", "chart")


def arguments_of(command: Command) -> Completer | None:
    """Return what completes the arguments of a command; None leaves them to the shell."""
    path = command.path.partition(" ")[2]
    found = _ARGUMENTS.get(path) or of_helm.arguments_of(command)
    return found and _after_flags(found)


def values_of(command: Command, flag: Flag) -> Completer | None:
    """Return what completes the values of a command's flag; None leaves them to the shell."""
    path = command.path.partition(" ")[2]
    own = _VALUES.get(f"{path} --{flag.name}")
    if own is not None:
        return own
    found = of_helm.values_of(command, flag)
    return found and _after_flags(found)


def _after_flags(completer: Completer) -> Completer:
    """Return a completer that counts what flags say among the arguments."""

    def counted(request: Request) -> Answer:
        return completer(Request(request.command, request.flags, _arguments(request), request.typed))

    return counted


def _arguments(request: Request) -> list[str]:
    rest = list(request.arguments)
    found: list[str] = []
    for name in _INSTEAD:
        flag = request.flags.find(name)
        if flag is None or flag.type != "string":
            continue
        if request.flags.given(name):
            found.append(request.flags.string(name))
        elif rest:
            found.append(rest.pop(0))
        else:
            break
    return found + rest


def _releases(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.livecandidates import releases

    return releases(request)


def _release(request: Request) -> Answer:
    return no_more(request) if request.arguments else _releases(request)


def _revisions(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.livecandidates import revisions

    named = _arguments(request)[:1]
    if not named:
        return [], NO_FILES
    return revisions(Request(request.command, request.flags, named, request.typed))


def _charts(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.chartcandidates import charts

    found, directive = charts(request)
    return [*_own_charts(request), *found], directive


def _own_charts(request: Request) -> list[str]:
    """Return the charts of the platform's directory."""
    from hivehelm.cli.hivehelm.livecandidates import settings_of
    from hivehelm.platform.site import Site

    try:
        entries = sorted(
            os.scandir(Site.from_settings(settings_of(request)).charts), key=lambda one: one.name
        )
    except OSError:
        return []
    return [
        f"{entry.name}\ta chart of the platform"
        for entry in entries
        if entry.name.startswith(request.typed) and os.path.isfile(os.path.join(entry.path, "Chart.yaml"))
    ]


def _versions(request: Request) -> Answer:
    named = _arguments(request)
    if len(named) != 2:
        return [], NO_FILES
    from hivehelm.cli.hivehelm.chartcandidates import versions

    return versions(request, named[1])


def _repositories(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.chartcandidates import repositories

    return repositories(request), NO_FILES


def _directories(request: Request) -> Answer:
    from hivehelm.cli.hivemind.candidates import directories

    return directories(request)


_ARGUMENTS: dict[str, Completer] = {
    "create-chart": nothing,
    "create-hivemind-charts": no_more,
    "debug": _release,
    "get-release": _release,
    "list-releases": no_more,
}

_VALUES: dict[str, Completer] = {
    "create-chart --name": nothing,
    "debug --release": _releases,
    "get-release --name": _releases,
    "history --name": _releases,
    "install --chart": _charts,
    "install --name": _releases,
    "install --version": _versions,
    "package-chart --chart-dir": _directories,
    "repo add --name": nothing,
    "repo add --url": nothing,
    "repo remove --name": _repositories,
    "repo update --name": _repositories,
    "rollback --name": _releases,
    "rollback --revision": _revisions,
    "uninstall --name": _releases,
    "update-dependencies --chart-dir": _directories,
    "upgrade --chart": _charts,
    "upgrade --name": _releases,
    "upgrade --version": _versions,
}
