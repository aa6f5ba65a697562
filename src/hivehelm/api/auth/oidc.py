"""Knows bearers of OpenID Connect tokens: signed by an issuer for us, and not expired."""

from __future__ import annotations

import time

from hivehelm.api.auth.aside import aside
from hivehelm.api.auth.errors import UnauthenticatedError
from hivehelm.api.auth.identity import ROLES, Identity
from hivehelm.api.auth.issuer import ALGORITHMS
from hivehelm.api.auth.remembered import Remembered, mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from hivehelm.api.auth.grants import Grant
    from hivehelm.api.auth.issuer import Issuer

LEEWAY = 60.0
"""Seconds by which the issuer's clock may be off."""
_REMEMBERED = 60.0
_MOST = 4096
_MOST_GROUPS = 500
_LONGEST_NAME = 256


class OpenID:
    """Tokens of one issuer for one of `audiences`.

    `username` is the claim that names the caller, `groups` the one that lists their groups; `grants` say what
    those may. Where `role` names a claim, it says viewer, deployer or admin itself, and the claim that
    `namespaces` names where. Who is granted nothing is known, and may nothing.
    """

    def __init__(
        self,
        issuer: Issuer,
        audiences: Sequence[str],
        *,
        grants: Sequence[Grant] = (),
        username: str = "sub",
        groups: str = "groups",
        role: str = "",
        namespaces: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._audiences = list(audiences)
        self._grants = tuple(grants)
        self._username = username
        self._groups = groups
        self._role = role
        self._namespaces = namespaces
        self._clock = clock
        self._good: Remembered[tuple[float, Identity]] = Remembered(_MOST)

    def knows(self, token: str) -> bool:
        """Tell whether a token says that it is of this issuer; nothing of it is believed yet."""
        import jwt

        if token.count(".") != 2:
            return False
        if self.knows_already(token):
            return True
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            return False
        return bool(claims.get("iss") == self._issuer.url)

    def knows_already(self, token: str) -> bool:
        """Tell whether a token was good a moment ago."""
        return self._good.get(mark(token)) is not None

    async def verify(self, token: str) -> Identity:
        """Return whose token it is.

        Raises:
            UnauthenticatedError: it is not signed by the issuer, not for us, or not for now.
            AccessUnavailableError: the issuer's keys cannot be had.
        """
        known = self._good.get(mark(token))
        if known is not None and known[0] > self._clock():
            return known[1]
        claims = await self._claims(token)
        identity = self._identity(claims)
        self._good.put(mark(token), (float(claims["exp"]) + LEEWAY, identity), _REMEMBERED)
        return identity

    async def _claims(self, token: str) -> dict[str, Any]:
        import jwt

        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise UnauthenticatedError(given=True) from None
        algorithm, name = header.get("alg"), header.get("kid", "")
        # RFC 8725, 3.1 and 3.10: what the token says of keys and algorithms is not followed, but compared.
        if algorithm not in ALGORITHMS or not isinstance(name, str) or "crit" in header:
            raise UnauthenticatedError(given=True)
        if self._issuer.has(name):
            key = self._issuer.key(name)
        else:
            key = await aside(self._issuer.key, name)
        if key is None or algorithm not in key.algorithms:
            raise UnauthenticatedError(given=True)
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.value,
                algorithms=[algorithm],
                audience=self._audiences,
                issuer=self._issuer.url,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"], "verify_sub": False},
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
            raise UnauthenticatedError(given=True) from None
        return claims

    def _identity(self, claims: dict[str, Any]) -> Identity:
        name = claims.get(self._username)
        # As in Kubernetes: an address that nobody has confirmed names nobody.
        confirmed = self._username != "email" or claims.get("email_verified", True) is True
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise UnauthenticatedError(given=True)
        if not confirmed:
            raise UnauthenticatedError(given=True)
        groups = _strings(claims.get(self._groups))[:_MOST_GROUPS]
        found = [(each.role, each.namespaces) for each in self._grants if each.group in groups]
        if self._role and (role := claims.get(self._role)) in ROLES:
            limited = bool(self._namespaces)
            namespaces = tuple(_strings(claims.get(self._namespaces))) if limited else ()
            if namespaces or not limited or role == "admin":
                found.append((role, () if role == "admin" else namespaces))
        # The widest comes first: it is what is shown of the caller.
        found.sort(key=lambda grant: (-ROLES.index(grant[0]), bool(grant[1])))
        role, namespaces = found[0] if found else ("", ())
        return Identity(
            name=name,
            groups=tuple(groups),
            role=role,
            namespaces=namespaces,
            more=tuple(found[1:]),
            method="oidc",
        )


def _strings(found: object) -> list[str]:
    if isinstance(found, str):
        return [found]
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
