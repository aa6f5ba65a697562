"""A connection to a server: directly or through a proxy, over TLS if asked; Go's words for what breaks."""

from __future__ import annotations

import time

from hivehelm.http.dialing import DIAL_SECONDS, dial, dial_socks5, go_errno
from hivehelm.http.errors import BodyError, DialError, HttpError, ProtocolError
from hivehelm.http.wire import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    import socket
    import ssl
    from collections.abc import Callable

    from typing_extensions import TypeIs

TOO_LATE = "context deadline exceeded"
_PIECE = 1 << 20


class Route:
    """The way to a server: `scheme`, `host` and `port` of it, and the URL of a proxy, or nothing.

    `name` is what its certificate has to be for; the host, if not given. `outward` must lead to another
    machine, unless there is a proxy, whose matter that is.
    """

    __slots__ = ("host", "name", "outward", "port", "proxy", "scheme")

    def __init__(
        self, scheme: str, host: str, port: int, proxy: str = "", name: str = "", *, outward: bool = False
    ) -> None:
        self.scheme = scheme
        self.host = host
        self.port = port
        self.proxy = proxy
        self.name = name or host
        self.outward = outward

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What connections have in common that can stand in for each other."""
        return self.scheme, self.host, self.port, self.proxy

    @property
    def forwarded(self) -> bool:
        """Whether a proxy passes requests on, and has to be told whole URLs."""
        return self.scheme == "http" and self.proxy.startswith("http")


class Connection:
    """An open connection."""

    def __init__(self, route: Route, opened: _socket.socket) -> None:
        self.route = route
        self.socket = opened
        self.reader = Reader(opened)
        self.used = False
        # A server that has hung up already leaves no name to ask for; Go takes the one it has called then.
        self._peer = _address(opened, "getpeername") or ("" if route.proxy else _join(route.host, route.port))

    def send(self, data: bytes) -> None:
        """Send all of `data` by the reader's deadline.

        Raises:
            OSError: the connection broke, or it took too long.
        """
        left = self.reader.idle
        if self.reader.deadline is not None:
            left = max(0.001, self.reader.deadline - time.monotonic())
        self.socket.settimeout(left)
        if self.reader.deadline is not None or left is None or len(data) <= _PIECE:
            self.socket.sendall(data)
            return
        # The system's time-out is for all that is sent at once.
        view = memoryview(data)
        for start in range(0, len(data), _PIECE):
            self.socket.sendall(view[start : start + _PIECE])

    def idle(self) -> bool:
        """Tell whether nothing has come in since the last answer: not even the end."""
        if self.reader.pending:
            return False
        import select

        if not hasattr(select, "poll"):
            return not select.select((self.socket,), (), (), 0)[0]
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()

    def words(self, error: BaseException, verb: str = "read") -> HttpError:
        """Return what Go says of a connection that broke when reading from it, or writing to it."""
        if isinstance(error, HttpError):
            return error
        if isinstance(error, TimeoutError):
            return DialError(TOO_LATE)
        if isinstance(error, EOFError):
            return DialError("EOF", reset=True)
        if is_tls(error):
            from hivehelm.http.x509 import handshake_text

            return DialError(handshake_text(error, self.route.name, bytes), reset=True)
        if not isinstance(error, OSError):
            return DialError(str(error), reset=True)
        where = f"{_address(self.socket, 'getsockname')}->{self._peer}"
        return DialError(f"{verb} tcp {where}: {verb}: {go_errno(error)}", reset=True)


def _address(opened: _socket.socket, end: str) -> str:
    """Return the address of an end of a connection; empty where it has none, as TLS in TLS."""
    try:
        host, port = getattr(opened, end)()[:2]
    except (OSError, ValueError, AttributeError):
        return ""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_tls(error: BaseException) -> TypeIs[ssl.SSLError]:
    """Tell whether TLS failed, without importing it."""
    import sys

    module = sys.modules.get("ssl")
    return module is not None and isinstance(error, module.SSLError)


def connect(route: Route, secure: Callable[[], ssl.SSLContext], end: float | None) -> Connection:
    """Open a connection by `end`, on `time.monotonic`'s clock; `secure` gives the TLS context where needed.

    Raises:
        DialError: there is no way to the server.
        TLSConfigError: by `secure`.
    """
    seconds = DIAL_SECONDS if end is None else max(0.001, min(DIAL_SECONDS, end - time.monotonic()))
    try:
        opened = _open(route, secure, seconds)
    except DialError as error:
        if end is not None and time.monotonic() >= end and str(error).endswith("i/o timeout"):
            raise DialError(TOO_LATE) from None
        raise
    if route.scheme != "https":
        return Connection(route, opened)
    way = f"{_address(opened, 'getsockname')}->{_address(opened, 'getpeername')}"
    try:
        opened.settimeout(None if end is None else max(0.001, end - time.monotonic()))
        return Connection(route, _secured(opened, secure(), route.name))
    except BaseException as error:
        opened.close()
        if isinstance(error, TimeoutError):
            raise DialError(TOO_LATE) from None
        if not isinstance(error, OSError):
            raise
        if is_tls(error):
            from hivehelm.http.x509 import HTTP_ANSWER, handshake_text

            def certificate() -> bytes:
                return peer_certificate(route, secure)

            def authorities() -> list[bytes]:
                return secure().get_ca_certs(binary_form=True)

            text = handshake_text(error, route.name, certificate, authorities)
            if text == HTTP_ANSWER and not gives_http(route, secure):
                text = "tls: first record does not look like a TLS handshake"
            raise DialError(text) from None
        verb = "write" if isinstance(error, BrokenPipeError) else "read"
        if error.errno is None:
            raise DialError("EOF", reset=True) from None
        raise DialError(f"{verb} tcp {way}: {verb}: {go_errno(error)}", reset=True) from None


def _secured(plain: _socket.socket, context: ssl.SSLContext, name: str) -> _socket.socket:
    import ssl

    if isinstance(plain, ssl.SSLSocket):
        # TLS within the TLS of a proxy needs what urllib3 has for it.
        from urllib3.util.ssltransport import SSLTransport

        return SSLTransport(plain, context, name)  # type: ignore[return-value]
    return context.wrap_socket(_whole(plain), server_hostname=name)


def _whole(plain: _socket.socket) -> socket.socket:
    """Return a socket as TLS wants it, in place of a plain one."""
    import socket

    seconds = plain.gettimeout()
    made = socket.socket(fileno=plain.detach())
    made.settimeout(seconds)
    return made


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _open(route: Route, secure: Callable[[], ssl.SSLContext], seconds: float) -> _socket.socket:
    if not route.proxy:
        return dial(route.host, route.port, seconds, outward=route.outward)
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(route.proxy)
    try:
        port = parts.port
    except ValueError:
        text = parts.netloc.rpartition(":")[2]
        raise DialError(f"proxyconnect tcp: dial tcp: address {text}: invalid port") from None
    host = parts.hostname or ""
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    if parts.scheme in ("socks5", "socks5h"):
        return dial_socks5((host, port or 1080), (route.host, route.port), login, seconds)
    if parts.scheme not in ("http", "https"):
        raise DialError(f"proxyconnect tcp: unknown proxy scheme: {parts.scheme}")
    try:
        opened = dial(host, port or (443 if parts.scheme == "https" else 80), seconds)
    except DialError as error:
        raise DialError(f"proxyconnect tcp: {error}") from None
    opened.settimeout(seconds)
    try:
        if parts.scheme == "https":
            import ssl

            try:
                opened = secure().wrap_socket(_whole(opened), server_hostname=host)
            except ssl.SSLError as error:
                from hivehelm.http.x509 import handshake_text

                raise DialError(f"proxyconnect tcp: {handshake_text(error, host, bytes)}") from None
        if route.scheme == "https":
            _tunnel(opened, _join(route.host, route.port), login, seconds)
    except BaseException:
        opened.close()
        raise
    return opened


def _tunnel(opened: _socket.socket, target: str, login: tuple[str, str] | None, seconds: float) -> None:
    from hivehelm.http.wire import read_head, request

    headers = {"Host": target, "User-Agent": "Go-http-client/1.1"}
    if login is not None:
        headers["Proxy-Authorization"] = basic(*login)
    reader = Reader(opened)
    reader.deadline = time.monotonic() + seconds
    try:
        opened.sendall(request("CONNECT", target, headers.items(), None))
        head = read_head(reader)
    except TimeoutError:
        raise DialError(TOO_LATE) from None
    except EOFError:
        raise DialError("unexpected EOF") from None
    except OSError as error:
        raise DialError(go_errno(error)) from None
    except (ProtocolError, BodyError) as error:
        raise DialError(str(error)) from None
    if head.status != 200:
        raise DialError(head.line.partition(" ")[2] or "unknown status code")


def basic(username: str, password: str) -> str:
    """Return the value of an Authorization header that says who we are (RFC 7617)."""
    from binascii import b2a_base64

    from hivehelm.golang.utf8 import encode

    return "Basic " + b2a_base64(encode(f"{username}:{password}"), newline=False).decode("ascii")


def gives_http(route: Route, secure: Callable[[], ssl.SSLContext]) -> bool:
    """Tell whether a server answers a TLS handshake as HTTP does, for the text of an error."""
    import ssl
    from contextlib import suppress

    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(ssl.SSLError):  # It wants an answer.
        context.wrap_bio(incoming, outgoing, server_hostname=route.name).do_handshake()
    try:
        with _whole(_open(route, secure, 5.0)) as plain:
            plain.settimeout(5.0)
            plain.sendall(outgoing.read())
            return plain.recv(5) == b"HTTP/"
    except (HttpError, OSError):
        return True


def proxy_login(proxy: str) -> str:
    """Return the value of a Proxy-Authorization header for a proxy's URL; empty where it names nobody."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(proxy)
    return basic(unquote(parts.username), unquote(parts.password or "")) if parts.username else ""


def peer_certificate(route: Route, secure: Callable[[], ssl.SSLContext]) -> bytes:
    """Return the server's certificate unverified, for the text of an error; empty if it cannot be had."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        plain = _whole(_open(route, secure, 5.0))
        with plain, context.wrap_socket(plain, server_hostname=route.name) as secured:
            return secured.getpeercert(binary_form=True) or b""
    except (HttpError, OSError):
        return b""
