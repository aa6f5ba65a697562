from __future__ import annotations

import pytest

from hivehelm.golang.url import URLError, parse, parse_request


@pytest.mark.parametrize(
    "text",
    [
        "https://u:p%40@h.com:8080/a%2Fb/c%20d?q=1#f%20g",
        "http://h/a(b)",
        "x:/rooted",
        "file:///etc",
        "mailto:a@b",
        "//h/p",
        "a/b?",
        "*",
        "http://[fe80::1%25en0]:80/",
        "#a(b)",
    ],
)
def test_there_and_back(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http://[1.2.3.4]/", 'parse "http://[1.2.3.4]/": invalid IP-literal'),
        ("http://a[b]/", 'parse "http://a[b]/": invalid IP-literal'),
        ("http://[::1]x/", 'parse "http://[::1]x/": invalid port "x" after host'),
        ("/a#%zz", 'parse "/a#%zz": invalid URL escape "%zz"'),
        ("http://h%41/", 'parse "http://h%41/": invalid URL escape "%41"'),
        ("http://[fe80::1%25%41]/", None),
        (
            "http://[nonsense]/",
            'parse "http://[nonsense]/": invalid host: ParseAddr("nonsense"): unable to parse IP',
        ),
        ("http://[fe80::1%25%01]/", 'parse "http://[fe80::1%25%01]/": invalid URL escape "%01"'),
    ],
)
def test_errors(text: str, message: str | None) -> None:
    if message is None:
        assert parse(text).hostname() == "fe80::1%A"
        return
    with pytest.raises(URLError) as caught:
        parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "scheme", "host", "path"),
    [
        ("http://h/a#b", "http", "h", "/a#b"),
        ("/a", "", "", "/a"),
        ("//h/a", "", "", "//h/a"),
        ("x:///a", "x", "", "/a"),
    ],
)
def test_urls_of_requests(text: str, scheme: str, host: str, path: str) -> None:
    url = parse_request(text)
    assert (url.scheme, url.host, url.path) == (scheme, host, path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'parse "": empty url'),
        ("a/b", 'parse "a/b": invalid URI for request'),
        ("#a", 'parse "#a": invalid URI for request'),
        ("http://h#a", 'parse "http://h#a": invalid character "#" in host name'),
    ],
)
def test_what_no_request_carries(text: str, message: str) -> None:
    with pytest.raises(URLError) as raised:
        parse_request(text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("base", "reference", "wanted"),
    [
        ("http://h/a/b/c", "../d", "http://h/a/d"),
        ("http://h/a/b/c", "./../../../d/", "http://h/d/"),
        ("http://h/a/b/c", "/x/../y/.", "http://h/y/"),
        ("http://h/a/b/c", "d/..", "http://h/a/b/"),
        ("http://h/a/b?q#f", "", "http://h/a/b?q#f"),
        ("http://h/a/b?q#f", "?r", "http://h/a/b?r"),
        ("http://h/a/b?q#f", "#g", "http://h/a/b?q#g"),
        ("http://h", "x", "http://h/x"),
        ("http://u:p@h/a", "//o/b/../c", "http://o/c"),
        ("http://h/a", "https:x", "https:x"),
        ("http://h/a%2Fb/c", "d%2fe", "http://h/a%2Fb/d%2fe"),
        ("file:///values.schema.json", "other.json", "file:///other.json"),
        ("urn:a:b", "#f", "urn:a:b#f"),
        ("urn:a:b", "?q", "urn:a:b?q"),
        ("a/b", "c", "/a/c"),
        ("http://h/", "..", "http://h/"),
    ],
)
def test_references_are_resolved(base: str, reference: str, wanted: str) -> None:
    assert str(parse(base).resolve(parse(reference))) == wanted
