"""A plugin at work: as a command, for a URL, over manifests, at its own installation (runtime_subprocess.go).

Its environment is this process's, with HELM_PLUGIN_NAME and HELM_PLUGIN_DIR, and what else Helm hands over.
"""

from __future__ import annotations

import os

from hivehelm.errors import HivehelmError
from hivehelm.golang.filepath import join
from hivehelm.plugins.errors import (
    NoCommandError,
    PluginError,
    PluginExitError,
    PluginHookError,
    PluginRunError,
    PostRenderError,
)
from hivehelm.plugins.platform import expand, prepare
from hivehelm.plugins.python import PythonPlugin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from hivehelm.plugins.getteroptions import GetterOptions
    from hivehelm.plugins.load import Log, Plugin
    from hivehelm.plugins.process import Write

    T = TypeVar("T")


def run_command(
    plugin: Plugin,
    arguments: Sequence[str],
    variables: Mapping[str, str],
    *,
    out: Write | None = None,
    err: Write | None = None,
    log: Log | None = None,
) -> None:
    """Run a `cli/v1` plugin with arguments; `variables` are Helm's own (`Settings.variables`).

    What it prints goes where this process prints, or to `out` and `err`.

    Raises:
        PluginExitError: it failed; the error has its exit code.
        PluginError: it cannot be run.
    """
    environ = environment(plugin, variables)
    if isinstance(plugin, PythonPlugin):
        plugin.command(arguments, environ)
        return
    commands = plugin.programs().commands
    try:
        words = prepare(commands, environ, extra=arguments)
    except NoCommandError as error:
        raise PluginRunError(f"failed to prepare plugin command: {error}") from error
    from hivehelm.plugins.process import attend

    _run(plugin, words, log, lambda: attend(plugin.name, words, environ, out=out, err=err))


def run_hook(
    plugin: Plugin,
    event: str,
    *,
    out: Write | None = None,
    err: Write | None = None,
    log: Log | None = None,
) -> None:
    """Run what a plugin wants done at its `install`, `update` or `delete`; nothing where it wants nothing.

    Raises:
        PluginHookError: it failed.
        PluginError: it cannot be run.
    """
    from hivehelm.plugins.metadata import WasmConfig
    from hivehelm.plugins.process import attend

    programs = plugin.metadata.runtime_config
    if isinstance(programs, WasmConfig):
        return
    commands = (programs.hooks or {}).get(event)
    if not commands:
        return
    environ = environment(plugin, {})
    words = prepare(commands, environ, expand_arguments=programs.expand_hook_arguments)
    if log is not None:
        log("DEBUG", "executing plugin hook command", pluginName=plugin.name, command=_shown(words))
    try:
        attend(plugin.name, words, environ, out=out, err=err, reads=False)
    except PluginExitError as error:
        raise PluginHookError(plugin.name, event) from error


def fetch(
    plugin: Plugin,
    url: str,
    options: GetterOptions,
    variables: Mapping[str, str],
    *,
    log: Log | None = None,
) -> bytes:
    """Return what a `getter/v1` plugin gets from a URL of one of its schemes.

    The program is given the names of the certificate, key and CA files and the URL, and credentials in its
    environment.

    Raises:
        PluginError: it has no program for the scheme, cannot be run, or failed.
    """
    from hivehelm.golang.fmt import quote

    try:
        return _fetch(plugin, url, options, variables, log)
    except HivehelmError as error:
        raise PluginRunError(f"plugin {quote(plugin.name)} failed to invoke: {error}") from error


def _fetch(
    plugin: Plugin, url: str, options: GetterOptions, variables: Mapping[str, str], log: Log | None
) -> bytes:
    from hivehelm.golang.fmt import quote
    from hivehelm.plugins.process import call

    if isinstance(plugin, PythonPlugin):
        return plugin.fetch(url, options)
    scheme = url.partition(":")[0].lower()
    commands = plugin.programs().protocol_commands or ()
    command = next((entry for entry in commands if scheme in (entry.protocols or ())), None)
    if command is None:
        raise PluginRunError(f"no downloader found for protocol {quote(scheme)}")
    environ = {
        **environment(plugin, variables),
        "HELM_PLUGIN_USERNAME": options.username,
        "HELM_PLUGIN_PASSWORD": options.password,
        "HELM_PLUGIN_PASS_CREDENTIALS_ALL": "true" if options.pass_credentials else "false",
    }
    files = (options.cert_file, options.key_file, options.ca_file)
    try:
        words = prepare(command.commands, environ, extra=(*files, url), expand_arguments=False)
    except NoCommandError as error:
        raise PluginRunError(f"failed to prepare commands for protocol {quote(scheme)}: {error}") from error
    words[0] = join(plugin.directory, words[0])
    return _run(plugin, words, log, lambda: call(plugin.name, words, environ))


def complete(plugin: Plugin, arguments: Sequence[str], variables: Mapping[str, str]) -> str:
    """Return what a plugin's own `plugin.complete` prints for an unfinished command line.

    Raises:
        PluginError: it has none, or it failed.
    """
    from hivehelm.plugins.process import call

    program = expand(f"{plugin.directory}/plugin.complete", os.environ)
    found = call(plugin.name, [program, *arguments], environment(plugin, variables), errors="joined")
    return found.decode("utf-8", "surrogateescape")


def post_render(plugin: Plugin, arguments: Sequence[str], manifests: str, *, log: Log | None = None) -> str:
    """Return what a `postrenderer/v1` plugin makes of manifests.

    Raises:
        PostRenderError: it cannot be run, failed, or printed nothing.
    """
    from hivehelm.golang.fmt import quote

    name = quote(plugin.name)
    try:
        if isinstance(plugin, PythonPlugin):
            text = plugin.post_render(manifests, arguments)
        else:
            data = manifests.encode("utf-8", "surrogateescape")
            text = _post_render(plugin, arguments, data, log).decode("utf-8", "surrogateescape")
    except PluginError as error:
        raise PostRenderError(f"failed to invoke post-renderer plugin {name}: {error}") from error
    if not text.strip():
        raise PostRenderError(f"post-renderer {name} produced empty output")
    return text


def _post_render(plugin: Plugin, arguments: Sequence[str], manifests: bytes, log: Log | None) -> bytes:
    from hivehelm.plugins.process import call

    environ = environment(plugin, {})
    try:
        words = prepare(plugin.programs().commands, environ, extra=arguments)
    except NoCommandError as error:
        raise PluginRunError(f"failed to prepare plugin command: {error}") from error
    return _run(
        plugin, words, log, lambda: call(plugin.name, words, environ, data=manifests, errors="dropped")
    )


def environment(plugin: Plugin, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a plugin's programs: this process's, `variables` over it."""
    return {
        **os.environ,
        **variables,
        "HELM_PLUGIN_NAME": plugin.name,
        "HELM_PLUGIN_DIR": plugin.directory,
    }


def _run(plugin: Plugin, words: Sequence[str], log: Log | None, body: Callable[[], T]) -> T:
    if log is not None:
        log("DEBUG", "executing plugin command", pluginName=plugin.name, command=_shown(words))
    try:
        return body()
    except PluginExitError as error:
        if log is not None:
            code = error.exit_code
            problem = f"exit status {code}" if code >= 0 else "signal: killed"
            log(
                "DEBUG",
                "plugin execution failed",
                pluginName=plugin.name,
                error=problem,
                exitCode=code,
                stderr="",
            )
        raise


def _shown(words: Sequence[str]) -> str:
    """Return a command as it is logged: with the path of its program, where that is found."""
    from hivehelm.plugins.process import look_up

    try:
        program = look_up(words[0])
    except PluginRunError:
        program = words[0]
    return " ".join([program, *words[1:]])
