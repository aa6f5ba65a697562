"""Exit codes, and errors as lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import entry
from hivehelm.errors import HivehelmError

from .conftest import Helm


def test_arguments_come_from_the_process(monkeypatch: pytest.MonkeyPatch, helm: Helm) -> None:
    monkeypatch.setattr(sys, "argv", ["hivehelm", "version", "--short"])
    made: list[bool] = []
    monkeypatch.setattr(entry, "make_room", lambda: made.append(True))
    assert entry.main() == 0
    assert made


def test_unknown_commands(helm: Helm) -> None:
    text = 'Error: unknown command "instal" for "helm"\n\nDid you mean this?\n\tinstall\n\n'
    assert helm("instal") == (1, "", text + "Run 'helm --help' for usage.\n")


def test_flags_of_the_go_clients_logger_are_taken(helm: Helm) -> None:
    line = "version --short -v 6 --logtostderr --vmodule a=1 --log-dir x --stderrthreshold INFO"
    assert helm(*line.split()) == (0, "v4.3.1\n", "")
    assert helm("version", "-v", "x") == (
        1,
        "",
        'Error: invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax\n',
    )


def test_bad_colors_are_logged(helm: Helm) -> None:
    code, out, err = helm("version", "--color", "bad")
    assert (code, out) == (1, "")
    assert err == (
        'level=WARN msg="command failed" error="invalid color mode \\"bad\\": '
        'must be one of: never, auto, always"\n'
    )


def test_drivers(helm: Helm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELM_DRIVER", "nope")
    assert helm("version") == (1, "", 'level=INFO msg="unknown driver \\"nope\\""\n')
    monkeypatch.setenv("HELM_DRIVER", "memory")
    assert helm("version") == (
        1,
        "",
        'level=INFO msg="Unable to read memory driver dataopen : no such file or directory"\n',
    )
    monkeypatch.setenv("HELM_DRIVER", "sql")
    monkeypatch.setenv("HELM_DRIVER_SQL_CONNECTION_STRING", "host=127.0.0.1 port=1")
    refused = "dial tcp 127.0.0.1:1: connect: connection refused"
    assert helm("list") == (
        1,
        "",
        f'level=INFO msg="unable to instantiate SQL driver: {refused}"\n',
    )


def test_records_from_files(helm: Helm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HELM_DRIVER", "memory")
    file = tmp_path / "records"
    for text, problem in (
        ("- name: web\n  version: 1\n- name: web\n  version: 1\n", "release: already exists"),
        ("- 1\n", "Unable to unmarshal memory driver data: json: cannot unmarshal number into Go value of"),
    ):
        file.write_text(text)
        monkeypatch.setenv("HELM_MEMORY_DRIVER_DATA", str(file))
        code, out, err = helm("list")
        assert (code, out) == (1, "")
        assert err.startswith(f'level=INFO msg="{problem}')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "unexpected EOF"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("7}", "json: cannot unmarshal number into Go value of type map[string]json.RawMessage"),
        ("[]", "json: cannot unmarshal array into Go value of type map[string]json.RawMessage"),
    ],
)
def test_a_broken_registry_configuration(helm: Helm, place: Path, text: str, problem: str) -> None:
    (place / "config.json").write_text(text)
    code, out, err = helm("version", "--registry-config", "config.json")
    assert (code, out) == (1, "")
    assert err == (
        'level=WARN msg="command failed" error="failed to decode config file config.json: '
        f'invalid config format: {problem}"\n'
    )


def test_registry_configurations_that_are_fine_or_not_there(helm: Helm, place: Path) -> None:
    for text in ("{} x", "", "\n", "null", '{"auths": {}, "n": 1e999}'):
        (place / "config.json").write_text(text)
        assert helm("version", "--short", "--registry-config", "config.json")[0] == 0
    assert helm("version", "--short", "--registry-config", "none.json")[0] == 0
    problem = "failed to open config file at config.json/x: open config.json/x: not a directory"
    assert helm("version", "--registry-config", "config.json/x")[::2] == (
        1,
        f'level=WARN msg="command failed" error="{problem}"\n',
    )
    code, _, err = helm("version", "--registry-config", ".")
    assert code == 1
    assert "read .: is a directory" in err


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (HivehelmError("no luck"), 1, "Error: no luck\n"),
        (RecursionError(), 1, "Error: the input is nested too deeply\n"),
        (MemoryError(), 1, "Error: out of memory\n"),
        (KeyboardInterrupt(), 130, ""),
        (OSError(13, "Permission denied", "x"), 1, "Error: open x: permission denied\n"),
        (OSError("strange"), 1, "Error: strange\n"),
    ],
)
def test_errors_become_lines(
    helm: Helm, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, text: str
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(entry, "_run", fail)
    assert helm("x") == (code, "", text)


def test_a_registry_configuration_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch, helm: Helm) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "x")

    monkeypatch.setattr("os.stat", lambda *_: None)
    monkeypatch.setattr("builtins.open", refuse)
    code, _, err = helm("version", "--registry-config", "x")
    problem = "failed to open config file at x: open x: permission denied"
    assert (code, err) == (1, f'level=WARN msg="command failed" error="{problem}"\n')


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    program = "import sys; from hivehelm.cli.hivehelm import main; sys.exit(main(['env']))"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait() == 141


@pytest.mark.parametrize("line", [["env"], ["nonsense"], ["template", "nowhere"]])
def test_a_process_ends_as_the_command_line_does(line: list[str]) -> None:
    """What was to be done at the end is done, and nothing that was written is lost."""
    program = (
        "import atexit, sys; from hivehelm.cli.hivehelm import main, process; sys.argv[0] = 'helm'; "
        "atexit.register(print, 'the end'); "
    )
    long, short = (
        subprocess.run([sys.executable, "-c", program + end, *line], capture_output=True, text=True)
        for end in ("sys.exit(main())", "process()")
    )
    assert (short.returncode, short.stdout, short.stderr) == (long.returncode, long.stdout, long.stderr)
    assert short.stdout.endswith("the end\n")


def test_a_process_without_a_reader_ends_quietly() -> None:
    program = "from hivehelm.cli.hivehelm import process; process()"
    child = subprocess.Popen(
        [sys.executable, "-c", program, "env"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    child.stdout.close()
    assert child.stderr is not None
    assert child.stderr.read() == ""
    assert child.wait() == 141


def test_the_module_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hivehelm.cli.hivehelm", "version", "--short"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "v4.3.1\n")


def test_only_what_a_verb_needs_is_imported() -> None:
    """Start-up is a feature: what costs milliseconds is imported by those who use it."""
    program = (
        "import sys; from hivehelm.cli.hivehelm import main; main(['version']); "
        "print(*sorted(set(sys.modules) & set(sys.argv[1].split())))"
    )
    heavy = (
        "re json typing enum dataclasses logging pathlib datetime subprocess urllib3 yaml rich ssl inspect"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, heavy],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.splitlines()[1:] == [""], done.stderr


@pytest.mark.parametrize("name", ["nosuch", "__complete"])
def test_topics_that_help_does_not_know(helm: Helm, name: str) -> None:
    code, out, err = helm("help", name)
    assert (code, out) == (0, "")
    assert err.startswith(f"Unknown help topic [`{name}`]\nUsage:\n  helm [command]\n")
