"""Lets requests in: who sends them is found out, and bounded, before anything of a body is read."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from hivehelm.api.auth.errors import AccessError, TooManyRequestsError, UnauthenticatedError
from hivehelm.api.auth.identity import VIEWER, Identity
from hivehelm.api.guard.body import Bounded, announced
from hivehelm.api.guard.rates import Buckets, network
from hivehelm.api.guard.refusal import refuse
from hivehelm.api.problems import CHARTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from hivehelm.api.guard.guard import Guard

PUBLIC = frozenset(("/healthz", "/readyz", "/openapi.json", "/docs"))
"""Paths for which nobody needs to say who they are."""

_UPLOADS = ("/api/charts", "/api/prov")

_READER = Identity(name="anonymous", role=VIEWER, namespaces=("-",), method="none")


class Admit:
    """Lets those in whom the authenticator knows; `state.identity` is who it is."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._authenticator = guard.authenticator
        self._metrics = guard.metrics
        self._bounds = bounds = guard.limits.bounds
        self._public = PUBLIC | guard.public
        self._public_charts = guard.public_charts
        self._rates = Buckets(bounds.rate, bounds.burst)
        self._failures = Buckets(bounds.failures / 60, bounds.failures)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # No route speaks over a web socket.
        try:
            bounded = await self._admitted(scope, receive)
        except AccessError as error:
            if error.status == 401 and scope["path"].startswith(CHARTS):
                # Clients of chart repositories know no bearers: curl and browsers ask for a password then.
                error.headers["WWW-Authenticate"] += ', Basic realm="hivemind"'
            self._metrics.refused(type(error).__name__.removesuffix("Error"))
            kind = type(error).__name__
            await refuse(scope, send, error.status, str(error), error.headers, kind)
            return
        except HTTPException as error:
            self._metrics.refused(str(error.status_code))
            await refuse(scope, send, error.status_code, error.detail, error.headers)
            return
        await self._app(scope, bounded, send)

    async def _admitted(self, scope: Scope, receive: Receive) -> Receive:
        """Return what the request's body is received with.

        Raises:
            AccessError, HTTPException: it is refused.
        """
        bounds = self._bounds
        path = scope["path"]
        if len(scope["headers"]) > bounds.headers:
            raise HTTPException(431, f"there are more than {bounds.headers} headers", {"Connection": "close"})
        if len(path) > bounds.path or len(scope["query_string"]) > bounds.query:
            raise HTTPException(414, "the URL is too long")
        if path not in self._public:
            identity = await self._identified(scope)
            scope["state"]["identity"] = identity
            if seconds := self._rates.take(_key(identity, scope)):
                raise TooManyRequestsError(f'too many requests of "{identity.name}"', seconds)
        size = announced(scope)
        if size == 0:
            return receive
        limit = bounds.upload if path.startswith(_UPLOADS) else bounds.body
        if size is not None and size > limit:
            raise HTTPException(413, f"the body is larger than {limit} bytes", {"Connection": "close"})
        return Bounded(receive, limit, bounds.body_seconds)

    async def _identified(self, scope: Scope) -> Identity:
        """Return who sent a request; who fails too often is not looked at any more, unless known already."""
        request = HTTPConnection(scope)
        if self._public_charts and "authorization" not in request.headers and _reads_charts(scope):
            return _READER
        client = scope.get("client")
        address = network(client[0]) if client else ""
        wait = self._failures.lacks(address)
        if wait and not self._authenticator.knows_already(request):
            raise TooManyRequestsError("too many requests with credentials that are not valid", wait)
        try:
            return await self._authenticator.identify(request)
        except UnauthenticatedError as error:
            if error.given:
                self._failures.take(address)
            raise


def _reads_charts(scope: Scope) -> bool:
    return scope["method"] in ("GET", "HEAD") and scope["path"].startswith(CHARTS)


def _key(identity: Identity, scope: Scope) -> str:
    if identity.method == "none":
        client = scope.get("client")
        return network(client[0]) if client else ""
    return f"{identity.method}:{identity.name}"
