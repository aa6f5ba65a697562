"""Requests to an ASGI application, without a server."""

from __future__ import annotations

import asyncio
import json
from typing import Any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message


class Said:
    """An answer."""

    def __init__(self, status: int, headers: Sequence[tuple[bytes, bytes]], data: bytes) -> None:
        self.status = status
        self.headers = {name.decode(): value.decode("latin-1") for name, value in headers}
        self.data = data

    @property
    def json(self) -> Any:
        return json.loads(self.data)


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *headers: tuple[str, str],
    body: Sequence[bytes] = (),
    scheme: str = "http",
    client: str = "127.0.0.1",
) -> Said:
    """Send a request, its body in pieces, and return the answer."""
    bare, _, query = path.partition("?")
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    if not any(name == b"host" for name, _ in raw):
        raw.append((b"host", b"localhost"))
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": bare,
        "raw_path": bare.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "scheme": scheme,
        "headers": raw,
        "client": (client, 1),
        "server": ("127.0.0.1", 80),
    }
    pieces = list(body) or [b""]
    said: list[Message] = []

    async def receive() -> Message:
        if not pieces:
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        said.append(dict(message))

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    start = said[0]
    data = b"".join(message.get("body", b"") for message in said[1:])
    return Said(start["status"], start["headers"], data)
