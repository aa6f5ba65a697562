"""Finds out who calls, before anything of a body is read."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from hivehelm.api.auth.errors import AccessError
from hivehelm.api.guard.refusal import refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from hivehelm.api.guard.guard import Guard

PUBLIC = ("/healthz", "/readyz")
"""Paths for which nobody needs to say who they are."""


class Admit:
    """Lets those in whom the authenticator knows; `state.identity` is who it is."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in PUBLIC:
            await self._app(scope, receive, send)
            return
        try:
            identity = await self._guard.authenticator.identify(HTTPConnection(scope))
        except AccessError as error:
            await refuse(scope, send, error.status, str(error), error.headers)
            return
        scope["state"]["identity"] = identity
        await self._app(scope, receive, send)
