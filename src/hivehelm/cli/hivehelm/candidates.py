"""What completes the arguments and flags of `hivehelm`: one table for all commands.

What Helm 4.3.1 completes is completed alike. Beyond that, flags that take one of a few words offer those,
where Helm leaves the shell to offer files.
"""

from __future__ import annotations

from hivehelm.cli.complete import DEFAULT, HINT, NO_FILES, NO_SPACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Command
    from hivehelm.cli.complete import Answer, Completer, Request
    from hivehelm.cli.flags import Flag

_ENOUGH = f"{HINT}This command does not take any more arguments (but may accept flags)."


def arguments_of(command: Command) -> Completer | None:
    """Return what completes the arguments of a command; None leaves them to the shell."""
    return command.completer or _ARGUMENTS.get(command.path.partition(" ")[2])


def values_of(command: Command, flag: Flag) -> Completer | None:
    """Return what completes the values of a command's flag; None leaves them to the shell."""
    name = command.path.partition(" ")[2]
    return _VALUES.get(f"{name} --{flag.name}") or _VALUES.get(f"--{flag.name}")


def no_more(_request: Request) -> Answer:
    """Say that there is nothing more to give."""
    return [_ENOUGH], NO_FILES


def nothing(_request: Request) -> Answer:
    """Offer nothing, files neither."""
    return [], NO_FILES


def words(*candidates: str) -> Completer:
    """Return what offers always the same."""
    return lambda _request: (candidates, NO_FILES)


def _file(request: Request) -> Answer:
    """Leave the first argument to the shell."""
    return no_more(request) if request.arguments else ([], DEFAULT)


def _releases(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.livecandidates import releases

    return releases(request)


def _release(request: Request) -> Answer:
    return no_more(request) if request.arguments else _releases(request)


def _revisions(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.livecandidates import revisions

    return revisions(request)


def _revision(request: Request) -> Answer:
    """Offer the revisions of the release that is the only argument."""
    return _revisions(request) if len(request.arguments) == 1 else ([], NO_FILES)


def _rollback(request: Request) -> Answer:
    if not request.arguments:
        return _releases(request)
    return _revisions(request) if len(request.arguments) == 1 else no_more(request)


def _upgrade(request: Request) -> Answer:
    if not request.arguments:
        return _releases(request)
    return _charts(request) if len(request.arguments) == 1 else no_more(request)


def _install(request: Request) -> Answer:
    return _charts(request) if len(request.arguments) == _names(request) else ([], NO_FILES)


def _names(request: Request) -> int:
    """Return how many names stand before the chart in `install` and `template`."""
    return 0 if request.flags.boolean("generate-name") else 1


def _charts(request: Request, *, files: bool = True) -> Answer:
    from hivehelm.cli.hivehelm.chartcandidates import charts

    return charts(request, files=files)


def _chart(request: Request) -> Answer:
    return no_more(request) if request.arguments else _charts(request)


def _remote_chart(request: Request) -> Answer:
    return ([], NO_FILES) if request.arguments else _charts(request, files=False)


def _versions(request: Request, place: int) -> Answer:
    """Offer the versions of the chart that is the last of `place` arguments."""
    if len(request.arguments) != place:
        return [], NO_FILES
    from hivehelm.cli.hivehelm.chartcandidates import versions

    return versions(request, request.arguments[-1])


def _repositories(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.chartcandidates import repositories

    return repositories(request), NO_FILES


def _new_repository(request: Request) -> Answer:
    return no_more(request) if len(request.arguments) > 1 else ([], NO_FILES)


def _plugins(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.plugincandidates import plugins

    return plugins(request, "cli/v1"), NO_FILES


def _post_renderers(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.plugincandidates import plugins

    return plugins(request, "postrenderer/v1"), NO_FILES


def _push(request: Request) -> Answer:
    return (["oci://"], NO_FILES | NO_SPACE) if len(request.arguments) == 1 else _file(request)


def _variables(request: Request) -> Answer:
    if request.arguments:
        return no_more(request)
    from hivehelm.cli.hivehelm.livecandidates import settings_of

    return list(settings_of(request).variables("")), NO_FILES


def _namespaces(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.livecandidates import namespaces

    return namespaces(request)


def _contexts(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.livecandidates import contexts

    return contexts(request)


def _topics(request: Request) -> Answer:
    from hivehelm.cli.complete import below

    root = request.command
    while root.parent is not None:
        root = root.parent
    return below(root)(request)


_ARGUMENTS: dict[str, Completer] = {
    "completion bash": no_more,
    "completion fish": no_more,
    "completion powershell": no_more,
    "completion zsh": no_more,
    "create": _file,
    "docs": no_more,
    "env": _variables,
    "get all": _release,
    "get hooks": _release,
    "get manifest": _release,
    "get metadata": _release,
    "get notes": _release,
    "get values": _release,
    "help": _topics,
    "history": _release,
    "install": _install,
    "list": no_more,
    "plugin install": _file,
    "plugin list": no_more,
    "plugin uninstall": _plugins,
    "plugin update": _plugins,
    "pull": _remote_chart,
    "push": _push,
    "registry login": nothing,
    "registry logout": nothing,
    "repo add": _new_repository,
    "repo index": _file,
    "repo list": no_more,
    "repo remove": _repositories,
    "repo update": _repositories,
    "rollback": _rollback,
    "show all": _chart,
    "show chart": _chart,
    "show crds": _chart,
    "show readme": _chart,
    "show values": _chart,
    "status": _release,
    "template": _install,
    "test": _release,
    "uninstall": _releases,
    "upgrade": _upgrade,
    "verify": _file,
    "version": no_more,
}

_COLORS = words("never", "auto", "always")
_FORMATS = words("json\tJSON, for programs", "table\tcolumns, for people", "yaml\tYAML, for both")
_STRATEGIES = words("watcher\tas things change", "legacy\tby asking, as Helm 3", "hookOnly\tfor hooks only")
_DRY_RUNS = words("none\tdo it", "client\tnever ask the cluster", "server\task, change nothing")
_SERVER_SIDES = words("auto\tas the release was made", "true", "false")

_VALUES: dict[str, Completer] = {
    "--color": _COLORS,
    "--colour": _COLORS,
    "--kube-context": _contexts,
    "--namespace": _namespaces,
    "--output": _FORMATS,
    "docs --type": words("bash", "man", "markdown"),
    "get all --revision": _revision,
    "get hooks --revision": _revision,
    "get manifest --revision": _revision,
    "get metadata --revision": _revision,
    "get notes --revision": _revision,
    "get values --revision": _revision,
    "install --version": lambda request: _versions(request, _names(request) + 1),
    "pull --version": lambda request: _versions(request, 1),
    "show all --version": lambda request: _versions(request, 1),
    "show chart --version": lambda request: _versions(request, 1),
    "show crds --version": lambda request: _versions(request, 1),
    "show readme --version": lambda request: _versions(request, 1),
    "show values --version": lambda request: _versions(request, 1),
    "status --revision": _revision,
    "template --version": lambda request: _versions(request, _names(request) + 1),
    "upgrade --version": lambda request: _versions(request, 2),
    # Beyond Helm:
    "--dry-run": _DRY_RUNS,
    "--post-renderer": _post_renderers,
    "--wait": _STRATEGIES,
    "rollback --server-side": _SERVER_SIDES,
    "uninstall --cascade": words("background", "orphan", "foreground"),
    "upgrade --server-side": _SERVER_SIDES,
}
