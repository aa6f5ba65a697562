"""What is said to those who may not."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class AccessError(HivehelmError):
    """A request that is refused for who sent it or how; `status` and `headers` are those of the answer."""

    status = 403

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers: dict[str, str] = dict(headers or {})


class UnauthenticatedError(AccessError):
    """No credentials, or none that are good; says nothing of why, which would help who guesses (RFC 6750)."""

    status = 401

    def __init__(self, message: str = "", *, given: bool = False) -> None:
        # RFC 6750, 3: no error code where no credentials came.
        challenge = 'Bearer realm="hivemind"' + (', error="invalid_token"' if given else "")
        text = "the credentials are not valid" if given else "credentials are needed: a bearer token"
        super().__init__(message or text, {"WWW-Authenticate": challenge})
        self.given = given


class ForbiddenError(AccessError):
    """The caller is known, and has not the `role` that it takes in `namespace`."""

    status = 403

    def __init__(self, name: str, role: str, namespace: str = "") -> None:
        where = f' in namespace "{namespace}"' if namespace else ""
        super().__init__(f'"{name}" needs the role {role}{where}')
        self.name = name
        self.role = role
        self.namespace = namespace


class StrangeOriginError(AccessError):
    """A browser was sent here by another site, or by a name that is not this machine's."""

    status = 403


class TooManyRequestsError(AccessError):
    """A caller asks more than its share; `seconds` from now there is room again."""

    status = 429

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message, {"Retry-After": str(max(1, int(seconds + 0.999)))})
        self.seconds = seconds


class AccessUnavailableError(AccessError):
    """Who the caller is cannot be found out now: the cluster or the issuer of tokens does not answer."""

    status = 503

    def __init__(self, message: str) -> None:
        super().__init__(message, {"Retry-After": "5"})


class TokenError(HivehelmError):
    """What is to be a token is none."""


class TokenExistsError(TokenError):
    """There is a token of that `name` already."""

    def __init__(self, name: str) -> None:
        super().__init__(f'there is a token "{name}" already: revoke it first, or choose another name')
        self.name = name


class UnknownTokenError(TokenError):
    """There is no token of that `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(f'there is no token "{name}": `hivemind token list` shows those that there are')
        self.name = name


class TokenFileError(TokenError):
    """A file of tokens at `path` cannot be used."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"the tokens in {path} cannot be read: {why}")
        self.path = path


class IssuerError(HivehelmError):
    """An issuer of tokens cannot be used."""


class GrantError(HivehelmError):
    """What groups of an identity provider may is not said as it should be."""
