"""Requests as the guard gets them."""

from __future__ import annotations

from starlette.requests import HTTPConnection


def request(*headers: tuple[str, str], scheme: str = "http") -> HTTPConnection:
    """Return a request with these headers."""
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "scheme": scheme,
        "headers": raw,
        "client": ("127.0.0.1", 1),
    }
    return HTTPConnection(scope)
