from __future__ import annotations

import _socket
import socket
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from hivehelm.http import dialing
from hivehelm.http.dialing import dial, dial_socks5, go_errno
from hivehelm.http.errors import DialError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def fault(host: str, port: int, timeout: float = 60.0) -> str:
    with pytest.raises(DialError) as caught:
        dial(host, port, timeout)
    return str(caught.value)


def test_connections_stand() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        closing(dial("127.0.0.1", listener.getsockname()[1])) as s,
    ):
        assert s.getpeername() == listener.getsockname()


def test_failures_in_gos_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert fault("127.0.0.1", 1) == "dial tcp 127.0.0.1:1: connect: connection refused"
    assert fault("127.0.0.1", 70000) == "dial tcp: address 70000: invalid port"
    assert fault("a..b", 1) == "dial tcp: lookup a..b: no such host"
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("# x\nsearch y\nnameserver fd00::53\n")
    name_server = dialing._name_server
    monkeypatch.setattr(dialing, "_name_server", lambda: name_server(str(resolver)))

    def fail(code: int) -> None:
        def resolve(*_: object, **__: object) -> None:
            raise socket.gaierror(code, "x")

        monkeypatch.setattr(_socket, "getaddrinfo", resolve)

    fail(socket.EAI_NONAME)
    assert fault("h.invalid", 1) == "dial tcp: lookup h.invalid on [fd00::53]:53: no such host"
    fail(socket.EAI_AGAIN)
    assert fault("h.invalid", 1) == "dial tcp: lookup h.invalid on [fd00::53]:53: server misbehaving"
    resolver.write_text("")
    assert fault("h.invalid", 1) == "dial tcp: lookup h.invalid: server misbehaving"
    resolver.unlink()
    assert fault("h.invalid", 1) == "dial tcp: lookup h.invalid: server misbehaving"


def test_no_answer_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        filled = []
        for _ in range(4):  # a full backlog drops what comes after
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
            filled.append(waiting)
        assert fault("127.0.0.1", port, 0.05) == f"dial tcp 127.0.0.1:{port}: i/o timeout"
        for waiting in filled:
            waiting.close()


def test_errnos() -> None:
    assert go_errno(ConnectionResetError(104, "x")) == "connection reset by peer"
    assert go_errno(TimeoutError()) == "i/o timeout"
    assert go_errno(TimeoutError(110, "x")) == "connection timed out"
    assert go_errno(OSError("Odd")) == "odd"


def socks(script: Sequence[bytes], target: tuple[str, int] = ("h", 443), login: bool = False) -> str:
    """Let a proxy answer with `script` and return the failure, empty if there is none."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            with listener.accept()[0] as client:
                for piece in script:
                    client.recv(512)
                    client.sendall(piece)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            dial_socks5(
                ("127.0.0.1", listener.getsockname()[1]), target, ("u", "p") if login else None, 60.0
            ).close()
        except DialError as error:
            return str(error).partition(": ")[2]
        finally:
            thread.join(60)
    return ""


DONE = b"\x05\x00\x00\x01" + bytes(6)


def test_socks_handshakes() -> None:
    assert socks([b"\x05\x00", DONE]) == ""
    assert socks([b"\x05\x00", b"\x05\x00\x00\x04" + bytes(18)], ("10.0.0.1", 1)) == ""
    assert socks([b"\x05\x00", b"\x05\x00\x00\x03\x01x" + bytes(2)], ("fd00::1", 1)) == ""
    assert socks([b"\x05\x02", b"\x01\x00", DONE], login=True) == ""


@pytest.mark.parametrize(
    ("script", "login", "message"),
    [
        ([b"\x04\x00"], False, "unexpected protocol version 4"),
        ([b"\x05\xff"], False, "no acceptable authentication methods"),
        ([b"\x05\x02", b"\x01\x01"], True, "username/password authentication failed"),
        ([b"\x05\x00", b"\x05\x05\x00\x01"], False, "unknown error connection refused"),
        ([b"\x05\x00", b"\x05\x63\x00\x01"], False, "unknown error unknown code: 99"),
        ([b"\x05\x00", b"\x04\x00\x00\x01"], False, "unexpected protocol version 4"),
        ([b"\x05"], False, "EOF"),
    ],
)
def test_socks_refusals(script: list[bytes], login: bool, message: str) -> None:
    assert socks(script, login=login) == message


def test_socks_names_have_a_limit() -> None:
    assert socks([b"\x05\x00"], (".".join(["a" * 60] * 5), 1)) == "FQDN too long"


def test_socks_proxies_may_be_slow() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = ("127.0.0.1", int(listener.getsockname()[1]))
        with pytest.raises(DialError, match="i/o timeout"):
            dial_socks5(proxy, ("h", 1), timeout=0.05)
