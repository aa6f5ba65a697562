from __future__ import annotations

import pytest

from hivehelm.golang.url import URL, URLError, parse, parse_request


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
        ("http://[fe80::1%25a b]/", 'parse "http://[fe80::1%25a b]/": invalid character " " in host name'),
        ("http://a:b/", 'parse "http://a:b/": invalid port ":b" after host'),
        ("http://h:1:2/", 'parse "http://h:1:2/": invalid port ":1:2" after host'),
        ("http://[::1/", "parse \"http://[::1/\": missing ']' in host"),
        ("http://u ser@h/", 'parse "http://u ser@h/": net/url: invalid userinfo'),
        (":x", 'parse ":x": missing protocol scheme'),
        ("1a:b", 'parse "1a:b": first path segment in URL cannot contain colon'),
        ("a!b:c", 'parse "a!b:c": first path segment in URL cannot contain colon'),
        ("é:x", 'parse "é:x": first path segment in URL cannot contain colon'),
        ("/a\x7f", 'parse "/a\\x7f": net/url: invalid control character in URL'),
        ("http://h%2", 'parse "http://h%2": invalid URL escape "%2"'),
        ("/%", 'parse "/%": invalid URL escape "%"'),
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


@pytest.mark.parametrize(
    ("text", "host"),
    [("x://h:a:1/", "h:a"), ("http://[::1]:80", "::1"), ("http://h:", "h"), ("http://h:8", "h"), ("/a", "")],
)
def test_hosts_have_no_port(text: str, host: str) -> None:
    assert parse(text).hostname() == host


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (URL(host="h", path="p"), "//h/p"),
        (URL(path="a:b"), "./a:b"),
        (URL(scheme="s", host="h", path="p"), "s://h/p"),
        (URL(path="//x"), "//x"),
        (URL(scheme="x", path="//x"), "x:////x"),
    ],
)
def test_parts_are_put_together(url: URL, text: str) -> None:
    assert str(url) == text


@pytest.mark.parametrize("raw", ["/a%zzb", "/a%62"])
def test_a_spelling_that_is_not_the_paths_is_dropped(raw: str) -> None:
    url = URL(path="/a b")
    url.raw_path = raw
    assert str(url) == "/a%20b"


def test_who_gets_a_url_may_change_it() -> None:
    for number in range(200):
        text = f"http://h/{number}?q#f"
        first = parse(text)
        first.path, first.host = "/other", "x"
        assert (str(parse(text)), str(first)) == (text, "http://x/other?q#f")
    with_user = "http://u:p@h/"
    user = parse(with_user).user
    assert user is not None
    user.password = "other"  # noqa: S105
    assert str(parse(with_user)) == with_user
    copied = parse("x:?").copy()
    assert (copied.force_query, str(copied)) == (True, "x:?")
