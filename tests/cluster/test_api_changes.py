"""The REST API on a real control plane: operations, those that fail, and news of releases."""

from __future__ import annotations

import contextlib
import json
import re
from uuid import uuid4

import httpx
from tests.cluster.rest import HELD, OPERATIONS, RELEASES, good, install, refused, until


def test_long_work_is_an_operation(rest: httpx.Client, namespace: str) -> None:
    body = {"name": "web", "chart": "web", "namespace": namespace}
    key = {"Idempotency-Key": uuid4().hex}
    answer = rest.post(RELEASES, json=body, headers=key)
    operation = good(answer, 202)
    assert answer.headers["location"] == f"{OPERATIONS}/{operation['id']}"
    assert (operation["verb"], operation["name"], operation["namespace"]) == ("install", "web", namespace)
    again = good(rest.post(RELEASES, json=body, headers=key), 202)
    assert again["id"] == operation["id"]
    refused(rest.post(RELEASES, json=body | {"chart": "slow"}, headers=key), 422, "key")

    ended = good(rest.get(f"{OPERATIONS}/{operation['id']}?wait=true"))
    assert (ended["state"], ended["result"]["revision"]) == ("succeeded", 1)
    assert "values" not in ended["result"]

    with rest.stream("GET", f"{OPERATIONS}/{operation['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = re.findall(r"event: (\w+)\n", stream.read().decode())
    assert {"plan", "apply", "done"} <= set(events)
    assert events[-1] == "end"
    late = rest.get(f"{OPERATIONS}/{operation['id']}/events", headers={"Last-Event-ID": "3"})
    assert re.findall(r"id: (\d+)\n", late.text)[0] == "4"

    listed = good(
        rest.get(OPERATIONS, params={"namespace": namespace, "release": "web", "state": "succeeded"})
    )
    assert [one["id"] for one in listed] == [operation["id"]]
    assert good(rest.get(OPERATIONS, params={"namespace": namespace, "state": "failed"})) == []
    for path in ("", "/events"):
        refused(rest.get(f"{OPERATIONS}/nothing{path}"), 404, "not found")
    refused(rest.post(f"{OPERATIONS}/nothing/cancel"), 404, "not found")


def test_an_operation_is_cancelled(rest: httpx.Client, namespace: str) -> None:
    body = {"name": "slow", "chart": "slow", "namespace": namespace}
    held = good(rest.post(f"{RELEASES}?wait=true&timeout=0.2", json=body), 202)
    assert held["state"] in ("queued", "running")
    with rest.stream("GET", f"{OPERATIONS}/{held['id']}/events") as stream:
        until(stream.iter_lines(), "event: hook")
    other = good(rest.put(f"{RELEASES}/slow", json={"chart": "slow", "namespace": namespace}), 202)
    assert good(rest.post(f"{OPERATIONS}/{other['id']}/cancel"), 202)["state"] == "cancelled"
    good(rest.post(f"{OPERATIONS}/{held['id']}/cancel"), 202)
    ended = good(rest.get(f"{OPERATIONS}/{held['id']}?wait=true&timeout=280"))
    assert ended["state"] in ("cancelled", "failed")
    assert good(rest.get(f"{RELEASES}/slow", params={"namespace": namespace}))["status"] in (
        "Failed",
        "Pending",
    )


def test_changes_that_fail(rest: httpx.Client, namespace: str) -> None:
    install(rest, namespace)
    query = {"namespace": namespace, "wait": "true"}
    body = {"name": "web", "chart": "web", "namespace": namespace}
    problem = refused(rest.post(f"{RELEASES}?wait=true", json=body), 409, "cannot reuse a name")
    assert problem["type"] == "urn:hivehelm:problem:NameInUseError"
    assert good(rest.get(problem["instance"]))["problem"]["status"] == 409
    for path, method in (("/nobody/rollback", "POST"), ("/nobody/test", "POST"), ("/nobody", "DELETE")):
        answer = rest.request(method, f"{RELEASES}{path}", params=query)
        refused(answer, 404, "not found")
    refused(rest.put(f"{RELEASES}/nobody", params=query, json={"chart": "web"}), 404, "no deployed releases")
    made = good(
        rest.put(f"{RELEASES}/new", params=query, json={"chart": "web", "install": True, "wait": True})
    )
    assert made["revision"] == 1
    refused(rest.post(f"{RELEASES}/web/rollback", params=query, json={"revision": 7}), 404, "7")
    refused(
        rest.put(f"{RELEASES}/web", params=query, json={"chart": "web", "values": {"replicas": "x"}}),
        422,
        "replicas",
    )
    refused(rest.put(f"{RELEASES}/web", params=query, json={"chart": "broken"}), 422, "because")
    other = {"name": "web", "chart": "web", "namespace": f"{namespace}-none", "create_namespace": False}
    refused(rest.post(f"{RELEASES}?wait=true", json=other), 404, f'namespaces "{namespace}-none" not found')
    taken = {"name": "other", "chart": "web", "namespace": namespace, "values": {}}
    assert good(rest.post(f"{RELEASES}?wait=true", json=taken), 201)["name"] == "other"
    late = {"name": "slow", "chart": "slow", "namespace": namespace, "timeout": "1s"}
    refused(rest.post(f"{RELEASES}?wait=true", json=late), 504, "")
    # Two that change one release at once: one after the other.
    answers = [
        good(rest.put(f"{RELEASES}/web", json={"chart": "web", "namespace": namespace}), 202)
        for _ in range(3)
    ]
    ends = [good(rest.get(f"{OPERATIONS}/{one['id']}?wait=true")) for one in answers]
    assert [one["result"]["revision"] for one in ends] == [2, 3, 4]


def test_news_of_releases_is_streamed(rest: httpx.Client, namespace: str) -> None:
    with rest.stream("GET", "/api/helm/events", params={"namespace": namespace}, timeout=300) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: ready"
        other = httpx.Client(base_url=rest.base_url, timeout=300)
        with contextlib.closing(other):
            install(other, namespace)
            seen = [json.loads(line[6:]) for line in until(lines, '"Deployed"') if line.startswith("data: {")]
            assert seen[-1]["name"] == "web"
            good(other.delete(f"{RELEASES}/web", params=HELD | {"namespace": namespace}))
            assert "event: gone" in until(lines, "event: gone")
