"""An answer of the API server that is still coming in: watches, logs."""

from __future__ import annotations

import time

import urllib3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class HttpStream:
    """An answer that is still coming in."""

    def __init__(self, raw: urllib3.BaseHTTPResponse, end: float | None = None) -> None:
        """Take an answer whose headers are read; `end`, on `time.monotonic`'s clock, is when to stop."""
        self._raw = raw
        self._end = end
        self._closed = False
        self.status = raw.status
        self.headers = {name.lower(): value for name, value in raw.headers.items()}

    def chunks(self) -> Iterator[bytes]:
        """Yield what comes in, until the server or `close` ends it; a broken connection ends it too."""
        try:
            while piece := self._raw.read1(1 << 16):
                yield piece
                if self._end is not None and time.monotonic() >= self._end:
                    return
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError):
            # Closing from another thread shows as any of these; to a reader, broken is ended.
            return
        finally:
            self._raw.close()

    def close(self) -> None:
        """End the answer, from any thread; a reader that waits in `chunks` is let go."""
        if self._closed:
            return
        self._closed = True
        try:
            self._raw.shutdown()
        except (ValueError, RuntimeError, OSError):
            self._raw.close()
