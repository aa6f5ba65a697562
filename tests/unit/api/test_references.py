"""Which charts clients may name."""

from __future__ import annotations

import socket

import pytest

from hivehelm.api.guard import Guard
from hivehelm.api.references import NotAReferenceError, References
from hivehelm.platform.site import Site
from hivehelm.server import ServerOptions, services

ELSEWHERE = "93.184.216.34"


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "charts.example.com": [ELSEWHERE],
        "inside.example.com": ["10.1.2.3"],
        "rebound.example.com": [ELSEWHERE, "127.0.0.1"],
        "metadata.example.com": ["169.254.169.254"],
        "localhost": ["127.0.0.1"],
    }

    def look(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host in known:
            return [(0, 0, 0, "", (one, port)) for one in known[host]]
        try:
            socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
        except OSError:
            raise socket.gaierror from None
        return [(0, 0, 0, "", (host, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look)


@pytest.mark.parametrize(
    ("chart", "repository", "found"),
    [
        ("my-app", "", ("my-app", "")),
        ("bitnami/nginx", "", ("bitnami/nginx", "")),
        ("nginx", "bitnami", ("bitnami/nginx", "")),
        ("nginx", "https://charts.example.com/x", ("nginx", "https://charts.example.com/x")),
        ("oci://charts.example.com/a/b:1.0", "", ("oci://charts.example.com/a/b:1.0", "")),
        ("https://charts.example.com/a-1.tgz", "", ("https://charts.example.com/a-1.tgz", "")),
        ("https://inside.example.com/a-1.tgz", "", ("https://inside.example.com/a-1.tgz", "")),
        ("https://nobody.example.com/a-1.tgz", "", ("https://nobody.example.com/a-1.tgz", "")),
    ],
)
def test_a_reference(chart: str, repository: str, found: tuple[str, str]) -> None:
    assert References().check(chart, repository) == found


@pytest.mark.parametrize(
    "chart",
    [
        "/etc/passwd",
        "./chart",
        "../../etc",
        "..",
        ".",
        "~/chart",
        "a/../b",
        "a//b",
        "a\0b",
        "chart name",
        "file:///etc",
        "ftp://charts.example.com/x",
        "http://",
        "http://[::1",
        "http://127.0.0.1/x.tgz",
        "http://localhost:8080/x.tgz",
        "http://[::1]/x.tgz",
        "http://[::ffff:127.0.0.1]/x.tgz",
        "http://[fe80::1]/x.tgz",
        "http://[2002:7f00:1::]/x.tgz",
        "http://0.0.0.0/x.tgz",
        "http://169.254.169.254/latest/meta-data",
        "http://metadata.example.com/x",
        "http://rebound.example.com/x.tgz",
        "http://224.0.0.1/x",
        "http://user:secret@charts.example.com/x.tgz",
        "http://charts.example.com/x y.tgz",
        "http://charts.example.com:bad/x.tgz",
        "oci://localhost/x",
        "oci://charts.example.com/../x y",
        "",
    ],
)
def test_a_reference_that_is_refused(chart: str) -> None:
    with pytest.raises(NotAReferenceError) as caught:
        References().check(chart)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("chart", "repository"),
    [
        ("a/b", "https://charts.example.com"),
        ("https://charts.example.com/a.tgz", "https://charts.example.com"),
        ("a", "http://127.0.0.1"),
        ("a", "/srv/charts"),
        ("a", "file:///srv"),
    ],
)
def test_a_repository_that_is_refused(chart: str, repository: str) -> None:
    with pytest.raises(NotAReferenceError):
        References().check(chart, repository)


def test_the_operator_may_allow_this_machine() -> None:
    assert References(local=True).check("http://127.0.0.1/x.tgz")[0] == "http://127.0.0.1/x.tgz"


@pytest.mark.parametrize("allowed", [False, True])
def test_a_server_refuses_what_its_site_would_not_fetch(allowed: bool) -> None:
    site = Site.from_environ({"HELM_DRIVER": "memory", "HOME": "/nowhere", "HIVEMIND_HOME": "/nowhere"})
    made = services(site, Guard.open(), ServerOptions(local_urls=allowed))
    assert made.site.stores.outward != allowed
    if allowed:
        References.of(made).check("http://127.0.0.1/x.tgz")
    else:
        with pytest.raises(NotAReferenceError, match="--allow-local-urls"):
            References.of(made).check("http://127.0.0.1/x.tgz")


def test_the_operator_may_forbid_urls() -> None:
    with pytest.raises(NotAReferenceError, match="not fetched by URL"):
        References(urls=False).check("https://charts.example.com/a-1.tgz")
    assert References(urls=False).check("oci://charts.example.com/a")[0] == "oci://charts.example.com/a"
