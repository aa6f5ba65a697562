"""Flags that say who a server lets in, and how much of everything."""

from __future__ import annotations

from hivehelm.cli.flags import array, boolean, integer, number, size, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.api.guard import Guard
    from hivehelm.api.guard.log import Log
    from hivehelm.api.guard.options import OpenIDOptions
    from hivehelm.cli.flags import Flag, FlagSet
    from hivehelm.platform.site import Site

_MEBIBYTE = 1 << 20


def guard_flags() -> tuple[Flag, ...]:
    """Return the flags."""
    return (
        boolean("no-auth", "let everyone in, on this machine only: for trying"),
        array("token-file", "a file of tokens, besides those that `hivemind token create` makes"),
        string("oidc-issuer", "URL of an issuer of OpenID Connect tokens"),
        array("oidc-audience", "whom those tokens must be for, such as the client's id"),
        array("oidc-grant", "what a group may: GROUP=ROLE or GROUP=ROLE:NAMESPACE,NAMESPACE"),
        string("oidc-username-claim", "the claim that names the caller", default="sub"),
        string("oidc-groups-claim", "the claim that lists the caller's groups", default="groups"),
        string("oidc-role-claim", "a claim that is viewer, deployer or admin itself"),
        string("oidc-namespaces-claim", "the claim that lists the namespaces of that role"),
        string("oidc-jwks-url", "where the issuer's keys are, where it has no discovery"),
        string("oidc-ca-file", "authorities of the issuer's certificate, instead of the system's"),
        boolean("kubernetes-auth", "take tokens of the cluster's users, and act as them"),
        array("kubernetes-audience", "whom those tokens must be for"),
        string("tls-cert", "the server's certificate, with those between it and its authority, as PEM"),
        string("tls-key", "the key of the certificate, as PEM"),
        string("tls-client-ca", "authorities, as PEM: only clients with a certificate of theirs are served"),
        boolean("insecure-http", "serve other machines without TLS: behind a proxy that speaks it"),
        array("trusted-proxy", "address or network of a proxy that says where requests come from"),
        boolean("public-metrics", "let everyone read /metrics"),
        boolean("public-charts", "let everyone read the chart repository"),
        size("max-body", "how large a request may be", default=4 * _MEBIBYTE),
        size("max-upload", "how large an uploaded chart may be", default=20 * _MEBIBYTE + 65_536),
        number("rate", "how many requests a second one caller may send, 0 for any number", default=1000.0),
        integer("renders", "how many charts are rendered at a time for previews", default=2),
    )


def guard_of(flags: FlagSet, host: str, site: Site, log: Log | None = None) -> Guard:
    """Return the guard that the flags ask for, of a server that listens on `host`.

    Raises:
        UnsafeServerError: they would let in who should not be, or send credentials in the clear.
        CertificateFileError, TokenFileError, IssuerError, GrantError: what they name cannot be used.
    """
    from hivehelm.api.guard.limits import Bounds
    from hivehelm.api.guard.log import Log
    from hivehelm.api.guard.options import GuardOptions, guard

    rate = flags.number("rate")
    options = GuardOptions(
        host=host,
        open=flags.boolean("no-auth"),
        token_files=tuple(flags.strings("token-file")),
        oidc=_oidc(flags),
        kubernetes=flags.boolean("kubernetes-auth"),
        kubernetes_audiences=tuple(flags.strings("kubernetes-audience")),
        cert_file=flags.string("tls-cert"),
        key_file=flags.string("tls-key"),
        client_ca_file=flags.string("tls-client-ca"),
        insecure_http=flags.boolean("insecure-http"),
        public_metrics=flags.boolean("public-metrics"),
        public_charts=flags.boolean("public-charts"),
        proxies=tuple(flags.strings("trusted-proxy")),
        bounds=Bounds(
            body=flags.integer("max-body"),
            upload=flags.integer("max-upload"),
            rate=rate,
            burst=2 * rate,
            renders=max(1, flags.integer("renders")),
        ),
    )
    return guard(options, site, log or Log())


def _oidc(flags: FlagSet) -> OpenIDOptions | None:
    from hivehelm.api.guard.errors import UnsafeServerError
    from hivehelm.api.guard.options import OpenIDOptions

    if not flags.string("oidc-issuer"):
        for name in ("audience", "grant", "role-claim", "namespaces-claim", "jwks-url", "ca-file"):
            if flags.given(f"oidc-{name}"):
                raise UnsafeServerError(f"--oidc-{name} needs --oidc-issuer")
        return None
    return OpenIDOptions(
        issuer=flags.string("oidc-issuer"),
        audiences=tuple(flags.strings("oidc-audience")),
        grants=tuple(flags.strings("oidc-grant")),
        username=flags.string("oidc-username-claim"),
        groups=flags.string("oidc-groups-claim"),
        role=flags.string("oidc-role-claim"),
        namespaces=flags.string("oidc-namespaces-claim"),
        jwks_url=flags.string("oidc-jwks-url"),
        ca_file=flags.string("oidc-ca-file"),
    )
