from __future__ import annotations

import pytest

from hivehelm.golang.url import parse
from hivehelm.http.client import Client
from hivehelm.http.errors import HttpError
from hivehelm.sources.oci.exchange import Exchange, same_origin, shown_url
from hivehelm.testing import FakeRegistry, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.testing import Asked


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def exchange(pauses: list[float]) -> Exchange:
    return Exchange(Client(environ={}), sleep=pauses.append)


def url(registry: FakeRegistry, path: str = "/x") -> str:
    return f"http://{registry.address}{path}"


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_busy_servers_are_asked_again(
    fake: FakeRegistry, exchange: Exchange, pauses: list[float], status: int
) -> None:
    fake.replies["/x"] = Reply(status=status, body=b"busy")
    answer = exchange.send("GET", url(fake), {})
    assert (answer.status, answer.head(100)) == (status, b"busy")
    assert pauses == [0.25, 0.5, 1.0, 2.0, 3.0]
    assert len(fake.asked("/x")) == 6


def test_how_long_to_wait_is_the_servers_word(
    fake: FakeRegistry, exchange: Exchange, pauses: list[float]
) -> None:
    answers = iter(("0", "1", "60", "soon", "9" * 20))

    def intercept(_: Asked) -> Reply:
        after = next(answers, "")
        return Reply(status=429, headers={"retry-after": after}) if after else Reply(body=b"at last")

    fake.intercept = intercept
    assert exchange.send("GET", url(fake), {}).head(100) == b"at last"
    assert pauses == [0.25, 1.0, 3.0, 2.0, 3.0]


def test_what_must_not_be_repeated_is_not(
    fake: FakeRegistry, exchange: Exchange, pauses: list[float]
) -> None:
    fake.replies["/x"] = Reply(status=503)
    assert exchange.send("PUT", url(fake), {}, b"data", repeat=False).status == 503
    assert pauses == []


@pytest.mark.parametrize(("status", "verb"), [(301, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_redirects(fake: FakeRegistry, exchange: Exchange, status: int, verb: str) -> None:
    fake.replies["/x"] = Reply(status=status, headers={"location": "y?z=1"})
    fake.replies["/y"] = Reply(body=b"here", headers={"content-type": "text/plain"})
    answer = exchange.send("POST", url(fake), {"Authorization": "Basic a", "Content-Type": "t"}, b"body")
    assert (answer.method, answer.url, answer.shown) == (verb, url(fake, "/y?z=1"), url(fake, "/y?z=1"))
    assert answer.headers["content-type"] == "text/plain"
    assert b"".join(answer.chunks()) == b"here"
    asked = fake.asked("/y")[0]
    assert (asked.method, asked.body) == (verb, b"body" if verb == "POST" else b"")
    assert asked.headers["authorization"] == "Basic a"
    assert asked.headers.get("content-type") == ("t" if verb == "POST" else None)


def test_another_origin_hears_no_credentials(fake: FakeRegistry, exchange: Exchange) -> None:
    with FakeRegistry() as other:
        other.replies["/y"] = Reply(status=403)
        fake.replies["/x"] = Reply(status=307, headers={"location": f"{url(other, '/y')}?sig=secret#frag"})
        answer = exchange.send("GET", url(fake), {"Authorization": "Basic a"})
        assert "authorization" not in other.asked("/y")[0].headers
        assert answer.url.endswith("/y?sig=secret#frag")
        assert answer.shown == f"{url(other, '/y')}?***#frag"


def test_errors_name_the_first_method_and_hide_signatures(fake: FakeRegistry, exchange: Exchange) -> None:
    fake.replies["/x"] = Reply(status=302, headers={"location": "http://127.0.0.1:1/y?sig=secret"})
    with pytest.raises(HttpError) as caught:
        exchange.send("POST", url(fake), {}, b"")
    assert str(caught.value) == (
        'Post "http://127.0.0.1:1/y?***": dial tcp 127.0.0.1:1: connect: connection refused'
    )


def test_redirects_end(fake: FakeRegistry, exchange: Exchange) -> None:
    fake.replies["/x"] = Reply(status=302, headers={"location": "/x"})
    with pytest.raises(HttpError, match=r'Get "http://[^"]*/x": stopped after 10 redirects'):
        exchange.send("GET", url(fake), {})
    assert len(fake.requests) == 10
    fake.replies["/x"] = Reply(status=302, headers={"location": ":"})
    with pytest.raises(
        HttpError, match='failed to parse Location header ":": parse ":": missing protocol scheme'
    ):
        exchange.send("GET", url(fake), {})


def test_heads_are_bounded_and_take_what_there_is(fake: FakeRegistry, exchange: Exchange) -> None:
    fake.replies["/x"] = Reply(body=b"x" * 100_000)
    answer = exchange.send("GET", url(fake), {})
    assert answer.length == 100_000
    assert answer.head(10) == b"x" * 10
    fake.replies["/x"] = Reply(body=b"x" * 100, cut=7)
    assert exchange.send("GET", url(fake), {}).head(50) == b"x" * 7


def test_origins() -> None:
    assert same_origin("https://h/a", "https://H:443/b")
    assert same_origin("http://[::1]/", "http://[::1]:80/")
    assert not same_origin("https://h/", "http://h/")
    assert not same_origin("https://h/", "https://h:444/")
    assert shown_url("https://h/", parse("https://h/x?q")) == "https://h/x?q"
    assert shown_url("https://h/", parse("https://i/x")) == "https://i/x"
