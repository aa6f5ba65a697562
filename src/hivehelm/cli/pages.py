"""The reference of a tree of commands: a Markdown file or a man page for each (cobra's doc package)."""

from __future__ import annotations

from hivehelm.cli.command import help_flag
from hivehelm.cli.usage import default_text, flag_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hivehelm.cli.command import Command
    from hivehelm.cli.flags import Flag


def documented(command: Command) -> Iterator[Command]:
    """Yield the commands below one, and then the command itself; hidden ones and `help` are left out."""
    for below in _below(command):
        yield from documented(below)
    yield command


def _below(command: Command) -> list[Command]:
    found = [c for c in command.load().commands if c.listed and c.name != "help"]
    return sorted(found, key=lambda c: c.name)


def markdown_name(command: Command) -> str:
    """Return the name of a command's Markdown file."""
    return command.path.replace(" ", "_") + ".md"


def markdown(command: Command, *, header: bool = False) -> str:
    """Return a command's page in Markdown, with front matter if there is to be a `header`."""
    command.load()
    parts = [f"## {command.path}", command.short]
    if header:
        title = " ".join(word[:1].upper() + word[1:] for word in command.path.split())
        parts.insert(0, f'---\ntitle: "{title}"\n---')
    if command.long:
        parts += ["### Synopsis", command.long.strip("\n")]
    if command.run is not None:
        parts.append(f"```\n{command.use_line}\n```")
    for title, lines in (
        ("### Options", flag_lines(_own(command))),
        ("### Options inherited from parent commands", flag_lines(command.inherited())),
    ):
        if lines:
            parts += [title, "\n".join(("```", *lines, "```"))]
    related = [command.parent] if command.parent is not None else []
    related += _below(command)
    if related:
        links = [f"* [{c.path}]({markdown_name(c)})\t - {c.short}" for c in related]
        parts += ["### SEE ALSO", "\n".join(links)]
    return "\n\n".join(filter(None, parts)) + "\n"


def man_name(command: Command) -> str:
    """Return the name of a command's man page."""
    return _dashed(command) + ".1"


def man(command: Command) -> str:
    """Return a command's man page, as troff."""
    command.load()
    title = (command.path.split()[0]).upper()
    lines = [".nh", f'.TH "{title}" "1" "" "Hivehelm" ""', ".SH NAME"]
    lines.append(_troff(f"{_dashed(command)} - {command.short}"))
    if command.run is not None:
        lines += [".SH SYNOPSIS", f"\\fB{_troff(command.use_line)}\\fP"]
    lines.append(".SH DESCRIPTION")
    lines += _paragraphs((command.long or command.short).strip("\n"))
    for title, flags in (
        ("OPTIONS", _own(command)),
        ("OPTIONS INHERITED FROM PARENT COMMANDS", command.inherited()),
    ):
        shown = sorted((f for f in flags if not f.hidden), key=lambda f: f.name)
        if shown:
            lines.append(f".SH {title}")
        for flag in shown:
            lines += [".TP", _option(flag), _troff(flag.help)]
    related = [command.parent] if command.parent is not None else []
    related += _below(command)
    if related:
        lines += [".SH SEE ALSO", ", ".join(f"\\fB{_troff(_dashed(c))}(1)\\fP" for c in related)]
    return "\n".join(lines) + "\n"


def _own(command: Command) -> Iterable[Flag]:
    return [*command.flags, *(command.persistent or ()), help_flag(command)]


def _dashed(command: Command) -> str:
    return command.path.replace(" ", "-")


def _option(flag: Flag) -> str:
    names = f"\\fB\\-{flag.short}\\fP, " if flag.short else ""
    names += f"\\fB\\-\\-{_troff(flag.name)}\\fP"
    default = default_text(flag)
    if flag.bare:
        return f"{names}[={_troff(default or 'false')}]"
    return f"{names}={_troff(default)}" if default else f"{names} {_troff(flag.type)}"


def _paragraphs(text: str) -> list[str]:
    """Return text as troff: what is indented stays as it is, blank lines stand between paragraphs."""
    lines: list[str] = []
    plain = False
    for line in text.split("\n"):
        indented = line.startswith((" ", "|", "- ", "\t"))
        if indented is not plain and line:
            lines.append(".nf" if indented else ".fi")
            plain = indented
        lines.append(_troff(line) if line else ".PP")
    return [*lines, ".fi"] if plain else lines


def _troff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped
