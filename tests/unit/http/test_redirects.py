"""What may go along with a redirect."""

from __future__ import annotations

import pytest

from hivehelm.golang.url import parse
from hivehelm.http.redirects import onward, port, redacted, referer, trusted


@pytest.mark.parametrize(
    ("first", "target", "strict", "lax"),
    [
        ("http://h/a", "http://h/b", True, True),
        ("http://h/a", "http://H:80/b", True, True),
        ("http://h/a", "https://h/b", True, True),
        ("http://h:1/a", "https://h:2/b", False, True),
        ("https://h/a", "http://h/b", False, False),
        ("https://h/a", "https://h:444/b", False, True),
        ("https://h/a", "https://x.h/b", False, True),
        ("https://h/a", "https://xh/b", False, False),
        ("https://[::1]:1/a", "https://[::1]:1/b", True, True),
        ("https://[::1]/a", "https://[::1]:443/b", True, True),
        ("https://h:/a", "https://h/b", True, True),
    ],
)
def test_trust(first: str, target: str, strict: bool, lax: bool) -> None:
    assert trusted(parse(first), parse(target)) is strict
    assert trusted(parse(first), parse(target), lax=True) is lax


def test_referers() -> None:
    assert referer(parse("https://h/a"), parse("http://h/b")) == ""
    assert referer(parse("https://u:p@h/a?b"), parse("https://x/")) == "https://h/a?b"


def test_methods() -> None:
    assert [onward(code, "x", "POST") for code in (200, 301, 303, 308)] == ["", "GET", "GET", "POST"]
    assert onward(302, "", "GET") == ""


def test_passwords_are_not_shown() -> None:
    assert redacted(parse("http://u:s%20t@h/")) == "http://u:***@h/"
    assert redacted(parse("http://u@h/")) == "http://u@h/"
    assert port(parse("ftp://h/")) == ""
