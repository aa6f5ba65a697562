"""An answer of the API server that is still coming in: watches, logs."""

from __future__ import annotations

from _thread import allocate_lock

from hivehelm.http.errors import DialError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.kube.exchange import Exchange


class HttpStream:
    """An answer that is still coming in."""

    def __init__(self, exchange: Exchange, end: float | None = None) -> None:
        """Take an answer whose headers are read; `end`, on `time.monotonic`'s clock, is when to stop."""
        self._exchange = exchange
        self._end = end
        self._ended = False
        self._lock = allocate_lock()
        self.status = exchange.status
        self.headers = exchange.headers

    def chunks(self) -> Iterator[bytes]:
        """Yield what comes in, until the server or `close` ends it; a broken connection ends it too."""
        try:
            yield from self._exchange.pieces(self._end)
        except (DialError, ValueError):
            # Closing from another thread shows as either of these; to a reader, broken is ended.
            return
        finally:
            with self._lock:
                self._ended = True
            self._exchange.release()

    def close(self) -> None:
        """End the answer, from any thread; a reader that waits in `chunks` is let go."""
        with self._lock:
            # The connection of an answer that is at its end may be at another request by now.
            if not self._ended:
                self._ended = True
                self._exchange.interrupt()
