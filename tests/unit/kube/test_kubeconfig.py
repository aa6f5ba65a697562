# ruff: noqa: E501, ISC004, S106
# Error texts stay in one piece, and the secrets are none.
from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

import pytest

from hivehelm.kube.errors import ConfigError, InvalidConfigError
from hivehelm.kube.kubeconfig import Config, Overrides

if TYPE_CHECKING:
    from pathlib import Path

SERVER = "https://127.0.0.1:1"


def config(
    cluster: str = f'server: "{SERVER}"', user: str = "token: secret", context: str = "", name: str = "c"
) -> str:
    return (
        f"{{clusters: [{{name: {name}, cluster: {{{cluster}}}}}], users: [{{name: u, user: {{{user}}}}}], "
        f"contexts: [{{name: x, context: {{cluster: {name}, user: u{context}}}}}], current-context: x}}"
    )


def load(tmp_path: Path, text: str, overrides: Overrides | None = None, **environ: str) -> object:
    path = tmp_path / "config"
    path.write_text(text)
    return Config.load(str(path), overrides, environ=environ)


def fault(tmp_path: Path, text: str, overrides: Overrides | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, overrides)
    return str(caught.value).replace(str(tmp_path), "DIR")


def test_connection_has_what_the_context_names(tmp_path: Path) -> None:
    data = base64.b64encode(b"pem").decode()
    info = Config.load(
        _write(
            tmp_path,
            config(
                f'server: "{SERVER}/p/?q#f", certificate-authority-data: {data}, tls-server-name: nm, '
                'proxy-url: "http://proxy:1", disable-compression: true',
                f"token: t, client-certificate-data: {data}, client-key-data: {data}, as: bob, as-uid: i, "
                "as-groups: [g, h], as-user-extra: {k: [v]}",
                ", namespace: ns",
            ),
        ),
        environ={},
    )
    assert (info.server, info.namespace, info.context) == (f"{SERVER}/p", "ns", "x")
    assert (info.ca_data, info.cert_data, info.key_data, info.token) == (b"pem", b"pem", b"pem", "t")
    assert (info.tls_server_name, info.proxy_url, info.disable_compression) == ("nm", "http://proxy:1", True)
    assert info.impersonation is not None
    assert (info.impersonation.user, info.impersonation.uid) == ("bob", "i")
    assert (list(info.impersonation.groups), info.impersonation.extra) == (["g", "h"], {"k": ["v"]})
    assert "pem" not in repr(info) and "'t'" not in repr(info)


def _write(directory: Path, text: str, name: str = "config") -> str:
    path = directory / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text)
    return str(path)


def test_of_several_files_the_first_wins_whole_entries(tmp_path: Path) -> None:
    one = _write(tmp_path, config(user="token: first", context=", namespace: one"), "a/config")
    two = _write(tmp_path, config(user="token: second, as: bob") + "\n", "b/config")
    other = _write(
        tmp_path,
        "{contexts: [{name: z, context: {cluster: c, user: u}}], current-context: z}",
        "c/config",
    )
    environ = {"KUBECONFIG": os.pathsep.join([one, str(tmp_path / "missing"), "", two, one, other])}
    merged = Config.read(environ=environ)
    assert merged.current_context == "x"
    assert set(merged.contexts) == {"x", "z"}
    info = merged.connection(Overrides(context="z"))
    assert (info.token, info.impersonation, info.namespace) == ("first", None, "default")


def test_paths_are_relative_to_their_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "ca.pem").write_bytes(b"CA")
    (tmp_path / "a" / "token").write_text("from-file\n")
    one = _write(
        tmp_path,
        config(f'server: "{SERVER}", certificate-authority: ca.pem', "tokenFile: ../a/token"),
        "a/config",
    )
    info = Config.load(environ={"KUBECONFIG": one})
    assert (info.ca_data, info.token) == (b"CA", "from-file\n")
    assert info.token_file == str(tmp_path / "a" / "token")


def test_exec_command_with_a_slash_is_relative_to_its_file(tmp_path: Path) -> None:
    stanza = "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: %s, env: [{name: A}]}"
    extension = "extensions: [{name: client.authentication.k8s.io/exec, extension: {a: b}}]"
    path = _write(tmp_path, config(f'server: "{SERVER}", {extension}', stanza % "bin/x"))
    plugin = Config.load(path).exec_plugin
    assert plugin is not None
    assert plugin.command == str(tmp_path / "bin/x")
    assert (plugin.interactive_mode, list(plugin.env), plugin.config) == (
        "IfAvailable",
        [("A", "")],
        {"a": "b"},
    )
    plugin = Config.load(_write(tmp_path, config(user=stanza % "x"))).exec_plugin
    assert plugin is not None and plugin.command == "x"


def test_default_file_is_under_home(tmp_path: Path) -> None:
    _write(tmp_path, config(), ".kube/config")
    assert Config.load(environ={"HOME": str(tmp_path)}).server == SERVER


def test_nothing_configured_means_localhost(tmp_path: Path) -> None:
    assert Config.load(environ={"HOME": str(tmp_path)}).server == "http://localhost:8080"
    assert (
        Config.load(environ={"HOME": str(tmp_path), "KUBERNETES_MASTER": "http://m:1"}).server == "http://m:1"
    )


def test_flags_lie_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "ca").write_bytes(b"CA")
    text = config(f'server: "{SERVER}", tls-server-name: nm, certificate-authority-data: aGk=')
    path = _write(tmp_path, text)
    info = Config.load(
        path,
        Overrides(
            apiserver="https://other:2",
            token="flag",
            namespace="ns",
            ca_file=str(tmp_path / "ca"),
            as_user="bob",
            as_groups=["g"],
        ),
    )
    assert (info.server, info.token, info.namespace, info.ca_data) == ("https://other:2", "flag", "ns", b"CA")
    assert info.tls_server_name == ""  # --kube-apiserver drops the name of the file's server
    assert info.impersonation is not None and list(info.impersonation.groups) == ["g"]
    insecure = Config.load(path, Overrides(insecure_skip_tls_verify=True, tls_server_name="m"))
    assert (insecure.insecure, insecure.ca_data, insecure.tls_server_name) == (True, b"", "m")


def test_credentials_are_read_for_https_only(tmp_path: Path) -> None:
    info = Config.load(_write(tmp_path, config('server: "http://h"', "tokenFile: /missing")))
    assert info.token == ""


def test_namespace_never_needs_credentials(tmp_path: Path) -> None:
    path = _write(tmp_path, config(user="tokenFile: /missing", context=", namespace: ns"))
    read = Config.read(path, environ={})
    assert read.namespace(Overrides()) == "ns"
    assert read.namespace(Overrides(namespace="flag")) == "flag"
    assert Config.read(environ={"HOME": str(tmp_path / "none")}).namespace(Overrides()) == "default"
    with pytest.raises(InvalidConfigError):
        Config.read(_write(tmp_path, "{current-context: zz}"), environ={}).namespace(Overrides())


def test_in_a_pod_the_service_account_is_used(tmp_path: Path) -> None:
    account = tmp_path / "account"
    account.mkdir()
    (account / "token").write_text("pod-token\n")
    environ = {"HOME": "/none", "KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}

    def read(**more: str) -> Config:
        return Config.read(environ={**environ, **more}, service_account=str(account))

    info = read().connection(Overrides())
    assert (info.server, info.token, info.ca_data) == ("https://10.0.0.1:443", "pod-token", b"")
    assert (info.namespace, info.token_file) == ("default", str(account / "token"))
    (account / "ca.crt").write_bytes(b"CA")
    (account / "namespace").write_text("pod-ns\n")
    info = read(KUBERNETES_SERVICE_HOST="fd00::1").connection(Overrides(token="flag"))
    assert (info.server, info.token, info.token_file) == ("https://[fd00::1]:443", "flag", "")
    assert (info.namespace, info.ca_data) == ("pod-ns", b"CA")
    assert read().namespace(Overrides()) == "pod-ns"
    assert read(POD_NAMESPACE="env").namespace(Overrides()) == "env"
    assert read(KUBERNETES_MASTER="http://m").connection(Overrides()).server == "https://10.0.0.1:443"
    impersonating = read().connection(Overrides(as_user="bob"))
    assert impersonating.server == "http://localhost:8080"  # a flag makes it no default any more


EXEC = "exec: {apiVersion: client.authentication.k8s.io/v1%s}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{current-context: zz}", "invalid configuration: context was not found for specified context: zz"),
        (
            config(f'server: "{SERVER}", proxy-url: "ftp://foo"'),
            'invalid configuration: invalid \'proxy-url\' "ftp://foo" for cluster "c": '
            'unsupported scheme "ftp", must be http, https, or socks5',
        ),
        (
            config(f'server: "{SERVER}", proxy-url: "http://[x"'),
            'invalid configuration: invalid \'proxy-url\' "http://[x" for cluster "c": could not parse: http://[x',
        ),
        (
            config(f'server: "{SERVER}", certificate-authority: gone, certificate-authority-data: aGk='),
            "invalid configuration: [certificate-authority-data and certificate-authority are both specified for "
            "c. certificate-authority-data will override., unable to read certificate-authority DIR/gone for c "
            "due to open DIR/gone: no such file or directory]",
        ),
        (
            config(user="token: a, username: b, as-groups: [g]"),
            "invalid configuration: [more than one authentication method found for u; found [token basicAuth], "
            "only one is allowed, requesting uid, groups or user-extra for u without impersonating a user]",
        ),
        (
            config(user="client-certificate: gone, client-certificate-data: aGk="),
            "invalid configuration: [client-cert-data and client-cert are both specified for u. client-cert-data "
            "will override., client-key-data or client-key must be specified for u to use the clientCert "
            "authentication method., unable to read client-cert DIR/gone for u due to open DIR/gone: "
            "no such file or directory]",
        ),
        (
            config(user="client-certificate-data: aGk=, client-key: gone, client-key-data: aGk="),
            "invalid configuration: [client-key-data and client-key are both specified for u; client-key-data "
            "will override, unable to read client-key DIR/gone for u due to open DIR/gone: no such file or directory]",
        ),
        (
            config(user="exec: {env: [{value: a}]}, auth-provider: {name: gcp}"),
            "invalid configuration: [authProvider cannot be provided in combination with an exec plugin for u, "
            "command must be specified for u to use exec authentication plugin, apiVersion must be specified for "
            "u to use exec authentication plugin, env variable name must be specified for u to use exec "
            "authentication plugin, interactiveMode must be specified for u to use exec authentication plugin]",
        ),
        (
            config(user=EXEC % ", command: x, interactiveMode: Foo"),
            'invalid configuration: invalid interactiveMode for u: "Foo"',
        ),
        (
            config(user="auth-provider: {name: gcp}"),
            'The gcp auth plugin has been removed.\nPlease use the "gke-gcloud-auth-plugin" kubectl/client-go '
            "credential plugin instead.\nSee https://cloud.google.com/blog/products/containers-kubernetes/"
            "kubectl-auth-changes-in-gke for further details",
        ),
        (config(user="auth-provider: {name: x}"), 'no Auth Provider found for name "x"'),
        (
            config(user="auth-provider: {name: oidc}"),
            'auth-provider "oidc" is not supported; use an exec credential plugin such as kubelogin instead',
        ),
        (config(user="tokenFile: gone"), "open DIR/gone: no such file or directory"),
        (
            config(f'server: "{SERVER}", insecure-skip-tls-verify: true, certificate-authority-data: aGk='),
            "specifying a root certificates file with the insecure flag is not allowed",
        ),
        (config('server: "foo/bar"'), 'host must be a URL or a host:port pair: "foo/bar"'),
        (config('server: "https://"'), 'host must be a URL or a host:port pair: "https://"'),
        (config('server: "https://%zz:1"'), 'parse "http://https://%zz:1": invalid URL escape "%zz"'),
        (config('server: "foo bar"'), 'parse "http://foo bar": invalid character " " in host name'),
        (config('server: "h:port"'), 'parse "http://h:port": invalid port ":port" after host'),
        (config('server: "[::1"'), "parse \"http://[::1\": missing ']' in host"),
    ],
)
def test_faults_read_as_helm_prints_them(tmp_path: Path, text: str, message: str) -> None:
    assert fault(tmp_path, text) == message


@pytest.mark.parametrize(
    ("host", "server"),
    [
        ("127.0.0.1:1", "http://127.0.0.1:1"),
        ("foo", "http://foo"),
        ("https://[::1]:1/", "https://[::1]:1"),
        ("https://h:/a/b/", "https://h:/a/b"),
    ],
)
def test_a_server_is_a_url_or_a_host(tmp_path: Path, host: str, server: str) -> None:
    assert Config.load(_write(tmp_path, config(f'server: "{host}"', "")), environ={}).server == server


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of "
         'type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
         'Kind string "json:\\"kind,omitempty\\"" }'),
        ("[]", "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of "
         'type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
         'Kind string "json:\\"kind,omitempty\\"" }'),
        ("a: [", "yaml: line 1: did not find expected node content"),
        ("{apiVersion: v2}", 'no kind "Config" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"'),
        ("{clusters: {a: b}}",
         "json: cannot unmarshal object into Go struct field Config.clusters of type []v1.NamedCluster"),
        ("{clusters: [a]}",
         "json: cannot unmarshal string into Go struct field Config.clusters of type v1.NamedCluster"),
        ("{clusters: [{name: c, cluster: {server: 5}}]}",
         "json: cannot unmarshal number into Go struct field Cluster.clusters.cluster.server of type string"),
        ("{users: [{name: u, user: {as-user-extra: {a: b}}}]}",
         "json: cannot unmarshal string into Go struct field AuthInfo.users.user.as-user-extra of type []string"),
        ("{clusters: [{name: c, cluster: {insecure-skip-tls-verify: 1}}]}",
         "json: cannot unmarshal number into Go struct field Cluster.clusters.cluster.insecure-skip-tls-verify "
         "of type bool"),
        ("{clusters: [{name: c, cluster: {certificate-authority-data: true}}]}",
         "json: cannot unmarshal bool into Go struct field Cluster.clusters.cluster.certificate-authority-data "
         "of type []uint8"),
        ("{clusters: [{name: c, cluster: {certificate-authority-data: 'ab!'}}]}",
         "illegal base64 data at input byte 2"),
        ("{users: [{name: u, user: {token: s3cret}}, {name: u}]}",
         'error converting *[]NamedAuthInfo into *map[string]*api.AuthInfo: duplicate name "u" in list'),
    ],
)  # fmt: skip
def test_files_that_are_no_kubeconfig(tmp_path: Path, text: str, message: str) -> None:
    assert fault(tmp_path, text) == f'error loading config file "DIR/config": {message}'


def test_empty_files_and_unknown_fields_are_fine(tmp_path: Path) -> None:
    assert Config.load(_write(tmp_path, ""), environ={}).server == "http://localhost:8080"
    assert Config.load(_write(tmp_path, "null"), environ={}).server == "http://localhost:8080"
    assert Config.load(_write(tmp_path, config(f'server: "{SERVER}", foo: 3')), environ={}).server == SERVER


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^stat /none: no such file or directory$"):
        Config.load("/none")
    with pytest.raises(ConfigError, match=f'"{tmp_path}": read {tmp_path}: is a directory$'):
        Config.load(str(tmp_path))
    one, two = _write(tmp_path, "[]", "one"), _write(tmp_path, "a: [", "two")
    with pytest.raises(
        ConfigError, match=r"^\[error loading config file .*, error loading config file .*\]$"
    ):
        Config.read(environ={"KUBECONFIG": f"{one}{os.pathsep}{two}"})
    with open(tmp_path / "big", "wb") as file:
        file.truncate(9 << 20)
    with pytest.raises(ConfigError, match="larger than"):
        Config.load(str(tmp_path / "big"))


def test_a_context_of_a_flag_has_to_exist(tmp_path: Path) -> None:
    assert fault(tmp_path, config(), Overrides(context="nope")) == 'context "nope" does not exist'
    assert (
        fault(tmp_path, config(), Overrides(ca_file="no"))
        == "invalid configuration: unable to read certificate-authority no for c due to open no: "
        "no such file or directory"
    )
