"""What is at URLs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hivehelm.errors import HivehelmError
from hivehelm.http.errors import BodyTooLargeError
from hivehelm.sources import getter, registries
from hivehelm.sources.errors import SchemeError, SourceError
from hivehelm.sources.getter import GetOptions, StatusError, get, knows
from hivehelm.sources.stores import Access, Stores
from hivehelm.testing import ChartRepository
from hivehelm.testing.authority import Authority

PLUGIN = """apiVersion: v1
type: getter/v1
name: mine
version: 0.1.0
runtime: subprocess
config:
  protocols: [mine, other]
runtimeConfig:
  protocolCommands:
  - protocols: [mine]
    platformCommand:
    - command: get.sh
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChartRepository]:
    (tmp_path / "a").write_text("hello")
    with ChartRepository(tmp_path, compress=True) as running:
        yield running


def test_over_http(server: ChartRepository) -> None:
    heard: list[tuple[str, str, dict[str, Any]]] = []
    url = f"{server.url}/a"
    options = GetOptions(accept="x/y")
    assert get(url, options, lambda level, text, **more: heard.append((level, text, more))) == b"hello"
    assert server.requests[0].headers["accept"] == "x/y"
    assert heard == [
        ("DEBUG", "fetching", {"url": url}),
        ("DEBUG", "fetch complete", {"url": url, "status": "200 OK", "content-length": 5}),
    ]
    assert get(url) == b"hello"
    assert "accept" not in server.requests[1].headers
    assert get(url, GetOptions(compressed=True)) == b"hello"
    with pytest.raises(BodyTooLargeError):
        get(url, GetOptions(limit=4))


def test_statuses(server: ChartRepository) -> None:
    url = f"{server.url}/none".replace("//", "//u:secret@")
    with pytest.raises(StatusError) as raised:
        get(url, log=lambda *_, **more: pytest.fail() if "secret" in str(more) else None)
    assert str(raised.value) == f"failed to fetch {url.replace('u:secret', '***')} : 404 Not Found"
    assert raised.value.status == 404


def test_credentials_go_to_whom_they_are_for(server: ChartRepository) -> None:
    url = f"{server.url}/a"
    mine = Access(username="u", password="p")  # noqa: S106
    for origin, access, sent in (
        (server.url, mine, True),
        (f"{server.url}/else/where", mine, True),
        ("http://127.0.0.1", mine, False),
        (server.url.replace("http:", "https:"), mine, False),
        ("", mine, False),
        ("", mine.replace(pass_credentials=True), True),
        (server.url, mine.replace(password=""), False),
        (server.url, mine.replace(username=""), False),
    ):
        get(url, GetOptions(url=origin, access=access))
        assert ("authorization" in server.requests[-1].headers) is sent


def test_options_show_no_password() -> None:
    access = Access(password="secret")  # noqa: S106
    assert "secret" not in repr(GetOptions(url="http://u:secret@h/", access=access))


@pytest.mark.parametrize(
    ("url", "origin", "text"),
    [
        ("http://u:secret@[", "", "parse \"http://***@[\": missing ']' in host"),
        (
            "http://h",
            "1:2",
            'unable to parse getter URL: parse "1:2": first path segment in URL cannot contain colon',
        ),
        ("ftp://h/x", "", 'scheme "ftp" not supported'),
        ("x", "", 'scheme "" not supported'),
    ],
)
def test_what_is_nowhere(url: str, origin: str, text: str) -> None:
    with pytest.raises(SourceError) as raised:
        get(url, GetOptions(url=origin))
    assert str(raised.value) == text


def test_certificates(server: ChartRepository, tmp_path: Path) -> None:
    authority = Authority()
    (tmp_path / "ca").write_bytes(authority.pem)
    with ChartRepository(tmp_path, tls=authority) as secured:
        url = f"{secured.url}/a"
        for access in (Access(ca_file=str(tmp_path / "ca")), Access(insecure=True)):
            assert get(url, GetOptions(access=access)) == b"hello"
        with pytest.raises(HivehelmError, match="certificate signed by unknown authority"):
            get(url, GetOptions(access=Access(cert_file="no")))
        with pytest.raises(SourceError) as raised:
            get(url, GetOptions(access=Access(cert_file="no", key_file="no")))
        problem = 'unable to read cert file: "no": open no: no such file or directory'
        assert str(raised.value) == f"can't create TLS config for client: {problem}"
    # Without TLS they have to be right as well.
    with pytest.raises(SourceError):
        get(f"{server.url}/a", GetOptions(access=Access(ca_file="no")))


def test_plugins(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/plugin.yaml").write_text(PLUGIN)
    program = tmp_path / "mine/get.sh"
    program.write_text('#!/bin/sh\necho "$HELM_X $HELM_PLUGIN_USERNAME $4"\n')
    program.chmod(0o755)
    plugins = str(tmp_path)
    assert knows("mine", plugins)
    assert not knows("mine")
    assert not knows("yours", plugins)
    assert not knows("mine", f"{plugins}/nosuch")
    stores = Stores(plugins=plugins)
    options = GetOptions(
        access=Access(username="u"), stores=stores.replace(variables=lambda: {"HELM_X": "x"})
    )
    assert get("mine://h/a", options) == b"x u mine://h/a\n"
    assert get("mine://h/a", GetOptions(stores=stores)) == b"  mine://h/a\n"
    with pytest.raises(HivehelmError, match="no downloader found"):
        get("other://h/a", options)
    with pytest.raises(SchemeError):
        get("yours://h/a", options)
    (tmp_path / "twin").mkdir()
    (tmp_path / "twin/plugin.yaml").write_text(PLUGIN)
    assert not knows("mine", plugins)


class Registry:
    """A registry that has everything."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, bool]]] = []
        self.closed = 0

    def pull(self, reference: str, **more: bool) -> Any:
        self.asked.append((reference, more))

        class Pulled:
            chart = b"chart"
            prov = b"prov"

        return Pulled

    def close(self) -> None:
        self.closed += 1


def test_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = GetOptions(access=Access(plain_http=True))
    with pytest.raises(HivehelmError, match=r"127\.0\.0\.1:1: connect: connection refused"):
        get("oci://127.0.0.1:1/a:1.0.0", plain)
    with pytest.raises(HivehelmError, match="own machine or its link"):
        get("oci://127.0.0.1:1/a:1.0.0", plain.replace(stores=Stores(outward=True)))
    registry = Registry()
    monkeypatch.setattr(registries, "registry", lambda *_, **__: registry)
    assert get("oci://h/a:1.0.0") == b"chart"
    assert get("oci://h/a:1.0.0.prov") == b"prov"
    assert registry.asked == [("h/a:1.0.0", {}), ("h/a:1.0.0", {"chart": False, "prov": True})]
    assert registry.closed == 2


def test_connections_serve_again(server: ChartRepository) -> None:
    getter._clients.clear()
    for _ in range(3):
        get(f"{server.url}/a")
    assert len(getter._clients) == 1


FORK = """
import os, sys
from hivehelm.sources import getter

getter._clients["x"] = None
child = os.fork()
if not child:
    os._exit(len(getter._clients))
status = os.waitpid(child, 0)[1]
print(status, len(getter._clients))
"""


def test_connections_are_for_one_process() -> None:
    done = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, check=True)
    assert done.stdout == "0 1\n"
