"""Fills a cluster with releases as they are after some months: objects, and records of several revisions."""

from __future__ import annotations

import zlib
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

from hivehelm.golang.json import dumps
from hivehelm.kube.errors import ApiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.kube.client import Client

# Incompressible enough for records of some kilobytes, as those of real charts are.
_TEMPLATE = b64encode(
    b"".join(f"{zlib.crc32(str(number).encode()):08x}".encode() for number in range(1000))
).decode()


def places(releases: int, namespaces: int = 20) -> list[tuple[str, str]]:
    """Return the namespaces and names of so many releases."""
    return [(f"team-{number % namespaces:02}", f"app-{number:04}") for number in range(releases)]


def fill(client: Client, releases: int, revisions: int) -> int:
    """Write the objects and the records of so many releases, each of up to so many revisions.

    Returns how many records there are. What is there already is left as it is.
    """
    wanted = places(releases)
    for namespace in sorted({namespace for namespace, _ in wanted}):
        _create(client, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}, "")
    everything = [
        (obj, namespace)
        for number, (namespace, name) in enumerate(wanted)
        for obj in _objects(namespace, name, 1 + number % revisions)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda pair: _create(client, *pair), everything))
    return sum(obj.get("type") == "helm.sh/release.v1" for obj, _ in everything)


def _create(client: Client, obj: dict[str, Any], namespace: str) -> None:
    try:
        client.create(obj, namespace)
    except ApiError as error:
        if not error.already_exists:
            raise


def _objects(namespace: str, name: str, revisions: int) -> Iterator[dict[str, Any]]:
    labels = {"app.kubernetes.io/instance": name}
    owned = {
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
        "annotations": {"meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": namespace},
    }
    live: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {"replicas": "0", "greeting": "hello"}},
        {"apiVersion": "v1", "kind": "Service", "spec": {"selector": labels, "ports": [{"port": 80}]}},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "spec": {
                "replicas": 0,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"name": "main", "image": "nginx:1.27"}]},
                },
            },
        },
    ]
    live = [{**obj, "metadata": {"name": name, "namespace": namespace, **owned}} for obj in live]
    yield from live
    manifest = "".join(f"---\n# Source: web/templates/{obj['kind']}.yaml\n{dumps(obj)}\n" for obj in live)
    for revision in range(1, revisions + 1):
        yield _record(namespace, name, revision, manifest, newest=revision == revisions)


def _record(namespace: str, name: str, revision: int, manifest: str, *, newest: bool) -> dict[str, Any]:
    status = "deployed" if newest else "superseded"
    release = {
        "name": name,
        "info": {
            "first_deployed": "2026-01-01T00:00:00.000000001Z",
            "last_deployed": f"2026-01-{1 + revision % 28:02}T00:00:{revision % 60:02}.000000001Z",
            "description": "Upgrade complete" if revision > 1 else "Install complete",
            "status": status,
            "notes": f"{name} is there.\n",
        },
        "chart": {
            "metadata": {
                "name": "web",
                "version": f"0.{revision}.0",
                "apiVersion": "v2",
                "appVersion": "1.27",
            },
            "lock": None,
            "templates": [{"name": "templates/all.yaml", "data": _TEMPLATE}],
            "values": {"replicas": 0, "greeting": "hello"},
        },
        "config": {
            "replicas": 0,
            "image": {"repository": "registry.example.com/web", "tag": f"1.{revision}"},
            "resources": {"limits": {"cpu": "200m", "memory": "256Mi"}},
            "ingress": {"enabled": True, "hosts": [f"{name}.example.com"]},
        },
        "manifest": manifest,
        "version": revision,
        "namespace": namespace,
    }
    packer = zlib.compressobj(9, wbits=31)
    packed = packer.compress(dumps(release).encode()) + packer.flush()
    labels = {"name": name, "owner": "helm", "status": status, "version": str(revision)}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": f"sh.helm.release.v1.{name}.v{revision}", "labels": labels},
        "type": "helm.sh/release.v1",
        "data": {"release": b64encode(b64encode(packed)).decode()},
    }


def write_chart(directory: str) -> str:
    """Write the chart that is installed under load, with objects that are waited for; return its name."""
    import os

    files = {
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\nappVersion: '1.27'\n",
        "values.yaml": "replicas: 1\ngreeting: hello\n",
        "templates/all.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {greeting: {{ .Values.greeting | quote }}, revision: {{ .Release.Revision | quote }}}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: main, image: "nginx:1.27"}]}
""",
    }
    for name, text in files.items():
        path = os.path.join(directory, "web", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
    return "web"
