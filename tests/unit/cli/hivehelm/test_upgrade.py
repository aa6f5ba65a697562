"""`upgrade` and `rollback` as they are typed, with a cluster in memory."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.cli.command import Call
from hivehelm.kube.errors import ConfigError, UnreachableError
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

from .conftest import Helm


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, place: Path) -> FakeCluster:
    """The cluster that commands work on; the chart has neither CRDs nor hooks."""
    for path in ("crds/crd.yaml", "templates/hook.yaml", "templates/tests/test.yaml"):
        (place / "app" / path).unlink()
    made = FakeCluster()

    def connect(_: Call) -> Context:
        client = made.client()
        return Context(Storage(Secrets(client, "default")), client, namespace="default")

    monkeypatch.setattr("hivehelm.cli.hivehelm.session.connect", connect)
    return made


def value(cluster: FakeCluster) -> Any:
    found = cluster.get("v1", "ConfigMap", "web", "default")
    return None if found is None else found["data"]["a"]


def test_install_upgrade_and_roll_back(helm: Helm, cluster: FakeCluster) -> None:
    code, out, err = helm("upgrade", "web", "app")
    assert (code, out, err) == (1, "", 'Error: UPGRADE FAILED: "web" has no deployed releases\n')
    code, out, err = helm("upgrade", "-i", "web", "app")
    assert (code, err) == (0, "")
    assert out.startswith('Release "web" does not exist. Installing it now.\nNAME: web\nLAST DEPLOYED: ')
    assert "REVISION: 1\nDESCRIPTION: Install complete\n" in out
    code, out, err = helm("upgrade", "web", "app", "-i", "--set", "a=2", "--hide-notes")
    assert (code, err) == (0, "")
    assert out.startswith('Release "web" has been upgraded. Happy Helming!\nNAME: web\n')
    assert out.endswith("DESCRIPTION: Upgrade complete\nTEST SUITE: None\n")
    assert value(cluster) == "2"
    assert helm("rollback", "web") == (0, "Rollback was a success! Happy Helming!\n", "")
    assert value(cluster) == "1"
    assert helm("rollback", "web", "9") == (1, "", "Error: release has no 9 version\n")


def test_no_words_for_programs(helm: Helm, cluster: FakeCluster) -> None:
    for version in (1, 2):
        document = json.loads(helm("upgrade", "-i", "web", "app", "-o", "json")[1])
        assert document["version"] == version


@pytest.mark.parametrize(
    ("flags", "after"),
    [
        ((), {"b": 1}),
        (("--reset-values",), None),
        (("--reset-values", "--reuse-values"), None),
        (("--reuse-values", "--set", "c=2"), {"b": 1, "c": 2}),
        (("--reset-then-reuse-values", "--set", "c=2"), {"b": 1, "c": 2}),
        (("--set", "c=2"), {"c": 2}),
    ],
)
def test_whose_values_count(
    helm: Helm, cluster: FakeCluster, flags: tuple[str, ...], after: dict[str, int] | None
) -> None:
    helm("install", "web", "app", "--set", "b=1")
    assert helm("upgrade", "web", "app", *flags)[0] == 0
    assert json.loads(helm("get", "values", "web", "-o", "json")[1]) == after


def test_history_is_kept_as_short_as_is_said(
    helm: Helm, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> int:
        return len(cluster.objects("Secret"))

    helm("install", "web", "app")
    for _ in range(4):
        helm("upgrade", "web", "app")
    assert kept() == 5
    helm("upgrade", "web", "app", "--history-max", "4")
    assert kept() == 4
    monkeypatch.setenv("HELM_MAX_HISTORY", "3")
    helm("upgrade", "web", "app")
    assert kept() == 3
    helm("rollback", "web", "--history-max=0")
    assert kept() == 4


def test_dry_runs(helm: Helm, cluster: FakeCluster) -> None:
    helm("install", "web", "app")
    for mode in ("client", "server"):
        code, out, _ = helm("upgrade", "web", "app", f"--dry-run={mode}", "--set", "a=9")
        assert (code, 'a: "9"' in out) == (0, True)
        assert out.startswith('Release "web" has been upgraded. Happy Helming!\n')
        assert helm("rollback", "web", "1", f"--dry-run={mode}")[0] == 0
        code, out, _ = helm("upgrade", "-i", "new", "app", f"--dry-run={mode}")
        assert (code, "DESCRIPTION: Dry run complete" in out) == (0, True)
    assert value(cluster) == "1"
    assert len(cluster.objects("Secret")) == 1


def test_a_kept_name_is_installed_anew(helm: Helm, cluster: FakeCluster) -> None:
    helm("install", "web", "app")
    helm("uninstall", "web", "--keep-history")
    code, out, _ = helm("upgrade", "-i", "web", "app")
    assert (code, "REVISION: 2\nDESCRIPTION: Install complete\n" in out) == (0, True)


def test_an_install_that_fails_is_no_failed_upgrade(helm: Helm, cluster: FakeCluster) -> None:
    code, out, err = helm("upgrade", "-i", "web", "app", "--labels", "owner=x")
    assert (code, out) == (1, 'Release "web" does not exist. Installing it now.\n')
    assert err.startswith("Error: user supplied labels contains system reserved label name.")


def test_charts_that_are_not_to_be_installed(helm: Helm, cluster: FakeCluster, place: Path) -> None:
    helm("install", "web", "app")
    head = place / "app" / "Chart.yaml"
    head.write_text(
        head.read_text() + "deprecated: true\ntype: library\ndependencies: [{name: sub, version: 1.0.0}]\n"
    )
    code, _, err = helm("upgrade", "web", "app", "--devel", "--debug")
    assert code == 1
    assert 'msg="setting version to >0.0.0-0"' in err
    assert "an error occurred while checking for chart dependencies" in err
    head.write_text(head.read_text().partition("dependencies")[0])
    code, _, err = helm("upgrade", "web", "app")
    assert (code, err) == (0, 'level=WARN msg="this chart is deprecated"\n')
    assert value(cluster) is None


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("upgrade", "web"), '"helm upgrade" requires 2 arguments\n'),
        (
            ("upgrade", "web", "app", "--force", "--force-conflicts"),
            "if any flags in the group [force force-conflicts] are set none of the others can be; ",
        ),
        (("rollback",), '"helm rollback" requires at least 1 argument\n'),
        (
            ("rollback", "web", "two"),
            'could not convert revision to a number: strconv.Atoi: parsing "two": invalid syntax\n',
        ),
        (
            ("rollback", "web", "--description", "é" * 257),
            "description must be 256 characters or less, got 257\n",
        ),
        (("rollback", "web", "--dry-run=maybe"), 'invalid dry-run value ("maybe"). Must be '),
        (("upgrade", "web", "./nowhere"), "path "),
    ],
)
def test_what_is_typed_wrong(helm: Helm, cluster: FakeCluster, arguments: tuple[str, ...], text: str) -> None:
    code, out, err = helm(*arguments)
    assert (code, out) == (1, "")
    assert f"Error: {text}" in err


def test_a_cluster_out_of_reach(helm: Helm, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(_: Call) -> Context:
        raise UnreachableError(ConfigError("no kubeconfig"))

    monkeypatch.setattr("hivehelm.cli.hivehelm.session.connect", connect)
    text = "kubernetes cluster unreachable: no kubeconfig\n"
    assert helm("upgrade", "web", "app") == (1, "", f"Error: UPGRADE FAILED: {text}")
    assert helm("upgrade", "-i", "web", "app") == (1, "", f"Error: {text}")
    assert helm("rollback", "web") == (1, "", f"Error: {text}")


def test_an_interrupt_is_said_and_noted(
    helm: Helm, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    helm("install", "web", "app")

    def interrupted(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("hivehelm.actions.operation.Operation.hooks", interrupted)
    code, out, err = helm("upgrade", "web", "app")
    assert (code, out) == (1, "Release web has been cancelled.\n")
    assert err.endswith("Error: UPGRADE FAILED: context canceled\n")
    assert helm("rollback", "web", "1") == (1, "", "Error: context canceled\n")


def test_a_second_interrupt_ends_it(
    helm: Helm, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    helm("install", "web", "app")

    def interrupted(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("hivehelm.actions.operation.Operation.hooks", interrupted)
    assert helm("upgrade", "web", "app") == (130, "Release web has been cancelled.\n", "")
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
