"""A proxy in front of several servers, as a Service in front of replicas: requests go to each in turn."""

from __future__ import annotations

import asyncio
import contextlib
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

_HEAD = 64 << 10
_BODY = 64 << 20
_CONNECT_SECONDS = 2.0
_LINGER_SECONDS = 2.0


class RoundRobin:
    """Passes HTTP/1.1 requests on to `ports` on loopback, in turn; `port` is where it listens itself.

    Where nobody listens, the next one is tried: nothing was sent yet. A request that is on its way is never
    sent again; if its server dies before it answers, the client is told 502, later the answer breaks off.
    `sent` counts the requests that each port was sent.

    ```python
    with RoundRobin([8001, 8002]) as proxy:
        urllib.request.urlopen(f"http://127.0.0.1:{proxy.port}/healthz")
    ```
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = list(ports)
        self.port = 0
        self.sent = dict.fromkeys(self.ports, 0)
        self._turn = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="round robin", daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and break off what is under way."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD, backlog=1024)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._pass(reader, writer)
        except (OSError, EOFError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head[:-4].split(b"\r\n")
        headers = [tuple(line.split(b":", 1)) for line in lines[1:] if b":" in line]
        known = {name.strip().lower(): value.strip() for name, value in headers}
        size = int(known.get(b"content-length", b"0"))
        if b"transfer-encoding" in known or not 0 <= size <= _BODY:
            writer.write(_answer(b"411 Length Required"))
            await _linger(reader, writer)
            return
        body = await reader.readexactly(size) if size else b""
        kept = [line for line in lines[1:] if line.partition(b":")[0].strip().lower() != b"connection"]
        request = b"\r\n".join([lines[0], *kept, b"Connection: close", b"", b""]) + body
        for _ in self.ports:
            port = self.ports[self._turn % len(self.ports)]
            self._turn += 1
            try:
                server = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), _CONNECT_SECONDS)
            except (OSError, TimeoutError):
                continue
            self.sent[port] = self.sent.get(port, 0) + 1
            await self._relay(server, request, writer)
            return
        writer.write(_answer(b"503 Service Unavailable"))

    async def _relay(
        self,
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        request: bytes,
        client: asyncio.StreamWriter,
    ) -> None:
        answer, asked = server
        begun = False
        try:
            asked.write(request)
            await asked.drain()
            while piece := await answer.read(64 << 10):
                begun = True
                client.write(piece)
                await client.drain()
        except OSError:
            pass
        finally:
            asked.close()
        if not begun:
            with contextlib.suppress(OSError):
                client.write(_answer(b"502 Bad Gateway"))
                await client.drain()


async def _linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read what is still coming: closing before it is read would take the answer back."""
    await writer.drain()
    writer.write_eof()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            while await reader.read(_HEAD):
                pass


def _answer(status: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n" % status
