"""Tokens of our own."""

from __future__ import annotations

import json

import pytest

from hivehelm.api.auth.errors import TokenError
from hivehelm.api.auth.token import Token, age, identifier, stamp

NOW = 1_800_000_000.0


def issue(name: str = "ci", role: str = "viewer", *namespaces: str, seconds: float = 60) -> tuple[Token, str]:
    return Token.issue(name, role, namespaces, NOW, seconds)


def test_only_a_hash_of_it_is_kept() -> None:
    token, text = issue()
    assert identifier(text) == token.id
    assert text not in json.dumps(token.to_json())
    assert text.split("_", 2)[2] not in repr(token)
    assert issue()[1] != text


def test_only_the_token_matches() -> None:
    token, text = issue()
    assert token.matches(text)
    assert not token.matches(text[:-1])
    assert not token.matches(text[:-1] + ("A" if text[-1] != "A" else "B"))
    assert not token.matches(token.digest)
    assert not token.matches("")


@pytest.mark.parametrize(
    "text", ["", "hm_", "hm_abc_def", "hm_" + "0" * 16 + "_short", "xx_" + "0" * 16 + "_" + "a" * 43]
)
def test_what_is_no_token_has_no_id(text: str) -> None:
    assert identifier(text) == ""


def test_it_expires() -> None:
    token, _ = issue(seconds=60)
    assert not token.expired(NOW + 59)
    assert token.expired(NOW + 60)
    assert not issue(seconds=0)[0].expired(NOW * 100)


def test_what_is_kept_can_be_read_again() -> None:
    token, _ = issue("ci", "deployer", "shop", "pay", "shop")
    assert token.namespaces == ("shop", "pay")
    assert Token.from_json(token.to_json()) == token
    forever, _ = issue(seconds=0)
    assert forever.to_json()["expires"] == ""
    assert Token.from_json(forever.to_json()) == forever


def test_whose_it_is() -> None:
    identity = issue("ci", "deployer", "shop")[0].identity()
    assert (identity.name, identity.role, identity.namespaces) == ("ci", "deployer", ("shop",))
    assert identity.method == "token"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "X"}, "cannot be called"),
        ({"name": "a" * 41}, "cannot be called"),
        ({"name": "../x"}, "cannot be called"),
        ({"role": "boss"}, 'no role "boss"'),
        ({"namespaces": ["A"]}, "no name of a namespace"),
        ({"namespaces": "shop"}, "a list of names"),
        ({"namespaces": [1]}, "a list of names"),
        ({"role": "admin", "namespaces": ["shop"]}, "leave the namespaces out"),
        ({"sha256": "abc"}, "no SHA-256"),
        ({"expires": "soon"}, "no time"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, object], message: str) -> None:
    with pytest.raises(TokenError, match=message):
        Token.from_json(issue()[0].to_json() | change)


def test_what_is_missing_is_said() -> None:
    for field in ("id", "name", "role", "sha256"):
        found = issue()[0].to_json()
        del found[field]
        with pytest.raises(TokenError, match=f"a token has no {field}"):
            Token.from_json(found)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30d", 2_592_000), ("12h", 43_200), ("90m", 5400), ("1s", 1), ("2w", 1_209_600), ("never", 0)],
)
def test_ages(text: str, seconds: float) -> None:
    assert age(text) == seconds


@pytest.mark.parametrize("text", ["", "0d", "d", "3y", "-1d", "1.5h", "30 d", "1d12h", "99999999d"])
def test_no_ages(text: str) -> None:
    with pytest.raises(TokenError, match="no age"):
        age(text)


def test_times_are_written_and_read() -> None:
    assert stamp(NOW) == "2027-01-15T08:00:00Z"
    assert stamp(0) == ""
    for written in ("2027-01-15T08:00:00Z", "2027-01-15T09:00:00+01:00", "2027-01-15T08:00:00"):
        assert Token.from_json(issue()[0].to_json() | {"expires": written}).expires == NOW
