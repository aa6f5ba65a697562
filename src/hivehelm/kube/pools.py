"""Pools of connections to one server: TLS, and the proxy on the way."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from hivehelm.http.dialing import DIAL_SECONDS, dial, dial_socks5
from hivehelm.http.errors import DialError
from hivehelm.http.proxies import proxy_for
from hivehelm.kube.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from typing import Any

    from urllib3._base_connection import BaseHTTPConnection

    from hivehelm.kube.connection import ConnectionInfo

POOL_SIZE = 32


def open_pool(
    info: ConnectionInfo,
    address: tuple[str, int],
    certificate: tuple[bytes, bytes],
    environ: Mapping[str, str],
) -> tuple[HTTPConnectionPool, str]:
    """Return a pool of connections to the server at `address`, and what its requests' paths start with.

    `certificate` is ours, with its key, as PEM. The start is empty unless a proxy has to be told the whole
    URL. Nothing is connected yet.

    Raises:
        ConfigError: a certificate, the scheme or the proxy's address cannot be used.
    """
    scheme = info.server.partition("://")[0]
    if scheme not in ("http", "https"):
        raise ConfigError(f'unsupported protocol scheme "{scheme}"')
    host, port = address
    origin = ""
    options: dict[str, Any] = {"maxsize": POOL_SIZE, "block": False}
    if info.secure:
        from hivehelm.kube.tls import context_for

        options["ssl_context"] = context_for(info, *certificate)
        options["cert_reqs"] = "CERT_NONE" if info.insecure else "CERT_REQUIRED"
        if info.tls_server_name:
            options["server_hostname"] = info.tls_server_name
    proxy = proxy_for(info.server, info.proxy_url, environ)
    open_socket: Callable[[HTTPConnection], socket.socket] = _direct
    if proxy.startswith("socks"):
        open_socket = _through_socks(proxy)
    elif proxy:
        options |= _http_proxy(proxy)
        open_socket = _to_proxy
        if not info.secure:
            # A proxy passes plain requests on: it is connected to, and told the whole URL.
            origin = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            host, port = options["_proxy"].host, options["_proxy"].port
    kind: type[HTTPConnectionPool] = _SecurePool if info.secure else HTTPConnectionPool
    pool = kind(host, port, **options)
    base = HTTPSConnection if info.secure else HTTPConnection
    pool.ConnectionCls = type("Connection", (base,), {"_new_conn": open_socket})
    return pool, origin


class _SecurePool(HTTPSConnectionPool):
    """A pool that connects without urllib3's warning: who skips verification has said so."""

    def _validate_conn(self, conn: BaseHTTPConnection) -> None:
        if conn.is_closed:
            conn.connect()


def _direct(connection: HTTPConnection) -> socket.socket:
    return dial(connection.host, connection.port or 0, _connect_seconds(connection))


def _to_proxy(connection: HTTPConnection) -> socket.socket:
    try:
        return _direct(connection)
    except DialError as error:
        raise DialError(f"proxyconnect tcp: {error}") from None


def _connect_seconds(connection: HTTPConnection) -> float:
    return connection.timeout if isinstance(connection.timeout, (int, float)) else DIAL_SECONDS


def _through_socks(proxy: str) -> Callable[[HTTPConnection], socket.socket]:
    parts = urlsplit(proxy)
    server = (parts.hostname or "", parts.port or 1080)
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None

    def open_socket(connection: HTTPConnection) -> socket.socket:
        target = (connection.host, connection.port or 0)
        return dial_socks5(server, target, login, _connect_seconds(connection))

    return open_socket


def _http_proxy(proxy: str) -> dict[str, Any]:
    url = urllib3.util.parse_url(proxy)
    if not url.host:
        raise ConfigError(f'invalid proxy address "{url.host}"')
    from urllib3._base_connection import ProxyConfig

    headers = urllib3.make_headers(proxy_basic_auth=url.auth) if url.auth else {}
    return {
        "_proxy": url._replace(auth=None, port=url.port or (443 if url.scheme == "https" else 80)),
        "_proxy_headers": headers,
        "_proxy_config": ProxyConfig(None, False, None, None),
    }
