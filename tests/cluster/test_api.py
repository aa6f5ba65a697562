"""The REST API on a real control plane, through a real server: releases, and what there is to see of them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.cluster.rest import HELD, RELEASES, good, install, refused

if TYPE_CHECKING:
    import httpx


def test_the_life_of_a_release(rest: httpx.Client, namespace: str) -> None:
    """The seed's seven endpoints about releases, one after another."""
    made = install(rest, namespace, values={"replicas": 2})
    assert {name: made[name] for name in ("name", "namespace", "chart", "version", "status", "revision")} == {
        "name": "web",
        "namespace": namespace,
        "chart": "web",
        "version": "1.0.0",
        "status": "Deployed",
        "revision": 1,
    }
    assert made["values"] == {"replicas": 2}
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", made["updated"])
    query = {"namespace": namespace}
    assert good(rest.get(f"{RELEASES}/web", params=query)) == made

    listed = rest.get(RELEASES, params=query)
    assert listed.headers["x-total-count"] == "1"
    assert good(listed) == [{name: value for name, value in made.items() if name != "values"}]

    upgraded = good(
        rest.put(f"{RELEASES}/web", params=query | HELD, json={"chart": "web", "values": "word: bye"})
    )
    assert (upgraded["revision"], upgraded["values"]) == (2, {"word": "bye"})

    history = good(rest.get(f"{RELEASES}/web/history", params=query))
    assert [(one["revision"], one["status"]) for one in history] == [(1, "Superseded"), (2, "Deployed")]
    assert len(good(rest.get(f"{RELEASES}/web/history", params=query | {"limit": "1"}))) == 1

    back = good(rest.post(f"{RELEASES}/web/rollback?wait=true", json={"revision": 1, "namespace": namespace}))
    assert (back["revision"], back["description"], back["values"]) == (3, "Rollback to 1", {"replicas": 2})

    gone = good(rest.delete(f"{RELEASES}/web", params=query | HELD))
    assert (gone["name"], gone["status"]) == ("web", "Uninstalled")
    refused(rest.get(f"{RELEASES}/web", params=query), 404, "release: not found")
    assert good(rest.get(RELEASES, params=query)) == []


def test_what_there_is_to_see_of_a_release(rest: httpx.Client, namespace: str) -> None:
    install(rest, namespace, values={"word": "hi", "password": "s3cr3t!"})
    query = {"namespace": namespace}
    everything = query | {"secrets": "true"}
    path = f"{RELEASES}/web"
    rest.put(f"{path}", params=query | HELD, json={"chart": "web", "values": {"password": "0ther!!"}})

    first = query | {"revision": "1"}
    assert good(rest.get(f"{path}/values", params=first)) == {"word": "hi", "password": "********"}
    assert "s3cr3t!" in rest.get(f"{path}/values", params=first | everything).text
    computed = good(rest.get(f"{path}/values", params=query | {"computed": "true"}))
    assert computed == {"password": "********", "replicas": 1, "word": "hello"}

    manifest = rest.get(f"{path}/manifest", params=query)
    assert manifest.headers["content-type"].startswith("text/plain")
    assert "# Source: web/templates/c.yaml" in manifest.text
    assert "0ther!!" not in manifest.text
    assert "0ther!!" in rest.get(f"{path}/manifest", params=everything).text

    assert rest.get(f"{path}/notes", params=query).text.strip() == "web says hello"
    (hook,) = good(rest.get(f"{path}/hooks", params=query))
    assert (hook["name"], hook["events"], hook["phase"]) == ("web-t", ["test"], "")
    assert good(rest.post(f"{path}/test", params=query | HELD))["status"] == "Deployed"
    (hook,) = good(rest.get(f"{path}/hooks", params=query))
    assert hook["phase"] == "Succeeded"

    status = good(rest.get(f"{path}/status", params=query))
    assert [(one["kind"], one["name"], one["found"], one["ready"]) for one in status["objects"]] == [
        ("Secret", "web-s", True, True),
        ("ConfigMap", "web-c", True, True),
    ]
    full = rest.get(f"{path}/status", params=query | {"full": "true"})
    assert good(full)["resources"]["v1/ConfigMap"][0]["data"]["word"] == "hello"
    assert "MHRoZXIhIQ" not in full.text

    found = good(rest.get(f"{path}/diff", params=query))
    assert (found["old"], found["new"]) == (1, 2)
    assert {one["name"]: one["change"] for one in found["changes"]} == {
        "web-s": "changed",
        "web-c": "changed",
    }
    assert "0ther" not in json.dumps(found)
    assert "-  word: hi\n+  word: hello\n" in json.dumps(found).encode().decode("unicode_escape")
    assert good(rest.get(f"{path}/diff", params=query | {"old": "2", "new": "2"}))["changes"] == []
    assert "0ther" in rest.get(f"{path}/diff", params=everything).text

    for what in ("", "/values", "/manifest", "/notes", "/hooks", "/status", "/diff", "/history"):
        refused(rest.get(f"{RELEASES}/nobody{what}", params=query), 404, "not found")
        if what != "/history":
            number = {"new": "9"} if what == "/diff" else {"revision": "9"}
            refused(rest.get(f"{path}{what}", params=query | number), 404, "not found")


def test_previews_leave_nothing(rest: httpx.Client, namespace: str) -> None:
    body = {"chart": "web", "namespace": "default", "values": {"word": "hi", "password": "s3cr3t!"}}
    answer = rest.post("/api/helm/previews", json=body | {"name": namespace})
    made = good(answer)
    assert (made["name"], made["notes"].strip(), len(made["hooks"])) == (namespace, f"{namespace} says hi", 1)
    assert "s3cr3t!" not in answer.text
    shown = rest.post("/api/helm/previews?secrets=true", json=body | {"name": namespace})
    assert "s3cr3t!" in good(shown)["manifest"]
    refused(rest.get(f"{RELEASES}/{namespace}"), 404, "not found")

    install(rest, namespace)
    body["namespace"] = namespace
    made = good(rest.post(f"{RELEASES}/web/preview", json=body))
    assert made["revision"] == 2
    found = good(rest.post(f"{RELEASES}/web/diff", json=body))
    assert (found["old"], found["new"], len(found["changes"])) == (1, None, 2)
    assert "s3cr3t!" not in json.dumps(found)
    assert good(rest.get(f"{RELEASES}/web", params={"namespace": namespace}))["revision"] == 1

    refused(rest.post("/api/helm/previews", json={"name": "x", "chart": "broken"}), 422, "because")
    refused(rest.post(f"{RELEASES}/nobody/diff", json=body), 404, "not found")
    refused(rest.post(f"{RELEASES}/nobody/preview", json=body), 404, "no deployed releases")
    bad = body | {"values": {"replicas": "many"}}
    refused(rest.post(f"{RELEASES}/web/preview", json=bad), 422, "replicas")


def test_a_chart_that_never_ends_is_stopped_outside_of_the_server(rest: httpx.Client) -> None:
    refused(rest.post("/api/helm/previews", json={"name": "x", "chart": "endless"}), 422, "")
    assert good(rest.get("/healthz"))["status"] == "ok"


def test_lists_are_filtered_and_paged(rest: httpx.Client, namespace: str) -> None:
    for name in ("a", "b", "c"):
        install(rest, namespace, name=name, labels={"team": "x" if name == "a" else "y"}, no_hooks=True)
    good(rest.delete(f"{RELEASES}/c", params=HELD | {"namespace": namespace, "keep_history": "true"}))

    def names(**query: str) -> list[str]:
        listed = good(rest.get(RELEASES, params={"namespace": namespace, **query}))
        return [one["name"] for one in listed]

    assert names() == ["a", "b", "c"]
    assert names(status="Deployed") == ["a", "b"]
    assert names(status="Uninstalled") == ["c"]
    assert names(filter="[ab]") == ["a", "b"]
    assert names(selector="team=x") == ["a"]
    assert names(sort="-name") == ["c", "b", "a"]
    assert names(limit="1", offset="1") == ["b"]
    page = rest.get(RELEASES, params={"namespace": namespace, "limit": "1"})
    assert page.headers["x-total-count"] == "3"
    assert "values" in good(rest.get(RELEASES, params={"namespace": namespace, "values": "true"}))[0]
    assert namespace in {one["namespace"] for one in good(rest.get(RELEASES))}


def test_what_has_not_changed_is_not_sent_again(rest: httpx.Client, namespace: str) -> None:
    install(rest, namespace)
    for path in ("", "/web", "/web/history", "/web/values", "/web/manifest", "/web/notes"):
        first = rest.get(f"{RELEASES}{path}", params={"namespace": namespace})
        tag = first.headers["etag"]
        again = rest.get(
            f"{RELEASES}{path}", params={"namespace": namespace}, headers={"If-None-Match": f'W/{tag}, "x"'}
        )
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        good(rest.put(f"{RELEASES}/web?wait=true", json={"chart": "web", "namespace": namespace}))
        if path in ("", "/web", "/web/history"):
            changed = rest.get(
                f"{RELEASES}{path}", params={"namespace": namespace}, headers={"If-None-Match": tag}
            )
            assert changed.status_code == 200
