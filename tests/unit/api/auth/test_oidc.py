"""Tokens of OpenID Connect: the good ones, and all that forgers try."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from hivehelm.api.auth.errors import AccessUnavailableError, GrantError, IssuerError, UnauthenticatedError
from hivehelm.api.auth.grants import Grant, grant
from hivehelm.api.auth.identity import Identity
from hivehelm.api.auth.issuer import Issuer
from hivehelm.api.auth.oidc import LEEWAY, OpenID
from hivehelm.http.answer import Answer
from hivehelm.http.client import Client
from hivehelm.http.errors import FetchError

ISSUER = "https://issuer.example.com"
AUDIENCE = "hivemind"


@cache
def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def curve_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def edwards_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def jwk(key: Any, kid: str, **more: str) -> dict[str, Any]:
    algorithm: Any = {
        "RSAPublicKey": jwt.algorithms.RSAAlgorithm,
        "ECPublicKey": jwt.algorithms.ECAlgorithm,
        "Ed25519PublicKey": jwt.algorithms.OKPAlgorithm,
    }[type(key.public_key()).__name__]
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", **more}


class Web(Client):
    """An issuer's web server, in memory."""

    def __init__(self) -> None:
        self.keys = [jwk(rsa_key(), "one"), jwk(curve_key(), "two"), jwk(edwards_key(), "three")]
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        self.down = False

    def request(self, method: str, url: str, **_: Any) -> Answer:
        self.asked.append(url)
        if self.down:
            raise FetchError(method, url, AccessUnavailableError("no route to host"))
        found = {
            f"{ISSUER}/.well-known/openid-configuration": {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"},
            f"{ISSUER}/keys": {"keys": self.keys},
            **self.answers,
        }.get(url)
        data = found if isinstance(found, bytes) else json.dumps(found).encode()
        status = 200 if found is not None else 404
        return Answer(status=status, line=f"{status} it is", headers={}, data=data, url=url)


class Clock:
    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Setting:
    """One issuer, and what is made of its tokens."""

    def __init__(self, **options: Any) -> None:
        self.web = Web()
        self.clock = Clock(1000.0)
        self.issuer = Issuer(ISSUER, self.web, clock=self.clock)
        self.options = {"grants": [grant("ops=admin"), grant("dev=deployer:shop,pay")], **options}
        self.way = OpenID(self.issuer, [AUDIENCE], **self.options)

    def verify(self, token: str) -> Identity:
        return asyncio.run(self.way.verify(token))

    def refuses(self, token: str) -> bool:
        try:
            self.verify(token)
        except UnauthenticatedError as error:
            assert token not in str(error)
            return True
        return False


@pytest.fixture
def setting() -> Setting:
    return Setting()


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    found = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "iat": now, "exp": now + 600, "groups": ["dev"]}
    found.update(changes)
    return {name: value for name, value in found.items() if value is not None}


def signed(key: Any = None, algorithm: str = "RS256", kid: str | None = "one", **changes: Any) -> str:
    header = {} if kid is None else {"kid": kid}
    return jwt.encode(claims(**changes), key or rsa_key(), algorithm=algorithm, headers=header)


def raw(header: dict[str, Any], body: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(body).encode()]
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (*parts, signature)).decode()


def test_a_good_token_is_somebodys(setting: Setting) -> None:
    token = signed()
    assert setting.way.knows(token)
    assert not setting.way.knows_already(token)
    identity = setting.verify(token)
    assert (identity.name, identity.groups, identity.method) == ("ann", ("dev",), "oidc")
    assert (identity.role, identity.namespaces) == ("deployer", ("shop", "pay"))
    assert setting.way.knows_already(token)
    assert setting.verify(token) is identity
    assert setting.web.asked == [f"{ISSUER}/.well-known/openid-configuration", f"{ISSUER}/keys"]


@pytest.mark.parametrize(
    ("algorithm", "kid"),
    [("RS256", "one"), ("RS512", "one"), ("PS256", "one"), ("ES256", "two"), ("EdDSA", "three")],
)
def test_key_pairs_sign(setting: Setting, algorithm: str, kid: str) -> None:
    key = {"one": rsa_key, "two": curve_key, "three": edwards_key}[kid]()
    assert setting.verify(signed(key, algorithm, kid)).name == "ann"


def test_forged_signatures(setting: Setting) -> None:
    header = {"typ": "JWT", "kid": "one"}
    public = (
        rsa_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    good = signed()
    for token in (
        raw({**header, "alg": "none"}, claims()),
        raw({**header, "alg": "None"}, claims()),
        raw({**header, "alg": ""}, claims()),
        raw(header, claims()),
        raw({**header, "alg": ["RS256"]}, claims()),
        raw({**header, "alg": "RS256"}, claims(), b"\0" * 256),
        raw({**header, "alg": "RS256"}, claims()),
        good.rpartition(".")[0] + ".",
        good[:-8] + ("AAAAAAAA" if not good.endswith("AAAAAAAA") else "BBBBBBBB"),
        # Another's key, under the name of one of the issuer's; its own in the header; where to find it.
        signed(rsa_key(1)),
        jwt.encode(claims(), rsa_key(1), "RS256", {"kid": "one", "jwk": jwk(rsa_key(1), "one")}),
        jwt.encode(claims(), rsa_key(1), "RS256", {"kid": "one", "jku": "https://evil.example.com/keys"}),
        jwt.encode(claims(), rsa_key(), "RS256", {"kid": "one", "crit": ["b64"], "b64": True}),
        # A key for another algorithm.
        signed(rsa_key(), "RS256", "two"),
        signed(curve_key(), "ES256", "one"),
        raw({"alg": "RS256", "kid": ["one"]}, claims()),
    ):
        assert setting.refuses(token), token
    # The issuer's public key as a shared secret: whoever knows it could sign.
    unsigned = raw({**header, "alg": "HS256"}, claims()).rpartition(".")[0]
    for secret in (public, public.strip(), b""):
        mac = base64.urlsafe_b64encode(hmac.new(secret, unsigned.encode(), hashlib.sha256).digest())
        assert setting.refuses(f"{unsigned}.{mac.rstrip(b'=').decode()}")
    assert setting.web.asked.count(f"{ISSUER}/keys") == 1
    assert not any("evil" in url for url in setting.web.asked)


def test_claims_that_are_not_for_us_or_not_for_now(setting: Setting) -> None:
    now = int(time.time())
    slack = int(LEEWAY)
    for changes in (
        {"exp": now - slack - 5},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": now + slack + 60},
        {"iat": now + slack + 60},
        {"aud": "somebody-else"},
        {"aud": ["a", "b"]},
        {"aud": None},
        {"aud": ""},
        {"iss": "https://evil.example.com"},
        {"iss": f"{ISSUER}/"},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\nb"},
        {"sub": "x" * 300},
    ):
        assert setting.refuses(signed(**changes)), changes
    assert setting.verify(signed(aud=["other", AUDIENCE])).name == "ann"
    assert setting.verify(signed(exp=now - slack + 10)).name == "ann"
    assert setting.verify(signed(nbf=now + slack - 10)).name == "ann"


def test_only_what_says_to_be_of_the_issuer_is_looked_at(setting: Setting) -> None:
    for token in ("", "a.b", "a.b.c", "hm_x", signed(iss="https://other.example.com"), "." * 2):
        assert not setting.way.knows(token)
    assert setting.web.asked == []


def test_groups_stand_for_roles() -> None:
    setting = Setting()
    assert setting.verify(signed(groups=["ops", "dev"])).role == "admin"
    both = setting.verify(signed(groups=["dev", "ops"]))
    assert both.may("admin")
    nothing = setting.verify(signed(groups=["strangers"]))
    assert not nothing.somewhere("viewer")
    assert setting.verify(signed(groups="dev")).role == "deployer"
    for strange in (None, 7, {"ops": 1}, [["ops"]]):
        assert setting.verify(signed(groups=strange)).role == ""
    wide = Setting(grants=[grant("all=viewer"), grant("dev=deployer:shop")])
    found = wide.verify(signed(groups=["all", "dev"]))
    assert found.everywhere
    assert found.may("deployer", "shop")
    assert not found.may("deployer", "pay")


def test_a_claim_can_be_the_role() -> None:
    setting = Setting(grants=[], role="hivemind_role", namespaces="hivemind_namespaces")
    found = setting.verify(signed(hivemind_role="deployer", hivemind_namespaces=["shop"]))
    assert (found.role, found.namespaces) == ("deployer", ("shop",))
    assert setting.verify(signed(hivemind_role="deployer")).role == ""  # no namespaces are none, not all
    assert setting.verify(signed(hivemind_role="admin")).may("admin")
    assert setting.verify(signed(hivemind_role="boss", hivemind_namespaces=["shop"])).role == ""
    everywhere = Setting(grants=[], role="hivemind_role")
    assert everywhere.verify(signed(hivemind_role="viewer")).everywhere


def test_an_address_names_nobody_before_it_is_confirmed() -> None:
    setting = Setting(username="email")
    assert setting.verify(signed(email="a@example.com", email_verified=True)).name == "a@example.com"
    assert setting.verify(signed(email="a@example.com")).name == "a@example.com"
    for word in (False, "true", 1):
        assert setting.refuses(signed(email="a@example.com", email_verified=word))


def test_rotated_keys_are_found_and_made_up_names_are_not_followed(setting: Setting) -> None:
    assert setting.verify(signed()).name == "ann"
    for number in range(50):
        assert setting.refuses(signed(kid=f"made-up-{number}"))
    assert len(setting.web.asked) == 2
    setting.web.keys = [jwk(rsa_key(1), "new")]
    setting.clock.now += 11
    assert setting.verify(signed(rsa_key(1), kid="new")).name == "ann"
    assert setting.refuses(signed(sub="another"))  # the old key is gone
    assert len(setting.web.asked) == 4


def test_a_token_without_a_key_name_is_tried_with_a_key_without_one(setting: Setting) -> None:
    assert setting.refuses(signed(kid=None))
    only = jwk(rsa_key(), "")
    del only["kid"]
    setting.web.keys = [only]
    setting.clock.now += 11
    assert setting.verify(signed(kid=None)).name == "ann"


def test_known_keys_stand_in_while_the_issuer_is_away(setting: Setting) -> None:
    setting.verify(signed())
    setting.web.down = True
    setting.clock.now += 5 * 3600
    assert setting.verify(signed(sub="bob")).name == "bob"
    setting.clock.now += 20 * 3600
    with pytest.raises(AccessUnavailableError, match="their issuer does not answer"):
        setting.verify(signed(sub="eve"))


def test_shared_secrets_and_keys_for_other_uses_are_none_of_the_issuers(setting: Setting) -> None:
    secret = {"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U", "kid": "oct", "alg": "HS256"}
    setting.web.keys = [
        secret,
        jwk(rsa_key(), "enc") | {"use": "enc"},
        jwk(rsa_key(), "hs", alg="HS256"),
        jwk(rsa_key(), "ps", alg="PS256"),
        {"kty": "RSA", "kid": "broken"},
        jwk(curve_key(), "curve") | {"crv": "P-384"},
        jwk(rsa_key(), "good"),
    ]
    for kid in ("oct", "enc", "hs", "ps", "broken"):
        assert setting.refuses(signed(kid=kid)), kid
    assert setting.refuses(signed(curve_key(), "ES256", "curve"))
    assert setting.verify(signed(kid="good")).name == "ann"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (
            "/.well-known/openid-configuration",
            {"issuer": "https://evil.example.com", "jwks_uri": "https://x/k"},
        ),
        (
            "/.well-known/openid-configuration",
            {"issuer": ISSUER, "jwks_uri": "http://issuer.example.com/keys"},
        ),
        ("/.well-known/openid-configuration", {"issuer": ISSUER}),
        ("/.well-known/openid-configuration", b"<html>"),
        ("/.well-known/openid-configuration", b"[" * 100_000),
        ("/.well-known/openid-configuration", []),
        ("/keys", {"keys": []}),
        ("/keys", {"keys": "x"}),
        ("/keys", None),
    ],
)
def test_an_issuer_that_answers_nonsense_lets_nobody_in(setting: Setting, path: str, answer: Any) -> None:
    setting.web.answers[ISSUER + path] = answer
    with pytest.raises(AccessUnavailableError):
        setting.verify(signed())


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example.com",
        "issuer",
        "",
        "https://u:p@x",
        "https://x?y",
        "file:///etc/passwd",
        "https://[x",
    ],
)
def test_keys_come_over_tls_only(url: str) -> None:
    with pytest.raises(IssuerError):
        Issuer(url or ISSUER, Web(), jwks_url="" if url else "ftp://x")
    Issuer("http://127.0.0.1:8080", Web())


def test_grants() -> None:
    assert grant("ops=admin") == Grant(group="ops", role="admin")
    assert grant("cn=dev,ou=x=deployer:a, b") == Grant(
        group="cn=dev,ou=x", role="deployer", namespaces=("a", "b")
    )
    for text in ("", "ops", "=admin", "ops=boss", "ops=viewer:", "ops=viewer:,", "ops=admin:shop"):
        with pytest.raises(GrantError):
            grant(text)
