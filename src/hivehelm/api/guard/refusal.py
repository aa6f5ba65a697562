"""Problems that are answered before a route is reached."""

from __future__ import annotations

from hivehelm.api import problems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Message, Scope, Send


async def refuse(
    scope: Scope,
    send: Send,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    kind: str = "",
) -> None:
    """Answer a request with a problem; `kind` is the class of the error, "" where there is none."""
    answer = problems.response(problems.document(status, detail, kind=kind), scope, headers)
    await answer(scope, _nothing, send)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
