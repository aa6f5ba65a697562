"""Where the `hivehelm` command starts and ends: exit codes, and errors as lines."""

from __future__ import annotations

import sys

from hivehelm.cli.command import UnknownCommandError
from hivehelm.cli.hivehelm.commands import root
from hivehelm.cli.hivehelm.globals import ColorModeError, global_flags, read_ahead
from hivehelm.cli.hivehelm.plugincommands import COMPLETIONS, add, add_python
from hivehelm.cli.log import Log
from hivehelm.cli.room import make_room
from hivehelm.cli.stream import Stream
from hivehelm.errors import HivehelmError
from hivehelm.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.cli.command import Call, Command

    Extend = Callable[[Command, Sequence[str]], None]

_SIGPIPE = 128 + 13
_SIGINT = 128 + 2


def main(argv: Sequence[str] | None = None, extend: Extend | None = None) -> int:
    """Run one command line, without the program's name in front; `sys.argv` where none is given.

    `extend(root, arguments)` may change the commands before one is looked for.

    Returns:
        The exit code: 0, 1 for every error, as a shell reports a signal for those.
    """
    if argv is None:
        make_room()
        keep()
    arguments = sys.argv[1:] if argv is None else argv
    out, err = Stream(sys.stdout), Stream(sys.stderr)
    try:
        return _run(arguments, out, err, extend)
    except UnknownCommandError as error:
        err.write(f"Error: {error}\nRun '{error.parent.path} --help' for usage.\n")
    except (ColorModeError, _RegistryConfigError) as error:
        Log(err)("WARN", "command failed", error=error)
    except _DriverError as error:
        Log(err)("INFO", str(error))
    except HivehelmError as error:
        if (fatal := _fatal(error)) is not None:
            Log(err)("INFO", str(fatal))
        else:
            err.write(f"Error: {error}\n")
    except BrokenPipeError:
        _silence_stdout()
        return _SIGPIPE
    except OSError as error:
        err.write(f"Error: {_go_os_error(error)}\n")
    except KeyboardInterrupt:
        return _SIGINT
    except RecursionError:
        err.write("Error: the input is nested too deeply\n")
    except MemoryError:
        err.write("Error: out of memory\n")
    return 1


def keep() -> None:
    """Let this process share with others of the user's what it makes of charts that it reads."""
    import os

    from hivehelm import kept
    from hivehelm.settings import chart_cache_path

    kept.use(chart_cache_path(os.environ))


class _DriverError(HivehelmError):
    """$HELM_DRIVER names no driver. Helm logs this one, without `Error:`."""


def _fatal(error: HivehelmError) -> BaseException | None:
    """Return why records cannot be kept as the environment says. Helm logs this one, too."""
    cause: BaseException | None = error
    while cause is not None and type(cause).__name__ not in ("SQLConnectionError", "MemoryDataError"):
        cause = getattr(cause, "cause", None)
    return cause


class _RegistryConfigError(HivehelmError):
    """The registry configuration cannot be read. Helm logs this one, too."""


def _run(arguments: Sequence[str], out: Stream, err: Stream, extend: Extend | None) -> int:
    defaults = Settings.from_environ()
    flags = global_flags(defaults)
    try:
        read_ahead(flags, arguments)
    except ColorModeError:
        if arguments[0] not in COMPLETIONS:  # there the mode is just being typed
            raise
    _check_registry_config(flags.string("registry-config"))
    commands = root(flags)
    if extend is not None:
        extend(commands, arguments)
    add(commands, defaults, Log(err, debug=flags.boolean("debug")), arguments)
    _warn_of_expired(flags.string("repository-config"), err)

    def before(call: Call) -> None:
        _check_driver(call, defaults)

    try:
        return commands.execute(arguments, out, err, before)
    except UnknownCommandError as error:
        if not add_python(commands, error.name, defaults):
            raise
    return commands.execute(arguments, out, err, before)


def _check_registry_config(path: str) -> None:
    """Refuse a registry configuration that is there and broken, whatever the command, as Helm does."""
    import os

    try:
        os.stat(path)
    except FileNotFoundError:
        return
    except OSError:
        pass
    from hivehelm.sources.oci.configfile import ConfigFile
    from hivehelm.sources.oci.errors import RegistryConfigError

    try:
        ConfigFile(path)
    except RegistryConfigError as error:
        raise _RegistryConfigError(str(error)) from error


def _warn_of_expired(path: str, err: Stream) -> None:
    import os

    if os.path.exists(path):
        from hivehelm.cli.hivehelm.expired import warn_of_expired

        warn_of_expired(path, err)


def _check_driver(call: Call, settings: Settings) -> None:
    driver = settings.environ.get("HELM_DRIVER", "")
    if driver in ("", "secret", "secrets", "configmap", "configmaps", "sql"):
        return
    if driver != "memory":
        from hivehelm.golang.fmt import quote

        raise _DriverError(f"unknown driver {quote(driver)}")
    for path in settings.environ.get("HELM_MEMORY_DRIVER_DATA", "").split(":"):
        try:
            with open(path, "rb"):
                pass
        except OSError as error:
            raise _DriverError(f"Unable to read memory driver data{_go_os_error(error)}") from error


def _go_os_error(error: OSError) -> str:
    """Return what Go's `os.PathError` says: the call, the path, and the system's words in lower case."""
    import os

    words = os.strerror(error.errno).lower() if error.errno else str(error)
    return words if error.filename is None else f"open {os.fsdecode(error.filename)}: {words}"


def _silence_stdout() -> None:
    """Keep the interpreter from complaining at exit about a reader that went away."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
