"""Servers that are started, and those that are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.api.auth.authenticator import Bearer
from hivehelm.api.auth.errors import GrantError, IssuerError, TokenFileError
from hivehelm.api.auth.open import Open
from hivehelm.api.guard.errors import UnsafeServerError
from hivehelm.api.guard.guard import Guard
from hivehelm.api.guard.log import Log
from hivehelm.api.guard.options import GuardOptions, OpenIDOptions, guard
from hivehelm.cli.flags import FlagSet
from hivehelm.cli.hivemind.guarding import guard_flags, guard_of
from hivehelm.platform.site import Site
from hivehelm.testing.authority import Authority

EVERYWHERE = "0.0.0.0"  # noqa: S104
SITE = Site.from_environ({"HOME": "/nowhere", "HELM_DRIVER": "memory"})
ISSUER = "https://issuer.example.com"


def made(**options: object) -> Guard:
    return guard(GuardOptions(**{"host": "127.0.0.1", **options}), SITE, Log())  # type: ignore[arg-type]


def flagged(host: str, *arguments: str) -> Guard:
    flags = FlagSet(guard_flags())
    flags.parse(arguments)
    return guard_of(flags, host, SITE)


def test_this_machine_needs_no_tls() -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        assert isinstance(made(host=host).authenticator, Bearer)
        assert isinstance(made(host=host, open=True).authenticator, Open)


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "10.0.0.1", "example.com", ""])
def test_others_are_served_over_tls_only(host: str) -> None:
    with pytest.raises(UnsafeServerError, match="can be read on the way"):
        made(host=host)
    with pytest.raises(UnsafeServerError, match="only this machine is served"):
        made(host=host, open=True, insecure_http=True)
    assert made(host=host, insecure_http=True).tls is None


def test_with_a_certificate_they_are(tmp_path: Path) -> None:
    certificate, key = Authority().issue("x")
    (tmp_path / "crt").write_bytes(certificate)
    (tmp_path / "key").write_bytes(key)
    found = flagged(EVERYWHERE, f"--tls-cert={tmp_path / 'crt'}", f"--tls-key={tmp_path / 'key'}")
    assert found.tls is not None
    assert found.uvicorn()["ssl_context_factory"] == found.tls.factory


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"open": True, "kubernetes": True}, UnsafeServerError),
        ({"open": True, "token_files": ("x",)}, UnsafeServerError),
        ({"cert_file": "x"}, UnsafeServerError),
        ({"client_ca_file": "x"}, UnsafeServerError),
        ({"token_files": ("/nowhere/tokens",)}, TokenFileError),
        ({"oidc": OpenIDOptions(issuer=ISSUER)}, UnsafeServerError),
        ({"oidc": OpenIDOptions(issuer="http://x.example.com", audiences=("a",))}, IssuerError),
        ({"oidc": OpenIDOptions(issuer=ISSUER, audiences=("a",), grants=("x",))}, GrantError),
    ],
)
def test_what_does_not_fit_together_is_said(options: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        made(**options)


def test_flags_are_heard() -> None:
    found = flagged(
        EVERYWHERE,
        "--insecure-http",
        "--public-metrics",
        "--public-charts",
        "--max-body=1Mi",
        "--rate=5",
        "--renders=0",
        "--trusted-proxy=10.0.0.0/8",
        "--kubernetes-auth",
        f"--oidc-issuer={ISSUER}",
        "--oidc-audience=a",
        "--oidc-grant=x=viewer:a,b",
        "--oidc-grant=y=admin",
    )
    bounds = found.limits.bounds
    assert (bounds.body, bounds.rate, bounds.burst, bounds.renders) == (1 << 20, 5.0, 10.0, 1)
    assert found.public == {"/metrics"}
    assert found.public_charts
    told = found.uvicorn()
    assert (told["proxy_headers"], told["forwarded_allow_ips"]) == (True, ["10.0.0.0/8"])
    assert not flagged("127.0.0.1").uvicorn()["proxy_headers"]
    with pytest.raises(UnsafeServerError, match="--oidc-grant needs --oidc-issuer"):
        flagged("127.0.0.1", "--oidc-grant=x=viewer")
