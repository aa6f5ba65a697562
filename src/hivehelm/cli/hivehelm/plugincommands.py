"""Plugins as commands of their own, beside Helm's (`pkg/cmd/load_plugins.go`)."""

from __future__ import annotations

import os

from hivehelm.cli.command import Command
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    from hivehelm.cli.command import Call
    from hivehelm.cli.log import Log
    from hivehelm.plugins.load import Plugin
    from hivehelm.settings import Settings

# The global flags that a plugin does not see wherever they stand; all take a value but --debug.
_OURS: Final = frozenset(
    [
        "--kube-context",
        "--namespace",
        "-n",
        "--kubeconfig",
        "--kube-apiserver",
        "--kube-token",
        "--kube-as-user",
        "--kube-as-group",
        "--kube-ca-file",
        "--registry-config",
        "--repository-cache",
        "--repository-config",
        "--kube-insecure-skip-tls-verify",
        "--kube-tls-server-name",
    ]
)
#: What was said of plugins that cannot be loaded. Helm says it again where it looks for getters.
_said: list[dict[str, object]] = []
COMPLETIONS: Final = ("__complete", "__completeNoDesc")


def add(root: Command, settings: Settings, log: Log, arguments: Sequence[str] = ()) -> None:
    """Put the CLI plugins that are installed among the root's commands; `arguments` are the command line's.

    `log` hears of what cannot be loaded. $HELM_NO_PLUGINS=1 leaves all out.
    """
    _said.clear()
    directories = settings.plugins.split(os.pathsep) if settings.plugins else []
    if settings.environ.get("HELM_NO_PLUGINS") == "1" or not any(map(_has_plugins, directories)):
        return
    from hivehelm.plugins.load import find

    def warn(level: str, message: str, /, **attributes: object) -> None:
        _said.append(attributes)
        log(level, message, **attributes)

    try:
        found = find(directories, kind="cli/v1", log=warn)
    except HivehelmError as error:
        log("ERROR", "failed to load plugins", error=error)
        return
    for plugin in found:
        command = _command(plugin)
        if any(command.name == other.name for other in root.commands if other.name != "help"):
            log("ERROR", "failed to load plugins: name conflicts", name=command.name)
            return
        # In cobra's order, since suggestions come in it: what was there sorted, then the new one.
        *others, last = root.commands
        root.commands = [*sorted(others, key=lambda c: c.name), command, last]
        command.parent = root
        if arguments and arguments[0] in COMPLETIONS:
            from hivehelm.cli.hivehelm.plugincompletion import describe

            describe(command, plugin)


def warn_again(log: Log) -> None:
    """Say again which plugins cannot be loaded, as Helm does where it collects what fetches URLs."""
    for attributes in _said:
        log("WARN", "failed to load plugin (ignoring)", **attributes)


def add_python(root: Command, name: str, settings: Settings) -> bool:
    """Put the plugin of an installed Python package that goes by a name among the root's commands, if any."""
    if settings.environ.get("HELM_NO_PLUGINS") == "1":
        return False
    from hivehelm.plugins.python import find

    found = find("cli/v1", name)
    for plugin in found:
        command = _command(plugin)
        root.commands.append(command)
        command.parent = root
    return bool(found)


def _has_plugins(directory: str) -> bool:
    """Tell whether there is anything to load, without the room of plugins for it."""
    try:
        names = os.listdir(directory or ".")
    except OSError:
        return False
    return any(os.path.lexists(os.path.join(directory, name, "plugin.yaml")) for name in names)


def _command(plugin: Plugin) -> Command:
    from hivehelm.golang.fmt import quote
    from hivehelm.plugins.metadata import CLIConfig

    config = plugin.metadata.config
    if not isinstance(config, CLIConfig):
        config = CLIConfig()
    ignores = config.ignore_flags
    return Command(
        config.usage or plugin.name,
        config.short_help or f"the {quote(plugin.name)} plugin",
        long=config.long_help,
        raw_flags=True,
        run=lambda call: _run(call, plugin, ignores=ignores),
    )


def _run(call: Call, plugin: Plugin, *, ignores: bool) -> int:
    import sys

    from hivehelm.cli.hivehelm.session import log_of, settings_of
    from hivehelm.plugins.errors import PluginExitError
    from hivehelm.plugins.run import run_command

    ours, others = split(call.arguments)
    call.flags.parse(ours)
    out, err = outputs(call)
    variables = settings_of(call).variables(sys.argv[0])
    try:
        run_command(plugin, [] if ignores else others, variables, out=out, err=err, log=log_of(call))
    except PluginExitError as error:
        call.err.write(f"Error: {error}\n")
        return error.exit_code & 0xFF
    return 0


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the arguments that are Helm's own global flags, with their values, and all others."""
    ours: list[str] = []
    others: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--debug" or ("=" in argument and argument.partition("=")[0] in _OURS):
            ours.append(argument)
        elif argument in _OURS:
            ours.append(argument)
            ours += [value for value in (next(rest, None),) if value is not None]
        else:
            others.append(argument)
    return ours, others


def outputs(call: Call) -> tuple[Callable[[bytes], None] | None, Callable[[bytes], None] | None]:
    """Return where programs of a plugin write what they print: None where that is this process's own."""
    return call.out.sink(1), call.err.sink(2)
