"""Opening a TCP connection, directly or through SOCKS5, with Go's words for what fails (package net).

Sockets are those of C: what `socket` makes of them takes 8 ms to import, and only TLS needs it.
"""

from __future__ import annotations

import _socket
import errno
import os
import time

from hivehelm.http.errors import DialError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.http.racing import Address

DIAL_SECONDS = 30.0
_SOCKS_REPLIES = (
    "succeeded",
    "general SOCKS server failure",
    "connection not allowed by ruleset",
    "network unreachable",
    "host unreachable",
    "connection refused",
    "TTL expired",
    "command not supported",
    "address type not supported",
)


def dial(host: str, port: int, timeout: float = DIAL_SECONDS, *, outward: bool = False) -> _socket.socket:
    """Connect to an address of `host`: to the first, or to one that answers before it does.

    `timeout` is in seconds, for all addresses together. With `outward`, none of them may be near (`near`).

    Raises:
        DialError: no address answers; the text is about the first one, as with Go's dialer.
    """
    if not 0 <= port < 65536:
        raise DialError(f"dial tcp: address {port}: invalid port")
    deadline = time.monotonic() + timeout
    addresses = _resolve(host, port)
    if outward:
        _refuse_near(addresses, port)
    try:
        if len(addresses) > 1:
            from hivehelm.http.racing import race

            connection = race(addresses, deadline)
        else:
            connection = _connect(addresses[0], deadline)
    except OSError as error:
        where = _join(str(addresses[0][4][0]), port)
        raise DialError(f"dial tcp {where}: {_connect_text(error)}") from None
    connection.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
    _keep_alive(connection)
    return connection


def _refuse_near(addresses: list[Address], port: int) -> None:
    from hivehelm.http.near import is_near

    for address in addresses:
        if is_near(str(address[4][0])):
            where = _join(str(address[4][0]), port)
            raise DialError(f"dial tcp {where}: this leads to the server's own machine or its link")


def _connect(address: Address, deadline: float) -> _socket.socket:
    family, kind, protocol, _, target = address
    connection = _socket.socket(family, kind, protocol)
    try:
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        connection.connect(target)
    except BaseException:
        connection.close()
        raise
    return connection


def _keep_alive(connection: _socket.socket) -> None:
    """Notice within 45 s that a peer is gone, as Go's HTTP/2 pings do: watches have no other timeout."""
    connection.setsockopt(_socket.SOL_SOCKET, _socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if (option := getattr(_socket, name, None)) is not None:
            connection.setsockopt(_socket.IPPROTO_TCP, option, value)


def dial_socks5(
    proxy: tuple[str, int],
    target: tuple[str, int],
    login: tuple[str, str] | None = None,
    timeout: float = DIAL_SECONDS,
    *,
    open_socket: Callable[[str, int, float], _socket.socket] = dial,
) -> _socket.socket:
    """Connect to `target` through a SOCKS5 proxy (RFC 1928, 1929), which also resolves the target's name.

    `timeout` is in seconds, for each step.

    Raises:
        DialError: the proxy does not answer, refuses us, or cannot reach the target.
    """
    try:
        connection = open_socket(*proxy, timeout)
    except DialError as error:
        raise DialError(f"proxyconnect tcp: {error}") from None
    try:
        connection.settimeout(timeout)
        _negotiate(connection, target, login)
    except DialError as error:
        connection.close()
        where = _join(*target)
        raise DialError(f"socks connect tcp {_join(*proxy)}->{where}: {error}") from None
    except OSError as error:
        connection.close()
        raise DialError(f"socks connect tcp {_join(*proxy)}->{_join(*target)}: {go_errno(error)}") from None
    return connection


def _negotiate(connection: _socket.socket, target: tuple[str, int], login: tuple[str, str] | None) -> None:
    connection.sendall(b"\x05\x02\x00\x02" if login else b"\x05\x01\x00")
    version, method = _receive(connection, 2)
    if version != 5:
        raise DialError(f"unexpected protocol version {version}")
    if method == 2 and login:
        user, password = (part.encode() for part in login)
        connection.sendall(bytes((1, len(user))) + user + bytes((len(password),)) + password)
        if _receive(connection, 2)[1] != 0:
            raise DialError("username/password authentication failed")
    elif method != 0:
        raise DialError("no acceptable authentication methods")
    host, port = target
    connection.sendall(b"\x05\x01\x00" + _socks_address(host) + port.to_bytes(2, "big"))
    version, reply, _, kind = _receive(connection, 4)
    if version != 5:
        raise DialError(f"unexpected protocol version {version}")
    if reply:
        text = _SOCKS_REPLIES[reply] if reply < len(_SOCKS_REPLIES) else f"unknown code: {reply}"
        raise DialError(f"unknown error {text}")
    size = {1: 4, 4: 16}.get(kind) or _receive(connection, 1)[0]
    _receive(connection, size + 2)


def _socks_address(host: str) -> bytes:
    for family, kind in ((_socket.AF_INET, b"\x01"), (_socket.AF_INET6, b"\x04")):
        try:
            return kind + _socket.inet_pton(family, host)
        except OSError:
            pass
    name = host.encode("idna")
    if len(name) > 255:
        raise DialError("FQDN too long")
    return b"\x03" + bytes((len(name),)) + name


def _receive(connection: _socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise DialError("EOF")
        data += piece
    return data


def _resolve(host: str, port: int) -> list[Address]:
    try:
        # Bytes spare the import of the codec for names in other scripts, which checks the labels' lengths.
        plain = host.isascii() and all(0 < len(label) < 64 for label in host.split("."))
        name = host.encode() if plain else host
        return _socket.getaddrinfo(name, port, type=_socket.SOCK_STREAM)  # type: ignore[return-value]
    except _socket.gaierror as error:
        if error.errno == _socket.EAI_AGAIN:
            raise DialError(f"dial tcp: lookup {host}{_name_server()}: server misbehaving") from None
        raise DialError(f"dial tcp: lookup {host}{_name_server()}: no such host") from None
    except (UnicodeError, OSError):
        raise DialError(f"dial tcp: lookup {host}: no such host") from None


def _name_server(path: str = "/etc/resolv.conf") -> str:
    """Return ` on ADDRESS:53`, the server Go's resolver would have asked."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                words = line.split()
                if len(words) > 1 and words[0] == "nameserver":
                    return f" on {_join(words[1], 53)}"
    except OSError:
        pass
    return ""


def _connect_text(error: OSError) -> str:
    if isinstance(error, TimeoutError) and error.errno is None:
        return "i/o timeout"
    return f"connect: {go_errno(error)}"


def go_errno(error: OSError) -> str:
    """Return the text of an errno as Go's syscall package has it: the C library's, in lower case."""
    if isinstance(error, TimeoutError) and error.errno in (None, errno.ETIMEDOUT):
        return "connection timed out" if error.errno else "i/o timeout"
    text = os.strerror(error.errno) if error.errno else str(error)
    return text[:1].lower() + text[1:]


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
