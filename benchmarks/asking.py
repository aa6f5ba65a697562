"""An HTTP/1.1 client that costs next to nothing: it shares the processors with what it measures."""

from __future__ import annotations

import asyncio
import json
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Answer:
    """An answer: status, headers by lower-case name, body, and how long it took, in seconds."""

    __slots__ = ("body", "headers", "seconds", "status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes, seconds: float) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.seconds = seconds

    def json(self) -> Any:
        """Return the body, decoded."""
        return json.loads(self.body)


class Client:
    """One connection that is kept alive, and opened anew where the server has closed it."""

    def __init__(self, port: int, *, token: str = "") -> None:
        self._port = port
        self._head = f"Host: 127.0.0.1:{port}\r\nAccept: application/json\r\n"
        if token:
            self._head += f"Authorization: Bearer {token}\r\n"
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        timeout: float = 60.0,
    ) -> Answer:
        """Send a request and return its answer.

        Raises:
            OSError, EOFError, TimeoutError, ValueError: there was none.
        """
        data = b"" if body is None else json.dumps(body).encode()
        lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        if body is not None:
            lines += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n"
        request = f"{method} {path} HTTP/1.1\r\n{self._head}{lines}\r\n".encode() + data
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(timeout):
                fresh = self._writer is None
                try:
                    return await self._exchange(request, begun)
                except (OSError, EOFError):
                    # A connection that was kept may have been closed; only reading is done twice.
                    if fresh or method != "GET":
                        raise
                    self.close()
                    return await self._exchange(request, begun)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _exchange(self, request: bytes, begun: float) -> Answer:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=4 << 20)
        reader = self._reader
        assert reader is not None  # noqa: S101 - opened together
        self._writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n"))[:-4].decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding", "") == "chunked":
            body = await self._chunks(reader)
        elif (size := headers.get("content-length")) is not None:
            body = await reader.readexactly(int(size))
        elif status == 304 or status == 204:
            body = b""
        else:
            body = await reader.read()
            headers["connection"] = "close"
        seconds = time.perf_counter() - begun
        if headers.get("connection", "") == "close":
            self.close()
        return Answer(status, headers, body, seconds)

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        pieces = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            pieces.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readline()
        return b"".join(pieces)


class Times:
    """How long requests of one kind took, and what went wrong with them."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.errors: dict[str, int] = {}

    def error(self, what: str) -> None:
        """Count an error."""
        self.errors[what] = self.errors.get(what, 0) + 1

    def at(self, share: float) -> float:
        """Return the time that so large a share of the requests did not exceed, in milliseconds."""
        if not self.seconds:
            return 0.0
        found = sorted(self.seconds)
        return found[min(len(found) - 1, int(len(found) * share))] * 1000

    def row(self) -> dict[str, Any]:
        """Return the figures: counts, and milliseconds."""
        return {
            "requests": len(self.seconds),
            "errors": sum(self.errors.values()),
            "p50": round(self.at(0.5), 1),
            "p90": round(self.at(0.9), 1),
            "p99": round(self.at(0.99), 1),
            "max": round(self.at(1.0), 1),
        }
