"""Tokens of our own: what they look like, and what is kept of them.

A token is `hm_ID_SECRET`: the id names it in lists, the secret is 256 random bits. Of the whole, only the
SHA-256 is kept. A slow hash, as passwords need, would slow down nothing but the server here: passwords are
guessed from lists, and no list holds 256 random bits.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from hivehelm.api.auth.errors import TokenError
from hivehelm.api.auth.identity import ROLES, Identity
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Self

PREFIX = "hm_"
_SHAPE = re.compile(r"hm_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_AGE = re.compile(r"(\d{1,6})(s|m|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class Token(Record):
    """What is kept of a token; `digest` is the SHA-256 of it, in hexadecimal.

    `created` and `expires` are seconds since 1970; 0 is never.
    """

    id: str
    name: str
    role: str
    namespaces: tuple[str, ...] = ()
    created: float = 0.0
    expires: float = 0.0
    digest: str

    @classmethod
    def issue(
        cls, name: str, role: str, namespaces: Sequence[str], now: float, age: float
    ) -> tuple[Self, str]:
        """Return a new token and the text that its owner gets; good for `age` seconds, 0 being for ever.

        Raises:
            TokenError: the name, the role or a namespace is none.
        """
        identifier = secrets.token_hex(8)
        text = f"{PREFIX}{identifier}_{secrets.token_urlsafe(32)}"
        found = cls(
            id=identifier,
            name=name,
            role=role,
            namespaces=tuple(dict.fromkeys(namespaces)),
            created=float(int(now)),
            expires=float(int(now + age)) if age else 0.0,
            digest=_digest(text),
        )
        found.confirm()
        return found, text

    def confirm(self) -> None:
        """Make sure that everything is well formed.

        Raises:
            TokenError: something is not.
        """
        if not _NAME.fullmatch(self.name):
            raise TokenError(
                f'a token cannot be called "{self.name}": up to 40 lower case letters, digits and dashes'
            )
        if self.role not in ROLES:
            raise TokenError(f'there is no role "{self.role}": it is one of {", ".join(ROLES)}')
        for namespace in self.namespaces:
            if not _NAMESPACE.fullmatch(namespace):
                raise TokenError(f'"{namespace}" is no name of a namespace')
        if self.role == "admin" and self.namespaces:
            raise TokenError("an admin is one of the whole platform: leave the namespaces out")
        if not _DIGEST.fullmatch(self.digest):
            raise TokenError(f'token "{self.name}" has no SHA-256')

    def matches(self, text: str) -> bool:
        """Tell whether `text` is this token, in the same time whether or not it nearly is."""
        return hmac.compare_digest(self.digest, _digest(text))

    def expired(self, now: float) -> bool:
        """Tell whether the token is not good any more."""
        return 0 < self.expires <= now

    def identity(self) -> Identity:
        """Return whoever has the token."""
        return Identity(name=self.name, role=self.role, namespaces=self.namespaces, method="token")

    def to_json(self) -> dict[str, Any]:
        """Return what is kept, as files and Secrets have it."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "namespaces": list(self.namespaces),
            "created": stamp(self.created),
            "expires": stamp(self.expires),
            "sha256": self.digest,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return the token that `to_json` gave.

        Raises:
            TokenError: it is none.
        """
        try:
            namespaces = found.get("namespaces") or []
            if not isinstance(namespaces, list) or not all(isinstance(each, str) for each in namespaces):
                raise TokenError("the namespaces of a token are a list of names")
            token = cls(
                id=str(found["id"]),
                name=str(found["name"]),
                role=str(found["role"]),
                namespaces=tuple(namespaces),
                created=_seconds(found.get("created") or ""),
                expires=_seconds(found.get("expires") or ""),
                digest=str(found["sha256"]),
            )
        except KeyError as error:
            raise TokenError(f"a token has no {error.args[0]}") from None
        token.confirm()
        return token


def identifier(text: str) -> str:
    """Return the id in a token's text, "" where it is none."""
    found = _SHAPE.fullmatch(text)
    return found[1] if found else ""


def age(text: str) -> float:
    """Return the seconds of `30d`, `12h`, `90m`, `2w` or `3600s`; 0 for `never`.

    Raises:
        TokenError: it is none of those.
    """
    if text == "never":
        return 0.0
    found = _AGE.fullmatch(text)
    if not found or int(found[1]) == 0:
        raise TokenError(f'"{text}" is no age: write 30d, 12h, 90m, or never')
    return float(int(found[1]) * _SECONDS[found[2]])


def stamp(seconds: float) -> str:
    """Return a time as RFC 3339 has it, "" for 0."""
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)) if seconds else ""


def _seconds(given: object) -> float:
    from datetime import UTC, datetime

    if not given:
        return 0.0
    try:
        # YAML makes a time of what looks like one.
        moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError:
        raise TokenError(f'"{given}" is no time: write 2030-01-31T12:00:00Z') from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
