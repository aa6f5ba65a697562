"""How a server is guarded, as whoever starts it says; and the guard that comes of it."""

from __future__ import annotations

from hivehelm.api.auth.authenticator import Bearer
from hivehelm.api.auth.open import Open, is_loopback
from hivehelm.api.guard.errors import UnsafeServerError
from hivehelm.api.guard.limits import Bounds, Limits
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.api.auth.authenticator import Way
    from hivehelm.api.auth.tokens import Source
    from hivehelm.api.guard.certificates import Certificates
    from hivehelm.api.guard.guard import Guard
    from hivehelm.api.guard.log import Log
    from hivehelm.platform.site import Site

_FETCH_SECONDS = 10.0


class OpenIDOptions(Record):
    """An issuer of OpenID Connect tokens, and what they mean here; as `auth.oidc.OpenID` takes it."""

    issuer: str
    audiences: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    username: str = "sub"
    groups: str = "groups"
    role: str = ""
    namespaces: str = ""
    jwks_url: str = ""
    ca_file: str = ""


class GuardOptions(Record):
    """Who is let in, how, and how much.

    `open` is without credentials. `token_files` are read besides the tokens in the cluster. `kubernetes`
    takes tokens of the cluster's own users. `insecure_http` allows plain HTTP from other machines. `proxies`
    are the addresses of those that are believed about where requests come from.
    """

    host: str
    open: bool = False
    token_files: tuple[str, ...] = ()
    oidc: OpenIDOptions | None = None
    kubernetes: bool = False
    kubernetes_audiences: tuple[str, ...] = ()
    cert_file: str = ""
    key_file: str = ""
    client_ca_file: str = ""
    insecure_http: bool = False
    public_metrics: bool = False
    public_charts: bool = False
    proxies: tuple[str, ...] = ()
    bounds: Bounds | None = None


def guard(options: GuardOptions, site: Site, log: Log) -> Guard:
    """Return the guard that `options` ask for.

    Raises:
        UnsafeServerError: they would let in who should not be, or send credentials in the clear.
        CertificateFileError, TokenFileError, IssuerError, GrantError: what they name cannot be used.
    """
    from hivehelm.api.guard.guard import Guard
    from hivehelm.api.guard.metrics import Metrics

    _confirm(options)
    tls = _tls(options)
    if options.open:
        authenticator: Open | Bearer = Open()
    else:
        authenticator = Bearer(_ways(options, site, log))
    return Guard(
        authenticator=authenticator,
        limits=Limits(options.bounds),
        log=log,
        metrics=Metrics(),
        public=frozenset({"/metrics"} if options.public_metrics else ()),
        public_charts=options.public_charts,
        tls=tls,
        proxies=options.proxies,
    )


def _confirm(options: GuardOptions) -> None:
    here = is_loopback(options.host)
    if options.open:
        if not here:
            raise UnsafeServerError(
                f"without credentials, only this machine is served, and {options.host} is more than that: "
                "leave out --host, or --no-auth"
            )
        if options.token_files or options.oidc or options.kubernetes:
            raise UnsafeServerError("--no-auth lets everyone in: leave it out, or the other ways")
    elif not (here or options.cert_file or options.insecure_http):
        raise UnsafeServerError(
            f"credentials that reach {options.host} without TLS can be read on the way: give --tls-cert and "
            "--tls-key, or --insecure-http behind a proxy that speaks TLS"
        )


def _tls(options: GuardOptions) -> Certificates | None:
    if bool(options.cert_file) != bool(options.key_file):
        raise UnsafeServerError("--tls-cert and --tls-key go together")
    if not options.cert_file:
        if options.client_ca_file:
            raise UnsafeServerError("--tls-client-ca needs --tls-cert and --tls-key")
        return None
    from hivehelm.api.guard.certificates import Certificates

    return Certificates(options.cert_file, options.key_file, options.client_ca_file)


def _ways(options: GuardOptions, site: Site, log: Log) -> Sequence[Way]:
    from hivehelm.api.auth.tokenfile import TokenFile
    from hivehelm.api.auth.tokens import Tokens
    from hivehelm.api.auth.tokensecrets import TokenSecrets

    sources: list[Source] = [TokenFile(path) for path in options.token_files]
    for source in sources:
        source.list()  # What is wrong with a file is said now, not to the first who asks.
    if site.driver != "memory":
        sources.append(TokenSecrets(site.client, site.namespace))
    ways: list[Way] = [Tokens(sources, log=log)]
    if options.oidc is not None:
        ways.append(_openid(options.oidc))
    if options.kubernetes:
        from hivehelm.api.auth.kubernetes import ClusterUsers

        ways.append(ClusterUsers(site.client, site.namespace, audiences=options.kubernetes_audiences))
    return ways


def _openid(options: OpenIDOptions) -> Way:
    from hivehelm.api.auth.grants import grant
    from hivehelm.api.auth.issuer import Issuer
    from hivehelm.api.auth.oidc import OpenID
    from hivehelm.http.client import Client

    if not options.audiences:
        raise UnsafeServerError("--oidc-issuer needs --oidc-audience: else tokens for others are good here")
    client = Client(user_agent="hivemind", ca_file=options.ca_file, timeout=_FETCH_SECONDS)
    issuer = Issuer(options.issuer, client, jwks_url=options.jwks_url)
    return OpenID(
        issuer,
        options.audiences,
        grants=[grant(each) for each in options.grants],
        username=options.username,
        groups=options.groups,
        role=options.role,
        namespaces=options.namespaces,
    )
