"""Addresses of charts in indexes, compared, and shown."""

from __future__ import annotations

import pytest

from hivehelm.sources.address import absolute, same_origin, without_password
from hivehelm.sources.errors import SourceError


@pytest.mark.parametrize(
    ("base", "reference", "expected"),
    [
        ("http://h/a", "x.tgz", "http://h/a/x.tgz"),
        ("http://h/a/", "charts/x.tgz", "http://h/a/charts/x.tgz"),
        ("http://h/a%2fb", "x.tgz", "http://h/a%2fb/x.tgz"),
        ("http://h/a", "../x.tgz", "http://h/x.tgz"),
        ("http://h/a", "/x.tgz", "http://h/x.tgz"),
        ("http://h/a", "//o/x.tgz", "http://o/x.tgz"),
        ("http://h/a?t=1", "x.tgz?u=2", "http://h/a/x.tgz?t=1"),
        ("http://h/a", "https://o/x.tgz?u=2", "https://o/x.tgz?u=2"),
        ("oci://h/a", "x:1", "x:1"),
        ("http://h", "a b+c.tgz", "http://h/a%20b+c.tgz"),
    ],
)
def test_absolute(base: str, reference: str, expected: str) -> None:
    assert absolute(base, reference) == expected


def test_what_is_no_url() -> None:
    with pytest.raises(SourceError) as raised:
        absolute("http://u:secret@h:x/", "x")
    assert str(raised.value) == (
        'failed to parse http://***@h:x/ as URL: parse "http://***@h:x/": invalid port ":x" after host'
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://h/a", "http://h/b?c", True),
        ("http://h", "http://h:80", True),
        ("https://u:p@h:443/", "https://h", True),
        ("http://[::1]/", "http://[::1]:80/", True),
        ("http://h", "https://h", False),
        ("http://h", "http://h:81", False),
        ("http://h", "http://o", False),
        ("http://[::1", "http://h", False),
    ],
)
def test_same_origin(one: str, other: str, same: bool) -> None:
    assert same_origin(one, other) is same


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://u:p@h/x", "http://***@h/x"),
        ("http://u:p@q@h/x", "http://***@h/x"),
        ("http://h/x@y", "http://h/x@y"),
        ("@name", "@name"),
        ("http://h", "http://h"),
    ],
)
def test_without_password(url: str, shown: str) -> None:
    assert without_password(url) == shown
