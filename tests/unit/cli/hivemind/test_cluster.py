from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from hivehelm.cli.hivemind import main
from hivehelm.cluster.status import ClusterStatus, PartStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .conftest import FakeControlPlane

RUNNING = ClusterStatus(
    name="default",
    state="running",
    server="https://127.0.0.1:20000",
    kubeconfig="/k",
    parts=(PartStatus(name="etcd", state="running", pid=42, log="/l"),),
)
BROKEN = ClusterStatus(
    name="other",
    state="broken",
    server="https://127.0.0.1:20004",
    parts=(PartStatus(name="etcd", state="died", log="/l", last=("no space left",)),),
    message="etcd died",
)


def test_up_says_how_to_go_on(clusters: type[FakeControlPlane], capsys: pytest.CaptureFixture[str]) -> None:
    clusters.statuses["default"] = RUNNING
    assert main(["cluster", "up"]) == 0
    assert clusters.asked == [("up", "default")]
    shown = capsys.readouterr()
    assert shown.out == 'cluster "default" is up at https://127.0.0.1:20000\nexport KUBECONFIG=/k\n'
    assert shown.err == "cluster default: ready\n"


@pytest.mark.parametrize(("verb", "said"), [("down", "is down"), ("reset", "is gone"), ("stop", "is down")])
def test_down_and_reset(
    clusters: type[FakeControlPlane], capsys: pytest.CaptureFixture[str], verb: str, said: str
) -> None:
    clusters.statuses["mine"] = RUNNING
    assert main(["cluster", verb, "mine"]) == 0
    assert clusters.asked == [("reset" if verb == "reset" else "down", "mine")]
    assert capsys.readouterr().out == f'cluster "mine" {said}\n'


def test_an_error_is_one_line(clusters: type[FakeControlPlane], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cluster", "down", "nope"]) == 1
    said = capsys.readouterr().err
    assert said == "Error: there is no cluster 'nope': `hivemind cluster up nope` makes it\n"


def test_status_is_a_table(clusters: type[FakeControlPlane], capsys: pytest.CaptureFixture[str]) -> None:
    clusters.statuses.update(default=RUNNING, other=BROKEN)
    assert main(["cluster", "status"]) == 1
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [line.split() for line in lines[:5]] == [
        ["CLUSTER", "PART", "STATE", "PID"],
        ["default", "https://127.0.0.1:20000", "running"],
        ["default", "etcd", "running", "42"],
        ["other", "https://127.0.0.1:20004", "broken"],
        ["other", "etcd", "died"],
    ]
    assert lines[5:] == ["", "other: etcd died", "  etcd: no space left"]


def test_status_of_one_that_runs_is_success(
    clusters: type[FakeControlPlane], capsys: pytest.CaptureFixture[str]
) -> None:
    clusters.statuses["default"] = RUNNING
    assert main(["cluster", "status", "default"]) == 0
    assert main(["cluster", "status", "absent"]) == 1
    capsys.readouterr()


def test_status_of_nothing(clusters: type[FakeControlPlane], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cluster", "status"]) == 0
    assert capsys.readouterr().out == "there are no clusters: `hivemind cluster up` makes one\n"
    assert main(["cluster", "status", "-o", "json"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_status_as_json(clusters: type[FakeControlPlane], capsys: pytest.CaptureFixture[str]) -> None:
    clusters.statuses.update(default=RUNNING, other=BROKEN)
    main(["cluster", "status", "-ojson", "other"])
    one = json.loads(capsys.readouterr().out)
    assert one == {
        "name": "other",
        "state": "broken",
        "server": "https://127.0.0.1:20004",
        "kubeconfig": "",
        "message": "etcd died",
        "parts": [{"name": "etcd", "state": "died", "pid": 0, "log": "/l", "last": ["no space left"]}],
    }
    main(["cluster", "status", "-o", "json"])
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == ["default", "other"]


def test_a_kubeconfig_is_a_path_or_its_content(
    clusters: type[FakeControlPlane], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cluster", "kubeconfig"]) == 0
    assert Path(capsys.readouterr().out.strip()).is_file()
    assert main(["cluster", "kubeconfig", "mine", "--content", "--user=bob", "-n", "team"]) == 0
    assert capsys.readouterr().out == "kind: Config\n"
    assert clusters.asked == [
        ("kubeconfig", "default", None, None, "edit"),
        ("kubeconfig", "mine", "bob", "team", "edit"),
    ]


@pytest.mark.parametrize("flag", ["--namespace=team", "--role=view"])
def test_the_administrator_is_not_restricted(
    clusters: type[FakeControlPlane], capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    assert main(["cluster", "kubeconfig", flag]) == 1
    assert capsys.readouterr().err.startswith("Error: --namespace and --role need --user")
    assert clusters.asked == []


def test_help_and_unknown_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cluster"]) == 0
    assert "hivemind cluster [command]" in capsys.readouterr().out
    assert main(["cluster", "delete"]) == 1
    assert capsys.readouterr().err == (
        'Error: unknown command "delete" for "hivemind cluster"\n\nDid you mean this?\n\treset\n\n'
        "Run 'hivemind cluster --help' for usage.\n"
    )
    assert main(["bogus"]) == 1
    assert 'unknown command "bogus" for "hivemind"' in capsys.readouterr().err
    assert main(["cluster", "up", "a", "b"]) == 1
    assert '"hivemind cluster up" accepts at most 1 argument' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (PermissionError(13, "Permission denied", "/x"), 1, "Error: /x: Permission denied\n"),
        (OSError("no free port"), 1, "Error: no free port\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
)
def test_nothing_ends_in_a_traceback(
    clusters: type[FakeControlPlane],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(clusters, "up", fail)
    assert main(["cluster", "up"]) == code
    assert capsys.readouterr().err == said


def test_the_command_line_is_the_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hivemind", "--help"])
    assert main() == 0
    assert "hivemind [command]" in capsys.readouterr().out


def test_a_reader_that_went_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            return target.fileno()

    with (tmp_path / "out").open("wb") as target:
        monkeypatch.setattr(sys, "stdout", Closed())
        assert main(["--help"]) == 141
