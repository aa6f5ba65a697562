"""From a request's credentials to a caller: several ways, each for the credentials it knows."""

from __future__ import annotations

from hivehelm.api.auth.errors import UnauthenticatedError

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

    class Way(Protocol):
        """One way to know a bearer token."""

        def knows(self, token: str) -> bool:
            """Tell from its looks whether the token is one of this way's."""

        async def verify(self, token: str) -> Identity:
            """Return whose token it is; raises as `Authenticator.identify`."""


_LONGEST = 16_384


def bearer(request: HTTPConnection) -> str:
    """Return the bearer token of a request (RFC 6750, 2.1); never from the URL, which logs and proxies keep.

    Raises:
        UnauthenticatedError: there is none, more than one, or something else.
    """
    given = request.headers.getlist("authorization")
    if not given:
        raise UnauthenticatedError
    scheme, _, token = given[0].partition(" ")
    token = token.strip(" ")
    good = len(given) == 1 and scheme.lower() == "bearer" and token.isascii() and token.isprintable()
    if not good or not 0 < len(token) <= _LONGEST or " " in token:
        raise UnauthenticatedError(given=True)
    return token


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
