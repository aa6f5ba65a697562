"""The completion scripts, each in its own shell where that is installed; bash always is."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main
from hivehelm.cli.hivehelm.completion import script

SHELLS = ("bash", "zsh", "fish", "powershell")
PROGRAM = """#!{python}
import sys
from hivehelm.cli.hivehelm import main
sys.argv[0] = {name!r}
sys.exit(main())
"""
#: Calls the function as bash does: words split at blanks, : and =.
BASH = r"""
source ./completion-script
try() {
    local letter word='' rest=$1
    COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=${2:-9} COLUMNS=60 COMP_WORDS=() COMPREPLY=()
    while [[ -n $rest ]]; do
        letter=${rest:0:1} rest=${rest:1}
        case $letter in
            ' ') [[ -z $word ]] || COMP_WORDS+=("$word"); word='' ;;
            [:=]) [[ -z $word || $word == [:=]* ]] || { COMP_WORDS+=("$word"); word=''; }; word+=$letter ;;
            *) [[ $word != [:=]* ]] || { COMP_WORDS+=("$word"); word=''; }; word+=$letter ;;
        esac
    done
    COMP_WORDS+=("$word")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    __start_helm
    printf '%s\n' "${COMPREPLY[@]}"
}
"""


@pytest.fixture
def place(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put `helm` and `hivehelm` on the path, and into the directory something to complete."""
    programs = place / "bin"
    programs.mkdir()
    for name in ("helm", "hivehelm"):
        (programs / name).write_text(PROGRAM.format(python=sys.executable, name=name))
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    (place / "sub").mkdir()
    (place / "some.tgz").touch()
    plugin = place / ".local" / "share" / "helm" / "plugins" / "paths"
    plugin.mkdir(parents=True)
    (plugin / "plugin.yaml").write_text("name: paths\nversion: 0.1.0\ndescription: x\ncommand: 'true'\n")
    # Says what it is asked to say: paths DIRECTIVE CANDIDATE...
    loop = 'while [ $# -gt 1 ]; do echo "$1" | tr + " "; shift; done'
    program = f'#!/bin/sh\nend=$1; shift\n{loop}\necho ":$end"\n'
    (plugin / "plugin.complete").write_text(program)
    (plugin / "plugin.complete").chmod(0o755)
    return place


def write_script(capfd: pytest.CaptureFixture[str], place: Path, shell: str, *flags: str) -> Path:
    """Write the script of a shell into the directory."""
    assert main(["completion", shell, *flags]) == 0
    path = place / "completion-script"
    path.write_text(capfd.readouterr().out)
    return path


def needs(shell: str) -> None:
    """Skip where a shell is not installed."""
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")


@pytest.mark.parametrize("shell", SHELLS)
def test_names(shell: str) -> None:
    text = script(shell, "/usr/bin/helm4")
    names = "'helm', 'hivehelm', 'helm4'" if shell == "powershell" else "helm hivehelm helm4"
    assert names in text
    assert "__complete " in text.replace("'", " ")
    assert "@NAMES@" not in text
    assert "@REQUEST@" not in text
    assert "__completeNoDesc " in script(shell, "helm", descriptions=False).replace("'", " ")
    assert "$(" not in script(shell, "x/$(evil)").partition("complete -o")[2]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("helm sta", ["status"]),
        ("helm get m", ["manifest  (@)", "metadata  (@)"]),
        (
            "helm list -o ",
            ["json   (@)", "table  (@)", "yaml   (@)"],
        ),
        ("helm list -o=y", ["yaml"]),
        ("helm list --output=t", ["table"]),
        ("helm install x oci:", ["//"]),
        ("helm install 'x' oci", ["oci://"]),
        ('helm "st"at --outp', [""]),
        ("X=1 helm $VERB --outp", [""]),
        ("helm $VERB --outp", ["--output"]),
        ('helm "${VERB}" --outp', ["--output"]),
        ("helm '$VERB' --outp", [""]),
        ("helm \\status --outp", ["--output"]),
        ("helm $ --outp", [""]),
        ("helm ~ --outp", [""]),
        ("helm `touch evil` --outp", [""]),
        ("$(touch evil)/helm --outp", [""]),
        ("helm nosuch ", [""]),
        ("helm paths 0 one two+words ", ["one", "two words"]),
        ("helm paths 0 two+words t", ["two\\ words"]),
        ("helm paths 1 one ", [""]),
        ("helm paths 8 tgz s", ["sub", "some.tgz"]),
        ("helm paths 16 s", ["sub"]),
        ("helm paths 16 app ", ["crds", "templates"]),
        ("helm paths 34 b a ", ["b", "a"]),
    ],
)
def test_bash(
    line: str,
    expected: list[str],
    place: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_script(capfd, place, "bash")
    monkeypatch.setenv("VERB", "status")
    quoted = "'" + line.replace("'", "'\\''") + "'"
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{BASH}\ntry {quoted}"], capture_output=True, text=True, check=False
    )
    # What is said of commands may change.
    found = [re.sub(r"  \((?!https).*\)", "  (@)", entry) for entry in done.stdout.splitlines()]
    assert sorted(map(str.rstrip, found)) == sorted(expected), done.stderr
    assert not (place / "evil").exists()


def test_bash_hints(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_script(capfd, place, "bash", "--no-descriptions")
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{BASH}\ntry 'helm list ' 63; try 'helm get m'"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "This command does not take any more arguments" in done.stdout
    assert done.stdout.endswith("manifest\nmetadata\n")


def typed(shell: list[str], setup: list[str], line: str) -> str:
    """Type into an interactive shell, and return what it shows once it has fallen silent."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["PS1"] = os.environ["PROMPT"] = "READY "
        os.execvp(shell[0], shell)  # noqa: S606 - a child that is to become the shell
    shown = b""

    def read(until: bytes) -> None:
        nonlocal shown
        end = time.monotonic() + 60
        while time.monotonic() < end and until not in shown:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    shown += os.read(terminal, 65536)
                except OSError:
                    return

    try:
        for command in (*setup, "echo SET''UP"):
            os.write(terminal, command.encode() + b"\n")
        read(b"SETUP")
        shown = shown.rpartition(b"SETUP")[2]
        read(b"READY ")
        shown = b""
        os.write(terminal, line.encode() + b"\tEND")
        read(b"END")
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]| ?\x08", "", shown.decode(errors="replace"))
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("helm sta", "helm status END"),
        ("hivehelm list --output=y", "hivehelm list --output=yaml END"),
        ("helm install x oc", "helm install x oci://END"),
        ("helm lint some", "helm lint some.tgz END"),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_typing(
    shell: str, line: str, completed: str, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    needs(shell)
    write_script(capfd, place, shell)
    if shell == "bash":
        shown = typed(["bash", "--norc", "--noprofile", "-i"], ["source ./completion-script"], line)
    else:
        shown = typed(
            ["zsh", "-f", "-i"], ["autoload -U compinit; compinit -u -D", "source ./completion-script"], line
        )
    assert completed in re.sub(" +", " ", shown)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("helm sta", ["status\t@"]),
        ("helm get m", ["manifest\t@", "metadata\t@"]),
        ("helm list --output=y", ["--output=yaml\t@"]),
        ("hivehelm install x oc", ["oci://\t@"]),
        ("helm list ", []),
        ("helm lint so", ["some.tgz"]),
        ("helm paths 2 one o", ["one", "one."]),
        ("helm paths 4 ", []),
        ("helm paths 1 one s", ["some.tgz", "sub/"]),
    ],
)
def test_fish(line: str, expected: list[str], place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    needs("fish")
    write_script(capfd, place, "fish")
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source ./completion-script; complete -C {line!r}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [re.sub("\t.*", "\t@", entry) for entry in done.stdout.splitlines()] == expected


def test_powershell(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where there is PowerShell."""
    needs("pwsh")
    path = write_script(capfd, place, "powershell")
    ask = "(TabExpansion2 -inputScript 'helm sta' -cursorColumn 8).CompletionMatches.CompletionText"
    done = subprocess.run(
        ["pwsh", "-NoProfile", "-Command", f". {{Invoke-Expression (Get-Content -Raw {path})}}; {ask}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "status"


@pytest.mark.parametrize("flags", [[], ["--no-descriptions"]])
@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_the_script(
    shell: str, flags: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["hivehelm"])
    assert main(["completion", shell, *flags]) == 0
    assert capfd.readouterr().out == script(shell, "hivehelm", descriptions=not flags)


def test_powershell_brackets_match() -> None:
    """Braces and parentheses close in their order, strings and comments aside."""
    open_: list[str] = []
    pairs = {")": "(", "}": "{", "]": "["}
    for line in script("powershell", "helm").splitlines():
        quote = ""
        code = line.partition("# ")[0]
        for letter in code.replace("''", ""):
            if quote:
                quote = "" if letter == quote else quote
            elif letter in "'\"":
                quote = letter
            elif letter in "({[":
                open_.append(letter)
            elif letter in pairs:
                assert open_.pop() == pairs[letter], line
        assert not quote, line
    assert not open_
