"""Sees every request come and go: its id, its line in the log, its metrics, the headers of its answer."""

from __future__ import annotations

import os
import re
from time import perf_counter

from hivehelm.api.guard.refusal import refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from hivehelm.api.guard.guard import Guard

# What others send is taken only where it can do no harm in logs and headers.
_ID = re.compile(rb"[A-Za-z0-9._~-]{1,128}\Z")
_QUIET = frozenset(("/healthz", "/readyz", "/metrics"))
# Answers are data, not pages: nothing in them runs, is framed, guessed at or kept.
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
_NO_STORE = (b"cache-control", b"no-store")
_NOTHING_RUNS = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_HSTS = (b"strict-transport-security", b"max-age=31536000")


class Observe:
    """Gives each request an id, `state.request_id`, theirs where they sent a good one; never raises.

    What a route raises unexpectedly is written to the log and answered with a problem.
    """

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._metrics = guard.metrics
        self._log = guard.log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == b"x-request-id"]
        raw = given[0] if len(given) == 1 and _ID.match(given[0]) else os.urandom(16).hex().encode()
        request_id = raw.decode()
        scope["request_id"] = request_id
        scope.setdefault("state", {})["request_id"] = request_id
        secure = scope["scheme"] == "https"
        started = perf_counter()
        status = 0
        first = 0.0

        async def answer(message: Message) -> None:
            nonlocal status, first
            if message["type"] == "http.response.start":
                status = message["status"]
                first = perf_counter()
                headers = [*message.get("headers", ()), (b"x-request-id", raw), *_ALWAYS]
                names = {name for name, _ in headers}
                if b"cache-control" not in names:
                    headers.append(_NO_STORE)
                if b"content-security-policy" not in names:
                    headers.append(_NOTHING_RUNS)
                if secure:
                    headers.append(_HSTS)
                message["headers"] = headers
            await send(message)

        self._metrics.in_flight += 1
        try:
            await self._app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001, RUF100 - whatever it is, it gets an answer
            self._log.failure("a request failed", error, request_id=request_id, route=route_of(scope))
            if not status:
                await refuse(scope, answer, 500, "something went wrong inside the server; its log says what")
        finally:
            self._metrics.in_flight -= 1
            self._tell(scope, status, (first or perf_counter()) - started)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"]
        self._metrics.answered(method, route, status, seconds)
        path = scope["path"]
        if path in _QUIET and status < 400:
            return
        identity = scope["state"].get("identity")
        client = scope.get("client")
        self._log.write(
            "error" if status >= 500 else "info",
            "request",
            request_id=scope["request_id"],
            method=method,
            route=route,
            path=path,
            status=status,
            ms=round(seconds * 1000, 2),
            caller=identity.name if identity is not None else None,
            client=client[0] if client else None,
        )


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, "" for none."""
    route = scope.get("route")
    return getattr(route, "path", "") if route is not None else ""
