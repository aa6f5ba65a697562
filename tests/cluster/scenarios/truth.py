"""Whether what is recorded of a release and what is on the cluster agree."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

import yaml

from hivehelm.kube.errors import ApiError

if TYPE_CHECKING:
    from hivehelm.kube.client import Client

_KINDS = (
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "Deployment"),
)
_OWNER = "meta.helm.sh/release-name"
_PENDING = ("pending-install", "pending-upgrade", "pending-rollback", "uninstalling")


def records(client: Client, namespace: str, release: str) -> list[dict[str, Any]]:
    """Return the documents of a release's revisions, the oldest first."""
    found = client.list("v1", "Secret", namespace, label_selector=f"owner=helm,name={release}")
    documents = []
    for secret in found:
        packed = base64.b64decode(base64.b64decode(secret["data"]["release"]))
        document = json.loads(zlib.decompress(packed, 31))
        assert document["info"]["status"] == secret["metadata"]["labels"]["status"]
        documents.append(document)
    return sorted(documents, key=lambda document: int(document["version"]))


def marked(client: Client, namespace: str, release: str) -> set[str]:
    """Return `kind/name` of the objects that bear a release's mark."""
    return {
        f"{kind}/{one['metadata']['name']}"
        for version, kind in _KINDS
        for one in client.list(version, kind, namespace)
        if one["metadata"].get("annotations", {}).get(_OWNER) == release
    }


def lies(client: Client, namespace: str, release: str, *, kept: tuple[str, ...] = ()) -> list[str]:
    """Return what is wrong with a release that should be deployed, once an action on it has ended well.

    Args:
        client: of somebody who may read all of it.
        namespace: where it is.
        release: its name.
        kept: `kind/name` of objects that earlier revisions left behind on purpose.
    """
    found = []
    history = records(client, namespace, release)
    if not history:
        return ["no revision is left"]
    versions = [document["version"] for document in history]
    if versions != list(range(1, len(versions) + 1)):
        found.append(f"revisions are {versions}")
    statuses = [document["info"]["status"] for document in history]
    if statuses[-1] != "deployed" or statuses.count("deployed") != 1 or set(statuses) & set(_PENDING):
        found.append(f"their states are {statuses}")
    wanted = set()
    for obj in yaml.safe_load_all(history[-1]["manifest"]):
        name = f"{obj['kind']}/{obj['metadata']['name']}"
        wanted.add(name)
        try:
            live = client.get(obj["apiVersion"], obj["kind"], obj["metadata"]["name"], namespace)
        except ApiError as error:
            found.append(f"{name}: {error}")
            continue
        if "data" in obj and obj["kind"] == "ConfigMap" and live.get("data") != obj["data"]:
            found.append(f"{name} holds {live.get('data')}, not {obj['data']}")
        if "replicas" in obj.get("spec", {}) and live["spec"]["replicas"] != obj["spec"]["replicas"]:
            found.append(f"{name} has {live['spec']['replicas']} replicas")
    orphans = marked(client, namespace, release) - wanted - set(kept)
    if orphans:
        found.append(f"orphans: {sorted(orphans)}")
    return found
