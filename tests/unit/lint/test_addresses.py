"""Addresses that govalidator, as Helm 4.3.1 has it, takes and refuses."""

from __future__ import annotations

import pytest

from hivehelm.lint.addresses import is_email, is_request_url, is_url


@pytest.mark.parametrize(
    "text",
    [
        "a@b.c",
        "a.b@c.de",
        "é@ü.de",
        "a@b.c.",
        "a@b_c.d",
        "a@b.c-d",
        "A@B.C",
        "a+b@c.io",
        "a@b~c.d",
        "a@1.de",
        "a@b.é",
        "中@b.cn",
        '"@b.c',
        '"a"@b.c',
        '"a"b"@c.d',
        '"(a"@b.c',
        '" a"@b.c',
    ],
)
def test_email(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        '"q q"@x.yz',
        "a@-b.c",
        "a@b-.c",
        "a@b.c1",
        "a@b.1",
        "a..b@c.d",
        ".a@b.c",
        "a@b..c",
        "a b@c.d",
        '"\\\\"@b.c',
        '"a(b"@c.d',
        "a@[1.2.3.4]",
        "x@y.z@w.v",
        "",
        "a@b.c\n",
        "a@" + "b" * 100000,
    ],
)
def test_no_email(text: str) -> None:
    assert not is_email(text)


GOOD = [
    *("http://a", "https://a.b", "ftp://x.y/z", "a:80", "abc:99999", "mailto:a@b.c", "http://1.2.3.4"),
    *("http://[::1]", "http://[::1]:80/x", "http://[1:2:3:4:5:6:7:8]", "http://[fe80::1%25eth0]"),
    *("http://[::ffff:1.2.3.4]", "http://a_b.com", "http://a--b.com", "http://例え.テスト", "tcp://a:1"),
    *("user:pass@host.com", "http://u@h.com/?q#f", "wss://x.io", "https://github.com/a"),
]
NO_SCHEME = ["a.bc", "www.x", "x/y.z", "abé.é", "a-b-c.d"]
LOOSE = [
    *("http://.a", "abc:999999", "http://a/b c", "http://256.1.1.1", "http://www.-x.com", "http://-a.com"),
    *("http://a-.com", "http://a..b", "http://foo.bar:", "javascript:alert(1)", "gopher://a.b"),
    *("http://0.0.0.0", "http://1.1.1", "http://a.b.c.", "http://a.b1", "http:///a", "http:/a.b"),
    *("HTTP://A.B", "https://a.b_c"),
]
BAD = [
    *("", "a", "ab.", "abcd", "a.b", ".abc", "http://a b", "//a.b", "http://[g::]", "www.a.b.c.d", "a..b"),
    *("http://a.b/%zz", "/x", "/x.y", "http://#", "abc/", "1.2", "a.b.1x", "http://example.com:80:80"),
    *("?abc", "#abcd", "a?b=c.d", "http://%41.com", "a-.b.cd", "abcd-", "a---b", "http://a\n"),
]


@pytest.mark.parametrize("text", [*GOOD, *NO_SCHEME, "http://a#b"])
def test_url(text: str) -> None:
    assert is_url(text)


@pytest.mark.parametrize("text", [*LOOSE, *BAD, "http://a/" + "b" * 2083])
def test_no_url(text: str) -> None:
    assert not is_url(text)


@pytest.mark.parametrize("text", [*GOOD, *LOOSE])
def test_request_url(text: str) -> None:
    assert is_request_url(text)


@pytest.mark.parametrize("text", [*NO_SCHEME, *BAD, "http://a#b"])
def test_no_request_url(text: str) -> None:
    assert not is_request_url(text)
