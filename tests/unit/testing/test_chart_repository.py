"""The repository that tests are served by."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from hivehelm.http.client import Client
from hivehelm.http.errors import HttpError
from hivehelm.testing import Asked, ChartRepository, Reply
from hivehelm.testing.authority import Authority


def test_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a b.yaml").write_text("hello")
    (tmp_path / "secret").write_text("secret")
    with ChartRepository(tmp_path / "in", compress=True) as repository, Client() as client:
        answer = client.request("GET", f"{repository.url}/a%20b.yaml?x")
        assert (answer.data, answer.headers["content-type"]) == (b"hello", "text/yaml")
        tag = answer.headers["etag"]
        again = client.request("GET", f"{repository.url}/a%20b.yaml", headers={"If-None-Match": tag})
        assert (again.status, again.data) == (304, b"")
        packed = client.request("GET", f"{repository.url}/a%20b.yaml", headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.data) == b"hello"
        assert client.request("GET", f"{repository.url}/../secret").status == 404
        assert client.request("GET", f"{repository.url}/..%2fsecret").status == 404
        assert repository.asked("/a%20b.yaml")[0].path == "/a%20b.yaml?x"
        assert len(repository.requests) == 5


def test_who_is_let_in(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    authority = Authority()
    for name, data in zip(("cert", "key"), authority.issue("me"), strict=True):
        (tmp_path / name).write_bytes(data)
    files = {"cert_file": str(tmp_path / "cert"), "key_file": str(tmp_path / "key")}
    with (
        ChartRepository(tmp_path, username="u", password="p", tls=authority, clients=authority) as repository,  # noqa: S106
        Client(insecure=True, **files) as client,  # type: ignore[arg-type]
        Client(insecure=True) as stranger,
    ):
        assert client.request("GET", f"{repository.url}/a", login=("u", "p")).data == b"a"
        assert client.request("GET", f"{repository.url}/a", login=("u", "x")).status == 401
        assert {one.user for one in repository.requests} == {"me"}
        with pytest.raises(HttpError):
            stranger.request("GET", f"{repository.url}/a")


def test_misbehaviour(tmp_path: Path) -> None:
    def choose(asked: Asked) -> Reply | None:
        return Reply(status=418, body=asked.body) if asked.method == "POST" else None

    with ChartRepository(tmp_path, choose=choose) as repository, Client() as client:
        assert client.request("POST", repository.url, body=b"tea").data == b"tea"
        repository.replies["/a"] = Reply(body=b"x" * 40, length=50, delay=0.01)
        repository.replies["/b"] = Reply(body=b"x" * 40, chunked=True, cut=20, pause=0.01)
        repository.replies["/c"] = Reply(raw=b"")
        repository.replies["/d"] = Reply(status=204)
        for path in "abc":
            with pytest.raises(HttpError):
                client.request("GET", f"{repository.url}/{path}")
        assert client.request("GET", f"{repository.url}/d").data == b""
        assert client.request("HEAD", f"{repository.url}/d").status == 204
