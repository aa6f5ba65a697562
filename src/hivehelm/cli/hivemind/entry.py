"""Where the `hivemind` command starts and ends: exit codes, and errors as lines."""

from __future__ import annotations

import os
import sys

from hivehelm.cli.command import Command, UnknownCommandError
from hivehelm.cli.flags import FlagSet
from hivehelm.cli.stream import Stream
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGPIPE = 128 + 13
_SIGINT = 128 + 2
_HERE = "hivehelm.cli.hivemind"

_LONG = """Hivemind: the platform around Hivehelm

- hivemind demo          a cluster and a release, from nothing, to look at
- hivemind helm …        charts, repositories and releases: all that hivehelm does, and more
- hivemind app deploy    an application from a Helm chart
- hivemind cluster up    a Kubernetes control plane on this machine, without containers
- hivemind serve         the REST API, and a chart repository
"""


def root() -> Command:
    """Return the root command."""
    return Command(
        "hivemind",
        long=_LONG,
        persistent=FlagSet(),
        commands=(
            Command(
                "app", "applications: deployed from charts, turned into charts", module=f"{_HERE}.app.group"
            ),
            Command("cluster", "control planes on this machine", module=f"{_HERE}.cluster.group"),
            Command("demo", "show what it does: a cluster, a chart, a release", module=f"{_HERE}.demo"),
            Command("serve", "serve the REST API", module=f"{_HERE}.serve"),
            Command(
                "helm",
                "charts, repositories and releases",
                raw_flags=True,
                module=f"{_HERE}.helm.group",
            ),
            Command("token", "tokens for the REST API", module=f"{_HERE}.token.group"),
            Command("completion", "write completion scripts for shells", module=f"{_HERE}.completion"),
            Command("__complete", hidden=True, raw_flags=True, module=f"{_HERE}.complete"),
            Command("__completeNoDesc", hidden=True, raw_flags=True, module=f"{_HERE}.complete"),
        ),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line, without the program's name in front; `sys.argv` where none is given.

    Returns:
        The exit code: 0, 1 for every error, as a shell reports a signal for those.
    """
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == ["helm"]:
        from hivehelm.cli.hivemind.helm.dispatch import dispatch

        return dispatch(arguments[1:], own=argv is None)
    out, err = Stream(sys.stdout), Stream(sys.stderr)
    try:
        return root().execute(arguments, out, err)
    except UnknownCommandError as error:
        err.write(f"Error: {error}\nRun '{error.parent.path} --help' for usage.\n")
    except HivehelmError as error:
        err.write(f"Error: {error}\n")
    except BrokenPipeError:
        # Keeps the interpreter from complaining at exit about a reader that went away.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _SIGPIPE
    except OSError as error:
        where = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        err.write(f"Error: {where}{error.strerror or error}\n")
    except KeyboardInterrupt:
        err.write("interrupted\n")
        return _SIGINT
    return 1
