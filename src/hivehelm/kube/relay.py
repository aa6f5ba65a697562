"""A transport in front of another."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.transport import Response, Stream, Transport


class Relay:
    """A transport that passes what is asked of it on to another; subclasses have their say before."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def request(self, method: str, path: str, **asked: Any) -> Response:
        """Send one request and return the whole answer, as `Transport` does."""
        return self._transport.request(method, path, **asked)

    def stream(self, method: str, path: str, **asked: Any) -> Stream:
        """Send one request and return its answer as it comes in, as `Transport` does."""
        return self._transport.stream(method, path, **asked)

    def close(self) -> None:
        """Let go of every connection of the transport."""
        self._transport.close()
