"""Answering with an open file: whole, a range of it, or nothing where the client has it (RFC 9110)."""

from __future__ import annotations

from email.utils import formatdate, parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from starlette.responses import Response, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from hivehelm.api.threads import Threads
    from hivehelm.platform.repository.backend import Content

_CHUNK: Final = 256 << 10
_WEAK: Final = "W/"


def content_answer(request: Request, content: Content, threads: Threads) -> Response:
    """Return the answer to a GET or HEAD of a file; its stream is closed when it has gone out."""
    headers = {
        "ETag": content.etag,
        "Last-Modified": formatdate(content.modified, usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
    if not_modified(request, content.etag, content.modified):
        content.stream.close()
        return Response(status_code=304, headers=headers)
    span = _range(request, content)
    if span == (-1, -1):
        content.stream.close()
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{content.size}"})
    start, end = span or (0, content.size)
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    headers["Content-Length"] = str(end - start)
    status = 206 if span is not None else 200
    if request.method == "HEAD":
        content.stream.close()
        return Response(status_code=status, headers=headers, media_type=content.media_type)
    body = _pieces(content, start, end, threads)
    return StreamingResponse(body, status, headers, content.media_type)


async def _pieces(content: Content, start: int, end: int, threads: Threads) -> AsyncIterator[bytes]:
    with content.stream as stream:
        if start:
            stream.seek(start)
        left = end - start
        while left > 0:
            data = await threads.run(stream.read, min(left, _CHUNK))
            if not data:
                return
            left -= len(data)
            yield data


def not_modified(request: Request, etag: str, modified: float) -> bool:
    """Tell whether the client has what has this `etag`, or was `modified` then, in seconds of Unix."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or any(one.strip().removeprefix(_WEAK) == etag for one in tags.split(","))
    since = _moment(request.headers.get("if-modified-since", ""))
    return since is not None and int(modified) <= since


def _moment(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _range(request: Request, content: Content) -> tuple[int, int] | None:
    """Return the first byte that is asked for and the one after the last; None for all, -1 for none.

    Several ranges at once are answered with all there is, as a server may.
    """
    asked = request.headers.get("range", "")
    unit, _, span = asked.partition("=")
    if unit.strip().lower() != "bytes" or "," in span or "-" not in span:
        return None
    condition = request.headers.get("if-range")
    if condition is not None and condition.strip() != content.etag:
        moment = None if condition.strip().startswith(('"', _WEAK)) else _moment(condition)
        if moment is None or moment != int(content.modified):
            return None
    first, _, last = (part.strip() for part in span.partition("-"))
    if not all(part.isascii() and (part.isdigit() or not part) and len(part) < 19 for part in (first, last)):
        return None
    if not first:
        if not last:
            return None
        start, end = max(content.size - int(last), 0), content.size
        return (start, end) if int(last) else (-1, -1)
    start, end = int(first), min(int(last) + 1, content.size) if last else content.size
    if last and int(last) < start:
        return None
    return (start, end) if start < content.size else (-1, -1)
