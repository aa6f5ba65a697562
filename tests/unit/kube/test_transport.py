# ruff: noqa: S106
# Error texts stay in one piece, and the secrets are none.
from __future__ import annotations

import contextlib
import gzip
import json
import os
import socket
import struct
import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.kube.connection import ConnectionInfo, ExecPlugin, Impersonation
from hivehelm.kube.errors import ConfigError, RequestError, ResponseTooLargeError
from hivehelm.kube.transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # What conftest.py's fixtures give; its classes cannot be imported.
    Authority = Any
    Server = Any
    Serve = Callable[..., Server]


def reply(status: int = 200, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return an answer whose body is JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, named, json.dumps({} if body is None else body).encode()


def always(answer: Any) -> Callable[..., Any]:
    return lambda *_: answer


def plain(server: Server, **options: Any) -> HttpTransport:
    info = ConnectionInfo(server=f"http://127.0.0.1:{server.port}")
    return HttpTransport(info, environ={}, sleep=lambda _: None, **options)


def secure(server: Server, authority: Authority, **fields: Any) -> HttpTransport:
    given = {"ca_data": authority.pem, "server": f"https://127.0.0.1:{server.port}", **fields}
    return HttpTransport(ConnectionInfo(**given), environ={}, sleep=lambda _: None)


def failure(transport: HttpTransport) -> str:
    with pytest.raises(RequestError) as caught:
        transport.request("GET", "/version")
    return str(caught.value)


def test_one_connection_serves_many_requests(serve: Serve) -> None:
    server = serve(always(reply(body={"a": 1})))
    transport = plain(server, user_agent="Helm/x")
    for _ in range(3):
        assert transport.request("GET", "/v", query=[("a", "b c")]).data == b'{"a": 1}'
    assert len(server.peers) == 1
    method, path, headers, _ = server.requests[0]
    assert (method, path, headers["user-agent"], headers["accept"]) == (
        "GET",
        "/v?a=b+c",
        ["Helm/x"],
        ["application/json"],
    )
    transport.close()
    transport.request("GET", "/v")
    assert len(server.peers) == 2


def test_a_path_of_the_server_is_a_prefix_and_a_login_is_not_shown(serve: Serve) -> None:
    server = serve(always(reply()))
    info = ConnectionInfo(server=f"http://127.0.0.1:{server.port}/a/b")
    HttpTransport(info, environ={}).request("POST", "/x", body=b"{}", content_type="application/json")
    assert server.requests[0][:2] == ("POST", "/a/b/x")
    hidden = HttpTransport(ConnectionInfo(server="http://u:pw@127.0.0.1:1"), environ={})
    assert failure(hidden).startswith('Get "http://u:***@127.0.0.1:1/version": dial tcp 127.0.0.1:1')


def test_compressed_answers_are_unpacked_and_bounded(serve: Serve) -> None:
    packed = gzip.compress(b"x" * 100_000)
    server = serve(always((200, {"Content-Encoding": "gzip"}, packed)))
    assert plain(server).request("GET", "/").data == b"x" * 100_000
    with pytest.raises(ResponseTooLargeError):
        plain(server, max_response=50_000).request("GET", "/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.8.9.10"])
def test_nothing_is_packed_for_the_same_machine(host: str) -> None:
    assert not HttpTransport(ConnectionInfo(server=f"http://{host}:1"), environ={})._packed


@pytest.mark.parametrize("host", ["10.0.0.1", "127.example.com", "localhost.example.com", "[fe80::1]"])
def test_elsewhere_answers_are_packed_unless_told_otherwise(host: str) -> None:
    info = ConnectionInfo(server=f"http://{host}:1")
    assert HttpTransport(info, environ={})._packed
    assert not HttpTransport(info.replace(disable_compression=True), environ={})._packed


def test_packed_answers_are_asked_for(serve: Serve) -> None:
    server = serve(always((200, {}, b"")))
    for packed in (True, False):
        transport = plain(server)
        transport._packed = packed
        transport.request("GET", "/")
        assert ("gzip" in str(server.requests[-1][2].get("accept-encoding"))) is packed


def test_who_is_told_to_wait_tries_again(serve: Serve) -> None:
    answers = [reply(429, Retry_After="7"), reply(503, Retry_After="900"), reply(body=1)]
    server = serve(lambda *_: answers.pop(0))
    slept: list[float] = []
    info = ConnectionInfo(server=f"http://127.0.0.1:{server.port}")
    transport = HttpTransport(info, environ={}, sleep=slept.append)
    assert transport.request("POST", "/").data == b"1"
    assert slept == [7.0, 60.0]


def test_tries_end_after_ten_repetitions(serve: Serve) -> None:
    server = serve(always(reply(429, Retry_After="0")))
    assert plain(server).request("GET", "/").status == 429
    assert len(server.requests) == 11


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"code": 500, "message": "etcdserver: leader changed"}, 2),
        ({"message": "rpc error: raft proposal dropped"}, 2),
        ({"message": "other"}, 1),
        ([], 1),
    ],
)
def test_a_lost_leader_is_asked_for_once_more(serve: Serve, body: object, asked: int) -> None:
    server = serve(always(reply(500, body)))
    assert plain(server).request("POST", "/").status == 500
    assert len(server.requests) == asked


def test_a_broken_server_is_asked_a_few_times_more(serve: Serve) -> None:
    for answer in ((500, {}, b"{"), (502, {"Content-Type": "text/html"}, b"<p>"), reply(500, [])):
        server = serve(always(answer))
        slept: list[float] = []
        info = ConnectionInfo(server=f"http://127.0.0.1:{server.port}")
        transport = HttpTransport(info, environ={}, sleep=slept.append)
        assert transport.request("PATCH", "/").status == answer[0]
        assert len(server.requests) == 4
        assert slept == pytest.approx([0.1, 0.4, 1.6])
        # What creates might have been done.
        assert transport.request("POST", "/").status == answer[0]
        assert len(server.requests) == 5


def test_a_webhooks_refusal_is_believed(serve: Serve) -> None:
    body = {"message": 'Internal error occurred: failed calling webhook "x": context deadline exceeded'}
    server = serve(always(reply(500, body)))
    assert plain(server).request("PATCH", "/").status == 500
    assert len(server.requests) == 1


def test_too_many_requests_without_a_time_are_spaced_out(serve: Serve) -> None:
    answers = [*[reply(429)] * 6, reply(body=1)]
    server = serve(lambda *_: answers.pop(0))
    slept: list[float] = []
    info = ConnectionInfo(server=f"http://127.0.0.1:{server.port}")
    transport = HttpTransport(info, environ={}, sleep=slept.append)
    assert transport.request("POST", "/").data == b"1"
    assert slept == pytest.approx([0.1, 0.4, 1.6, 6.4, 6.4, 6.4])


def test_no_attempt_outlasts_the_time_given(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(always(reply(429, Retry_After="60")))
    slept: list[float] = []
    info = ConnectionInfo(server=f"http://127.0.0.1:{server.port}")
    transport = HttpTransport(info, environ={}, sleep=slept.append)
    assert transport.request("GET", "/", timeout=59).status == 429
    assert (len(server.requests), slept) == (1, [])
    dropping = serve(always((0, {}, b"")))
    info = ConnectionInfo(server=f"http://127.0.0.1:{dropping.port}")
    slow = 0.0

    def sleep(seconds: float) -> None:
        nonlocal slow
        slept.append(seconds)
        slow = 299.5  # After that, the next pause takes too long.

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + slow)
    monkeypatch.setattr("hivehelm.kube.transport.time", clock)
    transport = HttpTransport(info, environ={}, sleep=sleep)
    with pytest.raises(RequestError, match="EOF"):
        transport.request("GET", "/", timeout=300)
    assert slept == [0.0]


def test_a_server_that_was_there_may_come_back(serve: Serve) -> None:
    server = serve(always(reply(body=1)))
    info = ConnectionInfo(server=f"http://127.0.0.1:{server.port}")
    slept: list[float] = []
    transport = HttpTransport(info, environ={}, sleep=slept.append)
    assert transport.request("POST", "/").data == b"1"
    transport.close()
    server.close()
    with socket.socket() as nobody:
        # That nobody else gets the port meanwhile.
        nobody.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        nobody.bind(("127.0.0.1", server.port))
        with pytest.raises(RequestError, match="connection refused"):
            transport.request("POST", "/")
        assert len(slept) == 10
        slept.clear()
        with pytest.raises(RequestError, match="connection refused"):
            HttpTransport(info, environ={}, sleep=slept.append).request("GET", "/")
        assert slept == []


def test_all_but_creating_survives_a_dropped_connection(serve: Serve) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answers = [(0, {}, b""), (0, {}, b""), reply(body=1)]
        server = serve(lambda *_, held=answers: held.pop(0))
        assert plain(server).request(method, "/").data == b"1"
    server = serve(always((0, {}, b"")))
    with pytest.raises(RequestError, match=r'^Post "http://.*/x": EOF$'):
        plain(server).request("POST", "/x", body=b"{}")
    assert len(server.requests) == 1


def test_answers_that_are_cut_off_by_a_proxy_are_asked_for_again() -> None:
    """A proxy in between resets connections, cuts answers in the middle, and lets others through."""
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"
    faults = [b"", whole[:-4], b"HTTP/1.1 200", whole]
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve_all() -> None:
        for answer in faults:
            peer, _ = listener.accept()
            with peer:
                asked.append(peer.recv(1 << 16).split(b" ")[0])
                if not answer:
                    # Zero seconds of lingering: the peer sees a reset, not an end.
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                peer.sendall(answer)

    thread = threading.Thread(target=serve_all, daemon=True)
    thread.start()
    info = ConnectionInfo(server=f"http://127.0.0.1:{listener.getsockname()[1]}")
    transport = HttpTransport(info, environ={}, sleep=lambda _: None)
    assert transport.request("PATCH", "/", body=b"{}").data == b"0123456789"
    thread.join(60)
    assert asked == [b"PATCH"] * 4
    listener.close()


def test_reads_give_up_in_the_end(serve: Serve) -> None:
    server = serve(always((0, {}, b"")))
    assert failure(plain(server)).endswith(": EOF")
    assert len(server.requests) == 11


def test_a_silent_server_runs_into_the_timeout(serve: Serve) -> None:
    release = threading.Event()
    server = serve(lambda *_: (release.wait(60), reply())[1])
    with pytest.raises(RequestError, match="context deadline exceeded"):
        plain(server).request("POST", "/", timeout=0.05)
    release.set()


def test_warnings_are_told(serve: Serve) -> None:
    server = serve(always(reply(Warning='299 - "one \\"q\\"", 299 k8s "two", 199 - "other", 299 - "two"')))
    told: list[str] = []
    plain(server, on_warning=told.append).request("GET", "/")
    assert told == ['one "q"', "two"]


def test_headers_say_who_we_are(serve: Serve, authority: Authority) -> None:
    server = serve(always(reply()), authority.issue("server"))
    who = Impersonation(user="bob", uid="7", groups=["a", "b"], extra={"k/é": ["v"]})
    secure(server, authority, token="secret", impersonation=who).request("GET", "/")
    headers = server.requests[0][2]
    assert headers["authorization"] == ["Bearer secret"]
    assert (headers["impersonate-user"], headers["impersonate-uid"]) == (["bob"], ["7"])
    assert headers["impersonate-group"] == ["a", "b"]
    assert headers["impersonate-extra-k%2f%c3%a9"] == ["v"]


def test_no_credentials_travel_in_clear(serve: Serve) -> None:
    server = serve(always(reply()))
    info = ConnectionInfo(server=f"http://127.0.0.1:{server.port}", token="secret", username="u")
    HttpTransport(info, environ={}).request("GET", "/")
    assert "authorization" not in server.requests[0][2]


def test_basic_auth(serve: Serve, authority: Authority) -> None:
    server = serve(always(reply()), authority.issue("server"))
    secure(server, authority, username="u", password="p").request("GET", "/")
    assert server.requests[0][2]["authorization"] == ["Basic dTpw"]


@pytest.mark.parametrize("in_memory", [True, False])
def test_client_certificates(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    if not in_memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    server = serve(always(reply()), authority.issue("server"), ask_client=True)
    cert, key = authority.issue("bob")
    secure(server, authority, cert_data=cert, key_data=key).request("GET", "/")
    assert "bob" in str(server.certificates[0])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ca_data": b"junk"}, "unable to load root certificates: unable to parse bytes as PEM block"),
        (
            {"cert_data": b"x", "key_data": b"x"},
            "tls: failed to find any PEM data in certificate input",
        ),
        (
            {"cert_data": b"-----BEGIN CERTIFICATE-----", "key_data": b"x"},
            "tls: failed to find any PEM data in key input",
        ),
        (
            {"cert_data": b"-----BEGIN A-----", "key_data": b"-----BEGIN B-----"},
            "tls: failed to parse certificate or private key",
        ),
    ],
)
def test_certificates_that_cannot_be_used(fields: Any, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        HttpTransport(ConnectionInfo(server="https://h", **fields), environ={})
    assert str(caught.value) == message


def test_a_key_of_another_certificate(authority: Authority) -> None:
    info = ConnectionInfo(
        server="https://h", cert_data=authority.issue("a")[0], key_data=authority.issue("b")[1]
    )
    with pytest.raises(ConfigError, match=r"^tls: private key does not match public key$"):
        HttpTransport(info, environ={})


X509 = "tls: failed to verify certificate: x509: "


@pytest.mark.parametrize(
    ("hosts", "days", "fields", "message"),
    [
        (("127.0.0.1",), 1, {"ca_data": b""}, f"{X509}certificate signed by unknown authority"),
        (
            ("10.0.0.1", "kubernetes"),
            1,
            {},
            f"{X509}certificate is valid for 10.0.0.1, not 127.0.0.1",
        ),
        (
            ("a.b", "c.d"),
            1,
            {"tls_server_name": "foo.bar"},
            f"{X509}certificate is valid for a.b, c.d, not foo.bar",
        ),
        (
            ("a.b",),
            1,
            {},
            f"{X509}cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
        ),
        (
            ("10.0.0.1",),
            1,
            {"tls_server_name": "foo.bar"},
            f"{X509}certificate is not valid for any names, but wanted to match foo.bar",
        ),
        ((), 1, {}, f"{X509}certificate relies on legacy Common Name field, use SANs instead"),
    ],
)
def test_servers_that_cannot_be_trusted(
    serve: Serve, authority: Authority, hosts: tuple[str, ...], days: int, fields: Any, message: str
) -> None:
    server = serve(always(reply()), authority.issue("server", hosts, days))
    assert failure(secure(server, authority, **fields)) == (
        f'Get "https://127.0.0.1:{server.port}/version": {message}'
    )
    assert secure(server, authority, ca_data=b"", insecure=True).request("GET", "/").status == 200


def test_expired_servers_are_dated(serve: Serve, authority: Authority) -> None:
    server = serve(always(reply()), authority.issue("server", days=-1))
    text = failure(secure(server, authority))
    assert f"{X509}certificate has expired or is not yet valid: current time 2" in text
    assert " is after 2" in text


def test_a_server_name_of_ones_own_is_verified(serve: Serve, authority: Authority) -> None:
    server = serve(always(reply()), authority.issue("server", ("my.name",)))
    assert secure(server, authority, tls_server_name="my.name").request("GET", "/").status == 200


def test_plain_http_where_tls_was_expected(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            while True:
                try:
                    client = listener.accept()[0]
                except OSError:
                    return
                with client:
                    client.recv(4096)
                    client.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

        threading.Thread(target=run, daemon=True).start()
        server = f"https://127.0.0.1:{listener.getsockname()[1]}"
        text = failure(HttpTransport(ConnectionInfo(server=server, ca_data=authority.pem), environ={}))
    assert text.endswith("http: server gave HTTP response to HTTPS client")


def test_unknown_schemes_are_refused() -> None:
    transport = HttpTransport(ConnectionInfo(server="ftp://127.0.0.1:1"), environ={})
    assert failure(transport) == 'Get "ftp://127.0.0.1:1/version": unsupported protocol scheme "ftp"'


def test_proxies_forward_plain_requests(serve: Serve) -> None:
    proxy = serve(always(reply(body="proxied")))
    info = ConnectionInfo(server="http://cluster.invalid", proxy_url=f"http://u:p@127.0.0.1:{proxy.port}")
    assert HttpTransport(info, environ={}).request("GET", "/v").data == b'"proxied"'
    _, target, headers, _ = proxy.requests[0]
    assert target == "http://cluster.invalid/v"
    assert headers["proxy-authorization"] == ["Basic dTpw"]


def test_a_proxy_may_refuse_to_connect(serve: Serve) -> None:
    proxy = serve(always((407, {}, b"")))
    info = ConnectionInfo(server="https://cluster.invalid", proxy_url=f"http://u:p@127.0.0.1:{proxy.port}")
    text = failure(HttpTransport(info, environ={}))
    assert text == 'Get "https://cluster.invalid/version": Proxy Authentication Required'
    method, target, headers, _ = proxy.requests[0]
    assert (method, target) == ("CONNECT", "cluster.invalid:443")
    assert headers["proxy-authorization"] == ["Basic dTpw"]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_that_is_not_there(scheme: str) -> None:
    info = ConnectionInfo(server="https://cluster.invalid", proxy_url=f"{scheme}://127.0.0.1:1")
    assert failure(HttpTransport(info, environ={})) == (
        'Get "https://cluster.invalid/version": proxyconnect tcp: dial tcp 127.0.0.1:1: '
        "connect: connection refused"
    )


def test_a_proxy_without_a_host() -> None:
    info = ConnectionInfo(server="https://cluster.invalid", proxy_url="http://")
    with pytest.raises(ConfigError, match="invalid proxy address"):
        HttpTransport(info, environ={})


@contextlib.contextmanager
def tunnel(target: int) -> Iterator[tuple[int, list[bytes]]]:
    """A SOCKS5 proxy that forwards one connection to a port of this machine."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            with listener.accept()[0] as client, socket.create_connection(("127.0.0.1", target)) as other:
                client.recv(16)
                client.sendall(b"\x05\x02")
                asked.append(client.recv(64))
                client.sendall(b"\x01\x00")
                asked.append(client.recv(256))
                client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
                back = threading.Thread(target=_pump, args=(other, client), daemon=True)
                back.start()
                _pump(client, other)

        threading.Thread(target=run, daemon=True).start()
        yield int(listener.getsockname()[1]), asked


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)


def test_tls_through_socks(serve: Serve, authority: Authority) -> None:
    server = serve(always(reply(body="deep")), authority.issue("server", ("cluster.invalid",)))
    with tunnel(server.port) as (port, asked):
        info = ConnectionInfo(
            server="https://cluster.invalid",
            ca_data=authority.pem,
            proxy_url=f"socks5://u:p%40@127.0.0.1:{port}",
        )
        assert HttpTransport(info, environ={}).request("GET", "/").data == b'"deep"'
    assert asked == [b"\x01\x01u\x02p@", b"\x05\x01\x00\x03\x0fcluster.invalid\x01\xbb"]


def plugin(script: str) -> ExecPlugin:
    return ExecPlugin(
        api_version="client.authentication.k8s.io/v1",
        command="sh",
        args=["-c", script],
        interactive_mode="Never",
    )


def test_plugins_run_once_and_again_when_refused(serve: Serve, authority: Authority, tmp_path: Any) -> None:
    answers = [reply(), reply(401), reply(), reply()]
    server = serve(lambda *_: answers.pop(0), authority.issue("server"))
    count = tmp_path / "count"
    script = (
        f'echo x >> {count}; printf \'{{"apiVersion":"client.authentication.k8s.io/v1",'
        f'"kind":"ExecCredential","status":{{"token":"t%s"}}}}\' $(wc -l < {count})'
    )
    transport = secure(server, authority, exec_plugin=plugin(script))
    assert not count.exists()
    assert [transport.request("GET", "/").status for _ in range(3)] == [200, 401, 200]
    assert [request[2]["authorization"] for request in server.requests] == [
        ["Bearer t1"],
        ["Bearer t1"],
        ["Bearer t2"],
    ]


def test_plugins_may_give_certificates(serve: Serve, authority: Authority, tmp_path: Any) -> None:
    cert, key = authority.issue("plugged")
    answer = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"clientCertificateData": cert.decode(), "clientKeyData": key.decode()},
    }
    (tmp_path / "answer").write_text(json.dumps(answer))
    server = serve(always(reply()), authority.issue("server"), ask_client=True)
    transport = secure(server, authority, exec_plugin=plugin(f"cat {tmp_path}/answer"))
    transport.request("GET", "/")
    assert "plugged" in str(server.certificates[0])
    answer["status"] = {"clientCertificateData": "a", "clientKeyData": "b"}
    (tmp_path / "answer").write_text(json.dumps(answer))
    broken = secure(server, authority, exec_plugin=plugin(f"cat {tmp_path}/answer"))
    assert failure(broken).endswith(
        "getting credentials: failed parsing client key/certificate: "
        "tls: failed to find any PEM data in certificate input"
    )


def test_a_failing_plugin_is_a_failed_request(authority: Authority) -> None:
    info = ConnectionInfo(server="https://127.0.0.1:1", exec_plugin=plugin("exit 3"))
    assert failure(HttpTransport(info, environ={})) == (
        'Get "https://127.0.0.1:1/version": getting credentials: exec: executable sh failed with exit code 3'
    )


def test_a_token_of_the_kubeconfig_keeps_its_plugin_from_running(serve: Serve, authority: Authority) -> None:
    server = serve(always(reply()), authority.issue("server"))
    secure(server, authority, token="t", exec_plugin=plugin("exit 3")).request("GET", "/")
    assert server.requests[0][2]["authorization"] == ["Bearer t"]


def test_streams_end_when_closed_from_another_thread() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            client = listener.accept()[0]
            client.recv(4096)
            client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
            client.recv(4096)

        threading.Thread(target=run, daemon=True).start()
        port = listener.getsockname()[1]
        stream = HttpTransport(ConnectionInfo(server=f"http://127.0.0.1:{port}"), environ={}).stream(
            "GET", "/w"
        )
        chunks = stream.chunks()
        assert (stream.status, next(chunks)) == (200, b"one")
        threading.Timer(0.05, stream.close).start()
        assert list(chunks) == []
        stream.close()


def test_streams_that_cannot_begin() -> None:
    transport = HttpTransport(ConnectionInfo(server="http://127.0.0.1:1"), environ={})
    with pytest.raises(RequestError, match="connection refused"):
        transport.stream("GET", "/w", query=[("watch", "true")])


def test_answers_cut_short_are_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            with listener.accept()[0] as client:
                client.recv(4096)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")

        threading.Thread(target=run, daemon=True).start()
        port = listener.getsockname()[1]
        transport = HttpTransport(ConnectionInfo(server=f"http://127.0.0.1:{port}"), environ={})
        with pytest.raises(RequestError, match=r"unexpected EOF"):
            transport.request("POST", "/")
