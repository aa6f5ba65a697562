"""An issuer of OpenID Connect tokens: its keys, found by discovery, kept, and asked for again."""

from __future__ import annotations

import json
import threading
import time
from urllib.parse import urlsplit

from hivehelm.api.auth.errors import AccessUnavailableError, IssuerError
from hivehelm.errors import HivehelmError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.http.client import Client

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""What tokens may be signed with: a key pair, of which only the issuer has the other half."""

_LARGEST = 1 << 20
_MOST_KEYS = 100
_WELL_KNOWN = "/.well-known/openid-configuration"


class Key(Record):
    """A public key that tokens are checked with: `value` is cryptography's, for `algorithms` alone."""

    algorithms: tuple[str, ...]
    value: Any


class Issuer:
    """The keys of one issuer (OpenID Connect Discovery 1.0); blocks while it fetches.

    They are fetched when they are first needed, after an hour, and when a token names one that is not known,
    though not within ten seconds of the last time: who makes up names of keys makes us fetch no more. Where
    the issuer does not answer, those that are known are good for a day.
    """

    def __init__(
        self, url: str, client: Client, *, jwks_url: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.url = url
        self._client = client
        self._jwks_url = jwks_url
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched = -1e9
        self._tried = -1e9
        self._lock = threading.Lock()
        for each in (url, jwks_url):
            if each:
                _confirm(each)

    def has(self, name: str) -> bool:
        """Tell whether a key is known, and need not be fetched."""
        return name in self._keys and self._clock() - self._fetched < _HOUR

    def key(self, name: str) -> Key | None:
        """Return the key of that name (`kid`), None where the issuer has none.

        Raises:
            AccessUnavailableError: the issuer does not answer, and what is known of it is too old.
        """
        if not self.has(name):
            with self._lock:
                if not self.has(name) and self._clock() - self._tried >= _PAUSE:
                    self._tried = self._clock()
                    self._fetch()
        if self._clock() - self._fetched > _DAY:
            raise AccessUnavailableError("tokens cannot be checked: their issuer does not answer")
        return self._keys.get(name)

    def _fetch(self) -> None:
        try:
            self._keys = self._read()
        except HivehelmError:
            return  # What is known stands in, for a while.
        self._fetched = self._clock()

    def _read(self) -> dict[str, Key]:
        from jwt import PyJWK
        from jwt.exceptions import PyJWTError

        url = self._jwks_url
        if not url:
            found = self._get(self.url.rstrip("/") + _WELL_KNOWN)
            if found.get("issuer") != self.url:
                raise IssuerError(f"{self.url} says that it is another issuer")
            url = str(found.get("jwks_uri", ""))
            _confirm(url)
        keys: dict[str, Key] = {}
        listed = self._get(url).get("keys")
        for each in listed[:_MOST_KEYS] if isinstance(listed, list) else ():
            if not isinstance(each, dict) or each.get("use", "sig") != "sig":
                continue
            fitting = _fitting(each)
            try:
                keys[str(each.get("kid", ""))] = Key(algorithms=fitting, value=PyJWK(each, fitting[0]).key)
            except (PyJWTError, IndexError, ValueError, TypeError):
                continue
        if not keys:
            raise IssuerError(f"{self.url} has no keys that tokens can be checked with")
        return keys

    def _get(self, url: str) -> dict[str, Any]:
        answer = self._client.request(
            "GET", url, headers={"Accept": "application/json"}, limit=_LARGEST, redirects=0
        )
        if answer.status != 200:
            raise IssuerError(f"{url} answers {answer.line}")
        try:
            found = json.loads(answer.data)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise IssuerError(f"{url} answers no JSON object")
        return found


_PAUSE = 10.0
_HOUR = 3600.0
_DAY = 86_400.0


def _confirm(url: str) -> None:
    """Make sure that keys come from whom they should: over TLS, but on this machine."""
    from hivehelm.api.auth.open import is_loopback

    try:
        split = urlsplit(url)
        host = split.hostname or ""
    except ValueError:
        raise IssuerError(f'"{url}" is no URL of an issuer') from None
    if not host or split.username is not None or split.query or split.fragment:
        raise IssuerError(f'"{url}" is no URL of an issuer')
    if split.scheme != "https" and not (split.scheme == "http" and is_loopback(host)):
        raise IssuerError(f"{url}: keys of an issuer are only fetched over https")


_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_BY_KIND = {
    ("RSA", ""): _RSA,
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
    ("OKP", "Ed448"): ("EdDSA",),
}


def _fitting(found: dict[str, Any]) -> tuple[str, ...]:
    """Return the algorithms that a key is for: its own where it names one, else those of its kind.

    Those of kind "oct" are shared secrets: whoever may read the issuer's keys could sign with one.
    """
    algorithms = _BY_KIND.get((str(found.get("kty")), str(found.get("crv", ""))), ())
    own = found.get("alg")
    return algorithms if own is None else tuple(each for each in algorithms if each == own)
