"""What a command works with."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from hivehelm.cli.command import Call, Command
from hivehelm.cli.flags import FlagSet
from hivehelm.cli.hivehelm import session
from hivehelm.cli.hivehelm.globals import global_flags
from hivehelm.cli.stream import Stream
from hivehelm.kube.errors import UnreachableError
from hivehelm.settings import Settings


def call(*arguments: str) -> tuple[Call, io.StringIO]:
    flags = FlagSet()
    flags.inherit(global_flags(Settings.from_environ()))
    flags.parse(arguments)
    err = io.StringIO()
    return Call(Command("helm"), flags, [], Stream(io.StringIO()), Stream(err)), err


@pytest.mark.parametrize(
    ("driver", "kind"),
    [("", "Secrets"), ("secret", "Secrets"), ("configmap", "ConfigMaps"), ("configmaps", "ConfigMaps")],
)
def test_where_records_are_kept(driver: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELM_DRIVER", driver)
    context = session.connect(call("-n", "here", "--kube-apiserver", "http://127.0.0.1:1")[0])
    assert type(context.storage.driver).__name__ == kind
    assert context.namespace == "here"
    assert context.has_cluster


def test_all_namespaces_have_no_name() -> None:
    made, _ = call("--kube-apiserver", "http://127.0.0.1:1")
    assert session.connect(made, all_namespaces=True).namespace == ""


def test_a_kubeconfig_that_cannot_be_read(place: Path) -> None:
    with pytest.raises(UnreachableError, match=r"^kubernetes cluster unreachable: .*nope"):
        session.connect(call("--kubeconfig", "nope")[0])


def test_hooks_speak_through_the_log() -> None:
    made, err = call("--kube-apiserver", "http://127.0.0.1:1")
    context = session.connect(made)
    assert context.hook_output is not None
    context.hook_output("ns", "pod", "container", b"two words\n")
    context.log("WARN", "x", count=1)
    assert err.getvalue() == 'level=INFO msg="two words"\nlevel=WARN msg=x count=1\n'


def test_without_a_cluster() -> None:
    context = session.offline(call("-n", "here")[0])
    assert (context.has_cluster, context.namespace) == (False, "here")
