"""Answers to registries' challenges: basic and bearer, with tokens kept as long as the process lives.

Source: oras-go's `registry/remote/auth`. Credentials go to the registry that they belong to and to the token
service that it names, never to where it redirects.
"""

from __future__ import annotations

from hivehelm.sources.oci import challenge as challenges
from hivehelm.sources.oci import scopes as scoping
from hivehelm.sources.oci.errors import AuthenticationError, BadAnswerError, RegistryError
from hivehelm.sources.oci.exchange import same_origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hivehelm.golang.url import URL
    from hivehelm.sources.oci.challenge import Challenge
    from hivehelm.sources.oci.credential import Credential
    from hivehelm.sources.oci.exchange import Answer, Exchange

_MAX_TOKEN = 128 * 1024
_CLIENT = "oras-go"


class Authorization:
    """Sends requests, and again with credentials where a registry asks for them.

    Attributes:
        oauth2: ask token services for tokens by OAuth 2's password grant first (login does).
    """

    def __init__(self, exchange: Exchange, credential: Callable[[str], Credential]) -> None:
        """`credential` returns what is known for a host."""
        self._exchange = exchange
        self._credential = credential
        self._schemes: dict[str, str] = {}
        self._tokens: dict[tuple[str, str, str], str] = {}
        self.oauth2 = False

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        scopes: Iterable[str] = (),
        repeat: bool = True,
    ) -> Answer:
        """Send one request for `scopes` and return the answer, whatever its status.

        A registry that is overloaded is asked again, unless `repeat` is False.

        Raises:
            HttpError: no answer came.
            RegistryError: a challenge cannot be answered.
        """
        from hivehelm.golang.url import parse

        given = dict(headers or {})
        host = parse(url).host
        if "Authorization" in given:
            return self._exchange.send(method, url, given, body, repeat=repeat)
        wanted = scoping.clean(scopes)
        key = " ".join(wanted)
        scheme = self._schemes.get(host, "")
        tried = ""
        if token := self._tokens.get((host, scheme, key if scheme == "Bearer" else "")):
            tried = f"{scheme} {token}"
        answer = self._exchange.send(method, url, _with(given, tried), body, repeat=repeat)
        if answer.status != 401 or not same_origin(url, answer.url):
            return answer
        challenge = challenges.parse(answer.headers.get("www-authenticate", ""))
        if not challenge.scheme:
            return answer
        answer.close()
        if challenge.scheme == "basic":
            authorization = f"Basic {self._basic(host, answer)}"
        else:
            merged = scoping.clean([*wanted, *challenge.scope.split(" ")]) if challenge.scope else wanted
            joined = " ".join(merged)
            if joined != key and (token := self._tokens.get((host, "Bearer", joined))):
                answer = self._exchange.send(
                    method, url, _with(given, f"Bearer {token}"), body, repeat=repeat
                )
                if answer.status != 401:
                    return answer
                answer.close()
            authorization = f"Bearer {self._bearer(host, url, challenge, merged, answer)}"
        return self._exchange.send(method, url, _with(given, authorization), body, repeat=repeat)

    def _basic(self, host: str, answer: Answer) -> str:
        from binascii import b2a_base64

        try:
            known = self._credential(host)
        except RegistryError as error:
            raise BadAnswerError(
                answer.method, answer.shown, f"failed to resolve credential: {error}"
            ) from error
        if not known:
            raise BadAnswerError(answer.method, answer.shown, "basic credential not found")
        if not (known.username and known.password):
            raise BadAnswerError(answer.method, answer.shown, "missing username or password for basic auth")
        text = f"{known.username}:{known.password}".encode("utf-8", "surrogateescape")
        return self._keep(host, "Basic", "", b2a_base64(text, newline=False).decode())

    def _bearer(self, host: str, url: str, challenge: Challenge, scopes: list[str], answer: Answer) -> str:
        try:
            _check_realm(challenge.realm, url)
            known = self._credential(host)
            token = known.access_token
            if not token:
                if not known or not (known.refresh_token or self.oauth2):
                    token = self._distribution_token(challenge, scopes, known)
                else:
                    token = self._oauth2_token(challenge, scopes, known)
        except _transport_errors() as error:
            raise BadAnswerError(answer.method, answer.shown, str(error)) from error
        return self._keep(host, "Bearer", " ".join(scopes), token)

    def _keep(self, host: str, scheme: str, key: str, token: str) -> str:
        self._schemes[host] = scheme
        self._tokens[host, scheme, key] = token
        return token

    def _distribution_token(self, challenge: Challenge, scopes: list[str], known: Credential) -> str:
        """Return a token as the distribution specification has it: a GET with basic authentication."""
        from binascii import b2a_base64

        url = _with_query(challenge.realm, challenge.service, scopes)
        headers = {}
        if known.username or known.password:
            text = f"{known.username}:{known.password}".encode("utf-8", "surrogateescape")
            headers["Authorization"] = f"Basic {b2a_base64(text, newline=False).decode()}"
        return self._token("GET", url, headers, None, ("access_token", "token"))

    def _oauth2_token(self, challenge: Challenge, scopes: list[str], known: Credential) -> str:
        """Return a token as OAuth 2 has it: a POST of a form."""
        if known.refresh_token:
            form = [("grant_type", "refresh_token"), ("refresh_token", known.refresh_token)]
        elif known.username and known.password:
            form = [("grant_type", "password"), ("username", known.username), ("password", known.password)]
        else:
            raise AuthenticationError("missing username or password for bearer auth")
        form += [("service", challenge.service), ("client_id", _CLIENT)]
        if scopes:
            form.append(("scope", " ".join(scopes)))
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._token("POST", challenge.realm, headers, _form(form).encode(), ("access_token",))

    def _token(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, names: tuple[str, ...]
    ) -> str:
        from hivehelm.golang.json import JSONError
        from hivehelm.golang.jsonread import first
        from hivehelm.sources.oci.refusals import refusal

        answer = self._exchange.send(method, url, headers, body, private=body is not None)
        if answer.status != 200:
            raise refusal(answer)
        try:
            found, _ = first(answer.head(_MAX_TOKEN).decode("utf-8", "surrogateescape"))
        except (JSONError, EOFError) as error:
            problem = f"failed to decode response: {str(error) or 'EOF'}"
            raise BadAnswerError(answer.method, answer.shown, problem) from None
        for name in names:
            if isinstance(found, dict) and (token := found.get(name)) and isinstance(token, str):
                return str(token)
        raise BadAnswerError(answer.method, answer.shown, "empty token returned")


def _with(headers: dict[str, str], authorization: str) -> dict[str, str]:
    return {**headers, "Authorization": authorization} if authorization else headers


def _transport_errors() -> tuple[type[Exception], ...]:
    from hivehelm.http.errors import HttpError

    return (RegistryError, HttpError)


def _with_query(realm: str, service: str, scopes: list[str]) -> str:
    """Return the URL of a token: what the realm has as its query, and the rest, in the order of names."""
    from urllib.parse import parse_qsl

    from hivehelm.golang.url import parse

    url = parse(realm)
    pairs = parse_qsl(url.query, keep_blank_values=True)
    if service:
        pairs = [(name, value) for name, value in pairs if name != "service"]
        pairs.append(("service", service))
    pairs += [("scope", scope) for scope in scopes]
    url.query = _form(pairs)
    return str(url)


def _form(pairs: list[tuple[str, str]]) -> str:
    """Return `pairs` as `url.Values.Encode` writes them: sorted by name."""
    from urllib.parse import quote_plus

    return "&".join(
        f"{quote_plus(name)}={quote_plus(value)}" for name, value in sorted(pairs, key=lambda p: p[0])
    )


def _check_realm(realm: str, registry: str) -> None:
    """Refuse token services that a registry must not send clients to.

    Raises:
        AuthenticationError: the realm is one.
    """
    if not realm:
        return
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.url import URLError, parse

    try:
        url = parse(realm)
    except URLError as error:
        raise AuthenticationError(f"failed to parse bearer realm {quote(realm)}: {error}") from None
    asked = parse(registry)
    if url.scheme == "http" and asked.scheme == "https":
        raise AuthenticationError(
            f"bearer realm {quote(realm)} uses http but registry was contacted over https"
        )
    if url.scheme not in ("http", "https"):
        raise AuthenticationError(f"bearer realm {quote(realm)} uses unsupported scheme {quote(url.scheme)}")
    if url.hostname() != asked.hostname() and _is_private(url):
        raise AuthenticationError(
            f"bearer realm host {quote(url.hostname())} is a loopback, link-local, private, "
            "or unspecified address"
        )


def _is_private(url: URL) -> bool:
    """Tell whether the host is an address that only means something here."""
    from ipaddress import ip_address, ip_network

    try:
        address = ip_address(url.hostname())
    except ValueError:
        return False
    if mapped := getattr(address, "ipv4_mapped", None):
        address = mapped
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "224.0.0.0/24", "ff02::/16")
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or any(address in ip_network(network) for network in private)
    )
