"""Bodies: how large they may be, and how long they may take."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope


class LargeBodyError(HTTPException):
    """A body of more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body is larger than {limit} bytes", {"Connection": "close"})


class SlowBodyError(HTTPException):
    """A body that did not arrive within `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(408, f"the body did not arrive within {seconds:g} s", {"Connection": "close"})


def announced(scope: Scope) -> int | None:
    """Return the bytes of a body that is to come, as its headers say: 0 for none, None where they do not."""
    length: int | None = 0
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length" and value.isdigit():
            length = int(value)
    return length


class Bounded:
    """`receive` of a request whose body has at most `limit` bytes and is there within `seconds`.

    What is too large or too slow is raised as the answer that it gets, wherever the body is being read.
    """

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._seconds = seconds
        self._end = asyncio.get_running_loop().time() + seconds
        self._size = 0
        self._whole = False

    async def __call__(self) -> Message:
        """Return the next message.

        Raises:
            LargeBodyError, SlowBodyError: the body is.
        """
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            raise SlowBodyError(self._seconds) from None
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            if self._size > self._limit:
                raise LargeBodyError(self._limit)
            self._whole = not message.get("more_body", False)
        return message
