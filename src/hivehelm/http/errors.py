"""What fails between us and an HTTP server, in the words of Go's net, net/http, net/url and crypto/tls."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class HttpError(HivehelmError):
    """Base of every error of this room."""


class DialError(HttpError):
    """No connection, or a broken one; the text is Go's (`dial tcp 127.0.0.1:1: connect: connection refused`).

    `reset` tells that the peer dropped a connection that stood, so an idempotent request may be sent again.
    """

    def __init__(self, text: str, *, reset: bool = False) -> None:
        super().__init__(text)
        self.reset = reset


class FetchError(HttpError):
    """A request got no answer (net/url's `Error`): `Get "https://…": dial tcp …`; `url` has no password."""

    def __init__(self, method: str, url: str, cause: Exception) -> None:
        super().__init__(method, url, cause)
        self.method = method
        self.url = url
        self.cause = cause

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"{self.method.capitalize()} {quote(self.url)}: {self.cause}"


class BodyError(HttpError):
    """The answer broke off within its body."""


class BodyTooLargeError(BodyError):
    """The answer's body, decompressed, is larger than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"response body exceeds {limit} bytes")
        self.limit = limit


class ProtocolError(HttpError):
    """What the server sent is no HTTP, or the request cannot be put into it."""


class TLSConfigError(HttpError):
    """A certificate, key or bundle of authorities cannot be used."""
