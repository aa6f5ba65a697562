"""Without credentials, only this machine gets in, and no page of another site."""

from __future__ import annotations

import asyncio

import pytest
from tests.unit.api.auth.requesting import request

from hivehelm.api.auth.errors import StrangeOriginError
from hivehelm.api.auth.open import Open, is_loopback


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST", "localhost.", "app.localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"],
)
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "0.0.0.0",  # noqa: S104
        "::",
        "10.0.0.1",
        "localhost.evil.com",
        "127.0.0.1.nip.io",
        "evil",
        "2130706433",
        "127.1",
    ],
)
def test_what_may_be_another_machine_is_no_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:80", "[::1]:8080", "[::1]"])
def test_a_request_to_this_machine_gets_in(host: str) -> None:
    identity = asyncio.run(Open().identify(request(("Host", host))))
    assert (identity.name, identity.role, identity.everywhere) == ("anonymous", "admin", True)
    assert Open().knows_already(request())


@pytest.mark.parametrize(
    "host",
    [
        "evil.com",
        "localhost.evil.com:8080",
        "evil.com@localhost",
        "localhost@evil.com",
        "localhost:evil",
        "localhost/",
        "localhost#evil",
        "[::1",
        "",
    ],
)
def test_names_that_a_stranger_lets_point_here_do_not(host: str) -> None:
    with pytest.raises(StrangeOriginError, match="must name this machine"):
        asyncio.run(Open().identify(request(("Host", host))))


def test_one_host_is_needed() -> None:
    for hosts in ([], [("Host", "localhost"), ("Host", "localhost")]):
        with pytest.raises(StrangeOriginError):
            asyncio.run(Open().identify(request(*hosts)))


@pytest.mark.parametrize(
    "header",
    [
        ("Origin", "http://evil.com"),
        ("Origin", "null"),
        ("Origin", "http://localhost:3000"),
        ("Origin", "https://localhost:80"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ],
)
def test_pages_of_other_sites_do_not_get_in(header: tuple[str, str]) -> None:
    with pytest.raises(StrangeOriginError, match="pages of other sites"):
        asyncio.run(Open().identify(request(("Host", "localhost:80"), header)))


def test_pages_of_our_own_do() -> None:
    headers = [("Host", "localhost:80"), ("Origin", "http://localhost:80"), ("Sec-Fetch-Site", "same-origin")]
    assert asyncio.run(Open().identify(request(*headers))).role == "admin"
