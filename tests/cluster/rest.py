"""The REST API of a served platform, as its tests ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

RELEASES = "/api/helm/releases"
OPERATIONS = "/api/helm/operations"
HELD = {"wait": "true"}
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


def write_charts(home: Path) -> None:
    """Put charts where the platform whose directory is `home` has its own."""
    for name, files in CHARTS.items():
        for path, text in files.items():
            target = home / "charts" / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)


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


def install(rest: httpx.Client, namespace: str, name: str = "web", **body: Any) -> Any:
    body = {"name": name, "chart": "web", "namespace": namespace, **body}
    return good(rest.post(f"{RELEASES}?wait=true", json=body), 201)


def until(lines: Iterator[str], text: str) -> list[str]:
    """Return the lines up to one with `text` in it."""
    found = []
    for line in lines:
        found.append(line)
        if text in line:
            return found
    raise AssertionError(f"no {text} in {found}")
