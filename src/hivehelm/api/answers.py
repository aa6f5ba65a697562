"""Answers from bytes: as they are, or none where the client has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

JSON: Final = "application/json"


def dumps(value: Any) -> bytes:
    """Return a document as Go's encoder spells its numbers, in UTF-8."""
    from hivehelm.golang.json import dumps as encode

    return encode(value, html=False).encode("utf-8", "replace")


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a document as an answer."""
    return Response(dumps(value), status, headers=dict(headers or {}), media_type=JSON)


def known(request: Request, tag: str) -> bool:
    """Tell whether the client has what `tag` stands for (RFC 9110, 13.1.2)."""
    given = request.headers.get("if-none-match")
    if not given or not tag:
        return False
    return given == "*" or any(one.strip().removeprefix("W/").strip('"') == tag for one in given.split(","))


def tagged(
    request: Request,
    data: bytes,
    tag: str,
    headers: Mapping[str, str] | None = None,
    *,
    media_type: str = JSON,
) -> Response:
    """Return `data` with its entity tag, or 304 where the client has it."""
    said = dict(headers or {})
    if tag:
        said["ETag"] = f'"{tag}"'
        said["Cache-Control"] = "private, no-cache"
        if known(request, tag):
            return Response(status_code=304, headers=said)
    return Response(data, headers=said, media_type=media_type)
