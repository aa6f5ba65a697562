"""What may follow on a command line: cobra's protocol between shells and programs (cobra's completions.go).

A shell hands over the words typed so far, the last of them perhaps unfinished. Back come candidates, each
`text` or `text<TAB>description`, and a directive: a number whose bits say what the shell is to do with them.
"""

from __future__ import annotations

from hivehelm.cli.command import UnknownCommandError, help_flag
from hivehelm.cli.flags import FlagError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.cli.command import Command
    from hivehelm.cli.flags import Flag, FlagSet

    Answer = tuple[Sequence[str], int]
    Completer = Callable[["Request"], Answer]

#: The bits of a directive.
DEFAULT, ERROR, NO_SPACE, NO_FILES, FILTER_EXTENSIONS, FILTER_DIRECTORIES, KEEP_ORDER = 0, 1, 2, 4, 8, 16, 32

_NAMES = ("Error", "NoSpace", "NoFileComp", "FilterFileExt", "FilterDirs", "KeepOrder")
_SEVERAL = ("strings", "stringArray", "stringToString")
#: What begins a line that is a hint for who types, and no candidate.
HINT = "_activeHelp_ "


class Request:
    """What a completer is asked: the `command`, its `flags` as given, finished `arguments`, and `typed`."""

    __slots__ = ("arguments", "command", "flags", "typed")

    def __init__(self, command: Command, flags: FlagSet, arguments: Sequence[str], typed: str) -> None:
        self.command = command
        self.flags = flags
        self.arguments = list(arguments)
        self.typed = typed


class Outcome:
    """The `candidates` and the `directive` for a command line, and the `problem` with it, or ""."""

    __slots__ = ("candidates", "directive", "problem")

    def __init__(self, candidates: Sequence[str] = (), directive: int = DEFAULT, problem: str = "") -> None:
        self.candidates = list(candidates)
        self.directive = directive
        self.problem = problem


def directive_text(directive: int) -> str:
    """Return the names of the bits of a directive, as cobra writes them on standard error."""
    if directive >= 1 << len(_NAMES):
        return f"ERROR: unexpected ShellCompDirective value: {directive}"
    names = [f"ShellCompDirective{name}" for bit, name in enumerate(_NAMES) if directive & 1 << bit]
    return ", ".join(names or ["ShellCompDirectiveDefault"])


def complete(
    root: Command,
    words: Sequence[str],
    arguments_of: Callable[[Command], Completer | None],
    values_of: Callable[[Command, Flag], Completer | None],
) -> Outcome:
    """Return what may stand in place of the last of `words`, which follow the program's name.

    `arguments_of` gives what completes a command's arguments, `values_of` what completes a flag's value; None
    leaves it to the shell, which then offers files.
    """
    before, typed = list(words[:-1]), words[-1]
    try:
        command, rest = root.find(before)
    except UnknownCommandError:
        return Outcome(problem=f"unable to find a command for arguments: {_list(before)}")
    flags = command.flag_set()
    if command.raw_flags:
        arguments, value = rest, None
        in_flags = True
        flag_problem = ""
    else:
        flags.add([help_flag(command)])
        value, rest, typed, flag_problem = _value_of(command, flags, rest, typed)
        _parse(flags, [*rest, "--"])
        counted = len(flags.arguments)
        if problem := _parse(flags, rest):
            return Outcome(problem=f"Error while parsing flags from args {_list(rest)}: {problem}")
        arguments = flags.arguments
        in_flags = counted <= len(arguments)  # else `--` has ended the flags, and is counted
        if flag_problem and in_flags:
            return Outcome(problem=flag_problem)
        if flags.given("help"):
            return Outcome(directive=NO_FILES)
    candidates: list[str] = []
    directive = DEFAULT
    if value is None and in_flags and typed[:1] == "-" and "=" not in typed:
        candidates = _flag_names(command, flags, typed)
        directive = NO_FILES
        if not command.raw_flags:
            return Outcome(candidates, directive)
    elif value is None:
        own = {flag.name for flag in command.flags} | {"help"}
        if not arguments and not any(flags.given(name) for name in own):
            candidates += _commands(command, typed)
            if any(c.listed for c in command.commands):
                directive = NO_FILES
        if command.valid_arguments:
            if not arguments:
                candidates += [text for text in command.valid_arguments if text.startswith(typed)]
                directive = NO_FILES
            return Outcome(candidates, directive)
    completer = values_of(command, value) if value is not None and in_flags else arguments_of(command)
    if completer is not None:
        found, directive = completer(Request(command, flags, arguments, typed))
        candidates += found
    return Outcome(candidates, directive)


def _value_of(
    command: Command, flags: FlagSet, rest: list[str], typed: str
) -> tuple[Flag | None, list[str], str, str]:
    """Tell whether it is the value of a flag that is typed.

    Returns:
        The flag or None, the words before it, what is typed of the value, and what is wrong, or "".
    """
    name, before, last = "", rest, typed
    joined = False
    if typed[:1] == "-":
        left, equal, right = typed.partition("=")
        if not equal:
            return None, rest, typed, ""
        name = left[2:] if left.startswith("--") else left[-1:]
        last, joined = right, True
    if not name and rest and _is_flag(rest[-1]) and "=" not in rest[-1]:
        name = rest[-1][2:] if rest[-1].startswith("--") else rest[-1][-1:]
        before = rest[:-1]
    if not name:
        return None, before, last, ""
    flag = flags.find_short(name) if len(name) == 1 else flags.find(name)
    if flag is None:
        return None, rest, typed, f"Subcommand '{command.name}' does not support flag '{name}'"
    if not joined and flag.bare:
        return None, rest, last, ""  # it takes no value from the next word
    return flag, before, last, ""


def _is_flag(word: str) -> bool:
    return (len(word) >= 3 and word[:2] == "--") or (len(word) >= 2 and word[0] == "-" and word[1] != "-")


def _parse(flags: FlagSet, words: Sequence[str]) -> str:
    """Read a command line as far as it can be read; return what is wrong with it, or ""."""
    try:
        flags.parse(words)
    except FlagError as error:
        return str(error)
    return ""


def _flag_names(command: Command, flags: FlagSet, typed: str) -> list[str]:
    """Return the flags that can be given: those of all commands first, each group by name."""
    inherited = {flag.name for flag in command.inherited()} - {flag.name for flag in command.flags}
    excluded = {
        other
        for group in command.exclusive
        for name in group
        if flags.given(name)
        for other in group
        if other != name
    }
    found: list[str] = []
    for flag in sorted(flags, key=lambda flag: (flag.name not in inherited, flag.name)):
        if flag.hidden or flag.name in excluded:
            continue
        if flags.given(flag.name) and flag.type not in _SEVERAL and "Slice" not in flag.type:
            continue
        names = (f"--{flag.name}", f"-{flag.short}" if flag.short else "")
        found += [f"{name}\t{flag.help}" for name in names if name and name.startswith(typed)]
    return found


def _commands(command: Command, typed: str) -> list[str]:
    """Return the commands below one, by name."""
    below = sorted(command.commands, key=lambda c: c.name)
    return [f"{c.name}\t{c.short}" for c in below if c.listed and c.name.startswith(typed)]


def below(command: Command) -> Completer:
    """Return what completes the arguments of `help`: commands under the one they name, from `command` on."""

    def completer(request: Request) -> Answer:
        try:
            found, _ = command.find(request.arguments)
        except UnknownCommandError:
            return [], NO_FILES
        return _commands(found, request.typed), NO_FILES

    return completer


def _list(words: Sequence[str]) -> str:
    """Return words as Go's fmt prints a slice of them."""
    return f"[{' '.join(words)}]"
