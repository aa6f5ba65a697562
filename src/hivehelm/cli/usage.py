"""What `--help` prints: what a command does, how it is used, its commands and flags."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from hivehelm.cli.command import Command
    from hivehelm.cli.flags import Flag


def help_text(command: Command) -> str:
    """Return all that is said about a command."""
    about = (command.long or command.short).strip("\n")
    return f"{about}\n\n{usage_text(command)}" if about else usage_text(command)


def usage_text(command: Command) -> str:
    """Return how a command is used."""
    from hivehelm.cli.command import help_flag

    sections = ["Usage:"]
    if command.run is not None:
        sections.append(f"  {command.use_line}")
    visible = sorted((c for c in command.commands if c.listed), key=lambda c: c.name)
    if visible:
        sections.append(f"  {command.path} [command]")
    if command.aliases:
        sections += ["", "Aliases:", f"  {', '.join((command.name, *command.aliases))}"]
    if visible:
        width = max(11, *(len(c.name) for c in visible))
        sections += ["", "Available Commands:"]
        sections += [f"  {c.name:<{width}} {c.short}" for c in visible]
    own = [*command.flags, *(command.persistent or ()), help_flag(command)]
    sections += ["", "Flags:", *flag_lines(own)]
    inherited = flag_lines(command.inherited())
    if inherited:
        sections += ["", "Global Flags:", *inherited]
    if visible:
        sections += ["", f'Use "{command.path} [command] --help" for more information about a command.']
    return "\n".join(sections) + "\n"


def flag_lines(flags: Iterable[Flag]) -> list[str]:
    """Return a line for each flag that is there to be used, by name, in columns."""
    shown = sorted((f for f in flags if not f.hidden), key=lambda f: f.name)
    heads = [_head(flag) for flag in shown]
    width = max(map(len, heads), default=0)
    return [
        f"{head:<{width}}   {flag.help}{_default(flag)}".rstrip()
        for head, flag in zip(heads, shown, strict=True)
    ]


def _head(flag: Flag) -> str:
    head = f"  -{flag.short}, --{flag.name}" if flag.short else f"      --{flag.name}"
    if flag.type:
        head += f" {flag.type}"
        if flag.bare:
            head += f'[="{flag.bare}"]' if flag.type == "string" else f"[={flag.bare}]"
    return head


def _default(flag: Flag) -> str:
    text = default_text(flag)
    return f" (default {text})" if text else ""


def default_text(flag: Flag) -> str:
    """Return the default of a flag as help shows it, "" where it is none worth showing."""
    default: Any = flag.default if flag.shown is None else flag.shown()
    if flag.type == "stringToString" or flag.type.endswith("Slice"):
        return f"[{','.join(default)}]"  # pflag does not know them for empty
    if not default:
        return ""
    if flag.type == "duration":
        from hivehelm.golang.duration import spell

        return spell(default)
    if flag.type == "bytes":
        from hivehelm.limits import spell as spell_bytes

        return spell_bytes(default)
    if flag.type == "string":
        from hivehelm.golang.fmt import quote

        return quote(default)
    if isinstance(default, bool):
        return "true"
    if isinstance(default, list):
        return f"[{','.join(default)}]"
    return str(default)
