"""What completes the arguments and flags of `hivemind`, but of what is below `hivemind helm`."""

from __future__ import annotations

from hivehelm.cli.complete import DEFAULT, FILTER_DIRECTORIES, NO_FILES
from hivehelm.cli.hivehelm import candidates as of_helm
from hivehelm.cli.hivehelm.candidates import no_more, nothing, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Command
    from hivehelm.cli.complete import Answer, Completer, Request
    from hivehelm.cli.flags import Flag


def arguments_of(command: Command) -> Completer | None:
    """Return what completes the arguments of a command; None leaves them to the shell."""
    path = command.path.partition(" ")[2]
    if path.startswith("completion "):
        return no_more
    return command.completer or _ARGUMENTS.get(path)


def values_of(command: Command, flag: Flag) -> Completer | None:
    """Return what completes the values of a command's flag; None leaves them to the shell."""
    path = command.path.partition(" ")[2]
    return _VALUES.get(f"{path} --{flag.name}") or of_helm.values_of(command, flag)


def directories(_request: Request) -> Answer:
    """Leave it to the shell, which offers directories."""
    return [], FILTER_DIRECTORIES


def _files(_request: Request) -> Answer:
    return [], DEFAULT


def _clusters(_request: Request) -> Answer:
    from hivehelm.cluster.cluster import names

    return names(), NO_FILES


def _cluster(request: Request) -> Answer:
    return no_more(request) if request.arguments else _clusters(request)


def _apps(request: Request) -> Answer:
    from hivehelm.cli.hivemind.app.live import apps

    return apps(request)


def _charts(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.chartcandidates import charts

    return charts(request)


def _versions(request: Request) -> Answer:
    from hivehelm.cli.hivehelm.chartcandidates import versions

    return versions(request, request.flags.string("helm-chart"))


_ROLES = words(
    "viewer\treads what is there", "deployer\tchanges releases", "admin\tmay do everything, repositories too"
)

_ARGUMENTS: dict[str, Completer] = {
    "app delete": no_more,
    "app deploy": no_more,
    "app export-helm": no_more,
    "app list": no_more,
    "app status": no_more,
    "cluster down": _cluster,
    "cluster kubeconfig": _cluster,
    "cluster reset": _cluster,
    "cluster status": _cluster,
    "cluster up": _cluster,
    "demo": no_more,
    "serve": no_more,
    "token create": no_more,
    "token list": no_more,
    "token revoke": nothing,
}

_VALUES: dict[str, Completer] = {
    "app delete --name": _apps,
    "app deploy --helm-chart": _charts,
    "app deploy --helm-values": _files,
    "app deploy --name": _apps,
    "app deploy --version": _versions,
    "app export-helm --format": words("table", "json", "yaml"),
    "app export-helm --name": _apps,
    "app export-helm --output": directories,
    "app status --name": _apps,
    "cluster kubeconfig --role": words("view", "edit", "admin"),
    "serve --cluster": _clusters,
    "serve --home": directories,
    "token create --role": _ROLES,
}
