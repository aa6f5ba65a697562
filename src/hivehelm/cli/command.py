"""Commands in a tree, found and run by cobra's rules (github.com/spf13/cobra v1.10.2).

A command's name, aliases and one-line description stand in its parent's table; the rest, its flags and what
it does, is in a module that is imported when the command is the one that was asked for.
"""

from __future__ import annotations

from hivehelm.cli.flags import Flag, FlagSet, boolean
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hivehelm.cli.complete import Completer
    from hivehelm.cli.stream import Stream

    Run = Callable[["Call"], int | None]
    ArgumentRule = Callable[["Command", Sequence[str]], None]


class CommandError(HivehelmError):
    """A command line that does not name a command, or gives it the wrong arguments."""


class UnknownCommandError(CommandError):
    """There is no command `name` under `parent`; `suggestions` are names that come close."""

    def __init__(self, name: str, parent: Command, suggestions: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.parent = parent
        self.suggestions = list(suggestions)

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        text = f'unknown command {quote(self.name)} for "{self.parent.path}"'
        if self.suggestions:
            text += "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in self.suggestions)
        return text


class ArgumentCountError(CommandError):
    """A command got more or fewer arguments than it takes; `rule` says how many those are."""

    def __init__(self, command: Command, rule: str) -> None:
        super().__init__(command.path, rule)
        self.command = command
        self.rule = rule

    def __str__(self) -> str:
        return f'"{self.command.path}" {self.rule}\n\nUsage:  {self.command.use_line}'


class FlagConflictError(CommandError):
    """Flags of one `group` exclude each other and `given` were all used."""

    def __init__(self, group: Sequence[str], given: Sequence[str]) -> None:
        super().__init__(group, given)
        self.group = list(group)
        self.given = list(given)

    def __str__(self) -> str:
        return (
            f"if any flags in the group [{' '.join(self.group)}] are set none of the others can be; "
            f"[{' '.join(self.given)}] were all set"
        )


def no_arguments(command: Command, arguments: Sequence[str]) -> None:
    """Take no arguments."""
    if arguments:
        raise ArgumentCountError(command, "accepts no arguments")


def exactly(count: int) -> ArgumentRule:
    """Return the rule that takes `count` arguments."""
    return _counted(lambda n: n == count, "requires", count)


def at_least(count: int) -> ArgumentRule:
    """Return the rule that takes `count` arguments or more."""
    return _counted(lambda n: n >= count, "requires at least", count)


def at_most(count: int) -> ArgumentRule:
    """Return the rule that takes up to `count` arguments."""
    return _counted(lambda n: n <= count, "accepts at most", count)


def _counted(test: Callable[[int], bool], words: str, count: int) -> ArgumentRule:
    def rule(command: Command, arguments: Sequence[str]) -> None:
        if not test(len(arguments)):
            raise ArgumentCountError(command, f"{words} {count} argument{'' if count == 1 else 's'}")

    return rule


class Call:
    """One use of a command: its flags' values, its arguments, and where it writes."""

    __slots__ = ("arguments", "command", "err", "flags", "out")

    def __init__(
        self, command: Command, flags: FlagSet, arguments: Sequence[str], out: Stream, err: Stream
    ) -> None:
        self.command = command
        self.flags = flags
        self.arguments = list(arguments)
        self.out = out
        self.err = err


class Command:
    """A command and the commands under it.

    `use` is its usage line, the name first. `flags` are its own, `persistent` those that every command below
    takes too. `exclusive` are groups of flags of which only one may be given. A command with a `module` takes
    `long`, `flags`, `arguments`, `exclusive`, `commands` and `run` from that module's `command` when it is
    first needed.

    A `hidden` command is not listed. One with `raw_flags` reads no flags: all that follows its name are its
    arguments (cobra's DisableFlagParsing). `completer` says what its arguments may be, `valid_arguments` what
    the first one is: see `cli.complete`.
    """

    def __init__(
        self,
        use: str,
        short: str = "",
        *,
        long: str = "",
        aliases: Sequence[str] = (),
        suggest_for: Sequence[str] = (),
        flags: Iterable[Flag] = (),
        persistent: FlagSet | None = None,
        arguments: ArgumentRule | None = None,
        exclusive: Sequence[Sequence[str]] = (),
        commands: Iterable[Command] = (),
        run: Run | None = None,
        module: str = "",
        hidden: bool = False,
        raw_flags: bool = False,
        completer: Completer | None = None,
        valid_arguments: Sequence[str] = (),
    ) -> None:
        self.use = use
        self.name = use.partition(" ")[0]
        self.short = short
        self.long = long
        self.aliases = tuple(aliases)
        self.suggest_for = tuple(suggest_for)
        self.flags = tuple(flags)
        self.persistent = persistent
        self.arguments = arguments
        self.exclusive = tuple(exclusive)
        self.run = run
        self.hidden = hidden
        self.raw_flags = raw_flags
        self.completer = completer
        self.valid_arguments = tuple(valid_arguments)
        self.parent: Command | None = None
        self.commands: list[Command] = []
        self._module = module
        self._adopt(commands)

    def _adopt(self, commands: Iterable[Command]) -> None:
        self.commands = list(commands)
        for command in self.commands:
            command.parent = self

    def extend(self, commands: Iterable[Command]) -> None:
        """Put more commands under this one."""
        self._adopt([*self.commands, *commands])

    def replace(self, name: str, module: str) -> None:
        """Put a command whose body is in `module` in the place of the one of that name under this one."""
        self._adopt(
            Command(
                one.use,
                one.short,
                aliases=one.aliases,
                suggest_for=one.suggest_for,
                module=module,
                hidden=one.hidden,
                raw_flags=one.raw_flags,
            )
            if one.name == name
            else one
            for one in self.commands
        )

    def load(self) -> Command:
        """Import what the command needs, the first time, and return the command."""
        if self._module:
            import sys

            __import__(self._module)
            body: Command = sys.modules[self._module].command
            self._module = ""
            self.use = body.use
            self.long = body.long
            self.flags = body.flags
            self.arguments = body.arguments
            self.exclusive = body.exclusive
            self.run = body.run
            self._adopt(body.commands)
        return self

    @property
    def listed(self) -> bool:
        """Whether help, completion and suggestions name the command."""
        return not self.hidden

    @property
    def path(self) -> str:
        """The names from the program's down, with blanks between."""
        return f"{self.parent.path} {self.name}" if self.parent else self.name

    @property
    def use_line(self) -> str:
        """How the command is used, in one line."""
        above = f"{self.parent.path} " if self.parent else ""
        return f"{above}{self.use} [flags]"

    def inherited(self) -> FlagSet:
        """Return the persistent flags of the commands above."""
        flags = FlagSet()
        command = self.parent
        while command is not None:
            if command.persistent is not None:
                flags.inherit(command.persistent)
            command = command.parent
        return flags

    def flag_set(self) -> FlagSet:
        """Return all flags that the command takes, `--help` apart."""
        flags = FlagSet(self.flags)
        if self.persistent is not None:
            flags.inherit(self.persistent)
        flags.inherit(self.inherited())
        return flags

    def find(self, arguments: Sequence[str]) -> tuple[Command, list[str]]:
        """Return the command that `arguments` name, and the arguments without its names.

        Raises:
            UnknownCommandError: the first name under the root is not a command.
        """
        command: Command = self
        rest = list(arguments)
        while True:
            if not command.load().commands:
                return command, rest
            positions = _positions(rest, command.flag_set())
            if not positions:
                return command, rest
            name = rest[positions[0]]
            below = next((c for c in command.commands if name == c.name or name in c.aliases), None)
            if below is None:
                if command.parent is None and command.commands:
                    raise UnknownCommandError(name, command, command.suggestions(name))
                return command, rest
            del rest[positions[0]]
            command = below

    def suggestions(self, typed: str) -> list[str]:
        """Return the names of commands that `typed` may have been meant to be; never `help`, as in cobra."""
        return [
            command.name
            for command in self.commands
            if not command.hidden
            and command.name != "help"
            and (
                _distance(typed.lower(), command.name) <= 2
                or command.name.startswith(typed.lower())
                or typed.lower() in command.suggest_for
            )
        ]

    def execute(
        self, arguments: Sequence[str], out: Stream, err: Stream, before: Callable[[Call], None] | None = None
    ) -> int:
        """Find the command that `arguments` name and run it; `before` sees the call first.

        Returns:
            The exit code.

        Raises:
            CommandError, FlagError: the command line is wrong.
            HivehelmError: what the command raises.
        """
        command, rest = self.find(arguments)
        flags = command.flag_set()
        flags.add([help_flag(command)])
        try:
            if command.raw_flags:
                flags.arguments = rest
            else:
                flags.parse(rest)
        finally:
            if flags.remarks:
                from hivehelm.cli.log import Log

                log = Log(err)
                for remark in flags.remarks:
                    log.warn(remark)
        for notice in flags.notices:
            err.write(notice + "\n")
        if flags.boolean("help") or command.run is None:
            return command.print_help(out)
        call = Call(command, flags, flags.arguments, out, err)
        if before is not None:
            before(call)
        if command.arguments is not None:
            command.arguments(command, flags.arguments)
        for group in sorted(command.exclusive, key=" ".join):
            given = sorted(name for name in group if flags.given(name))
            if len(given) > 1:
                raise FlagConflictError(group, given)
        return command.run(call) or 0

    def print_help(self, out: Stream) -> int:
        """Write what the command does and how it is used; return the exit code."""
        from hivehelm.cli.usage import help_text

        out.write(help_text(self))
        return 0


def help_flag(command: Command) -> Flag:
    """Return the `--help` of a command."""
    return boolean("help", f"help for {command.name}", short="h")


def _positions(arguments: Sequence[str], flags: FlagSet) -> list[int]:
    """Return where the arguments are that are neither flags nor, as far as is known, their values."""
    found: list[int] = []
    index = 0
    while index < len(arguments):
        argument = arguments[index]
        if argument == "--":
            break
        if argument[:1] != "-":
            if argument:
                found.append(index)
        elif "=" not in argument:
            if argument[:2] == "--":
                flag = flags.find(argument[2:])
            elif len(argument) == 2:
                flag = flags.find_short(argument[1])
            else:
                index += 1
                continue
            if flag is None or not flag.bare:
                if index + 2 >= len(arguments):
                    break
                index += 1
        index += 1
    return found


def _distance(one: str, other: str) -> int:
    """Return the Levenshtein distance of two names."""
    previous = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(previous[j - 1] if a == b else 1 + min(previous[j], row[j - 1], previous[j - 1]))
        previous = row
    return previous[-1]
