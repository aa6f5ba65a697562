"""net/http's client on servers on loopback."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from hivehelm.golang.url import URLError
from hivehelm.http import client as module
from hivehelm.http import near
from hivehelm.http.client import Client
from hivehelm.http.errors import BodyError, BodyTooLargeError, FetchError, HttpError, TLSConfigError
from hivehelm.testing.authority import Authority
from hivehelm.testing.chart_repository import Asked, ChartRepository, Reply


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("files")
    (directory / "a.yaml").write_text("a: 1\n" * 1000)
    return directory


@pytest.fixture
def server(files: Path) -> Iterator[ChartRepository]:
    with ChartRepository(files) as running:
        yield running


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(timeout=60.0, environ={}) as made:
        yield made


Raw = Callable[..., str]


@pytest.fixture
def raw() -> Iterator[Raw]:
    """Start servers that answer each connection with the next of some texts, then close it."""
    listeners = []

    def start(*answers: bytes, delay: float = 0.0) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            for answer in answers:
                connection = listener.accept()[0]
                with connection:
                    connection.recv(1 << 16)
                    for piece in answer.split(b"|"):
                        connection.sendall(piece)
                        time.sleep(delay)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    for listener in listeners:
        listener.close()


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and requests, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


def problem(client: Client, url: str, **more: object) -> str:
    with pytest.raises(HttpError) as raised:
        client.request("GET", url, **more)  # type: ignore[arg-type]
    return str(raised.value)


def test_answers(server: ChartRepository, client: Client) -> None:
    answer = client.request("GET", f"{server.url}/a.yaml?x=1#y")
    assert (answer.status, answer.line, answer.reason) == (200, "200 OK", "OK")
    assert len(answer.data) == 5000
    assert answer.headers["content-type"] == "text/yaml"
    assert answer.url == f"{server.url}/a.yaml?x=1#y"
    asked = server.requests[0]
    assert (asked.method, asked.path) == ("GET", "/a.yaml?x=1")
    assert asked.headers == {"host": f"127.0.0.1:{server.port}", "user-agent": "Helm/4.3.1"}
    assert client.request("GET", f"{server.url}/none").line == "404 Not Found"
    assert client.request("HEAD", f"{server.url}/a.yaml").data == b""
    assert client.request("GET", f"{server.url}?").status == 404
    assert server.requests[-1].path == "/?"


def test_bodies_and_headers(server: ChartRepository, client: Client) -> None:
    headers = {"accept": "x", "Content-Type": "y", "user-agent": "me"}
    for body in (b"z", b"z" * 50_000):
        client.request("POST", f"{server.url}/a.yaml", headers=headers, body=body)
        asked = server.requests[-1]
        assert (asked.method, asked.body) == ("POST", body)
        assert asked.headers["content-length"] == str(len(body))
        assert (asked.headers["accept"], asked.headers["content-type"]) == ("x", "y")
        assert asked.headers["user-agent"] == "me"
    client.request("PUT", f"{server.url}/a.yaml")
    assert server.requests[-1].headers["content-length"] == "0"


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"A b": "c"}, 'net/http: invalid header field name "A b"'),
        ({"A": "b\r\nc"}, 'net/http: invalid header field value for "A"'),
    ],
)
def test_headers_that_cannot_be_sent(
    server: ChartRepository, client: Client, headers: dict[str, str], text: str
) -> None:
    assert problem(client, server.url, headers=headers) == f'Get "{server.url}": {text}'


def test_streams(server: ChartRepository, client: Client) -> None:
    with client.open("GET", f"{server.url}/a.yaml") as stream:
        assert (stream.status, stream.line, stream.reason) == (200, "200 OK", "OK")
        assert stream.length == 5000
        assert b"".join(stream.chunks()) == b"a: 1\n" * 1000
        assert b"".join(stream.chunks()) == b""
    server.replies["/c"] = Reply(body=b"abc" * 99, chunked=True)
    with client.open("GET", f"{server.url}/c") as stream:
        assert stream.length is None
        assert stream.read() == b"abc" * 99
    stream.close()


def test_connections_are_kept(server: ChartRepository, client: Client) -> None:
    ports: set[str] = set()
    for path in ("a.yaml", "none", "a.yaml"):
        client.request("GET", f"{server.url}/{path}")
    with client.open("GET", f"{server.url}/a.yaml") as stream:
        ports.add(str(stream._connection and stream._connection.socket.getsockname()))
    client.close()
    assert len(server.requests) == 4
    assert "None" not in ports


def test_a_connection_that_the_server_has_closed(raw: Raw, client: Client) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"
    url = raw(answer, answer)
    assert client.request("GET", url).data == b"ab"
    assert client.request("GET", url).data == b"ab"


def test_a_kept_connection_that_breaks(raw: Raw, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"
    url = raw(answer, answer)
    monkeypatch.setattr("hivehelm.http.connection.Connection.idle", lambda self: True)
    assert client.request("GET", url).data == b"ab"
    time.sleep(0.05)
    assert client.request("GET", url).data == b"ab"
    url = raw(answer)
    assert client.request("GET", url).data == b"ab"
    time.sleep(0.05)
    with pytest.raises(FetchError):
        client.request("POST", url)


def test_gzip(server: ChartRepository, client: Client) -> None:
    data = b"a" * 1_000_000
    server.replies["/z"] = Reply(body=gzip.compress(data), headers={"Content-Encoding": "gzip"})
    answer = client.request("GET", f"{server.url}/z", compressed=True)
    assert answer.data == data
    assert not answer.headers.keys() & {"content-encoding", "content-length"}
    assert server.requests[0].headers["accept-encoding"] == "gzip"
    assert client.request("GET", f"{server.url}/z").data[:2] == b"\x1f\x8b"
    assert problem(client, f"{server.url}/z", compressed=True, limit=999_999) == (
        "response body exceeds 999999 bytes"
    )


def test_limits(server: ChartRepository, client: Client) -> None:
    with pytest.raises(BodyTooLargeError) as raised:
        client.request("GET", f"{server.url}/a.yaml", limit=4999)
    assert raised.value.limit == 4999
    assert client.request("GET", f"{server.url}/a.yaml", limit=5000).status == 200


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("ftp://h/x", 'Get "ftp://h/x": unsupported protocol scheme "ftp"'),
        ("x", 'Get "x": unsupported protocol scheme ""'),
        ("http:///x", 'Get "http:///x": http: no Host in request URL'),
        (
            "http://u:p%20q@127.0.0.1:1/",
            'Get "http://u:***@127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
        ),
        ("http://127.0.0.1:99999", 'Get "http://127.0.0.1:99999": dial tcp: address 99999: invalid port'),
    ],
)
def test_addresses_that_lead_nowhere(client: Client, url: str, text: str) -> None:
    assert problem(client, url) == text


def test_what_is_no_address(client: Client) -> None:
    with pytest.raises(URLError):
        client.request("GET", "http://[")


BROKEN = "net/http: HTTP/1.x transport connection broken: "


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"", "EOF"),
        (b"HTTP/1.1 200 OK\r\nA: b", f"{BROKEN}unexpected EOF"),
        (b"HTTP/1.1 200 OK\r\n A: b\r\n\r\n", f'{BROKEN}malformed MIME header initial line: " A: b"'),
        (b"HTTP/1.1 200 OK\r\nA b: c\r\n\r\n", f'{BROKEN}malformed MIME header line: "A b: c"'),
        (b"HTTP/1.1 200 OK\r\nA: b\x01\r\n\r\n", f'{BROKEN}malformed MIME header line: "A: b\\x01"'),
        (b"HTTP/1.1 100 OK\r\n\r\n" * 9, f"{BROKEN}net/http: too many 1xx informational responses"),
    ],
)
def test_what_is_no_answer(raw: Raw, client: Client, answer: bytes, text: str) -> None:
    url = raw(answer)
    assert problem(client, url) == f'Get "{url}": {text}'


@pytest.mark.parametrize("answer", [b"x" * 200, b"HTTP/1.1 200 OK\r\nA: " + b"x" * 200])
def test_heads_have_a_limit(raw: Raw, client: Client, answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.http.wire.MAX_HEAD", 100)
    url = raw(answer)
    assert (
        problem(client, url) == f'Get "{url}": net/http: server response headers exceeded 100 bytes; aborted'
    )


def test_heads_that_are_odd_and_fine(raw: Raw, client: Client) -> None:
    head = b"HTTP/1.1 200 \r\nA: b\r\n  c\r\nA: d\r\nLocation: x\r\nLocation: y\r\nContent-Length: 1\r\n"
    answer = client.request("GET", raw(head + b"Content-Length: 1\r\n\r\nz"))
    assert answer.headers == {"a": "b c, d", "location": "x", "content-length": "1"}
    assert (answer.line, answer.reason, answer.data) == ("200 ", "", b"z")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"Content-Length: 3\r\n\r\nab", "unexpected EOF"),
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\nab", "unexpected EOF"),
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", "malformed chunked encoding"),
        (b"Transfer-Encoding: chunked\r\n\r\n3", "unexpected EOF"),
        (b"Transfer-Encoding: chunked\r\n\r\n\r\n", "empty hex number for chunk length"),
        (b"Transfer-Encoding: chunked\r\n\r\ng\r\n", "invalid byte in chunk length"),
        (b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 17 + b"\r\n", "http chunk length too large"),
        (b"Transfer-Encoding: chunked\r\n\r\n" + b" " * 5000, "header line too long"),
    ],
)
def test_bodies_that_break_off(raw: Raw, client: Client, answer: bytes, text: str) -> None:
    with pytest.raises(BodyError) as raised:
        client.request("GET", raw(b"HTTP/1.1 200 OK\r\n" + answer))
    assert str(raised.value) == text


def test_chunks_with_trailers_and_extensions(raw: Raw, client: Client) -> None:
    body = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n|1 \r\nc\r\n0\r\nA: b\r\n\r\n"
    )
    assert client.request("GET", raw(body, delay=0.01)).data == b"abc"


def test_a_connection_that_is_reset(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            for answer in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"):
                connection = listener.accept()[0]
                connection.recv(4)
                connection.sendall(answer)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.close()

        threading.Thread(target=run, daemon=True).start()
        port = listener.getsockname()[1]
        url = f"http://127.0.0.1:{port}/"
        said = problem(client, url)
        assert said.startswith(f'Get "{url}": read tcp 127.0.0.1:')
        assert said.endswith(f"->127.0.0.1:{port}: read: connection reset by peer")
        with client.open("GET", url) as stream, pytest.raises(BodyError, match=r"^read tcp .*reset by peer$"):
            list(stream.chunks())


def test_a_server_that_refuses_before_it_has_read_all(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            connection = listener.accept()[0]
            connection.recv(4)
            connection.sendall(b"HTTP/1.1 413 Too Much\r\nContent-Length: 0\r\n\r\n")
            time.sleep(0.1)
            connection.close()

        threading.Thread(target=run, daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        try:
            assert client.request("PUT", url, body=b"x" * (64 << 20)).line == "413 Too Much"
        except FetchError as error:
            # Its answer may be lost with the connection.
            assert "write tcp" in str(error)


LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"


def test_timeouts(
    server: ChartRepository, silent: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Client(timeout=0.2, environ={}) as hasty:
        assert problem(hasty, silent) == f'Get "{silent}": {LATE}'
    with client.open("GET", f"{server.url}/a.yaml") as stream:
        connection, left = stream._connection, 5000
        assert connection is not None
        while left:
            left -= len(connection.reader.some(left))
        # Between the head and more of the body, the time is over.
        late = SimpleNamespace(monotonic=lambda: time.monotonic() + 60)
        monkeypatch.setattr("hivehelm.http.wire.time", late)
        with pytest.raises(BodyError) as raised:
            stream.read()
        monkeypatch.undo()
    assert str(raised.value) == (
        "context deadline exceeded (Client.Timeout or context cancellation while reading body)"
    )
    with Client(timeout=0, environ={}) as client:
        assert client.request("GET", f"{server.url}/a.yaml").status == 200


def test_nobody_answers_the_call() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        filled = []
        for _ in range(4):  # a full backlog drops what comes after
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
            filled.append(waiting)
        for scheme in ("http", "https"):
            url = f"{scheme}://127.0.0.1:{port}"
            with Client(timeout=0.1, environ={}) as client:
                assert problem(client, url) == f'Get "{url}": {LATE}'
        for waiting in filled:
            waiting.close()


def test_a_handshake_that_takes_too_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with Client(timeout=0.1, environ={}) as client:
            assert problem(client, url) == f'Get "{url}": {LATE}'


def test_redirects(server: ChartRepository, client: Client) -> None:
    server.replies["/1"] = Reply(status=301, headers={"Location": "2?x=1"})
    server.replies["/2"] = Reply(status=302, headers={"Location": f"{server.url}/a.yaml"}, body=b"x" * 9000)
    answer = client.request("GET", f"{server.url}/1", login=("u", "p"))
    assert (answer.status, answer.url) == (200, f"{server.url}/a.yaml")
    paths = [
        (one.path, one.headers.get("referer"), one.headers.get("authorization")) for one in server.requests
    ]
    assert paths == [
        ("/1", None, "Basic dTpw"),
        ("/2?x=1", f"{server.url}/1", "Basic dTpw"),
        ("/a.yaml", f"{server.url}/2?x=1", "Basic dTpw"),
    ]
    server.requests.clear()
    assert client.request("GET", f"{server.url}/1", redirects=0).status == 301


@pytest.mark.parametrize(
    ("status", "method", "after", "body"),
    [
        (301, "POST", "GET", b""),
        (302, "PUT", "GET", b""),
        (303, "HEAD", "HEAD", b""),
        (307, "POST", "POST", b"x"),
        (308, "PUT", "PUT", b"x"),
    ],
)
def test_what_a_redirect_makes_of_a_request(
    server: ChartRepository, client: Client, status: int, method: str, after: str, body: bytes
) -> None:
    server.replies["/1"] = Reply(status=status, headers={"Location": "/2"})
    server.replies["/2"] = Reply()
    client.request(
        method, f"{server.url}/1", body=None if method == "HEAD" else b"x", headers={"Content-Type": "t"}
    )
    asked = server.requests[-1]
    assert (asked.method, asked.body) == (after, body)
    assert ("content-type" in asked.headers) is (after == method)


def test_redirects_end(server: ChartRepository, client: Client) -> None:
    server.replies["/1"] = Reply(status=302, headers={"Location": "/1"})
    assert problem(client, f"{server.url}/1") == 'Get "/1": stopped after 10 redirects'
    assert len(server.requests) == 10
    server.replies["/1"] = Reply(
        status=302, headers={"Location": f"{server.url}/1".replace("//", "//u:secret@")}
    )
    url = f"{server.url}/1".replace("//", "//u:***@")
    assert problem(client, f"{server.url}/1") == f'Get "{url}": stopped after 10 redirects'


def test_redirects_to_nowhere(server: ChartRepository, client: Client) -> None:
    server.replies["/1"] = Reply(status=302)
    assert client.request("GET", f"{server.url}/1").status == 302
    server.replies["/1"] = Reply(status=302, headers={"Location": "http://[::1/"})
    url = f"{server.url}/1"
    assert problem(client, url) == (
        f'Get "{url}": failed to parse Location header "http://[::1/": '
        "parse \"http://[::1/\": missing ']' in host"
    )
    server.replies["/1"] = Reply(status=302, headers={"Location": "http://u:secret@[::1/"})
    assert "secret" not in problem(client, url)


def test_passwords_go_to_nobody_else(files: Path, server: ChartRepository, client: Client) -> None:
    headers = {"Authorization": "Bearer x", "Cookie": "y", "X-Other": "z"}

    def sent(one: Asked) -> list[str]:
        return [name for name in ("authorization", "cookie", "x-other") if name in one.headers]

    with ChartRepository(files) as other:
        server.replies["/1"] = Reply(status=302, headers={"Location": f"{other.url}/2"})
        other.replies["/2"] = Reply(status=302, headers={"Location": f"{server.url}/a.yaml"})
        client.request("GET", f"{server.url}/1", headers=headers)
        assert sent(server.requests[0]) == ["authorization", "cookie", "x-other"]
        assert sent(other.requests[0]) == ["x-other"]
        # What was dropped once stays away, also on the way back.
        assert sent(server.requests[1]) == ["x-other"]
        # Go's own rule is by name only.
        client.request("GET", f"{server.url}/1", headers=headers, pass_credentials=True)
        assert sent(other.requests[1]) == ["authorization", "cookie", "x-other"]
        named = other.url.replace("127.0.0.1", "localhost")
        server.replies["/1"] = Reply(status=302, headers={"Location": f"{named}/a.yaml"})
        client.request("GET", f"{server.url}/1", headers=headers, pass_credentials=True)
        assert sent(other.requests[2]) == ["x-other"]


def test_names_in_addresses_log_in(server: ChartRepository, client: Client) -> None:
    server.replies["/1"] = Reply(status=302, headers={"Location": "a.yaml"})
    answer = client.request("GET", f"{server.url}/1".replace("//", "//u:p@"))
    assert answer.url == f"{server.url}/a.yaml".replace("//", "//u:***@")
    assert [one.headers.get("authorization") for one in server.requests] == ["Basic dTpw"] * 2
    assert server.requests[1].headers["referer"] == f"{server.url}/1"
    client.request("GET", f"{server.url}/a.yaml".replace("//", "//u@"))
    assert server.requests[-1].headers["authorization"] == "Basic dTo="


def test_tls(files: Path, tmp_path: Path) -> None:
    authority = Authority()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    for name, data in zip(("c.pem", "c.key"), authority.issue("me"), strict=True):
        (tmp_path / name).write_bytes(data)
    ca_file = str(tmp_path / "ca.pem")
    with ChartRepository(files, tls=authority, clients=authority) as server:
        mine = {"cert_file": str(tmp_path / "c.pem"), "key_file": str(tmp_path / "c.key"), "environ": {}}
        with Client(ca_file=ca_file, **mine) as client:  # type: ignore[arg-type]
            client.prepare()
            assert client.request("GET", f"{server.url}/a.yaml").status == 200
            assert client.request("GET", f"{server.url}/a.yaml").status == 200
        assert server.requests[0].user == "me"
        with Client(insecure=True, **mine) as client:  # type: ignore[arg-type]
            assert client.request("GET", f"{server.url}/a.yaml").status == 200
        with Client(environ={}) as client:
            assert problem(client, server.url) == (
                f'Get "{server.url}": tls: failed to verify certificate: '
                "x509: certificate signed by unknown authority"
            )
        with Client(ca_file=ca_file, environ={}) as client:
            assert "remote error: tls: certificate required" in problem(client, server.url)


def test_what_is_no_tls(server: ChartRepository, raw: Raw, client: Client) -> None:
    url = server.url.replace("http:", "https:")
    first = "tls: first record does not look like a TLS handshake"
    assert problem(client, url) == f'Get "{url}": {first}'
    url = raw(*[b"HTTP/1.0 400 Bad\r\n\r\n"] * 2).replace("http:", "https:")
    assert problem(client, url) == f'Get "{url}": http: server gave HTTP response to HTTPS client'
    url = raw(b"").replace("http:", "https:")
    assert problem(client, url).startswith(f'Get "{url}": ')


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"ca_file": "no"}, 'can\'t read CA file: "no": open no: no such file or directory'),
        ({"ca_file": "."}, 'can\'t read CA file: ".": read .: is a directory'),
        ({"ca_file": "junk"}, "failed to append certificates from pem block"),
        ({"cert_file": "junk"}, 'unable to read key file: "": open : no such file or directory'),
        (
            {"key_file": "junk", "ca_file": "no"},
            (
                'unable to read cert file: "": open : no such file or directory\n'
                'can\'t read CA file: "no": open no: no such file or directory'
            ),
        ),
        (
            {"key_file": "junk", "cert_file": "junk", "ca_file": "junk"},
            "unable to load cert from key pair: tls: failed to find any PEM data in certificate input",
        ),
    ],
)
def test_files_of_ours_that_do_not_serve(
    server: ChartRepository,
    options: dict[str, str],
    text: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "junk").write_text("junk")
    with pytest.raises(TLSConfigError) as raised:
        Client(**options).prepare()  # type: ignore[arg-type]
    assert str(raised.value) == text
    with pytest.raises(TLSConfigError):
        Client(**options).request("GET", server.url.replace("http:", "https:"))  # type: ignore[arg-type]


def test_a_client_of_many_threads(server: ChartRepository, client: Client) -> None:
    found: list[int] = []

    def work() -> None:
        found.extend(client.request("GET", f"{server.url}/a.yaml").status for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 60


def test_what_the_client_says_of_itself() -> None:
    assert module.USER_AGENT == "Helm/4.3.1"
    assert module.TIMEOUT == 120.0


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (b"HTTP/1.1\r\n", 'malformed HTTP response "HTTP/1.1"'),
        (b"HTTP/1.1 20 OK\r\n", 'malformed HTTP status code "20"'),
        (b"HTTP/11 200 OK\r\n", 'malformed HTTP version "HTTP/11"'),
        (b"HTTP/1.1 200 OK\r\nnothing\r\n", 'malformed MIME header: missing colon: "nothing"'),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
            'http: message cannot contain multiple Content-Length headers; got ["1" "2"]',
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 'bad Content-Length "-1"'),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: br\r\n\r\n", 'unsupported transfer encoding: "br"'),
    ],
)
def test_heads_that_mean_nothing(raw: Raw, client: Client, head: bytes, text: str) -> None:
    url = raw(head)
    assert problem(client, url) == f'Get "{url}": {BROKEN}{text}'


def test_packed_bodies_that_are_not(raw: Raw, client: Client) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    two = gzip.compress(b"a") + gzip.compress(b"b")
    assert client.request("GET", raw(head + two), compressed=True).data == b"ab"
    assert client.request("GET", raw(head), compressed=True).data == b""
    for body, text in ((b"junk", "gzip: invalid header"), (two[:-3], "unexpected EOF")):
        assert problem(client, raw(head + body), compressed=True) == text


def test_answers_without_an_end(raw: Raw, client: Client) -> None:
    url = raw(b"HTTP/1.0 200 OK\r\n\r\nab")
    assert client.request("GET", url).data == b"ab"


def test_servers_may_not_be_silent_for_ever(
    server: ChartRepository, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Client(timeout=None, idle=0.1, environ={}) as client,
        pytest.raises(FetchError, match="context deadline exceeded"),
    ):
        client.request("GET", silent)
    # Who is not silent may take longer than that: hours go by between any two pieces.
    server.replies["/trickle"] = Reply(body=b"x" * 160, pause=0.01)
    hours = count(time.monotonic(), 3600.0)
    monkeypatch.setattr("hivehelm.http.wire.time", SimpleNamespace(monotonic=lambda: next(hours)))
    with Client(timeout=None, idle=60.0, environ={}) as client:
        assert client.request("GET", f"{server.url}/trickle").data == b"x" * 160


def test_servers_that_take_nothing_are_given_up() -> None:
    """The time-out is for a stretch without progress, not for a whole body."""
    with socket.create_server(("127.0.0.1", 0)) as deaf, Client(timeout=None, idle=0.1, environ={}) as client:
        port = deaf.getsockname()[1]
        with pytest.raises(FetchError, match="context deadline exceeded"):
            client.request("PUT", f"http://127.0.0.1:{port}/", body=b"x" * (64 << 20))


def test_large_bodies_go_out_in_pieces(server: ChartRepository) -> None:
    server.replies["/x"] = Reply(status=201)
    body = bytes(3 << 20)
    with Client(timeout=None, idle=60.0, environ={}) as client:
        assert client.request("PUT", f"{server.url}/x", body=body).status == 201
    assert server.asked("/x")[0].body == body


def test_outward_requests_reach_nothing_near(
    server: ChartRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Client(outward=True, environ={}) as client:
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
            with pytest.raises(FetchError, match="this leads to the server's own machine or its link"):
                client.request("GET", f"http://{host}:{server.port}/index.yaml")
    assert not server.asked("/index.yaml")
    # A server that is far away, for once, sends on to one that is near.
    monkeypatch.setattr(near, "is_near", lambda address: address == "127.0.0.2")
    server.replies["/moved"] = Reply(
        status=302, headers={"Location": f"http://127.0.0.2:{server.port}/secret"}
    )
    with Client(outward=True, environ={}) as client:
        assert client.request("GET", f"{server.url}/a.yaml").status == 200
        with pytest.raises(FetchError, match=r"127\.0\.0\.2:.*: this leads to"):
            client.request("GET", f"{server.url}/moved")
    assert not server.asked("/secret")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("0.0.0.0", True),  # noqa: S104 - nothing is bound
        ("169.254.169.254", True),
        ("fe80::1%eth0", True),
        ("::ffff:169.254.169.254", True),
        ("2002:7f00:1::", True),
        ("224.0.0.1", True),
        ("10.0.0.1", False),
        ("192.0.2.7", False),
        ("2001:db8::1", False),
    ],
)
def test_what_is_near(address: str, expected: bool) -> None:
    assert near.is_near(address) is expected
