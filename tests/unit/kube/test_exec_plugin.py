# ruff: noqa: E501, ISC004, S105, S106
# Error texts stay in one piece, and the secrets are none.
from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.kube.connection import ConnectionInfo, ExecPlugin
from hivehelm.kube.errors import CredentialsError
from hivehelm.kube.exec_plugin import PluginCredential, PluginRunner

if TYPE_CHECKING:
    from pathlib import Path

V1 = "client.authentication.k8s.io/v1"
INFO = ConnectionInfo(
    server="https://h", ca_data=b"CA", tls_server_name="n", insecure=True, proxy_url="http://p"
)


def runner(script: str, clock: Any = lambda: 0.0, terminal: bool = False, **fields: Any) -> PluginRunner:
    given = {
        "api_version": V1,
        "command": "sh",
        "args": ["-c", script],
        "interactive_mode": "Never",
        **fields,
    }
    return PluginRunner(ExecPlugin(**given), INFO, clock=clock, is_terminal=lambda: terminal)


def printing(answer: object, **fields: Any) -> PluginRunner:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return runner('printf %s "$OUT"', env=[("OUT", text)], **fields)


def credential(**status: Any) -> dict[str, Any]:
    return {"apiVersion": V1, "kind": "ExecCredential", "status": status}


def fault(subject: PluginRunner) -> str:
    with pytest.raises(CredentialsError) as caught:
        subject.credential()
    return str(caught.value)


def test_what_the_plugin_is_told(tmp_path: Path) -> None:
    script = f'printf %s "$KUBERNETES_EXEC_INFO" > {tmp_path}/info; printf %s "$OUT"'
    out = json.dumps(credential(token="t"))
    cluster = INFO.replace(disable_compression=True)
    stanza = ExecPlugin(
        api_version=V1,
        command="sh",
        args=["-c", script],
        env=[("OUT", out)],
        interactive_mode="IfAvailable",
        provide_cluster_info=True,
        config={"a": 1},
    )
    assert PluginRunner(stanza, cluster, is_terminal=lambda: True).credential().token == "t"
    assert (tmp_path / "info").read_text() == (
        '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":'
        '{"server":"https://h","tls-server-name":"n","insecure-skip-tls-verify":true,'
        '"certificate-authority-data":"Q0E=","proxy-url":"http://p","disable-compression":true,'
        '"config":{"a":1}},"interactive":true}}\n'
    )
    bare = ConnectionInfo(server="https://h")
    PluginRunner(stanza.replace(config=None), bare, is_terminal=lambda: False).credential()
    assert (
        '"cluster":{"server":"https://h","config":null},"interactive":false'
        in (tmp_path / "info").read_text()
    )


def test_credentials_last_until_they_expire(tmp_path: Path) -> None:
    now = [0.0]
    status = {"token": "t", "expirationTimestamp": "1970-01-01T00:01:00Z"}
    out = json.dumps(credential(**status))
    subject = runner(f'echo >> {tmp_path}/n; printf %s "$OUT"', clock=lambda: now[0], env=[("OUT", out)])
    first = subject.credential()
    now[0] = 60.0
    assert subject.credential() is first
    now[0] = 60.1
    second = subject.credential()
    assert second is not first
    assert (tmp_path / "n").read_text() == "\n\n"
    assert subject.refresh(first) is second  # somebody else has refreshed meanwhile
    assert subject.refresh(second) is not second
    assert "'t'" not in repr(PluginCredential(token="t"))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({}, f"exec plugin is configured to use API version {V1}, plugin returned version "
         "client.authentication.k8s.io/__internal"),
        ("", f"exec plugin is configured to use API version {V1}, plugin returned version "
         "client.authentication.k8s.io/__internal"),
        ({"apiVersion": f"{V1}beta1", "kind": "ExecCredential"},
         f"exec plugin is configured to use API version {V1}, plugin returned version {V1}beta1"),
        ({"apiVersion": "a/v1", "kind": "Pod"},
         'decoding stdout: no kind "Pod" is registered for version "a/v1" in scheme "pkg/runtime/scheme.go:111"'),
        ({"apiVersion": V1, "kind": "ExecCredential"}, "exec plugin didn't return a status field"),
        (credential(), "exec plugin didn't return a token or cert/key pair"),
        (credential(clientKeyData="a"), "exec plugin returned only certificate or key, not both"),
        (credential(token=5), "decoding stdout: json: cannot unmarshal number into Go struct field "
         "ExecCredentialStatus.status.token of type string"),
        (credential(token="a", expirationTimestamp="x"), 'decoding stdout: parsing time "x" as '
         '"2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'),
        ("{a", "decoding stdout: couldn't get version/kind; json parse error: invalid character 'a' looking for "
         "beginning of object key string"),
        ("[", "decoding stdout: yaml: line 1: did not find expected node content"),
        ("hi", "decoding stdout: couldn't get version/kind; json parse error: json: cannot unmarshal string into "
         'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
         'Kind string "json:\\"kind,omitempty\\"" }'),
    ],
)  # fmt: skip
def test_answers_that_are_no_credential(answer: object, message: str) -> None:
    assert fault(printing(answer)) == message


def test_plugins_that_cannot_run(tmp_path: Path) -> None:
    assert fault(runner("exit 3")) == "exec: executable sh failed with exit code 3"
    assert fault(runner("kill -9 $$")) == "exec: executable sh failed with exit code -1"
    text = fault(runner("", command="no-such-plugin", install_hint="do \x1b[1mit\n"))
    assert text.startswith("exec: executable no-such-plugin not found\n\nIt looks like you are trying")
    assert text.endswith("#client-go-credential-plugins\n\ndo U+001B[1mit\n")
    assert fault(runner("", command="/none/such")) == "exec: fork/exec /none/such: no such file or directory"
    (tmp_path / "file").touch()
    path = os.path.join(tmp_path, "file")
    assert fault(runner("", command=path)) == f"exec: fork/exec {path}: permission denied"
    big = fault(runner("head -c 5000000 /dev/zero"))
    assert big.startswith("decoding stdout: larger than")


def test_terminals() -> None:
    text = "exec plugin cannot support interactive mode: standard input is not a terminal"
    assert fault(runner("", interactive_mode="Always")) == text
    with pytest.raises(CredentialsError, match=r'^exec plugin: invalid apiVersion "v9"$'):
        runner("", api_version="v9")
