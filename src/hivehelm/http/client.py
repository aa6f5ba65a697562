"""net/http's client: requests with redirects, proxies, TLS and timeouts, in Go's words where they fail."""

from __future__ import annotations

import os
import time
from _thread import allocate_lock

from hivehelm.http.answer import LIMIT, Answer, Stream
from hivehelm.http.connection import TOO_LATE, Connection, Route, basic, is_tls, proxy_login
from hivehelm.http.errors import (
    DialError,
    FetchError,
    HttpError,
    ProtocolError,
    TLSConfigError,
)
from hivehelm.http.pool import Pool
from hivehelm.http.redirects import MAX_REDIRECTS, masked, onward, port, redacted, referer, trusted
from hivehelm.http.wire import Body, read_head, request

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from typing import Self

    from hivehelm.golang.url import URL

USER_AGENT = "Helm/4.3.1"
TIMEOUT = 120.0
"""Seconds that one request may take, redirects and body included (pkg/getter)."""

_IDLE = 8
_REPEATABLE = ("GET", "HEAD", "OPTIONS")
_SENSITIVE = ("authorization", "cookie", "cookie2", "proxy-authorization", "www-authenticate")
_OF_BODIES = ("content-encoding", "content-language", "content-location", "content-type", "content-length")
_AWAITING = f"{TOO_LATE} (Client.Timeout exceeded while awaiting headers)"


class Client:
    """Sends requests; connections are kept and shared. Safe to use from several threads."""

    def __init__(
        self,
        *,
        user_agent: str = USER_AGENT,
        ca_file: str = "",
        cert_file: str = "",
        key_file: str = "",
        insecure: bool = False,
        timeout: float | None = TIMEOUT,
        idle: float | None = None,
        environ: Mapping[str, str] | None = None,
        outward: bool = False,
    ) -> None:
        """Prepare; no file is read and nothing connected yet.

        `timeout` is in seconds for each request with its redirects and body; None or 0 is for ever. Then
        `idle` is how long a server may be silent. `ca_file` replaces the system's authorities; `insecure`
        verifies no server. Proxies come from `environ`, `os.environ` if not given. With `outward`, no request
        goes to this machine or its link, whatever a name means or a redirect says.
        """
        self._user_agent = user_agent
        self._ca_file = ca_file
        self._cert_file = cert_file
        self._key_file = key_file
        self._insecure = insecure
        self._timeout = timeout or None
        self._idle = idle
        self._environ = os.environ if environ is None else environ
        self._outward = outward
        self._context: ssl.SSLContext | None = None
        self._lock = allocate_lock()
        self._pool = Pool(_IDLE)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        login: tuple[str, str] | None = None,
        pass_credentials: bool = False,
        limit: int = LIMIT,
        compressed: bool = False,
        redirects: int = MAX_REDIRECTS,
    ) -> Answer:
        """Send a request and return the whole answer, whatever its status; as `open`.

        Raises:
            BodyTooLargeError: the body has more than `limit` bytes.
            BodyError: the answer broke off.
        """
        with self.open(
            method,
            url,
            headers=headers,
            body=body,
            login=login,
            pass_credentials=pass_credentials,
            compressed=compressed,
            redirects=redirects,
        ) as stream:
            data = stream.read(limit)
            return Answer(
                status=stream.status, line=stream.line, headers=stream.headers, data=data, url=stream.url
            )

    def open(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        login: tuple[str, str] | None = None,
        pass_credentials: bool = False,
        compressed: bool = False,
        redirects: int = MAX_REDIRECTS,
    ) -> Stream:
        """Send a request and return its answer as it comes in, whatever its status; the caller closes it.

        `login` is a user's name and password for the server of `url`; what of that, and which of the
        `headers` that tell who we are, goes along with a redirect says `redirects.trusted` (with
        `pass_credentials`: Go's own, laxer rule). `compressed` asks for gzip and unpacks it. At most
        `redirects` are followed; with 0 the redirect is the answer.

        Raises:
            URLError: `url` is none.
            FetchError: no answer came; its cause says why in Go's words.
            TLSConfigError: a certificate or key of ours cannot be used.
        """
        from hivehelm.golang.url import URLError, parse

        end = None if self._timeout is None else time.monotonic() + self._timeout
        first = target = parse(url)
        sent = {name.title() if name.islower() else name: value for name, value in (headers or {}).items()}
        if login is not None:
            sent["Authorization"] = basic(*login)
        if compressed:
            sent.setdefault("Accept-Encoding", "gzip")
        verb = method
        followed = 0
        while True:
            try:
                stream = self._send(verb, target, sent, body, end, compressed)
            except (DialError, ProtocolError) as error:
                raise FetchError(method, redacted(target), _awaited(error)) from None
            location = stream.headers.get("location", "")
            onto = onward(stream.status, location, verb) if redirects else ""
            if not onto:
                return stream
            shown = target
            stream.skip()
            try:
                reference = parse(location)
            except URLError as error:
                from hivehelm.golang.fmt import quote

                said, wrong = quote(masked(location)), quote(masked(error.text))
                text = f"failed to parse Location header {said}: parse {wrong}: {error.problem}"
                problem = HttpError(text)
                raise FetchError(method, redacted(shown), problem) from None
            target = shown.resolve(reference)
            if not trusted(first, target, lax=pass_credentials):
                sent = {name: value for name, value in sent.items() if name.lower() not in _SENSITIVE}
            if onto != verb:
                body = None
                sent = {name: value for name, value in sent.items() if name.lower() not in _OF_BODIES}
            verb = onto
            sent.pop("Referer", None)
            if said := referer(shown, target):
                sent["Referer"] = said
            followed += 1
            if followed >= redirects:
                problem = HttpError(f"stopped after {redirects} redirects")
                raise FetchError(method, redacted(target) if reference.user else location, problem)

    def prepare(self) -> None:
        """Read the certificates and keys now.

        Raises:
            TLSConfigError: one cannot be read or used.
        """
        self._secure()

    def close(self) -> None:
        """Close what is idle."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(
        self,
        method: str,
        url: URL,
        headers: dict[str, str],
        body: bytes | None,
        end: float | None,
        packed: bool,
    ) -> Stream:
        route = self._route(url)
        sent = {"Host": url.host, "User-Agent": self._user_agent, **headers}
        if url.user is not None and "Authorization" not in sent:
            sent["Authorization"] = basic(url.user.name, url.user.password or "")
        target = _target(url)
        if route.forwarded:
            target = f"http://{url.host}{target}"
            if authorization := proxy_login(route.proxy):
                sent["Proxy-Authorization"] = authorization
        start = request(method, target, sent.items(), body)
        while True:
            connection = self._pool.take(route, self._secure, end)
            connection.reader.deadline = end
            connection.reader.idle = self._idle
            try:
                stream = self._exchange(connection, method, url, start, body, packed)
            except (OSError, EOFError, ProtocolError) as error:
                failure = connection.words(error)
                connection.close()
                stale = connection.used and not connection.reader.begun and method in _REPEATABLE
                if stale and not isinstance(error, (TimeoutError, ProtocolError)):
                    continue  # The server closed what it had kept.
                raise failure from None
            except BaseException:
                connection.close()
                raise
            connection.used = True
            return stream

    def _exchange(
        self, connection: Connection, method: str, url: URL, start: bytes, body: bytes | None, packed: bool
    ) -> Stream:
        connection.reader.begun = False
        failure: OSError | None = None
        try:
            if body is not None and len(body) < 1 << 14:
                connection.send(start + body)
            else:
                connection.send(start)
                if body is not None:
                    connection.send(body)
        except TimeoutError:
            raise
        except OSError as error:
            # A server may refuse before it has read everything: its answer tells more.
            failure = error
        try:
            head = read_head(connection.reader)
            answer = Body(connection.reader, head, method)
            return Stream(connection, head, answer, url, packed=packed, keep=self._pool.keep)
        except (OSError, EOFError) as error:
            # An alert tells why the server hung up; Go reads it, too.
            if failure is not None and not is_tls(error):
                raise connection.words(failure, "write") from None
            raise

    def _route(self, url: URL) -> Route:
        if url.scheme not in ("http", "https"):
            raise ProtocolError(f'unsupported protocol scheme "{url.scheme}"')
        if not url.host:
            raise ProtocolError("http: no Host in request URL")
        proxy = ""
        if any(name in self._environ for name in _PROXIES[url.scheme]):
            from hivehelm.http.proxies import proxy_for

            proxy = proxy_for(f"{url.scheme}://{url.host}", "", self._environ)
        return Route(url.scheme, url.hostname(), int(port(url)), proxy, outward=self._outward)

    def _secure(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = self._make_context()
            return self._context

    def _make_context(self) -> ssl.SSLContext:
        from hivehelm.http import tls

        problems: list[str] = []
        certificate = key = authorities = b""
        if self._cert_file or self._key_file:
            try:
                certificate = _read("unable to read cert file", self._cert_file)
                key = _read("unable to read key file", self._key_file)
            except TLSConfigError as error:
                problems.append(str(error))
        if self._ca_file:
            try:
                authorities = _read("can't read CA file", self._ca_file)
            except TLSConfigError as error:
                problems.append(str(error))
        if problems:
            raise TLSConfigError("\n".join(problems))
        refused: TLSConfigError | None = None
        try:
            made = tls.context(authorities=authorities, insecure=self._insecure)
        except TLSConfigError as error:
            refused = error
            made = tls.context(insecure=True)
        if certificate and key:
            try:
                tls.present(made, certificate, key)
            except TLSConfigError as error:
                raise TLSConfigError(f"unable to load cert from key pair: {error}") from None
        if refused is not None:
            raise refused
        return made


_PROXIES = {"http": ("HTTP_PROXY", "http_proxy"), "https": ("HTTPS_PROXY", "https_proxy")}


def _awaited(error: HttpError) -> HttpError:
    return DialError(_AWAITING) if str(error) == TOO_LATE else error


def _target(url: URL) -> str:
    path = url.opaque or url.escaped_path() or "/"
    return f"{path}?{url.query}" if url.query or url.force_query else path


def _read(what: str, path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(16 << 20)
    except OSError as error:
        from hivehelm.golang.fmt import quote
        from hivehelm.http.dialing import go_errno

        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise TLSConfigError(f"{what}: {quote(path)}: {call} {path}: {go_errno(error)}") from None
