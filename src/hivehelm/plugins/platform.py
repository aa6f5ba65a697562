"""Which of a plugin's commands is for this system, and what it comes to (subprocess_commands.go)."""

from __future__ import annotations

from hivehelm.plugins.errors import NoCommandError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final

_ARCHITECTURES: Final = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "i386": "386",
    "i686": "386",
    "armv6l": "arm",
    "armv7l": "arm",
    "armv8l": "arm",
    "loongarch64": "loong64",
}
_SPECIAL: Final = frozenset("*#$@!?-0123456789")


class PlatformCommand(Record):
    """A command for an operating system and an architecture, Go's names for both; "" is any."""

    os: str = ""
    arch: str = ""
    command: str = ""
    args: list[str] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the Go struct's fields, for provenance files."""
        return {
            "OperatingSystem": self.os,
            "Architecture": self.arch,
            "Command": self.command,
            "Args": self.args,
        }


def system() -> tuple[str, str]:
    """Return this system's GOOS and GOARCH."""
    import os

    names = os.uname()
    machine = names.machine.lower()
    return names.sysname.lower(), _ARCHITECTURES.get(machine, machine)


def choose(commands: Sequence[PlatformCommand]) -> PlatformCommand | None:
    """Return the command for this system: the one for both, else for its OS, else for any; None is none.

    An architecture without an OS never counts.
    """
    goos, goarch = system()
    found: PlatformCommand | None = None
    found_os = False
    for command in commands:
        this_os = command.os.lower() == goos
        if this_os and command.arch.lower() == goarch:
            return command
        if command.arch or (command.os and not this_os):
            continue
        if this_os and not found_os:
            found, found_os = command, True
        elif found is None:
            found = command
    return found


def prepare(
    commands: Sequence[PlatformCommand] | None,
    environ: Mapping[str, str],
    *,
    extra: Sequence[str] = (),
    expand_arguments: bool = True,
) -> list[str]:
    """Return the words of the command for this system, its program first; `extra` ones at the end.

    Variables of `environ` are put in, into arguments only where `expand_arguments` says so.

    Raises:
        NoCommandError: there is none.
    """
    command = choose(commands or ())
    words = command.command.split(" ") if command is not None else [""]
    if command is None or not words[0]:
        raise NoCommandError
    arguments = [*words[1:], *(command.args or ())]
    if expand_arguments:
        arguments = [expand(argument, environ) for argument in arguments]
    return [expand(words[0], environ), *arguments, *extra]


def expand(text: str, environ: Mapping[str, str]) -> str:
    """Return `text` with `$NAME` and `${NAME}` replaced, unknown ones by nothing (`os.Expand`)."""
    if "$" not in text:
        return text
    parts: list[str] = []
    start = place = 0
    while (place := text.find("$", place)) >= 0 and place + 1 < len(text):
        name, width = _name(text, place + 1)
        parts.append(text[start:place])
        if name:
            parts.append(environ.get(name, ""))
        elif not width:
            parts.append("$")
        place = start = place + 1 + width
    return "".join(parts) + text[start:]


def _name(text: str, at: int) -> tuple[str, int]:
    """Return the variable that `text` names from `at` on, and how many characters that takes.

    Without a name, those characters are a mistake in the syntax, and fall out.
    """
    first = text[at]
    if first == "{":
        end = text.find("}", at)
        if end < 0:
            return "", 1
        return (text[at + 1 : end], end + 1 - at) if end > at + 1 else ("", 2)
    if first in _SPECIAL:
        return first, 1
    end = at
    while end < len(text) and (text[end] == "_" or (text[end].isascii() and text[end].isalnum())):
        end += 1
    return text[at:end], end - at
