"""The REST API on a real control plane, through a real server: every endpoint, happy and unhappy."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from hivehelm.testing.chart_repository import ChartRepository

if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

RELEASES = "/api/helm/releases"
JSON = {"content-type": "application/json"}
HELD = {"wait": "true"}
OPERATIONS = "/api/helm/operations"
SLOW = """apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-slow
  annotations:
    helm.sh/hook: pre-install
spec:
  template:
    metadata: {annotations: {hivehelm.dev/simulate: run}}
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}
"""
CHARTS = {
    "web": {
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\ndescription: A web\nappVersion: '9'\n",
        "values.yaml": "# how many\nreplicas: 1\npassword: hunter2\nword: hello\n",
        "values.schema.json": '{"properties": {"replicas": {"type": "integer"}}}',
        "README.md": "# Web\n",
        "templates/c.yaml": (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-c'}\n"
            "data: {word: '{{ .Values.word }}', replicas: '{{ .Values.replicas }}'}\n"
        ),
        "templates/s.yaml": (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: '{{ .Release.Name }}-s'}\n"
            "stringData: {password: '{{ .Values.password }}'}\n"
        ),
        "templates/t.yaml": (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-t', "
            "annotations: {helm.sh/hook: test}}\n"
        ),
        "templates/NOTES.txt": "{{ .Release.Name }} says {{ .Values.word }}",
    },
    "broken": {
        "Chart.yaml": "apiVersion: v2\nname: broken\nversion: 1.0.0\n",
        "templates/c.yaml": "{{ fail .Values.why }}",
        "values.yaml": "why: because\n",
    },
    "endless": {
        "Chart.yaml": "apiVersion: v2\nname: endless\nversion: 1.0.0\n",
        "templates/c.yaml": "{{ range until 99999 }}{{ range until 99999 }}{{ len . }}{{ end }}{{ end }}",
    },
    "slow": {
        "Chart.yaml": "apiVersion: v2\nname: slow\nversion: 1.0.0\n",
        "templates/j.yaml": SLOW,
    },
}


PROGRAM = [sys.executable, "-c", "import sys; from hivehelm.cli.hivemind import main; sys.exit(main())"]


class Server:
    """A server in a process of its own."""

    def __init__(self, home: Path, kubeconfig: str, *flags: str, auth: bool = False) -> None:
        self.home = home
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "KUBECONFIG": kubeconfig,
            "HIVEMIND_HOME": str(home / "hivemind"),
            "HIVEMIND_NAMESPACE": f"sys-{uuid4().hex[:8]}",
        }
        for name, files in CHARTS.items():
            for path, text in files.items():
                target = home / "hivemind" / "charts" / name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
        # In a file: a pipe that nobody reads would stop the server.
        self.log = home / "log"
        open_to_all = [] if auth else ["--no-auth"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "serve", "--port", "0", "--rate", "0", *open_to_all, *flags],
                env=self.environ,
                stderr=log,
                stdout=log,
            )
        self.url = ""
        end = time.monotonic() + 60
        while not self.url:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            if found := re.search(r"serves (\S+)\n", self.log.read_text()):
                self.url = found[1]
            time.sleep(0.02)
        self.client = httpx.Client(base_url=self.url, timeout=60)

    def stop(self) -> int:
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        self.client.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def server(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("api"), str(cluster.kubeconfig()))
    try:
        yield made
    finally:
        made.kill()


@pytest.fixture
def client(server: Server) -> httpx.Client:
    return server.client


@pytest.fixture
def place() -> str:
    return f"api-{uuid4().hex[:8]}"


def good(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def refused(answer: httpx.Response, status: int, detail: str) -> dict[str, Any]:
    """Make sure that an answer is a problem, that its detail has `detail` in it, and return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert said["title"]
    assert said["request_id"] == answer.headers["x-request-id"]
    assert detail in said["detail"]
    assert "Traceback" not in answer.text
    return said


def install(client: httpx.Client, place: str, name: str = "web", **body: Any) -> Any:
    body = {"name": name, "chart": "web", "namespace": place, **body}
    return good(client.post(f"{RELEASES}?wait=true", json=body), 201)


def test_the_life_of_a_release(client: httpx.Client, place: str) -> None:
    """The seed's seven endpoints about releases, one after another."""
    made = install(client, place, values={"replicas": 2})
    assert {name: made[name] for name in ("name", "namespace", "chart", "version", "status", "revision")} == {
        "name": "web",
        "namespace": place,
        "chart": "web",
        "version": "1.0.0",
        "status": "Deployed",
        "revision": 1,
    }
    assert made["values"] == {"replicas": 2}
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", made["updated"])
    query = {"namespace": place}
    assert good(client.get(f"{RELEASES}/web", params=query)) == made

    listed = client.get(RELEASES, params=query)
    assert listed.headers["x-total-count"] == "1"
    assert good(listed) == [{name: value for name, value in made.items() if name != "values"}]

    upgraded = good(
        client.put(f"{RELEASES}/web", params=query | HELD, json={"chart": "web", "values": "word: bye"})
    )
    assert (upgraded["revision"], upgraded["values"]) == (2, {"word": "bye"})

    history = good(client.get(f"{RELEASES}/web/history", params=query))
    assert [(one["revision"], one["status"]) for one in history] == [(1, "Superseded"), (2, "Deployed")]
    assert len(good(client.get(f"{RELEASES}/web/history", params=query | {"limit": "1"}))) == 1

    back = good(client.post(f"{RELEASES}/web/rollback?wait=true", json={"revision": 1, "namespace": place}))
    assert (back["revision"], back["description"], back["values"]) == (3, "Rollback to 1", {"replicas": 2})

    gone = good(client.delete(f"{RELEASES}/web", params=query | HELD))
    assert (gone["name"], gone["status"]) == ("web", "Uninstalled")
    refused(client.get(f"{RELEASES}/web", params=query), 404, "release: not found")
    assert good(client.get(RELEASES, params=query)) == []


def test_what_there_is_to_see_of_a_release(client: httpx.Client, place: str) -> None:
    install(client, place, values={"word": "hi", "password": "s3cr3t!"})
    query = {"namespace": place}
    everything = query | {"secrets": "true"}
    path = f"{RELEASES}/web"
    client.put(f"{path}", params=query | HELD, json={"chart": "web", "values": {"password": "0ther!!"}})

    first = query | {"revision": "1"}
    assert good(client.get(f"{path}/values", params=first)) == {"word": "hi", "password": "********"}
    assert "s3cr3t!" in client.get(f"{path}/values", params=first | everything).text
    computed = good(client.get(f"{path}/values", params=query | {"computed": "true"}))
    assert computed == {"password": "********", "replicas": 1, "word": "hello"}

    manifest = client.get(f"{path}/manifest", params=query)
    assert manifest.headers["content-type"].startswith("text/plain")
    assert "# Source: web/templates/c.yaml" in manifest.text
    assert "0ther!!" not in manifest.text
    assert "0ther!!" in client.get(f"{path}/manifest", params=everything).text

    assert client.get(f"{path}/notes", params=query).text.strip() == "web says hello"
    (hook,) = good(client.get(f"{path}/hooks", params=query))
    assert (hook["name"], hook["events"], hook["phase"]) == ("web-t", ["test"], "")
    assert good(client.post(f"{path}/test", params=query | HELD))["status"] == "Deployed"
    (hook,) = good(client.get(f"{path}/hooks", params=query))
    assert hook["phase"] == "Succeeded"

    status = good(client.get(f"{path}/status", params=query))
    assert [(one["kind"], one["name"], one["found"], one["ready"]) for one in status["objects"]] == [
        ("Secret", "web-s", True, True),
        ("ConfigMap", "web-c", True, True),
    ]
    full = client.get(f"{path}/status", params=query | {"full": "true"})
    assert good(full)["resources"]["v1/ConfigMap"][0]["data"]["word"] == "hello"
    assert "MHRoZXIhIQ" not in full.text

    found = good(client.get(f"{path}/diff", params=query))
    assert (found["old"], found["new"]) == (1, 2)
    assert {one["name"]: one["change"] for one in found["changes"]} == {
        "web-s": "changed",
        "web-c": "changed",
    }
    assert "0ther" not in json.dumps(found)
    assert "-  word: hi\n+  word: hello\n" in json.dumps(found).encode().decode("unicode_escape")
    assert good(client.get(f"{path}/diff", params=query | {"old": "2", "new": "2"}))["changes"] == []
    assert "0ther" in client.get(f"{path}/diff", params=everything).text

    for what in ("", "/values", "/manifest", "/notes", "/hooks", "/status", "/diff", "/history"):
        refused(client.get(f"{RELEASES}/nobody{what}", params=query), 404, "not found")
        if what != "/history":
            number = {"new": "9"} if what == "/diff" else {"revision": "9"}
            refused(client.get(f"{path}{what}", params=query | number), 404, "not found")


def test_previews_leave_nothing(client: httpx.Client, place: str) -> None:
    body = {"chart": "web", "namespace": "default", "values": {"word": "hi", "password": "s3cr3t!"}}
    answer = client.post("/api/helm/previews", json=body | {"name": place})
    made = good(answer)
    assert (made["name"], made["notes"].strip(), len(made["hooks"])) == (place, f"{place} says hi", 1)
    assert "s3cr3t!" not in answer.text
    shown = client.post("/api/helm/previews?secrets=true", json=body | {"name": place})
    assert "s3cr3t!" in good(shown)["manifest"]
    refused(client.get(f"{RELEASES}/{place}"), 404, "not found")

    install(client, place)
    body["namespace"] = place
    made = good(client.post(f"{RELEASES}/web/preview", json=body))
    assert made["revision"] == 2
    found = good(client.post(f"{RELEASES}/web/diff", json=body))
    assert (found["old"], found["new"], len(found["changes"])) == (1, None, 2)
    assert "s3cr3t!" not in json.dumps(found)
    assert good(client.get(f"{RELEASES}/web", params={"namespace": place}))["revision"] == 1

    refused(client.post("/api/helm/previews", json={"name": "x", "chart": "broken"}), 422, "because")
    refused(client.post(f"{RELEASES}/nobody/diff", json=body), 404, "not found")
    refused(client.post(f"{RELEASES}/nobody/preview", json=body), 404, "no deployed releases")
    bad = body | {"values": {"replicas": "many"}}
    refused(client.post(f"{RELEASES}/web/preview", json=bad), 422, "replicas")


def test_a_chart_that_never_ends_is_stopped_outside_of_the_server(client: httpx.Client) -> None:
    refused(client.post("/api/helm/previews", json={"name": "x", "chart": "endless"}), 422, "")
    assert good(client.get("/healthz"))["status"] == "ok"


def test_long_work_is_an_operation(client: httpx.Client, place: str) -> None:
    body = {"name": "web", "chart": "web", "namespace": place}
    key = {"Idempotency-Key": uuid4().hex}
    answer = client.post(RELEASES, json=body, headers=key)
    operation = good(answer, 202)
    assert answer.headers["location"] == f"{OPERATIONS}/{operation['id']}"
    assert (operation["verb"], operation["name"], operation["namespace"]) == ("install", "web", place)
    again = good(client.post(RELEASES, json=body, headers=key), 202)
    assert again["id"] == operation["id"]
    refused(client.post(RELEASES, json=body | {"chart": "slow"}, headers=key), 422, "key")

    ended = good(client.get(f"{OPERATIONS}/{operation['id']}?wait=true"))
    assert (ended["state"], ended["result"]["revision"]) == ("succeeded", 1)
    assert "values" not in ended["result"]

    with client.stream("GET", f"{OPERATIONS}/{operation['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = re.findall(r"event: (\w+)\n", stream.read().decode())
    assert {"plan", "apply", "done"} <= set(events)
    assert events[-1] == "end"
    late = client.get(f"{OPERATIONS}/{operation['id']}/events", headers={"Last-Event-ID": "3"})
    assert re.findall(r"id: (\d+)\n", late.text)[0] == "4"

    listed = good(client.get(OPERATIONS, params={"namespace": place, "release": "web", "state": "succeeded"}))
    assert [one["id"] for one in listed] == [operation["id"]]
    assert good(client.get(OPERATIONS, params={"namespace": place, "state": "failed"})) == []
    for path in ("", "/events"):
        refused(client.get(f"{OPERATIONS}/nothing{path}"), 404, "not found")
    refused(client.post(f"{OPERATIONS}/nothing/cancel"), 404, "not found")


def test_an_operation_is_cancelled(client: httpx.Client, place: str) -> None:
    body = {"name": "slow", "chart": "slow", "namespace": place}
    held = good(client.post(f"{RELEASES}?wait=true&timeout=0.2", json=body), 202)
    assert held["state"] in ("queued", "running")
    with client.stream("GET", f"{OPERATIONS}/{held['id']}/events") as stream:
        _until(stream.iter_lines(), "event: hook")
    other = good(client.put(f"{RELEASES}/slow", json={"chart": "slow", "namespace": place}), 202)
    assert good(client.post(f"{OPERATIONS}/{other['id']}/cancel"), 202)["state"] == "cancelled"
    good(client.post(f"{OPERATIONS}/{held['id']}/cancel"), 202)
    ended = good(client.get(f"{OPERATIONS}/{held['id']}?wait=true&timeout=30"))
    assert ended["state"] in ("cancelled", "failed")
    assert good(client.get(f"{RELEASES}/slow", params={"namespace": place}))["status"] in (
        "Failed",
        "Pending",
    )


def test_changes_that_fail(client: httpx.Client, place: str) -> None:
    install(client, place)
    query = {"namespace": place, "wait": "true"}
    body = {"name": "web", "chart": "web", "namespace": place}
    problem = refused(client.post(f"{RELEASES}?wait=true", json=body), 409, "cannot reuse a name")
    assert problem["type"] == "urn:hivehelm:problem:NameInUseError"
    assert good(client.get(problem["instance"]))["problem"]["status"] == 409
    for path, method in (("/nobody/rollback", "POST"), ("/nobody/test", "POST"), ("/nobody", "DELETE")):
        answer = client.request(method, f"{RELEASES}{path}", params=query)
        refused(answer, 404, "not found")
    refused(
        client.put(f"{RELEASES}/nobody", params=query, json={"chart": "web"}), 404, "no deployed releases"
    )
    made = good(
        client.put(f"{RELEASES}/new", params=query, json={"chart": "web", "install": True, "wait": True})
    )
    assert made["revision"] == 1
    refused(client.post(f"{RELEASES}/web/rollback", params=query, json={"revision": 7}), 404, "7")
    refused(
        client.put(f"{RELEASES}/web", params=query, json={"chart": "web", "values": {"replicas": "x"}}),
        422,
        "replicas",
    )
    refused(client.put(f"{RELEASES}/web", params=query, json={"chart": "broken"}), 422, "because")
    other = {"name": "web", "chart": "web", "namespace": f"{place}-none", "create_namespace": False}
    refused(client.post(f"{RELEASES}?wait=true", json=other), 404, f'namespaces "{place}-none" not found')
    taken = {"name": "other", "chart": "web", "namespace": place, "values": {}}
    assert good(client.post(f"{RELEASES}?wait=true", json=taken), 201)["name"] == "other"
    late = {"name": "slow", "chart": "slow", "namespace": place, "timeout": "1s"}
    refused(client.post(f"{RELEASES}?wait=true", json=late), 504, "")
    # Two that change one release at once: one after the other.
    answers = [
        good(client.put(f"{RELEASES}/web", json={"chart": "web", "namespace": place}), 202) for _ in range(3)
    ]
    ends = [good(client.get(f"{OPERATIONS}/{one['id']}?wait=true")) for one in answers]
    assert [one["result"]["revision"] for one in ends] == [2, 3, 4]


UNREADABLE: list[tuple[str, dict[str, Any], int, str]] = [
    (RELEASES, {"content": b"{", "headers": JSON}, 400, ""),
    (RELEASES, {"content": b"\xff", "headers": JSON}, 400, ""),
    (RELEASES, {"json": []}, 422, "body"),
    (RELEASES, {"json": {"name": "web"}}, 422, "body.chart"),
    (RELEASES, {"json": {"name": "Web_1", "chart": "web"}}, 422, "must match regex"),
    (RELEASES, {"json": {"name": "a" * 54, "chart": "web"}}, 422, "must match regex"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "namespace": "No/Thing"}}, 422, "invalid namespace"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "strange": 1}}, 422, "body.strange"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "timeout": "soon"}}, 422, "invalid duration"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "values": "a: ["}}, 400, "yaml"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "values": 7}}, 422, "body.values"),
    (RELEASES, {"json": {"name": "web", "chart": "nobody"}}, 404, 'chart "nobody" not found'),
    (RELEASES, {"json": {"name": "web", "chart": "nobody/web"}}, 404, "repo nobody not found"),
    (RELEASES, {"json": {"name": "web", "chart": "/etc/passwd"}}, 400, "paths are not for clients"),
    (RELEASES, {"json": {"name": "web", "chart": "../charts/web"}}, 400, "paths are not for clients"),
    (RELEASES, {"json": {"name": "web", "chart": "file:///etc"}}, 400, "must start with"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "version": "9.9"}}, 404, "not found"),
    (f"{RELEASES}?namespace=a", {"json": {"name": "w", "chart": "web", "namespace": "b"}}, 400, "names"),
    (f"{RELEASES}?wait=perhaps", {"json": {"name": "w", "chart": "web"}}, 422, "true or false"),
    ("/api/helm/charts", {"json": {"name": "../x"}}, 422, "invalid chart name"),
    ("/api/helm/charts", {"json": {"name": "web"}}, 409, "there already"),
    ("/api/helm/repositories", {"json": {"name": "a/b", "url": "https://x"}}, 422, "invalid chart name"),
    ("/api/helm/repositories", {"json": {"name": "a", "url": "file:///etc"}}, 400, "must start with"),
    ("/api/helm/repositories", {"json": {"name": "a", "url": "http://127.0.0.1:1"}}, 424, "refused"),
    (f"{RELEASES}/A_B/rollback", {"json": {}}, 422, "must match regex"),
]


@pytest.mark.parametrize(
    ("path", "what", "status", "detail"), UNREADABLE, ids=[str(n) for n in range(len(UNREADABLE))]
)
def test_what_cannot_be_done_is_told(
    client: httpx.Client, path: str, what: dict[str, Any], status: int, detail: str
) -> None:
    refused(client.post(path, **what), status, detail)


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        (f"{RELEASES}?namespace=A", 422, "invalid namespace"),
        (f"{RELEASES}?filter=[", 400, "missing closing ]"),
        (f"{RELEASES}?selector=a===b", 400, "unable to parse"),
        (f"{RELEASES}?sort=size", 422, "query.sort"),
        (f"{RELEASES}?status=Gone", 422, "query.status"),
        (f"{RELEASES}?limit=-1", 422, "query.limit"),
        (f"{RELEASES}/web?revision=x", 422, "query.revision"),
        (f"{RELEASES}/web%2F..%2Fx", 404, "nothing at"),
        (f"{RELEASES}/WEB", 422, "must match regex"),
        ("/api/helm/nothing", 404, "nothing at"),
        ("/api/helm/charts/nobody", 404, "not found"),
        ("/api/helm/charts/web?version=9.9", 404, "not found"),
        ("/api/helm/repositories/nobody", 404, "repo nobody not found"),
        ("/api/helm/repositories/nobody/charts", 404, "repo nobody not found"),
        ("/api/helm/repositories/nobody/charts/web", 404, "repo nobody not found"),
        ("/api/helm/repositories/nobody/charts/web/versions", 404, "repo nobody not found"),
        ("/api/helm/search?version=%3E%3E1", 400, "version"),
    ],
)
def test_what_cannot_be_read_is_told(client: httpx.Client, path: str, status: int, detail: str) -> None:
    refused(client.get(path), status, detail)


def test_a_method_that_is_not_there(client: httpx.Client) -> None:
    answer = client.patch(f"{RELEASES}/web")
    refused(answer, 405, "PATCH is not for")
    assert answer.headers["allow"]


def test_lists_are_filtered_and_paged(client: httpx.Client, place: str) -> None:
    for name in ("a", "b", "c"):
        install(client, place, name=name, labels={"team": "x" if name == "a" else "y"}, no_hooks=True)
    good(client.delete(f"{RELEASES}/c", params=HELD | {"namespace": place, "keep_history": "true"}))

    def names(**query: str) -> list[str]:
        listed = good(client.get(RELEASES, params={"namespace": place, **query}))
        return [one["name"] for one in listed]

    assert names() == ["a", "b", "c"]
    assert names(status="Deployed") == ["a", "b"]
    assert names(status="Uninstalled") == ["c"]
    assert names(filter="[ab]") == ["a", "b"]
    assert names(selector="team=x") == ["a"]
    assert names(sort="-name") == ["c", "b", "a"]
    assert names(limit="1", offset="1") == ["b"]
    page = client.get(RELEASES, params={"namespace": place, "limit": "1"})
    assert page.headers["x-total-count"] == "3"
    assert "values" in good(client.get(RELEASES, params={"namespace": place, "values": "true"}))[0]
    assert {place} == {one["namespace"] for one in good(client.get(RELEASES)) if one["namespace"] == place}


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, place: str) -> None:
    install(client, place)
    for path in ("", "/web", "/web/history", "/web/values", "/web/manifest", "/web/notes"):
        first = client.get(f"{RELEASES}{path}", params={"namespace": place})
        tag = first.headers["etag"]
        again = client.get(
            f"{RELEASES}{path}", params={"namespace": place}, headers={"If-None-Match": f'W/{tag}, "x"'}
        )
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        good(client.put(f"{RELEASES}/web?wait=true", json={"chart": "web", "namespace": place}))
        if path in ("", "/web", "/web/history"):
            changed = client.get(
                f"{RELEASES}{path}", params={"namespace": place}, headers={"If-None-Match": tag}
            )
            assert changed.status_code == 200


def test_charts_on_the_server(client: httpx.Client) -> None:
    """The seed's four endpoints about charts."""
    answer = client.post("/api/helm/charts", json={"name": "my-app", "description": "My application"})
    made = good(answer, 201)
    assert answer.headers["location"] == "/api/helm/charts/my-app"
    assert (made["name"], made["description"], made["api_version"]) == ("my-app", "My application", "v2")
    found = good(client.get("/api/helm/charts/my-app"))
    assert found["values"] == made["values"]
    assert found["values_text"].startswith("#")
    assert json.loads(found["schema"])["type"] == "object"
    web = good(client.get("/api/helm/charts/web"))
    assert (web["readme"], web["app_version"], web["values"]["replicas"]) == ("# Web\n", "9", 1)

    listed = good(client.get("/api/helm/charts"))
    assert {"broken", "my-app", "web"} <= {one["name"] for one in listed}
    assert all("values" not in one for one in listed)

    packaged = good(client.post("/api/helm/charts/my-app/package"), 201)
    assert (packaged["name"], packaged["version"]) == ("my-app", "0.1.0")
    archive = client.get(packaged["url"])
    assert archive.content[:2] == b"\x1f\x8b"
    assert "my-app-0.1.0.tgz" in client.get("/charts/index.yaml").text
    refused(client.post("/api/helm/charts/my-app/package"), 409, "already exists")
    other = good(client.post("/api/helm/charts/my-app/package", json={"version": "0.2.0"}), 201)
    assert other["file"] == "my-app-0.2.0.tgz"
    assert good(client.get("/api/helm/charts/my-app?version=0.2.0"))["version"] == "0.2.0"
    refused(client.post("/api/helm/charts/my-app/package", json={"version": "new"}), 400, "emantic")
    refused(client.post("/api/helm/charts/nobody/package"), 404, "not found")


def test_repositories(client: httpx.Client, place: str, tmp_path: Path, server: Server) -> None:
    """The seed's four endpoints about repositories, and what is to be found in one."""
    good(client.post("/api/helm/charts/web/package", json={"force": True}), 201)
    (tmp_path / "web-1.0.0.tgz").write_bytes(client.get("/charts/web-1.0.0.tgz").content)
    from hivehelm.sources.index.directory import write

    write(str(tmp_path), "", "")
    with ChartRepository(tmp_path, username="bob", password="s3cret") as repository:  # noqa: S106
        body = {"name": "stable", "url": repository.url, "username": "bob", "password": "s3cret"}
        bad = client.post("/api/helm/repositories", json=body | {"password": "wrong"})
        refused(bad, 424, "is not a valid chart repository")
        answer = client.post("/api/helm/repositories", json=body)
        made = good(answer, 201)
        assert made == {"name": "stable", "url": repository.url, "username": "bob", "is_oci": False}
        assert answer.headers["location"] == "/api/helm/repositories/stable"
        assert good(client.post("/api/helm/repositories", json=body)) == made
        refused(client.post("/api/helm/repositories", json=body | {"username": "eve"}), 409, "already exists")
        assert good(client.get("/api/helm/repositories")) == [made]
        assert good(client.get("/api/helm/repositories/stable")) == made
        assert "s3cret" not in (server.home / "log").read_text()

        (updated,) = good(client.post("/api/helm/repositories/update"))
        assert (updated["name"], updated["ok"], updated["message"]) == ("stable", True, "")
        (updated,) = good(client.post("/api/helm/repositories/update", json={"name": "stable"}))
        refused(client.post("/api/helm/repositories/update", json={"name": "no"}), 404, "repo no not found")

        (found,) = good(client.get("/api/helm/search?query=web"))
        assert (found["name"], found["version"]) == ("stable/web", "1.0.0")
        assert good(client.get("/api/helm/search?query=nothing")) == []
        assert len(good(client.get("/api/helm/repositories/stable/charts"))) == 1
        (version,) = good(client.get("/api/helm/repositories/stable/charts/web/versions"))
        assert (version["version"], version["description"]) == ("1.0.0", "A web")
        whole = good(client.get("/api/helm/repositories/stable/charts/web"))
        assert (whole["readme"], whole["values_text"][:10]) == ("# Web\n", "# how many")
        for path in ("nobody/versions", "nobody", "web?version=9.9.9"):
            refused(client.get(f"/api/helm/repositories/stable/charts/{path}"), 404, "")

        made = install(client, place, chart="stable/web", version="1.0.0")
        assert made["version"] == "1.0.0"
        made = install(client, place, name="two", chart="web", repository="stable", no_hooks=True)
        (tmp_path / "index.yaml").unlink()
        (updated,) = good(client.post("/api/helm/repositories/update"))
        assert not updated["ok"]
        assert "404" in updated["message"]
        missing = {"name": "three", "chart": "stable/web", "version": "9.9.9", "namespace": place}
        refused(client.post(f"{RELEASES}?wait=true", json=missing), 404, "9.9.9")
    missing["repository"], missing["chart"] = repository.url, "web"
    refused(client.post(f"{RELEASES}?wait=true", json=missing), 424, "")
    assert client.delete("/api/helm/repositories/stable").status_code == 204
    refused(client.delete("/api/helm/repositories/stable"), 404, "repo stable not found")
    oci = {"name": "o", "url": "oci://registry.example.com/charts", "is_oci": True}
    assert good(client.post("/api/helm/repositories", json=oci), 201)["is_oci"] is True
    assert client.delete("/api/helm/repositories/o").status_code == 204


def test_news_of_releases_is_streamed(client: httpx.Client, place: str) -> None:
    with client.stream("GET", "/api/helm/events", params={"namespace": place}, timeout=30) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: ready"
        other = httpx.Client(base_url=client.base_url, timeout=30)
        with contextlib.closing(other):
            install(other, place)
            seen = [
                json.loads(line[6:]) for line in _until(lines, '"Deployed"') if line.startswith("data: {")
            ]
            assert seen[-1]["name"] == "web"
            good(other.delete(f"{RELEASES}/web", params=HELD | {"namespace": place}))
            assert "event: gone" in _until(lines, "event: gone")


def _until(lines: Iterator[str], text: str) -> list[str]:
    found = []
    for line in lines:
        found.append(line)
        if text in line:
            return found
    raise AssertionError(f"no {text} in {found}")


def test_charts_do_not_come_from_this_machine(cluster: Cluster, tmp_path: Path, place: str) -> None:
    """But with --no-auth, where everyone is on this machine, or --allow-local-urls."""
    server = Server(tmp_path, str(cluster.kubeconfig()), auth=True)
    try:
        refused(server.client.get(RELEASES), 401, "credentials")
        made = subprocess.run(
            [*PROGRAM, "token", "create", "--name", "tester", "--role", "admin"],
            env=server.environ,
            capture_output=True,
            text=True,
            check=True,
        )
        server.client.headers["Authorization"] = f"Bearer {made.stdout.strip()}"
        body = {"name": "web", "chart": "http://127.0.0.1:1/web-1.0.0.tgz", "namespace": place}
        refused(server.client.post(RELEASES, json=body), 400, "--allow-local-urls")
        repository = {"name": "near", "url": "http://localhost:1"}
        refused(server.client.post("/api/helm/repositories", json=repository), 400, "--allow-local-urls")
        assert install(server.client, place)["status"] == "Deployed"
        assert server.stop() == 0
    finally:
        server.kill()


def test_without_a_cluster_it_starts_and_says_so(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "u", "user": {}}],
    }
    kubeconfig.write_text(json.dumps(document))
    server = Server(tmp_path, str(kubeconfig))
    try:
        client = server.client
        assert good(client.get("/healthz"))["status"] == "ok"
        assert client.get("/readyz").status_code == 503
        refused(client.get(RELEASES), 503, "kubernetes cluster unreachable")
        refused(client.get(f"{RELEASES}/web"), 503, "kubernetes cluster unreachable")
        refused(client.get(f"{RELEASES}/web/status"), 503, "kubernetes cluster unreachable")
        body = {"name": "web", "chart": "web"}
        refused(client.post(RELEASES, json=body), 503, "")
        refused(client.post("/api/helm/previews", json=body), 503, "unreachable")
        refused(client.get(OPERATIONS), 503, "")
        assert good(client.get("/api/helm/charts/web"))["name"] == "web"
    finally:
        server.kill()
