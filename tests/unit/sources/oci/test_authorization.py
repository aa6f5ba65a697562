# ruff: noqa: E501, S105, S106
from __future__ import annotations

import base64
from urllib.parse import parse_qs

import pytest

from hivehelm.http.client import Client
from hivehelm.http.errors import HttpError
from hivehelm.sources.oci import authorization as module
from hivehelm.sources.oci.authorization import Authorization
from hivehelm.sources.oci.credential import NOBODY, Credential
from hivehelm.sources.oci.errors import BadAnswerError, RegistryConfigError, RegistryError
from hivehelm.sources.oci.exchange import Exchange
from hivehelm.testing import FakeRegistry, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.testing import Asked

BOB = Credential(username="bob", password="secret")
SCOPE = "repository:a:pull"
BASIC = "Basic " + base64.b64encode(b"bob:secret").decode()


def made(known: Credential = NOBODY) -> Authorization:
    return Authorization(Exchange(Client(environ={}), sleep=lambda _: None), lambda _: known)


def url(registry: FakeRegistry, path: str = "/v2/a/tags/list") -> str:
    return f"http://{registry.address}{path}"


def failing(registry: FakeRegistry, known: Credential = BOB, **options: bool) -> str:
    authorization = made(known)
    authorization.oauth2 = options.get("oauth2", False)
    with pytest.raises((RegistryError, HttpError)) as caught:
        authorization.send("GET", url(registry), scopes=[SCOPE])
    assert "secret" not in str(caught.value)
    return str(caught.value).replace(registry.address, "host")


def test_basic_is_asked_for_once() -> None:
    with FakeRegistry(users={"bob": "secret"}) as registry:
        registry.add_manifest("a", "1", {})
        authorization = made(BOB)
        for _ in range(2):
            assert authorization.send("GET", url(registry), scopes=[SCOPE]).status == 200
        assert [one.headers.get("authorization", "") for one in registry.requests] == ["", BASIC, BASIC]


@pytest.mark.parametrize(
    ("known", "problem"),
    [
        (NOBODY, "basic credential not found"),
        (Credential(username="bob"), "missing username or password for basic auth"),
        (Credential(refresh_token="t"), "missing username or password for basic auth"),
    ],
)
def test_basic_without_credentials(known: Credential, problem: str) -> None:
    with FakeRegistry(users={"bob": "secret"}) as registry:
        assert failing(registry, known) == f'GET "http://host/v2/a/tags/list": {problem}'


def test_credentials_that_cannot_be_had() -> None:
    def broken(_: str) -> Credential:
        raise RegistryConfigError("no luck")

    with FakeRegistry(users={"bob": "secret"}) as registry:
        authorization = Authorization(Exchange(Client(environ={})), broken)
        with pytest.raises(BadAnswerError, match="failed to resolve credential: no luck"):
            authorization.send("GET", url(registry))


def test_tokens_are_kept_for_their_scopes() -> None:
    with FakeRegistry(users={"bob": "secret"}, tokens=True) as registry:
        registry.add_manifest("a", "1", {})
        registry.add_manifest("b", "1", {})
        authorization = made(BOB)
        for path in ("/v2/a/tags/list", "/v2/a/tags/list", "/v2/b/tags/list"):
            name = path[4]
            assert (
                authorization.send("GET", url(registry, path), scopes=[f"repository:{name}:pull"]).status
                == 200
            )
        tokens = [one.path for one in registry.asked("/token")]
        assert tokens == [
            "/token?scope=repository%3Aa%3Apull&service=fake",
            "/token?scope=repository%3Ab%3Apull&service=fake",
        ]
        assert {one.headers.get("authorization") for one in registry.asked("/token")} == {BASIC}


def test_a_challenge_widens_the_scope_and_its_token_is_found_again() -> None:
    with FakeRegistry(users={"bob": "secret"}, tokens=True) as registry:
        registry.add_manifest("a", "1", {})
        authorization = made(BOB)
        for _ in range(2):
            assert authorization.send("GET", url(registry)).status == 200
        assert len(registry.asked("/token")) == 1
        assert len(registry.requests) == 5

        def expired(asked: Asked) -> Reply | None:
            if asked.headers.get("authorization", "").startswith("Bearer old"):
                return Reply(status=401)
            return None

        registry.intercept = expired
        for key in authorization._tokens:
            authorization._tokens[key] = "old"
        assert authorization.send("GET", url(registry)).status == 200
        assert len(registry.asked("/token")) == 2


def test_refresh_tokens_and_passwords_by_oauth2() -> None:
    with FakeRegistry(users={"bob": "secret"}, tokens=True, refresh="again") as registry:
        registry.add_manifest("a", "1", {})
        assert (
            made(Credential(refresh_token="again")).send("GET", url(registry), scopes=[SCOPE]).status == 200
        )
        form = parse_qs(registry.asked("/token")[0].body.decode())
        assert form == {
            "grant_type": ["refresh_token"],
            "refresh_token": ["again"],
            "service": ["fake"],
            "client_id": ["oras-go"],
            "scope": [SCOPE],
        }
        authorization = made(BOB)
        authorization.oauth2 = True
        assert authorization.send("GET", url(registry), scopes=[SCOPE]).status == 200
        assert parse_qs(registry.asked("/token")[1].body.decode())["grant_type"] == ["password"]
        refused = failing(registry, Credential(username="bob"), oauth2=True)
        assert refused.endswith(": missing username or password for bearer auth")
        assert made(Credential(access_token="access")).send("GET", url(registry)).status == 200
        assert len(registry.asked("/token")) == 2


@pytest.mark.parametrize("status", [302, 307])
def test_forms_with_passwords_go_nowhere_else(status: int) -> None:
    """Go would send the form on with a 307; with a 302 there is none left."""
    with (
        FakeRegistry(users={"bob": "secret"}) as other,
        FakeRegistry(users={"bob": "secret"}, tokens=True) as registry,
    ):
        registry.replies["/token"] = Reply(status=status, headers={"location": url(other, "/token")})
        said = failing(registry, oauth2=True)
        assert all(not one.body and "authorization" not in one.headers for one in other.requests)
        assert len(other.requests) == (status == 302)
        assert "response status code" in said


def test_forms_are_sent_on_by_the_server_itself() -> None:
    with FakeRegistry(users={"bob": "secret"}, tokens=True) as registry:
        registry.add_manifest("a", "1", {})
        registry.replies["/auth"] = Reply(status=307, headers={"location": "/token"})
        registry._realm = url(registry, "/auth")
        authorization = made(BOB)
        authorization.oauth2 = True
        assert authorization.send("GET", url(registry), scopes=[SCOPE]).status == 200


def test_forms_without_scopes() -> None:
    with FakeRegistry(users={"bob": "secret"}, tokens=True, refresh="again") as registry:
        authorization = made(Credential(refresh_token="again"))
        assert authorization.send("GET", url(registry, "/v2/")).status in (200, 401)
        assert "scope" not in parse_qs(registry.asked("/token")[0].body.decode())


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(status=403, body=b'{"errors": [{"code": "DENIED", "message": "no"}]}'), "response status code 403: denied: no"),
        (Reply(body=b"{"), "failed to decode response: unexpected EOF"),
        (Reply(body=b""), "failed to decode response: EOF"),
        (Reply(body=b"{}"), "empty token returned"),
        (Reply(body=b'{"token": 5}'), "empty token returned"),
        (Reply(body=b"[]"), "empty token returned"),
    ],
)  # fmt: skip
def test_token_services_that_fail(reply: Reply, problem: str) -> None:
    with FakeRegistry(users={"bob": "secret"}, tokens=True) as registry:
        registry.replies["/token"] = reply
        said = failing(registry)
        token = 'GET "http://host/token?scope=repository%3Aa%3Apull&service=fake"'
        assert said == f'GET "http://host/v2/a/tags/list": {token}: {problem}'


def test_a_token_may_be_called_token() -> None:
    with FakeRegistry(users={"bob": "secret"}, tokens=True) as registry:
        registry.add_manifest("a", "1", {})
        registry.replies["/token"] = Reply(body=b'{"token": "access"}')
        assert made(BOB).send("GET", url(registry)).status == 200


@pytest.mark.parametrize("realm", ["http://127.0.0.1:1/t?account=x&service=old", "http://127.0.0.1:1"])
def test_token_services_that_are_not_there(realm: str) -> None:
    with FakeRegistry(users={"bob": "secret"}, tokens=True, realm=realm) as registry:
        said = failing(registry)
        assert said.startswith('GET "http://host/v2/a/tags/list": Get "http://127.0.0.1:1')
        assert "scope=repository%3Aa%3Apull&service=fake" in said
        assert "old" not in said


@pytest.mark.parametrize(
    ("realm", "registry", "problem"),
    [
        ("http://t/x", "https://h/", 'bearer realm "http://t/x" uses http but registry was contacted over https'),
        ("ftp://t/x", "https://h/", 'bearer realm "ftp://t/x" uses unsupported scheme "ftp"'),
        ("t", "https://h/", 'bearer realm "t" uses unsupported scheme ""'),
        (":", "https://h/", 'failed to parse bearer realm ":": parse ":": missing protocol scheme'),
        *(
            (f"https://{host}/", "https://h/", f'bearer realm host "{host.strip("[]")}" is a loopback, link-local, private, or unspecified address')
            for host in ("127.0.0.1", "169.254.169.254", "10.1.2.3", "172.16.0.1", "192.168.1.1", "0.0.0.0", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "224.0.0.1")  # noqa: S104
        ),
    ],
)  # fmt: skip
def test_token_services_that_must_not_be_asked(realm: str, registry: str, problem: str) -> None:
    with pytest.raises(RegistryError) as caught:
        module._check_realm(realm, registry)
    assert str(caught.value) == problem


@pytest.mark.parametrize("realm", ["", "https://t/x", "https://8.8.8.8/", "https://127.0.0.1/token"])
def test_token_services_that_may_be_asked(realm: str) -> None:
    module._check_realm(realm, "https://127.0.0.1:5000/")
    module._check_realm("http://t/", "http://h/")


def test_who_is_redirected_answers_no_challenge() -> None:
    with FakeRegistry(users={"bob": "secret"}) as other, FakeRegistry() as registry:
        registry.replies["/v2/a/tags/list"] = Reply(status=307, headers={"location": url(other)})
        assert made(BOB).send("GET", url(registry)).status == 401
        assert [one.headers.get("authorization") for one in other.requests] == [None]


def test_challenges_that_are_not_known_and_headers_that_are_given(fake: FakeRegistry) -> None:
    fake.replies["/v2/a/tags/list"] = Reply(status=401, headers={"www-authenticate": "Negotiate"})
    assert made(BOB).send("GET", url(fake)).status == 401
    assert made(BOB).send("GET", url(fake), headers={"Authorization": "x"}).status == 401
    assert [one.headers.get("authorization") for one in fake.requests] == [None, "x"]
