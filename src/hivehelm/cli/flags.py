"""pflag's grammar of flags (github.com/spf13/pflag v1.0.10), by its rules.

- `--name=value`, `--name value`; `-n value`, `-nvalue`, `-n=value`; short flags bundle: `-qA`.
- A flag with a value of its own for when it stands bare (`bare`, pflag's NoOptDefVal) never takes the next
  argument: `--wait rel chart`, `--wait=legacy rel chart`. Booleans are such: `--debug`, `--debug=false`.
- Flags and arguments mix; `--` ends the flags; a lone `-` is an argument.
- The last value wins; slices and arrays gather, and what is given first replaces the default.
"""

from __future__ import annotations

from hivehelm.cli import flagvalues
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from hivehelm.cli.flagvalues import Setter


class FlagError(HivehelmError):
    """A command line that does not follow its flags."""


class UnknownFlagError(FlagError):
    """There is no flag `name`; `bundle` are the letters it stood among, for a short one."""

    def __init__(self, name: str, bundle: str = "") -> None:
        super().__init__(name, bundle)
        self.name = name
        self.bundle = bundle

    def __str__(self) -> str:
        if self.bundle:
            return f"unknown shorthand flag: {_quote_rune(self.name)} in -{self.bundle}"
        return f"unknown flag: --{self.name}"


class MissingValueError(FlagError):
    """Flag `name` needs a value and the command line ends; `bundle` as in `UnknownFlagError`."""

    def __init__(self, name: str, bundle: str = "") -> None:
        super().__init__(name, bundle)
        self.name = name
        self.bundle = bundle

    def __str__(self) -> str:
        if self.bundle:
            return f"flag needs an argument: {_quote_rune(self.name)} in -{self.bundle}"
        return f"flag needs an argument: --{self.name}"


class InvalidValueError(FlagError):
    """`flag` cannot take `value`; `cause` says why."""

    def __init__(self, flag: Flag, value: str, cause: str) -> None:
        super().__init__(flag.name, value, cause)
        self.flag = flag
        self.value = value
        self.cause = cause

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        flag = self.flag
        name = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
        return f'invalid argument {quote(self.value)} for "{name}" flag: {self.cause}'


class FlagSyntaxError(FlagError):
    """`argument` starts like a flag and is none, such as `--=x`."""

    def __init__(self, argument: str) -> None:
        super().__init__(argument)
        self.argument = argument

    def __str__(self) -> str:
        return f"bad flag syntax: {self.argument}"


class HelpRequested(Exception):  # noqa: N818 - it asks, nothing went wrong
    """`-h` or `--help` was given where no flag of that name is defined (pflag's ErrHelp)."""


def _quote_rune(letter: str) -> str:
    from hivehelm.golang.fmt import sprintf

    # pflag takes a byte for a letter, writes that as UTF-8, and quotes the first byte of the result.
    byte = letter.encode("utf-8", "surrogateescape")[0]
    return sprintf("%q", [chr(byte).encode()[0]])


class Flag:
    """One flag.

    `type` is the word that stands for the value in help; `bare` the text it takes when it stands alone, "" if
    it must have a value. `remark`
    gives what is to be warned of when the flag is set to a text, or "". `shown` gives the default that help
    shows, where that takes a look at the environment.
    """

    __slots__ = (
        "bare",
        "default",
        "deprecated",
        "help",
        "hidden",
        "name",
        "remark",
        "setter",
        "short",
        "shown",
        "type",
    )

    def __init__(
        self,
        name: str,
        help: str = "",  # noqa: A002
        *,
        short: str = "",
        type: str = "string",  # noqa: A002
        default: Any = "",
        setter: Setter = flagvalues.set_string,
        bare: str = "",
        deprecated: str = "",
        hidden: bool = False,
        remark: Callable[[str], str] | None = None,
        shown: Callable[[], str] | None = None,
    ) -> None:
        self.name = name
        self.short = short
        self.help = help
        self.type = type
        self.default = default
        self.setter = setter
        self.bare = bare
        self.deprecated = deprecated
        self.hidden = hidden or bool(deprecated)
        self.remark = remark
        self.shown = shown


def boolean(name: str, help: str, *, default: bool = False, **more: Any) -> Flag:  # noqa: A002
    """Return a flag that is given or not; `--name=false` works too."""
    return Flag(name, help, type="", default=default, setter=flagvalues.set_bool, bare="true", **more)


def string(name: str, help: str, *, default: str = "", **more: Any) -> Flag:  # noqa: A002
    """Return a flag with a text."""
    return Flag(name, help, default=default, **more)


def integer(name: str, help: str, *, default: int = 0, **more: Any) -> Flag:  # noqa: A002
    """Return a flag with an integer, in any base that Go reads."""
    return Flag(name, help, type="int", default=default, setter=flagvalues.set_int, **more)


def unsigned(name: str, help: str, *, default: int = 0, **more: Any) -> Flag:  # noqa: A002
    """Return a flag with an integer that is not negative, in any base that Go reads."""
    return Flag(name, help, type="uint", default=default, setter=flagvalues.set_uint, **more)


def number(name: str, help: str, *, default: float = 0.0, **more: Any) -> Flag:  # noqa: A002
    """Return a flag with a 32-bit float."""
    return Flag(name, help, type="float32", default=default, setter=flagvalues.set_float32, **more)


def duration(name: str, help: str, *, default: int = 0, **more: Any) -> Flag:  # noqa: A002
    """Return a flag with a duration such as `5m0s`, kept in nanoseconds."""
    return Flag(name, help, type="duration", default=default, setter=flagvalues.set_duration, **more)


def size(name: str, help: str, *, default: int = 0, **more: Any) -> Flag:  # noqa: A002
    """Return a flag with a number of bytes such as `512Mi`; ours, not pflag's."""
    return Flag(name, help, type="bytes", default=default, setter=flagvalues.set_size, **more)


def strings(name: str, help: str, **more: Any) -> Flag:  # noqa: A002
    """Return a flag with texts, repeated or with commas between (pflag's StringSlice)."""
    return Flag(name, help, type="strings", default=[], setter=flagvalues.set_slice, **more)


def array(name: str, help: str, *, default: Iterable[str] = (), **more: Any) -> Flag:  # noqa: A002
    """Return a flag that may be repeated, one text each time (pflag's StringArray)."""
    return Flag(name, help, type="stringArray", default=list(default), setter=flagvalues.set_array, **more)


def mapping(name: str, help: str, **more: Any) -> Flag:  # noqa: A002
    """Return a flag with `key=value` pairs, commas between (pflag's StringToString)."""
    return Flag(name, help, type="stringToString", default={}, setter=flagvalues.set_map, **more)


class FlagSet:
    """The flags a command line may use, and what it said.

    `arguments` are what is left when the flags are taken out; `notices` are lines about deprecated flags,
    `remarks` warnings about values.
    """

    def __init__(self, flags: Iterable[Flag] = ()) -> None:
        self.arguments: list[str] = []
        self.notices: list[str] = []
        self.remarks: list[str] = []
        self._long: dict[str, Flag] = {}
        self._short: dict[str, Flag] = {}
        self._values: dict[str, Any] = {}
        self._given: dict[str, None] = {}  # in the order in which they were last set
        self.add(flags)

    def add(self, flags: Iterable[Flag]) -> None:
        """Define more flags; a name that is there already keeps its flag."""
        for flag in flags:
            if self._long.setdefault(flag.name, flag) is flag and flag.short:
                self._short.setdefault(flag.short, flag)

    def inherit(self, other: FlagSet) -> None:
        """Take over the flags of `other`, with the values they have."""
        self.add(other)
        for name, value in other._values.items():
            if self._long[name] is other._long[name]:
                self._values.setdefault(name, value)
        self._given.update(other._given)

    def __iter__(self) -> Iterator[Flag]:
        return iter(self._long.values())

    def find(self, name: str) -> Flag | None:
        """Return the flag of that long name."""
        return self._long.get(name)

    def find_short(self, letter: str) -> Flag | None:
        """Return the flag of that letter."""
        return self._short.get(letter)

    def given(self, name: str) -> bool:
        """Tell whether the command line set the flag."""
        return name in self._given

    def latest(self, *names: str) -> str:
        """Return which of `names` was set last, the first of them where none was."""
        given = [name for name in self._given if name in names]
        return given[-1] if given else names[0]

    def get(self, name: str) -> Any:
        """Return the value of a flag, whatever its type.

        Raises:
            KeyError: there is no such flag.
        """
        return self._values[name] if name in self._values else self._long[name].default

    def boolean(self, name: str) -> bool:
        """Return the value of a boolean flag."""
        return self.get(name) is True

    def string(self, name: str) -> str:
        """Return the value of a flag with a text."""
        return str(self.get(name))

    def integer(self, name: str) -> int:
        """Return the value of a flag with an integer, a duration in nanoseconds, or a size in bytes."""
        return int(self.get(name))

    def number(self, name: str) -> float:
        """Return the value of a flag with a float."""
        return float(self.get(name))

    def strings(self, name: str) -> list[str]:
        """Return the values of a flag that may be repeated."""
        return list(self.get(name))

    def mapping(self, name: str) -> dict[str, str]:
        """Return the pairs of a flag with `key=value`."""
        return dict(self.get(name))

    def put(self, name: str, value: Any) -> None:
        """Give a flag another value than the command line did, or its default."""
        self._values[name] = value

    def parse(self, arguments: Sequence[str], *, skip_unknown: bool = False) -> None:
        """Read a command line; `skip_unknown` passes over flags that are not defined, as best one can.

        Raises:
            FlagError: as its subclasses tell.
            HelpRequested: help was asked for, and is not a flag of this set.
        """
        self.arguments = []
        rest = list(arguments)
        rest.reverse()  # taken from the end
        while rest:
            argument = rest.pop()
            if argument[:1] != "-" or argument == "-":
                self.arguments.append(argument)
            elif argument == "--":
                rest.reverse()
                self.arguments += rest
                return
            elif argument[1] == "-":
                self._parse_long(argument, rest, skip_unknown)
            else:
                letters, following = argument[1:], rest
                while letters:
                    # Each letter sees all that follows: what the last one leaves is what counts.
                    rest = following.copy()
                    letters = self._parse_short(letters, rest, skip_unknown)

    def _parse_long(self, argument: str, rest: list[str], skip_unknown: bool) -> None:
        name, equal, value = argument[2:].partition("=")
        if not name or name[0] == "-":
            raise FlagSyntaxError(argument)
        flag = self._long.get(name)
        if flag is None:
            if name == "help":
                raise HelpRequested
            if not skip_unknown:
                raise UnknownFlagError(name)
            if not equal:
                _skip_value(rest)
            return
        if not equal:
            if flag.bare:
                value = flag.bare
            elif rest:
                value = rest.pop()
            else:
                raise MissingValueError(name)
        self._set(flag, value)

    def _parse_short(self, letters: str, rest: list[str], skip_unknown: bool) -> str:
        """Take the first letter, and its value where it has one; return the letters that are left."""
        if letters.startswith("test."):
            return ""  # pflag leaves `-test.*` to go test
        letter, others = letters[0], letters[1:]
        flag = self._short.get(letter)
        if flag is None:
            if letter == "h":
                raise HelpRequested
            if not skip_unknown:
                raise UnknownFlagError(letter, letters)
            if len(others) > 1 and others[0] == "=":
                return ""
            _skip_value(rest)
            return others
        if len(others) > 1 and others[0] == "=":
            value, others = others[1:], ""
        elif flag.bare:
            value = flag.bare
        elif others:
            value, others = others, ""
        elif rest:
            value = rest.pop()
        else:
            raise MissingValueError(letter, letters)
        self._set(flag, value)
        return others

    def _set(self, flag: Flag, text: str) -> None:
        name = flag.name
        try:
            self._values[name] = flag.setter(self.get(name), name in self._given, text)
        except ValueError as error:
            raise InvalidValueError(flag, text, str(error)) from None
        self._given.pop(name, None)
        self._given[name] = None
        if flag.remark is not None and (remark := flag.remark(text)):
            self.remarks.append(remark)
        if flag.deprecated:
            self.notices.append(f"Flag --{name} has been deprecated, {flag.deprecated}")


def _skip_value(rest: list[str]) -> None:
    """Drop what may be the value of a flag that is not known (pflag's stripUnknownFlagValue)."""
    if rest and rest[-1][:1] != "-":
        rest.pop()
