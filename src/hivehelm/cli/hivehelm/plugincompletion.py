"""What completes the command line of a plugin: its completion.yaml, and its program plugin.complete."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.complete import DEFAULT, ERROR
from hivehelm.cli.flags import FlagError, boolean
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from hivehelm.cli.complete import Answer, Completer, Request
    from hivehelm.cli.flags import Flag
    from hivehelm.plugins.load import Plugin

_MAX_BYTES = 1 << 20


def describe(command: Command, plugin: Plugin) -> None:
    """Give a plugin's command the flags, arguments and commands that its completion.yaml lists.

    Source: Helm's `loadCompletionForPlugin`. A file that is missing or broken counts as empty.
    """
    _describe(command, {**_read(f"{plugin.directory}/completion.yaml"), "name": command.use}, plugin)


def _read(path: str) -> dict[str, Any]:
    from hivehelm.golang.yaml import load

    try:
        with open(path, "rb") as file:
            found = load(file.read(_MAX_BYTES))
    except (OSError, HivehelmError):
        return {}
    return found if isinstance(found, dict) else {}


def _describe(command: Command, about: dict[str, Any], plugin: Plugin) -> None:
    if not about.get("name"):
        return
    command.use = str(about["name"])
    command.name = command.use.partition(" ")[0]
    command.valid_arguments = tuple(map(_text, about.get("validArgs") or ()))
    command.flags = tuple(_flags(map(_text, about.get("flags") or ())))
    if about.get("commands") is None:
        command.completer = _completer(plugin)
    for entry in about.get("commands") or ():
        below = Command("", raw_flags=True, run=lambda _call: None)
        below.parent = command
        command.commands.append(below)
        _describe(below, entry, plugin)


def _text(value: object) -> str:
    """Return a scalar as a text, where YAML has made a boolean of `y`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _flags(names: Iterable[str]) -> list[Flag]:
    """Return flags of these names; those of one letter are the short forms of the others, in their order."""
    listed = list(names)
    longs = [name for name in listed if len(name) != 1]
    shorts = [name for name in listed if len(name) == 1]
    flags = [boolean(name, "", short=short) for name, short in zip(longs, shorts, strict=False)]
    flags += [boolean(name, "") for name in longs[len(shorts) :]]
    return flags + [boolean(name, "", short=name) for name in shorts[len(longs) :]]


def _completer(plugin: Plugin) -> Completer:
    return lambda request: _ask(plugin, request)


def _ask(plugin: Plugin, request: Request) -> Answer:
    """Return what the plugin's own program says (Helm's `pluginDynamicComp`)."""
    import sys

    from hivehelm.cli.hivehelm.livecandidates import settings_of
    from hivehelm.cli.hivehelm.plugincommands import split
    from hivehelm.plugins.metadata import CLIConfig
    from hivehelm.plugins.run import complete

    ours, others = split(request.arguments)
    parent = request.command.parent
    if parent is not None and not parent.raw_flags:
        try:
            request.flags.parse(ours)
        except FlagError:
            return [], ERROR
    config = plugin.metadata.config
    words = request.command.path.split(" ")[2:]
    if not (isinstance(config, CLIConfig) and config.ignore_flags):
        words += [*others, request.typed]
    try:
        text = complete(plugin, words, settings_of(request).variables(sys.argv[0]))
    except HivehelmError:
        return [], DEFAULT
    lines = [line for line in text.split("\n") if line]
    if lines and (directive := _directive(lines[-1])) is not None:
        return lines[:-1], directive
    return lines, DEFAULT


def _directive(line: str) -> int | None:
    """Return the directive that a last line `:4` stands for."""
    digits = line[1:].lstrip("+-") if len(line) > 1 and line[0] == ":" else ""
    if not (digits.isascii() and digits.isdigit()) or len(line) - len(digits) > 2:
        return None
    return int(line[1:])
