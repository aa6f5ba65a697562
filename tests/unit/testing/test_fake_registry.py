"""The fake speaks the specification: what our client does not ask for, other clients do."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from hivehelm.http.client import Client
from hivehelm.testing import FakeRegistry, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.http.answer import Answer


def ask(fake: FakeRegistry, method: str, path: str, **options: object) -> Answer:
    return Client(environ={}).request(method, f"http://{fake.address}{path}", **options)  # type: ignore[arg-type]


def test_content_comes_back() -> None:
    with FakeRegistry() as fake:
        digest = fake.add_chart("a/b", "1.0.0", b"chart", prov=b"signed", config=b"{}")
        answer = ask(fake, "GET", "/v2/a/b/manifests/1.0.0")
        assert answer.headers["docker-content-digest"] == digest
        layers = json.loads(answer.data)["layers"]
        blobs = [ask(fake, "GET", f"/v2/a/b/blobs/{layer['digest']}").data for layer in layers]
        assert blobs == [b"chart", b"signed"]
        assert ask(fake, "GET", f"/v2/a/b/manifests/{digest}").data == answer.data
        assert json.loads(ask(fake, "GET", "/v2/a/b/tags/list").data) == {"name": "a/b", "tags": ["1.0.0"]}
        assert ask(fake, "GET", "/v2/").status == 200


@pytest.mark.parametrize("path", ["/v2/a/tags/list", "/v2/a/manifests/1", "/v2/a/blobs/sha256:0"])
def test_what_is_not_there(path: str) -> None:
    with FakeRegistry() as fake:
        answer = ask(fake, "GET", path)
        assert answer.status == 404
        assert json.loads(answer.data)["errors"][0]["code"].endswith("_UNKNOWN")


def test_uploads_are_checked() -> None:
    with FakeRegistry() as fake:
        location = ask(fake, "POST", "/v2/a/blobs/uploads/").headers["location"]
        assert ask(fake, "PUT", f"{location}&digest=sha256:0", body=b"x").status == 400
        answer = ask(fake, "PUT", f"{location}&{urlencode({'digest': fake.add_blob(b'y')})}", body=b"y")
        assert answer.status == 201


def test_logins_tokens_and_replies() -> None:
    with FakeRegistry(users={"bob": "secret"}) as fake:
        assert ask(fake, "GET", "/v2/").headers["www-authenticate"] == 'Basic realm="fake"'
        assert ask(fake, "GET", "/v2/", login=("bob", "wrong")).status == 401
        assert ask(fake, "GET", "/v2/", login=("bob", "secret")).status == 200
        fake.replies["/v2/"] = Reply(status=418)
        assert ask(fake, "GET", "/v2/").status == 418
        fake.intercept = lambda asked: Reply(status=204) if asked.path == "/v2/" else None
        assert ask(fake, "GET", "/v2/").status == 204
    with FakeRegistry(users={"bob": "secret"}, tokens=True, refresh="r") as fake:
        assert "Bearer realm=" in ask(fake, "GET", "/v2/a/tags/list").headers["www-authenticate"]
        assert ask(fake, "GET", "/token", login=("bob", "no")).status == 401
        answer = ask(fake, "POST", "/token", body=b"refresh_token=r&scope=x")
        assert json.loads(answer.data)["token"] == "token for x"  # noqa: S105 - made up
        assert ask(fake, "GET", "/v2/", headers={"Authorization": "Bearer token for x"}).status == 401
        assert len(fake.asked("/token")) == 2
