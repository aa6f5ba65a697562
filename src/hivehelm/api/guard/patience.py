"""HTTP/1.1 for strangers: heads of requests that are neither endless nor take forever."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio

SECONDS = 10.0
"""How long a client may take from its first byte, or from connecting, to the end of a request's headers."""
BYTES = 65_536
"""How much a request's line and headers may be, all in all."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Patient(HttpToolsProtocol):
    """uvicorn's protocol, which by itself waits for the end of a head for ever, however long it gets."""

    _late: asyncio.TimerHandle | None = None
    _head = 0
    _reading = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for a first request."""
        super().connection_made(transport)
        self._reading = True
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what a client sends."""
        if self._reading:
            self._head += len(data)
        super().data_received(data)
        if self._reading and self._head > BYTES and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Start to wait for the end of a head."""
        super().on_message_begin()
        if not self._reading:
            self._reading = True
            self._head = 0
        self._arm()

    def on_headers_complete(self) -> None:
        """Stop waiting: a body is the guard's."""
        self._reading = False
        self._disarm()
        super().on_headers_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: clients that offer another protocol get HTTP/1.1, as they may expect."""

    def _arm(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(SECONDS, self._give_up)

    def _disarm(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self.transport.close()
