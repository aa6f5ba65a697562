"""What is printed on a terminal: colors, and what they are turned off by."""

from __future__ import annotations

import os
import pty
import shlex
import sys
from pathlib import Path

import pytest

RECORDS = Path(__file__).resolve().parent.parent / "cases" / "releases.yaml"
OURS = "import sys; from hivehelm.cli.hivehelm import main; sys.argv[0] = 'helm'; sys.exit(main())"


def shown(program: list[str], line: str, place: Path, variables: dict[str, str]) -> tuple[int, str]:
    """Run a command line on a terminal; return its exit code and what is to be seen."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(place)
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        records = {"HELM_DRIVER": "memory", "HELM_MEMORY_DRIVER_DATA": str(RECORDS)}
        environ = {**kept, "HOME": str(place), "TERM": "xterm-256color", **records, **variables}
        os.execvpe(program[0], [*program, *shlex.split(line)], environ)  # noqa: S606 - becomes the program
    text = b""
    try:
        while part := os.read(terminal, 65536):
            text += part
    except OSError:
        pass  # the other end is gone
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text.decode()


@pytest.mark.parametrize(
    ("line", "variables"),
    [
        ("list", {}),
        ("list", {"NO_COLOR": "1"}),
        ("list", {"NO_COLOR": "1", "HELM_COLOR": "always"}),
        ("list", {"HELM_COLOR": "never"}),
        ("list", {"TERM": "dumb"}),
        ("list", {"TERM": "dumb", "HELM_COLOR": "always"}),
        ("list --color always", {"NO_COLOR": "1"}),
        ("list --colour never --color always", {}),
        ("list -q", {}),
        ("list -o json", {"HELM_COLOR": "always"}),
        ("status alpha", {}),
        ("history alpha", {}),
        ("get all alpha", {}),
        ("uninstall nosuch", {}),
        ("search repo x", {}),
    ],
)
def test_terminal(helm: Path, tmp_path: Path, line: str, variables: dict[str, str]) -> None:
    theirs = shown([str(helm)], line, tmp_path, variables)
    assert shown([sys.executable, "-c", OURS], line, tmp_path, variables) == theirs
