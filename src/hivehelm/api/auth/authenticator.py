"""From a request's credentials to a caller: several ways, each for the credentials it knows."""

from __future__ import annotations

import base64
import re

from hivehelm.api.auth.errors import StrangeOriginError, UnauthenticatedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from starlette.requests import HTTPConnection

    from hivehelm.api.auth.identity import Identity

    class Authenticator(Protocol):
        """Finds out who sent a request."""

        async def identify(self, request: HTTPConnection) -> Identity:
            """Return the caller.

            Raises:
                UnauthenticatedError: there are no credentials, or they are not good.
                AccessUnavailableError: it cannot be found out now.
            """

        def knows_already(self, request: HTTPConnection) -> bool:
            """Tell whether the credentials of a request were good a moment ago."""

    class Way(Protocol):
        """One way to know a bearer token."""

        def knows(self, token: str) -> bool:
            """Tell from its looks whether the token is one of this way's."""

        async def verify(self, token: str) -> Identity:
            """Return whose token it is; raises as `Authenticator.identify`."""

        def knows_already(self, token: str) -> bool:
            """Tell whether verifying the token costs next to nothing: it was good a moment ago."""


_LONGEST = 16_384
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")


def bearer(request: HTTPConnection) -> str:
    """Return the token that a request bears (RFC 6750, 2.1), never from the URL, which logs and proxies keep.

    The password of basic authentication is one, too, whatever the user's name: Helm and its push plugins know
    no other credentials for chart repositories.

    Raises:
        UnauthenticatedError: there is none, more than one, or something else.
        StrangeOriginError: a browser sends along a password that it was told for this site, from another.
    """
    given = request.headers.getlist("authorization")
    if not given:
        raise UnauthenticatedError
    scheme, _, token = given[0].partition(" ")
    token = token.strip(" ")
    if scheme.lower() == "basic":
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise StrangeOriginError("requests from pages of other sites are refused")
        token = _password(token)
    elif scheme.lower() != "bearer":
        token = ""
    if len(given) > 1 or not 0 < len(token) <= _LONGEST or not _TOKEN.fullmatch(token):
        raise UnauthenticatedError(given=True)
    return token


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("ascii").partition(":")[2]
    except ValueError:
        return ""


class Bearer:
    """Bearer tokens: each goes to the first way that knows its looks, and to no other."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self._ways = tuple(ways)

    async def identify(self, request: HTTPConnection) -> Identity:
        """Return the caller."""
        token = bearer(request)
        for way in self._ways:
            if way.knows(token):
                return await way.verify(token)
        raise UnauthenticatedError(given=True)

    def knows_already(self, request: HTTPConnection) -> bool:
        """Tell whether the request's token was good a moment ago."""
        try:
            token = bearer(request)
        except UnauthenticatedError:
            return True  # There is nothing to try, and nothing that it costs.
        way = next((way for way in self._ways if way.knows(token)), None)
        return way is None or way.knows_already(token)
