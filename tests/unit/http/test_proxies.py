from __future__ import annotations

import pytest

from hivehelm.http.proxies import proxy_for

PROXY = {"HTTPS_PROXY": "http://p:1"}


@pytest.mark.parametrize(
    ("url", "own", "environ", "proxy"),
    [
        ("https://h", "", {}, ""),
        ("https://h", "socks5://o", PROXY, "socks5://o"),
        ("https://127.0.0.1", "http://o", {"NO_PROXY": "*"}, "http://o"),
        ("https://h", "", PROXY, "http://p:1"),
        ("https://h", "", {"https_proxy": "p:1"}, "http://p:1"),
        ("http://h", "", PROXY, ""),
        ("http://h", "", {"HTTP_PROXY": "p"}, "http://p"),
        ("http://h", "", {"HTTP_PROXY": "bad%%"}, ""),
        ("http://h", "", {"HTTP_PROXY": "socks5://p:2"}, "socks5://p:2"),
        ("http://h", "", {"HTTP_PROXY": "p", "REQUEST_METHOD": "GET"}, ""),
        ("https://localhost", "", PROXY, ""),
        ("https://127.8.0.1", "", PROXY, ""),
        ("https://[::1]:6443", "", PROXY, ""),
        ("https://a.b.c", "", {**PROXY, "NO_PROXY": "b.c"}, ""),
        ("https://b.c", "", {**PROXY, "NO_PROXY": "B.c"}, ""),
        ("https://b.c", "", {**PROXY, "NO_PROXY": ".b.c"}, "http://p:1"),
        ("https://a.b.c", "", {**PROXY, "no_proxy": ".b.c"}, ""),
        ("https://a.b.c", "", {**PROXY, "NO_PROXY": "*.b.c"}, ""),
        ("https://ab.c", "", {**PROXY, "NO_PROXY": " ,b.c"}, "http://p:1"),
        ("https://h:6443", "", {**PROXY, "NO_PROXY": "h:443"}, "http://p:1"),
        ("https://h:6443", "", {**PROXY, "NO_PROXY": "h:6443"}, ""),
        ("https://h", "", {**PROXY, "NO_PROXY": "*"}, ""),
        ("https://10.1.2.3", "", {**PROXY, "NO_PROXY": "10.0.0.0/8"}, ""),
        ("https://10.1.2.3", "", {**PROXY, "NO_PROXY": "11.0.0.0/8,bad/x,2.3"}, "http://p:1"),
        ("https://10.1.2.3", "", {**PROXY, "NO_PROXY": "10.1.2.3"}, ""),
        ("https://10.1.2.3", "", {**PROXY, "NO_PROXY": "10.1.2.4"}, "http://p:1"),
        ("https://[fd00::1]", "", {**PROXY, "NO_PROXY": "[fd00::1]"}, ""),
    ],
)
def test_which_proxy(url: str, own: str, environ: dict[str, str], proxy: str) -> None:
    assert proxy_for(url, own, environ) == proxy
