"""Credential plugins: a command that prints an ExecCredential (client-go's `plugin/pkg/client/auth/exec`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

from hivehelm.kube.errors import CredentialsError
from hivehelm.limits import Paused
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.kube.connection import ConnectionInfo, ExecPlugin

API_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
MAX_OUTPUT = 4 << 20
_STRUCTS = {
    "v1.ExecCredential": {"status": "v1.ExecCredentialStatus"},
    "v1.ExecCredentialStatus": {
        "expirationTimestamp": "string",
        "token": "string",
        "clientCertificateData": "string",
        "clientKeyData": "string",
    },
}
_NOT_INSTALLED = """

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins"""


class PluginCredential(Record):
    """What a plugin gave: a bearer token, a client certificate with its key (PEM), or both.

    `expires` is in seconds since the epoch, None where the credential lasts as long as the process.
    """

    token: str = ""
    cert_data: bytes = b""
    key_data: bytes = b""
    expires: float | None = None

    def __repr__(self) -> str:
        return f"PluginCredential(expires={self.expires!r})"


class PluginRunner:
    """Runs one plugin and keeps what it gave until that expires; safe to use from several threads."""

    def __init__(
        self,
        plugin: ExecPlugin,
        connection: ConnectionInfo,
        *,
        clock: Callable[[], float] = time.time,
        is_terminal: Callable[[], bool] | None = None,
    ) -> None:
        """Prepare to run `plugin` for the cluster of `connection`.

        Raises:
            CredentialsError: its apiVersion is none that we speak.
        """
        if plugin.api_version not in API_VERSIONS:
            raise CredentialsError(f'exec plugin: invalid apiVersion "{plugin.api_version}"')
        self._plugin = plugin
        self._connection = connection
        self._clock = clock
        self._is_terminal = is_terminal or (lambda: sys.stdin is not None and sys.stdin.isatty())
        self._lock = threading.Lock()
        self._credential: PluginCredential | None = None

    def credential(self) -> PluginCredential:
        """Return the credential, running the plugin if there is none or it has expired.

        Raises:
            CredentialsError: the plugin is missing, failed, or printed no credential.
        """
        with self._lock:
            held = self._credential
            if held is None or (held.expires is not None and self._clock() > held.expires):
                held = self._credential = self._run()
            return held

    def refresh(self, refused: PluginCredential) -> PluginCredential:
        """Run the plugin again because the server refused `refused`, unless another thread did so already.

        Raises:
            CredentialsError: the plugin is missing, failed, or printed no credential.
        """
        with self._lock:
            if self._credential is refused or self._credential is None:
                self._credential = self._run()
            return self._credential

    def _run(self) -> PluginCredential:
        plugin = self._plugin
        interactive = self._interactive()
        environment = {**os.environ, **dict(plugin.env), "KUBERNETES_EXEC_INFO": self._exec_info(interactive)}
        command = os.path.normpath(plugin.command)
        try:
            # The kubeconfig's owner chose the command.
            with Paused():
                done = subprocess.run(  # noqa: S603
                    [command, *plugin.args],
                    env=environment,
                    stdin=None if interactive else subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    check=False,
                )
        except OSError as error:
            if os.sep in command:
                why = (error.strerror or "").lower()
                raise CredentialsError(f"exec: fork/exec {command}: {why}") from None
            hint = f"\n\n{_printable(plugin.install_hint)}" if plugin.install_hint else ""
            raise CredentialsError(f"exec: executable {command} not found{_NOT_INSTALLED}{hint}") from None
        if done.returncode:
            code = done.returncode if done.returncode > 0 else -1
            raise CredentialsError(f"exec: executable {command} failed with exit code {code}")
        if len(done.stdout) > MAX_OUTPUT:
            raise CredentialsError(f"decoding stdout: larger than {MAX_OUTPUT} bytes")
        return _decode(done.stdout, plugin.api_version)

    def _interactive(self) -> bool:
        mode = self._plugin.interactive_mode
        if mode == "Always" and not self._is_terminal():
            raise CredentialsError(
                "exec plugin cannot support interactive mode: standard input is not a terminal"
            )
        return mode != "Never" and self._is_terminal()

    def _exec_info(self, interactive: bool) -> str:
        spec: dict[str, Any] = {}
        if self._plugin.provide_cluster_info:
            spec["cluster"] = _cluster(self._connection, self._plugin)
        spec["interactive"] = interactive
        info = {"kind": "ExecCredential", "apiVersion": self._plugin.api_version, "spec": spec}
        return json.dumps(info, separators=(",", ":")) + "\n"


def _cluster(connection: ConnectionInfo, plugin: ExecPlugin) -> dict[str, Any]:
    import base64

    cluster: dict[str, Any] = {"server": connection.server}
    if connection.tls_server_name:
        cluster["tls-server-name"] = connection.tls_server_name
    if connection.insecure:
        cluster["insecure-skip-tls-verify"] = True
    if connection.ca_data:
        cluster["certificate-authority-data"] = base64.b64encode(connection.ca_data).decode()
    if connection.proxy_url:
        cluster["proxy-url"] = connection.proxy_url
    if connection.disable_compression:
        cluster["disable-compression"] = True
    cluster["config"] = plugin.config
    return cluster


def _decode(output: bytes, api_version: str) -> PluginCredential:
    """Read a printed ExecCredential; messages never quote what the plugin printed."""
    from hivehelm.golang import json as go_json
    from hivehelm.golang import yaml
    from hivehelm.kube.typed import TypeMismatchError, decode, not_an_object

    try:
        answer = go_json.loads(output.decode()) if output.lstrip()[:1] == b"{" else yaml.load(output)
    except yaml.YAMLError as error:
        raise CredentialsError(f"decoding stdout: {_bare(error)}") from None
    except (go_json.JSONError, UnicodeDecodeError) as error:
        text = f"couldn't get version/kind; json parse error: {error}"
        raise CredentialsError(f"decoding stdout: {text}") from None
    answer = {} if answer is None else answer
    if not isinstance(answer, dict):
        raise CredentialsError(f"decoding stdout: {not_an_object(answer)}")
    given, kind = answer.get("apiVersion"), answer.get("kind") or "ExecCredential"
    if given and (given not in API_VERSIONS or kind != "ExecCredential"):
        raise CredentialsError(
            f'decoding stdout: no kind "{kind}" is registered for version "{given}" '
            'in scheme "pkg/runtime/scheme.go:111"'
        )
    if given != api_version:
        raise CredentialsError(
            f"exec plugin is configured to use API version {api_version}, "
            f"plugin returned version {given or 'client.authentication.k8s.io/__internal'}"
        )
    try:
        status = decode(_STRUCTS, answer, "v1.ExecCredential").get("status")
    except TypeMismatchError as error:
        raise CredentialsError(f"decoding stdout: {error}") from None
    if status is None:
        raise CredentialsError("exec plugin didn't return a status field")
    token, cert, key = (status.get(name, "") for name in ("token", "clientCertificateData", "clientKeyData"))
    if not (token or cert or key):
        raise CredentialsError("exec plugin didn't return a token or cert/key pair")
    if bool(cert) != bool(key):
        raise CredentialsError("exec plugin returned only certificate or key, not both")
    return PluginCredential(
        token=token,
        cert_data=cert.encode(),
        key_data=key.encode(),
        expires=_instant(status.get("expirationTimestamp")),
    )


def _instant(text: object) -> float | None:
    if not text:
        return None
    from datetime import datetime

    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        layout = "2006-01-02T15:04:05Z07:00"
        why = f'parsing time "{text}" as "{layout}": cannot parse "{text}" as "2006"'
        raise CredentialsError(f"decoding stdout: {why}") from None


def _printable(text: str) -> str:
    """Spell out control characters, so that a hint cannot drive the terminal (clientcmd's ANSI cleaning)."""
    return "".join(c if c.isprintable() or c in "\t\n\v\f\r" else f"U+{ord(c):04X}" for c in text)


def _bare(error: Exception) -> str:
    return str(error).removeprefix("error converting YAML to JSON: ")
