"""Who gets into a real server, what they may do there, and what nobody gets to see."""

from __future__ import annotations

import base64
import hmac
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.cluster.served import Said, Served
from tests.cluster.waiting import until, until_allowed

from hivehelm.cluster.cluster import Cluster
from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError
from hivehelm.kube.kubeconfig import Config

# Tests of this file may be shared out to several processes, which share a cluster.
SYSTEM = f"hivemind-access-{os.getpid()}"
SHOP, PAY, PLANTED = (f"access-{name}-{os.getpid()}" for name in ("shop", "pay", "planted"))
PASSWORD = "hunter2-correct-horse"  # noqa: S105
KEY = ec.generate_private_key(ec.SECP256R1())
RELEASES = "/api/helm/releases"
CHARTS = {
    "plain": {
        "config.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: {{ .Release.Name }}}}",
        "secret.yaml": (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: {{ .Release.Name }}}\n"
            "stringData: {password: {{ .Values.password | quote }}}\n"
        ),
        "NOTES.txt": "Log in with {{ .Values.password }}",
    },
    "elsewhere": {
        "config.yaml": f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: planted, namespace: {PAY}}}}}"
    },
    "wide": {
        "role.yaml": (
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
            f"metadata: {{name: {PLANTED}}}\n"
            'rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]\n'
        )
    },
    "curious": {
        "config.yaml": (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\n"
            f'data: {{seen: {{{{ lookup "v1" "Secret" "{PAY}" "treasure" | toJson | quote }}}}}}\n'
        )
    },
}


class Issuer(BaseHTTPRequestHandler):
    """Publishes the key that tests sign with."""

    def do_GET(self) -> None:
        url = f"http://{self.headers['Host']}"
        found: dict[str, Any] = {"issuer": url, "jwks_uri": f"{url}/keys"}
        if self.path == "/keys":
            key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key()))
            found = {"keys": [{**key, "kid": "k", "use": "sig"}]}
        data = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Issuer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="session")
def client(cluster: Cluster) -> Client:
    made = Client(Config.load(str(cluster.kubeconfig()), environ={}), cache_dir=None)
    for name in (SHOP, PAY):
        made.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "treasure"}}
    made.apply({**secret, "stringData": {"gold": PASSWORD}}, PAY)
    return made


@pytest.fixture(scope="session")
def served(
    cluster: Cluster, client: Client, issuer: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("hivemind")
    for name, templates in CHARTS.items():
        directory = home / "charts" / name / "templates"
        directory.mkdir(parents=True)
        (directory.parent / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n")
        for file, text in templates.items():
            (directory / file).write_text(text)
    flags = ("--oidc-issuer", issuer, "--oidc-audience", "hivemind", "--oidc-grant", f"dev=deployer:{SHOP}")
    with Served(
        cluster.kubeconfig(), home, SYSTEM, *flags, "--kubernetes-auth", "--max-body", "64Ki"
    ) as server:
        yield server


@pytest.fixture(scope="session")
def tokens(served: Served) -> dict[str, str]:
    return {
        "admin": served.token("admin", "admin"),
        "deployer": served.token("deployer", "deployer", "--namespace", SHOP),
        "viewer": served.token("viewer", "viewer", "--namespace", SHOP),
    }


def install(served: Served, token: str, chart: str, name: str, namespace: str = SHOP, **more: Any) -> Said:
    body = {"name": name, "chart": chart, "namespace": namespace, "values": {"password": PASSWORD}, **more}
    return served.ask("POST", f"{RELEASES}?wait=true", token, body)


@pytest.fixture(scope="session")
def release(served: Served, tokens: dict[str, str]) -> str:
    made = install(served, tokens["deployer"], "plain", "web")
    assert made.status == 201, made.data
    return "web"


def signed(issuer: str, **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": issuer, "aud": "hivemind", "sub": "ann", "groups": ["dev"], "exp": now + 600, **changes}
    return jwt.encode(claims, KEY, "ES256", {"kid": "k"})


def account(client: Client, name: str, role: str, namespace: str) -> str:
    """Make a service account with a role in a namespace; return a token of its."""
    client.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}, namespace)
    rbac = "rbac.authorization.k8s.io"
    binding = {
        "apiVersion": f"{rbac}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
    }
    client.apply(binding, namespace)
    user = f"system:serviceaccount:{namespace}:{name}"
    until_allowed(client, user, "list", "configmaps", namespace)
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    answer = client.transport.request(
        "POST", path, body=json.dumps(asked).encode(), content_type="application/json"
    )
    return str(json.loads(answer.data)["status"]["token"])


def test_nobody_without_good_credentials(served: Served, tokens: dict[str, str], issuer: str) -> None:
    expired = served.token("expired", "admin", "--expires", "1s")
    revoked = served.token("revoked", "admin")
    assert served.ask("GET", RELEASES, revoked).status == 200
    assert served.command("token", "revoke", "revoked").returncode == 0
    good = tokens["admin"]
    forged = base64.urlsafe_b64encode(b'{"alg":"none","kid":"k"}').rstrip(b"=").decode()
    pem = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = signed(issuer).split(".")[1]
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"k"}').rstrip(b"=").decode()
    confused = f"{head}.{body}"
    mac = hmac.new(pem, confused.encode(), "sha256").digest()
    confused += f".{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    for token in (
        "wrong",
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        f"{forged}.{body}.",
        f"{forged}.{body}.{signed(issuer).split('.')[2]}",
        confused,
        signed(issuer, aud="other"),
        signed(issuer, iss="https://evil.example.com"),
        signed(issuer, exp=int(time.time()) - 600),
        jwt.encode({"iss": issuer}, ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": "k"}),
    ):
        said = served.ask("GET", RELEASES, token)
        assert said.status == 401, token
        assert said.headers["www-authenticate"].startswith("Bearer ")
        assert token not in said.data.decode()
    for token in (revoked, expired):
        until(lambda token=token: served.ask("GET", RELEASES, token).status == 401)  # type: ignore[misc]
    assert served.ask("GET", RELEASES).status == 401
    assert served.ask("GET", f"{RELEASES}?token={good}&access_token={good}").status == 401


def test_a_role_and_its_namespaces(served: Served, tokens: dict[str, str], release: str) -> None:
    path = f"{RELEASES}/{release}"
    assert served.ask("GET", f"{path}?namespace={SHOP}", tokens["viewer"]).status == 200
    assert served.ask("GET", f"{path}?namespace={PAY}", tokens["viewer"]).status == 403
    assert served.ask("GET", path, tokens["viewer"]).status == 403  # in default
    assert {one["namespace"] for one in served.ask("GET", RELEASES, tokens["viewer"]).json} == {SHOP}
    assert served.ask("DELETE", f"{path}?namespace={SHOP}", tokens["viewer"]).status == 403
    assert install(served, tokens["viewer"], "plain", "x").status == 403
    assert install(served, tokens["deployer"], "plain", "x", PAY).status == 403
    assert served.ask("POST", "/api/helm/charts", tokens["deployer"], {"name": "x"}).status == 403
    basic = base64.b64encode(f"helm:{tokens['viewer']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    assert served.ask("GET", "/charts/index.yaml", headers=headers).status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (RELEASES + "/../releases/web?namespace={PAY}", (403, 404)),
        (RELEASES + "/web%2F..%2F..?namespace={PAY}", (403, 404, 422)),
        (f"/{RELEASES}", (404,)),
        (f"{RELEASES}/", (403, 404, 422)),
        (RELEASES + "/web?namespace={SHOP}&namespace={PAY}", (403,)),
        (RELEASES + "?namespace={PAY}", (403,)),
        (RELEASES + "?Namespace={PAY}", (200,)),
        ("/charts/..%2F..%2Fetc%2Fpasswd", (404, 422)),
        ("/charts/%2e%2e/%2e%2e/etc/passwd", (404,)),
        ("/api/charts/..%2F..%2Fetc/1.0.0", (404, 422)),
        ("/healthz/../api/helm/releases", (404,)),
        ("/x" * 1500, (414,)),
    ],
)
def test_no_path_leads_around(
    served: Served, tokens: dict[str, str], release: str, path: str, status: tuple[int, ...]
) -> None:
    said = served.ask("GET", path.replace("{SHOP}", SHOP).replace("{PAY}", PAY), tokens["viewer"])
    assert said.status in status, said.data
    assert b"root:" not in said.data
    assert PAY.encode() not in said.data or said.status != 200


def test_a_chart_does_not_lead_out_of_a_namespace(
    served: Served, tokens: dict[str, str], client: Client
) -> None:
    for chart in ("elsewhere", "wide"):
        said = install(served, tokens["deployer"], chart, chart)
        assert said.status == 403, said.data
        assert "is forbidden" in said.json["detail"]
    said = install(served, tokens["deployer"], "curious", "curious")
    assert said.status in (403, 422), said.data
    assert PASSWORD not in said.data.decode()
    with pytest.raises(ApiError, match="not found"):
        client.get("v1", "ConfigMap", "planted", PAY)
    with pytest.raises(ApiError, match="not found"):
        client.get("rbac.authorization.k8s.io/v1", "ClusterRole", PLANTED)
    preview = {"name": "p", "chart": "curious", "namespace": SHOP}
    assert served.ask("POST", "/api/helm/previews", tokens["deployer"], preview).status in (403, 422)


def test_openid_connect(served: Served, issuer: str, release: str) -> None:
    token = signed(issuer)
    assert served.ask("GET", f"{RELEASES}/{release}?namespace={SHOP}", token).status == 200
    assert served.ask("GET", f"{RELEASES}/{release}?namespace={PAY}", token).status == 403
    nobody = signed(issuer, groups=["strangers"], sub="eve")
    assert served.ask("GET", RELEASES, nobody).status == 403


def test_the_clusters_own_users(served: Served, client: Client, release: str) -> None:
    editor = account(client, "editor", "edit", SHOP)
    viewer = account(client, "watcher", "view", SHOP)  # which may not read Secrets
    where = f"{RELEASES}/{release}?namespace={SHOP}"
    assert served.ask("GET", where, editor).status == 200
    assert served.ask("GET", where, viewer).status == 403
    assert [one["name"] for one in served.ask("GET", RELEASES, editor).json] == [release]
    assert served.ask("GET", RELEASES, viewer).json == []
    made = install(served, editor, "plain", "theirs")
    assert made.status == 201, made.data
    assert install(served, viewer, "plain", "x").status == 403
    assert install(served, editor, "plain", "x", PAY).status == 403
    wide = install(served, editor, "wide", "wide")
    assert wide.status == 403, wide.data
    assert f'User "system:serviceaccount:{SHOP}:editor" cannot' in wide.json["detail"]
    assert served.ask("POST", "/api/helm/charts", editor, {"name": "x"}).status == 403


def test_what_is_secret_stays_so(served: Served, tokens: dict[str, str], release: str) -> None:
    where = f"?namespace={SHOP}"
    for what in ("", "/values", "/manifest", "/notes", "/hooks", "/history", "/status", "/status?full=true"):
        path, _, query = what.partition("?")
        asked = (
            f"{RELEASES}/{release}{path}{where}&{query}" if query else f"{RELEASES}/{release}{path}{where}"
        )
        said = served.ask("GET", asked, tokens["deployer"])
        assert said.status == 200, said.data
        for text in (PASSWORD, base64.b64encode(PASSWORD.encode()).decode()):
            assert text not in said.data.decode(), asked
    listed = served.ask("GET", f"{RELEASES}{where}&values=true", tokens["viewer"])
    assert PASSWORD not in listed.data.decode()
    assert PASSWORD not in served.ask("GET", "/api/helm/operations", tokens["deployer"]).data.decode()
    shown = served.ask("GET", f"{RELEASES}/{release}/values{where}&secrets=true", tokens["deployer"])
    assert shown.json == {"password": PASSWORD}
    assert shown.headers["cache-control"] in ("no-store", "private, no-cache")
    for path in ("", "/values", "/manifest", "/notes", "/hooks", "/status", "/diff"):
        asked = f"{RELEASES}/{release}{path}{where}&secrets=true"
        assert served.ask("GET", asked, tokens["viewer"]).status == 403, path


def test_bodies_and_headers_are_bounded(served: Served, tokens: dict[str, str]) -> None:
    token = tokens["admin"]
    assert served.ask("POST", RELEASES, token, b'"' + b"x" * 70_000 + b'"').status == 413
    assert served.ask("POST", RELEASES, token, b"{" * 50_000).status in (400, 422)
    assert served.ask("POST", RELEASES, "", b"x" * 70_000).status == 401
    many = {f"X-{number}": "x" for number in range(150)}
    assert served.ask("GET", RELEASES, token, headers=many).status == 431
    said = served.ask("GET", RELEASES, token, headers={"X-Request-Id": "abc-1"})
    assert said.headers["x-request-id"] == "abc-1"
    said = served.ask("GET", RELEASES, token, headers={"X-Request-Id": 'a" x="b'})
    assert '"' not in said.headers["x-request-id"]
    host, _, port = served.url.removeprefix("http://").partition(":")
    for head in (
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: " + b"x" * 100_000,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(head)
            assert connection.recv(12)[9:] in (b"400", b"431"), head[:60]


def test_answers_carry_what_browsers_need_to_know(served: Served) -> None:
    for path in ("/healthz", RELEASES, "/nowhere"):
        headers = served.ask("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "no-store" in headers["cache-control"]
        assert headers["x-request-id"]
        assert "server" not in headers
        assert "access-control-allow-origin" not in headers


def test_metrics_and_health(served: Served, tokens: dict[str, str]) -> None:
    checks = {"cluster": "ok", "volume": "ok", "releases": "ok"}
    assert served.ready() == {"status": "ok", "checks": checks}
    assert served.ask("GET", "/metrics").status == 401
    text = served.ask("GET", "/metrics", tokens["viewer"]).data.decode()
    for name in ("http_requests_total{", "http_request_duration_seconds_bucket{", "operations{", "mirror{"):
        assert f"hivemind_{name}" in text
    assert SHOP not in text


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--host", "0.0.0.0"), "can be read on the way"),  # noqa: S104
        (("--host", "0.0.0.0", "--no-auth"), "only this machine is served"),  # noqa: S104
        (("--no-auth", "--kubernetes-auth"), "leave it out"),
        (("--tls-cert", "/nowhere.pem"), "go together"),
        (("--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"), "No such file"),
        (("--oidc-issuer", "https://issuer.example.com"), "needs --oidc-audience"),
        (("--oidc-issuer", "http://issuer.example.com", "--oidc-audience", "x"), "only fetched over https"),
        (("--oidc-audience", "x"), "needs --oidc-issuer"),
        (("--token-file", "/nowhere"), "cannot be read"),
    ],
)
def test_what_is_not_safe_is_not_started(served: Served, flags: tuple[str, ...], message: str) -> None:
    done = served.command("serve", "--port", "0", *flags)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert message in done.stderr


def test_nothing_secret_is_in_the_log(served: Served, tokens: dict[str, str], release: str) -> None:
    for token in tokens.values():
        served.ask("GET", f"{RELEASES}?filter={PASSWORD}", token)

    def logged() -> list[Any]:
        return [json.loads(line) for line in [*served.log] if line.startswith("{")]

    # A request is answered first, and what is logged of it has to be read.
    until(lambda: tokens.keys() <= {line.get("caller") for line in logged()}, logged)
    lines = logged()
    requests = [line for line in lines if line["msg"] == "request"]
    assert all(line["request_id"] and "status" in line and "ms" in line for line in requests)
    text = "\n".join(served.log)
    for secret in (PASSWORD, *tokens.values(), *(token.split("_", 2)[2] for token in tokens.values())):
        assert secret not in text
    assert "eyJ" not in text  # how JSON web tokens begin
    assert [line for line in lines if line["msg"] == "a request failed"] == []
