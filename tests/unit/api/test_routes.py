"""What the routes make of requests, beyond what the tests on a real control plane see."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.api.serving import Serving, release

from hivehelm.actions.errors import InstallError, NameInUseError
from hivehelm.api import hot, problems
from hivehelm.api.auth.identity import Identity
from hivehelm.api.following import Following
from hivehelm.api.problems import ProblemError
from hivehelm.api.routes import events
from hivehelm.api.shared import Shared
from hivehelm.kube.errors import WaitError
from hivehelm.operations.model import Operation, Request
from hivehelm.release.model import Hook

RELEASES = "/api/helm/releases"
BODY = {"name": "web", "chart": "web", "namespace": "default"}
CHART = "apiVersion: v2\nname: web\nversion: 1.2.3\n"
SECRET = "s3cr3t-s3cr3t"  # noqa: S105 - it is to be hidden


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    made = Serving(tmp_path)
    chart = tmp_path / "charts" / "web"
    chart.mkdir(parents=True)
    (chart / "Chart.yaml").write_text(CHART)
    return made


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Serving]:
    made = Serving(tmp_path, follow=True)
    yield made
    made.reader.close()


def eventually(holds: Any) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def limited(role: str, *namespaces: str) -> Identity:
    return Identity(name="eve", role=role, namespaces=namespaces, method="token")


# Changes


def test_what_is_sent_becomes_a_request(serving: Serving) -> None:
    body = {
        **BODY,
        "version": "1.2.3",
        "values": {"replicas": 3, "deep": [1, {"a": None}], "on": True},
        "wait": True,
        "timeout": "1m30s",
        "labels": {"team": "x"},
        "upgrade": True,
        "description": "why",
    }
    assert serving.client.post(RELEASES, json=body).status_code == 202
    (request,) = serving.runner.requests
    assert (request.verb, request.name, request.namespace) == ("install", "web", "default")
    assert (request.chart, request.version, request.repository) == ("web", "1.2.3", "")
    assert request.values == {"replicas": 3.0, "deep": [1.0, {"a": None}], "on": True}
    assert isinstance(request.values["replicas"], float)
    assert request.options == {
        "create_namespace": True,
        "wait": "watcher",
        "timeout": 90.0,
        "labels": {"team": "x"},
        "upgrade_existing": True,
        "description": "why",
    }
    assert request.who["name"] == "eve"


VERBS: list[tuple[str, str, Any, str, dict[str, Any]]] = [
    (
        "PUT",
        "/web",
        {"chart": "web", "install": True, "wait": "legacy"},
        "upgrade",
        {"install": True, "wait": "legacy", "create_namespace": True},
    ),
    (
        "POST",
        "/web/rollback",
        {"revision": 2, "wait": False},
        "rollback",
        {"revision": 2, "wait": "hookOnly"},
    ),
    ("POST", "/web/rollback", None, "rollback", {}),
    ("POST", "/web/test", {"include": ["t"], "timeout": 5}, "test", {"include": ["t"], "timeout": 5.0}),
    ("POST", "/web/test", None, "test", {}),
]


def test_each_change_is_a_verb_with_options(serving: Serving) -> None:
    for method, path, body, verb, options in VERBS:
        answer = serving.client.request(method, f"{RELEASES}{path}", json=body)
        assert answer.status_code == 202, answer.text
        request = serving.runner.requests[-1]
        assert (request.verb, request.options) == (verb, options)


def test_uninstalling_takes_its_options_from_the_query(serving: Serving) -> None:
    query = "namespace=default&keep_history=true&gone=true&gone_timeout=7&cascade=orphan"
    answer = serving.client.delete(f"{RELEASES}/web?{query}&wait=true")
    assert (answer.status_code, answer.json()["name"]) == (200, "web")
    assert serving.runner.requests[0].options == {
        "keep_history": True,
        "no_hooks": False,
        "ignore_not_found": False,
        "cascade": "orphan",
        "description": "",
        "wait": "watcher",
        "timeout": 7.0,
    }


def test_held_answers_are_the_release_or_the_problem(serving: Serving) -> None:
    serving.create(release())
    answer = serving.client.post(f"{RELEASES}?wait=true", json=BODY)
    assert (answer.status_code, answer.json()["revision"]) == (201, 1)
    serving.runner.error = NameInUseError("web")
    answer = serving.client.post(f"{RELEASES}?wait=true", json=BODY)
    said = answer.json()
    assert (answer.status_code, said["type"]) == (409, "urn:hivehelm:problem:NameInUseError")
    assert said["instance"] == answer.headers["location"]
    shown = serving.client.get(said["instance"]).json()
    assert (shown["state"], shown["problem"]["status"]) == ("failed", 409)
    serving.runner.error = InstallError(release(), WaitError("late", timed_out=True))
    assert serving.client.post(f"{RELEASES}?wait=true", json=BODY).status_code == 504


def test_what_takes_longer_is_an_operation_again(serving: Serving) -> None:
    serving.runner.asleep = True
    answer = serving.client.post(f"{RELEASES}?wait=true&timeout=0.05", json=BODY)
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    path = answer.headers["location"]
    assert serving.client.get(f"{path}?wait=true&timeout=0.05").json()["state"] == "queued"
    answer = serving.client.post(f"{path}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")


def test_a_cancelled_operation_is_a_conflict_for_who_waits(serving: Serving) -> None:
    serving.runner.asleep = True
    key = {"Idempotency-Key": "k"}
    first = serving.client.post(RELEASES, json=BODY, headers=key).json()
    serving.client.post(f"/api/helm/operations/{first['id']}/cancel")
    answer = serving.client.post(f"{RELEASES}?wait=true", json=BODY, headers=key)
    assert answer.status_code == 409
    assert "cancelled" in answer.json()["detail"]


def test_a_key_that_is_none(serving: Serving) -> None:
    for key in ("\x7f", "k" * 256, "\xe9"):
        headers = [(b"Idempotency-Key", key.encode("latin-1"))]
        answer = serving.client.post(RELEASES, json=BODY, headers=headers)
        assert answer.status_code in (400, 422)


def test_keys_are_a_callers_own(serving: Serving) -> None:
    key = {"Idempotency-Key": "k"}
    mine = serving.client.post(RELEASES, json=BODY, headers=key).json()["id"]
    assert serving.client.post(RELEASES, json=BODY, headers=key).json()["id"] == mine
    serving.who.identity = Identity(name="bob", role="admin", method="token")
    assert serving.client.post(RELEASES, json=BODY, headers=key).json()["id"] != mine


def test_values_that_are_none(serving: Serving) -> None:
    headers = {"content-type": "application/json"}
    odd = ('{"a": NaN}', '{"a": 1e999}', '{"a": "\\ud800"}', f'{{"a": {"9" * 400}}}', "[" * 300 + "]" * 300)
    for values in odd:
        text = json.dumps(BODY)[:-1] + f', "values": {values}}}'
        answer = serving.client.post(RELEASES, content=text, headers=headers)
        assert answer.status_code == 422, answer.text


def test_values_that_are_too_deep_or_too_long(serving: Serving) -> None:
    deep: Any = 1
    for _ in range(250):
        deep = {"a": deep}
    for values in (deep, "a: " + "b" * (1 << 20)):
        answer = serving.client.post(RELEASES, json={**BODY, "values": values})
        assert answer.status_code == 422


def test_values_as_text_have_to_be_a_mapping(serving: Serving) -> None:
    assert serving.client.post(RELEASES, json={**BODY, "values": "a: 1\n"}).status_code == 202
    answer = serving.client.post(RELEASES, json={**BODY, "values": "- 1\n"})
    assert answer.status_code == 400
    answer = serving.client.post(RELEASES, json={**BODY, "values": f"password: {SECRET}\na: ["})
    assert answer.status_code == 400
    assert SECRET not in answer.text


def test_a_version_that_is_not_there_is_told_apart(serving: Serving) -> None:
    answer = serving.client.post(RELEASES, json={**BODY, "version": "9.9"})
    assert answer.status_code == 404
    assert answer.json()["detail"] == 'chart "web" matching 9.9 not found; there is 1.2.3'
    answer = serving.client.post(RELEASES, json={**BODY, "chart": "no", "version": "9.9"})
    assert 'chart "no" not found' in answer.json()["detail"]


def test_the_words_of_problems_are_our_own(serving: Serving) -> None:
    answer = serving.client.post(RELEASES, json={**BODY, "name": "A_b"})
    assert answer.json()["detail"].startswith("body.name: release name 'A_b': invalid release name")
    answer = serving.client.post(RELEASES, json={**BODY, "values": {"password": SECRET}, "no": SECRET})
    assert answer.status_code == 422
    assert SECRET not in answer.text


# Who may


def test_namespaces_of_others_are_not_there(serving: Serving) -> None:
    serving.create(release(), release(namespace="kube-system"))
    operation = serving.client.post(RELEASES, json=BODY).json()["id"]
    serving.who.identity = limited("deployer", "kube-system")
    listed = serving.client.get(RELEASES).json()
    assert [one["namespace"] for one in listed] == ["kube-system"]
    assert serving.client.get(f"{RELEASES}?namespace=default").status_code == 403
    assert serving.client.get(f"{RELEASES}/web").status_code == 403
    assert serving.client.post(RELEASES, json=BODY).status_code == 403
    assert serving.client.get("/api/helm/operations").json() == []
    for path in ("", "/events"):
        assert serving.client.get(f"/api/helm/operations/{operation}{path}").status_code == 404
    assert serving.client.post(f"/api/helm/operations/{operation}/cancel").status_code == 404
    serving.who.identity = limited("viewer", "default")
    assert serving.client.get(f"/api/helm/operations/{operation}").status_code == 200
    assert serving.client.post(f"/api/helm/operations/{operation}/cancel").status_code == 403
    assert serving.client.post("/api/helm/repositories", json={"name": "a", "url": "x"}).status_code == 403


def test_secrets_are_for_deployers(serving: Serving) -> None:
    serving.create(release(version=1, status="superseded"), release(version=2, manifest=""))
    for what in ("", "/values", "/manifest", "/notes", "/hooks", "/status", "/diff"):
        for role, status in (("viewer", 403), ("deployer", 200)):
            serving.who.identity = limited(role, "default")
            answer = serving.client.get(f"{RELEASES}/web{what}?secrets=true")
            assert answer.status_code == status, what


def test_a_manifest_is_the_same_but_for_what_is_secret(serving: Serving) -> None:
    plain = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    hook = Hook(
        name="k", kind="Secret", path="k.yaml", manifest=f"kind: Secret\nstringData: {{a: {SECRET}}}\n"
    )
    serving.create(release(manifest=plain + f"# {SECRET}\n", hooks=(hook,)))
    assert serving.client.get(f"{RELEASES}/web/manifest").text == plain + "# ********\n"
    assert SECRET not in serving.client.get(f"{RELEASES}/web/hooks").text
    assert serving.client.get(f"{RELEASES}/web/hooks?secrets=true").json()[0]["manifest"] == hook.manifest
    assert serving.client.get(f"{RELEASES}/web/status").json()["notes"] == "log in: ********"


def test_what_is_hidden_is_hidden_everywhere(serving: Serving) -> None:
    serving.create(release(version=1, status="superseded"), release(version=2))
    for what in ("/values?computed=true", "/manifest", "/notes", "/hooks", "/diff?old=1", "/status"):
        answer = serving.client.get(f"{RELEASES}/web{what}")
        assert answer.status_code == 200
        assert SECRET not in answer.text
    serving.runner.once = {
        "name": "web",
        "manifest": release().manifest,
        "notes": f"log in: {SECRET}",
        "values": {"password": SECRET},
        "hooks": [{"name": "t", "manifest": "kind: Pod\n"}],
    }
    for path in ("/api/helm/previews", f"{RELEASES}/web/preview", f"{RELEASES}/web/diff"):
        answer = serving.client.post(path, json=BODY if path.endswith("previews") else {"chart": "web"})
        assert answer.status_code == 200, answer.text
        assert SECRET not in answer.text
        shown = serving.client.post(
            f"{path}?secrets=true", json=BODY if path.endswith("previews") else {"chart": "web"}
        )
        assert shown.status_code == 200
    assert {request.options["dry_run"] for request in serving.runner.requests} == {"server"}


def test_what_a_preview_fails_with_has_its_status(serving: Serving) -> None:
    serving.runner.error = NameInUseError("web")
    answer = serving.client.post("/api/helm/previews", json=BODY)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:hivehelm:problem:NameInUseError")


def test_one_revision_has_nothing_to_be_compared_with(serving: Serving) -> None:
    serving.create(release())
    answer = serving.client.get(f"{RELEASES}/web/diff")
    assert (answer.status_code, "only one revision" in answer.json()["detail"]) == (404, True)


def test_without_a_cluster(serving: Serving) -> None:
    serving.site.cluster.reachable = False
    for path in ("", "/web", "/web/history", "/web/values", "/web/manifest", "/web/status", "/web/diff"):
        answer = serving.client.get(f"{RELEASES}{path}")
        assert answer.status_code == 503, path
        assert "unreachable" in answer.json()["detail"]
    assert serving.client.get("/api/helm/charts/web").json()["name"] == "web"


# Charts


def test_a_broken_chart_is_left_out_of_lists_and_told_of_by_name(serving: Serving) -> None:
    directory = Path(serving.site.charts)
    (directory / "bad").mkdir()
    (directory / "bad" / "Chart.yaml").write_text("name: bad\n")
    assert [one["name"] for one in serving.client.get("/api/helm/charts").json()] == ["web"]
    answer = serving.client.get("/api/helm/charts/bad")
    assert answer.status_code == 422
    assert str(directory) not in serving.client.get("/api/helm/charts/nobody").text


def test_without_a_repository_nothing_can_be_packaged(tmp_path: Path) -> None:
    serving = Serving(tmp_path)
    (tmp_path / "charts" / "web").mkdir(parents=True)
    (tmp_path / "charts" / "web" / "Chart.yaml").write_text(CHART)
    from starlette.testclient import TestClient

    from hivehelm.api.app import build
    from hivehelm.api.guard import Guard

    app = build(serving.services.replace(repository=None, guard=Guard.open()))
    client = TestClient(app, base_url="http://127.0.0.1")
    assert client.post("/api/helm/charts/web/package").status_code == 409
    assert [one["name"] for one in client.get("/api/helm/charts").json()] == ["web"]
    assert client.get("/api/helm/charts/nobody").status_code == 404
    assert client.get("/api/helm/charts/web?version=2").status_code == 404


def test_a_server_without_charts_has_none(tmp_path: Path) -> None:
    assert Serving(tmp_path).client.get("/api/helm/charts").json() == []


# Problems


def test_long_messages_are_cut() -> None:
    said = problems.document(422, "x" * 100_000)
    assert len(said["detail"]) < problems.LONGEST + 100
    assert said["detail"].endswith("(100000 characters)")


def test_a_problem_of_our_own_has_its_members(serving: Serving) -> None:
    error = ProblemError(418, "no", title="Teapot", headers={"X-A": "b"}, more=1)
    assert problems.of_error(error) == {
        "type": "about:blank",
        "title": "Teapot",
        "status": 418,
        "detail": "no",
        "more": 1,
    }


def test_paths_and_methods_that_are_not_there(serving: Serving) -> None:
    answer = serving.client.get("/nothing")
    assert (answer.status_code, answer.json()["detail"]) == (404, "there is nothing at /nothing")
    answer = serving.client.patch(f"{RELEASES}/web")
    assert (answer.status_code, answer.headers["allow"] != "") == (405, True)


# Hot reads


def test_hot_reads_and_routes_say_the_same(followed: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    followed.create(release(version=1, status="superseded"), release(version=2), release("b"))
    paths = ["", "?namespace=default", "?status=Deployed&limit=1&offset=1", "/web", "/web?namespace=default",
             "/web/history"]  # fmt: skip
    eventually(lambda: followed.reader.look_release("default", "web", 2))
    eventually(lambda: followed.reader.look_release("default", "b"))
    warm = [followed.client.get(f"{RELEASES}{path}") for path in paths]
    monkeypatch.setattr(hot.Hot, "_look", lambda *_: None)
    cold = [followed.client.get(f"{RELEASES}{path}") for path in paths]
    for one, other in zip(warm, cold, strict=True):
        assert one.status_code == other.status_code == 200
        assert one.content == other.content
        for name in ("etag", "cache-control", "content-type", "x-total-count"):
            assert one.headers.get(name) == other.headers.get(name)


NOT_PLAIN = [
    ("?namespace=A", 422),
    ("?namespace=a&namespace=default", 200),
    ("?status=Gone", 422),
    ("?limit=x", 422),
    ("?sort=-name", 200),
    ("?%ff", 200),
    ("?namespace", 422),
    ("/web?revision=1", 200),
    ("/web?namespace=A", 422),
    ("/web?secrets=true", 200),
    ("/WEB", 422),
    ("/nobody", 404),
    ("/web/values", 200),
    ("/web/nothing", 404),
    ("x", 404),
]


def test_what_is_not_plain_goes_on(followed: Serving) -> None:
    followed.create(release())
    eventually(lambda: followed.reader.look_release("default", "web"))
    for path, status in NOT_PLAIN:
        assert followed.client.get(f"{RELEASES}{path}").status_code == status, path


def test_hot_reads_hold_to_namespaces(followed: Serving) -> None:
    followed.create(release(), release(namespace="kube-system"))
    eventually(lambda: followed.reader.look_release("kube-system", "web"))
    followed.who.identity = limited("viewer", "kube-system")
    assert followed.client.get(f"{RELEASES}/web").status_code == 403
    assert followed.client.get(f"{RELEASES}/web?namespace=kube-system").status_code == 200
    assert followed.client.get(f"{RELEASES}?namespace=default").status_code == 403
    assert len(followed.client.get(RELEASES).json()) == 1


def test_what_the_client_has_is_not_sent_again(followed: Serving) -> None:
    followed.create(release())
    eventually(lambda: followed.reader.look_release("default", "web"))
    for path in ("/web", "", "/web/values", "/web/manifest"):
        tag = followed.client.get(f"{RELEASES}{path}").headers["etag"]
        for given in (tag, f"W/{tag}", "*", f'"other", {tag}'):
            answer = followed.client.get(f"{RELEASES}{path}", headers={"If-None-Match": given})
            assert (answer.status_code, answer.content) == (304, b"")
        answer = followed.client.get(f"{RELEASES}{path}", headers={"If-None-Match": '"other"'})
        assert answer.status_code == 200


# News, and what is shared


def test_news_of_releases(followed: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_PAUSE", 0.01)
    monkeypatch.setattr(events, "KEEP_ALIVE", 0.05)
    news = events.News(followed.services)

    async def main() -> None:
        mark = followed.reader.mark("default")
        stream = news.follow("default", await news.releases("default"), mark)
        assert await anext(stream) == b"event: ready\ndata: []\n\n"
        assert news.streams == 1
        followed.create(release())
        while b"event: release" not in (heard := await anext(stream)):
            assert heard == b": still there\n\n"
        assert json.loads(heard.partition(b"data: ")[2])["name"] == "web"
        followed.site.storage().delete("web", 1)
        while b"event: gone" not in (heard := await anext(stream)):
            pass
        assert heard == b'event: gone\ndata: {"name":"web"}\n\n'
        await stream.aclose()  # type: ignore[attr-defined]
        assert news.streams == 0

    asyncio.run(main())


def test_news_where_nobody_follows_the_cluster(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_PAUSE", 0.01)
    monkeypatch.setattr(events, "_ASK", 0.0)
    news = events.News(serving.services)

    async def main() -> None:
        stream = news.follow("default", {}, "")
        await anext(stream)
        serving.site.cluster.reachable = False
        task = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.05)
        serving.site.cluster.reachable = True
        serving.create(release())
        assert b"event: release" in await task

    asyncio.run(main())


def test_only_so_many_follow_releases(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST", 0)
    answer = serving.client.get("/api/helm/events")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


def test_answers_are_shared_for_a_while() -> None:
    now = [0.0]
    made: list[int] = []

    async def make() -> int:
        made.append(1)
        await asyncio.sleep(0)
        return len(made)

    async def fail() -> int:
        raise ValueError("no")

    async def main() -> None:
        shared: Shared[int] = Shared(1.0, lambda: now[0])
        assert await asyncio.gather(*(shared.get("a", make) for _ in range(5))) == [1] * 5
        assert await shared.get("b", make) == 2
        now[0] = 1.5
        assert await shared.get("a", make) == 3
        for _ in range(2):
            with pytest.raises(ValueError, match="no"):
                await shared.get("c", fail)
        for number in range(2000):
            await shared.get(number, make)
        assert len(shared._answers) <= 1024

    asyncio.run(main())


def test_events_of_an_operation_come_as_they_happen(serving: Serving) -> None:
    async def main() -> None:
        follower = Following()
        operation = Operation(id="x", request=Request(verb="install", name="web"))
        assert await follower.next(0.01) is None
        follower.tell(operation)
        assert await follower.next(60) == operation
        ended = operation.over("succeeded", "")
        follower.tell(ended)
        await asyncio.sleep(0)
        follower.tell(operation)  # late news are none
        assert await follower.next(60) == ended

    asyncio.run(main())


def test_a_stream_tells_that_it_is_there(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    from hivehelm.api.routes import operations

    monkeypatch.setattr(operations, "KEEP_ALIVE", 0.01)
    serving.runner.asleep = True
    identifier = serving.client.post(RELEASES, json=BODY).json()["id"]

    async def main() -> None:
        stream = operations._events(serving.services, identifier, 0)
        while await anext(stream) != b": still there\n\n":
            pass
        serving.runner.end(serving.runner.get(identifier))
        rest = [one async for one in stream]
        names = [one for one in b"".join(rest).decode().split("\n") if one.startswith("event: ")]
        assert names == ["event: plan", "event: end"]

    asyncio.run(main())


# Bodies that are none


@pytest.mark.parametrize(
    ("body", "kind", "status", "detail"),
    [
        (b"{", "application/json", 400, "body: not valid JSON: "),
        (b'{"name": "\xff"}', "application/json", 400, "the body is no JSON that can be read"),
        (b"[" * 100_000, "application/json", 400, "the body is no JSON that can be read"),
        (b"[]", "application/json; charset=utf-8", 422, "body: "),
        (json.dumps(BODY).encode(), "application/merge-patch+json", 202, None),
        (
            json.dumps(BODY).encode(),
            "application/x-www-form-urlencoded",
            415,
            "the body must be JSON, and say so",
        ),
        (json.dumps(BODY).encode(), "text/plain", 415, "the body must be JSON, and say so"),
        (json.dumps(BODY).encode(), "", 415, "the body must be JSON, and say so"),
    ],
)
def test_bodies_that_are_no_json_or_do_not_say_so(
    serving: Serving, body: bytes, kind: str, status: int, detail: str | None
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = serving.client.post(RELEASES, content=body, headers=headers)
    assert answer.status_code == status, answer.text
    if detail is not None:
        assert answer.json()["detail"].startswith(detail)
    for path in (f"{RELEASES}/web/rollback", f"{RELEASES}/web/test"):
        answer = serving.client.post(path, content=b"x=1", headers={"Content-Type": "text/plain"})
        assert answer.status_code == 415
