"""Which credentials are looked at, and by whom."""

from __future__ import annotations

import asyncio
import base64

import pytest
from tests.unit.api.auth.requesting import request

from hivehelm.api.auth.authenticator import Bearer, bearer
from hivehelm.api.auth.errors import StrangeOriginError, UnauthenticatedError
from hivehelm.api.auth.identity import Identity


class Letters:
    """Knows tokens that start with a letter; those are good that end in z."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        self.seen: list[str] = []

    def knows(self, token: str) -> bool:
        return token.startswith(self.letter)

    def knows_already(self, token: str) -> bool:
        return token in self.seen

    async def verify(self, token: str) -> Identity:
        self.seen.append(token)
        if not token.endswith("z"):
            raise UnauthenticatedError(given=True)
        return Identity(name=token)


def basic(text: str) -> tuple[str, str]:
    return "Authorization", f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    "header",
    [("Authorization", "Bearer abc"), ("authorization", "bEaReR  abc"), basic("anyone:abc"), basic(":abc")],
)
def test_a_token_is_a_bearers_or_a_password(header: tuple[str, str]) -> None:
    assert bearer(request(header)) == "abc"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer a,b",
        "Bearer \xe9",
        "Bearer a\tb",
        "Bearer " + "x" * 20_000,
        "Digest abc",
        "abc",
        "Basic",
        "Basic !!!",
        "Basic YWJj",
        "Basic /////w==",
    ],
)
def test_nothing_else_is_a_token(value: str) -> None:
    with pytest.raises(UnauthenticatedError) as raised:
        bearer(request(("Authorization", value)))
    assert raised.value.headers["WWW-Authenticate"] == 'Bearer realm="hivemind", error="invalid_token"'
    assert "abc" not in str(raised.value)


def test_two_tokens_are_none() -> None:
    with pytest.raises(UnauthenticatedError):
        bearer(request(("Authorization", "Bearer a"), ("Authorization", "Bearer a")))


def test_no_credentials_are_told_from_bad_ones() -> None:
    with pytest.raises(UnauthenticatedError) as raised:
        bearer(request())
    assert not raised.value.given
    assert raised.value.headers == {"WWW-Authenticate": 'Bearer realm="hivemind"'}


def test_pages_of_other_sites_use_no_password_that_a_browser_keeps() -> None:
    with pytest.raises(StrangeOriginError):
        bearer(request(basic("a:abc"), ("Sec-Fetch-Site", "cross-site")))
    assert bearer(request(basic("a:abc"), ("Sec-Fetch-Site", "same-origin"))) == "abc"


def test_each_token_goes_to_one_way_only() -> None:
    first, second = Letters("a"), Letters("")
    ways = Bearer([first, second])
    assert asyncio.run(ways.identify(request(("Authorization", "Bearer a-z")))).name == "a-z"
    assert asyncio.run(ways.identify(request(("Authorization", "Bearer b-z")))).name == "b-z"
    with pytest.raises(UnauthenticatedError):
        asyncio.run(ways.identify(request(("Authorization", "Bearer a-bad"))))
    assert (first.seen, second.seen) == (["a-z", "a-bad"], ["b-z"])
    assert ways.knows_already(request(("Authorization", "Bearer a-z")))
    assert not ways.knows_already(request(("Authorization", "Bearer new")))
    assert ways.knows_already(request())
    with pytest.raises(UnauthenticatedError):
        asyncio.run(Bearer([first]).identify(request(("Authorization", "Bearer b"))))
