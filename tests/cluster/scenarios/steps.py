"""Steps that are no commands: what others do on the cluster meanwhile."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import time
import zlib
from typing import TYPE_CHECKING, Any

from tests.cluster.waiting import PATIENCE, until, until_allowed

from hivehelm.kube.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cluster.scenarios.side import Side

_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


def put(*objects: dict[str, Any], manager: str = "other") -> Callable[[Side], None]:
    """Apply objects as another field manager."""

    def step(side: Side) -> None:
        for obj in objects:
            made = side.here(obj)
            known = side.client.resource_type(made["apiVersion"], made["kind"])
            path = known.path(side.namespace, made["metadata"]["name"])
            _sent(side, "PATCH", path, made, "application/apply-patch+yaml", manager, force=True)

    return step


def edit(
    api_version: str, kind: str, name: str, patch: dict[str, Any], manager: str = "kubectl-edit"
) -> Callable[[Side], None]:
    """Change an object as another field manager, by a merge patch."""

    def step(side: Side) -> None:
        path = side.client.resource_type(side.named(api_version), kind).path(side.namespace, name)
        _sent(side, "PATCH", path, patch, "application/merge-patch+json", manager)

    return step


def remove(api_version: str, kind: str, name: str) -> Callable[[Side], None]:
    """Delete an object, and wait until it is gone; a definition, until nobody is told of its kinds."""

    def step(side: Side) -> None:
        version, named = side.named(api_version), side.named(name)
        side.client.delete(version, kind, named, side.namespace)

        def gone() -> bool:
            try:
                side.client.get(version, kind, named, side.namespace)
            except ApiError:
                return kind != "CustomResourceDefinition" or not _kinds(side, named.partition(".")[2])
            return False

        until(gone)

    return step


def known(group: str, kind: str) -> Callable[[Side], None]:
    """Wait until the server tells of a kind whose definition is there."""
    return lambda side: until(lambda: kind in _kinds(side, side.named(group)))


def granted(user: str, verb: str, resource: str, *objects: dict[str, Any]) -> Callable[[Side], None]:
    """Apply what gives rights to a user, and wait until they include this one."""

    def step(side: Side) -> None:
        put(*objects)(side)
        until_allowed(side.client, user, verb, resource, side.namespace)

    return step


def _kinds(side: Side, group: str) -> set[str]:
    """Return the kinds of a group that the server tells of."""
    answer = side.client.transport.request("GET", "/apis", accept=_DISCOVERY)
    return {
        resource["responseKind"]["kind"]
        for item in json.loads(answer.data)["items"]
        if item["metadata"]["name"] == group
        for version in item["versions"]
        for resource in version["resources"]
    }


def later(step: Callable[[Side], None], seconds: float = 1.5) -> Callable[[Side], None]:
    """Do something while the next command runs: `seconds` from now, or as soon as it can be done."""

    def keep_trying(side: Side) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            time.sleep(seconds)
            with contextlib.suppress(ApiError):
                step(side)
                return

    def begin(side: Side) -> None:
        threading.Thread(target=keep_trying, args=(side,), daemon=True).start()

    return begin


def rewrite(
    revision: int, change: Callable[[dict[str, Any]], None], name: str = "x"
) -> Callable[[Side], None]:
    """Change the record of a revision behind the tools' backs, its `status` label along with it."""

    def step(side: Side) -> None:
        secret = side.client.get("v1", "Secret", f"sh.helm.release.v1.{name}.v{revision}", side.namespace)
        packed = base64.b64decode(base64.b64decode(secret["data"]["release"]))
        document = json.loads(zlib.decompress(packed, 31))
        change(document)
        text = json.dumps(document, separators=(",", ":")).encode()
        compressor = zlib.compressobj(9, wbits=31)
        packed = compressor.compress(text) + compressor.flush()
        secret["data"]["release"] = base64.b64encode(base64.b64encode(packed)).decode()
        secret["metadata"]["labels"]["status"] = document["info"]["status"]
        side.client.replace(secret)

    return step


def left_behind(revision: int, status: str, name: str = "x") -> Callable[[Side], None]:
    """Make a revision look as if the process that worked on it had died."""

    def change(document: dict[str, Any]) -> None:
        document["info"]["status"] = status

    return rewrite(revision, change, name)


def _sent(
    side: Side,
    method: str,
    path: str,
    body: dict[str, Any],
    content_type: str,
    manager: str,
    *,
    force: bool = False,
) -> None:
    query = [("fieldManager", manager)]
    if force:
        query.append(("force", "true"))
    answer = side.client.transport.request(
        method, path, query=query, body=json.dumps(body).encode(), content_type=content_type
    )
    assert answer.status < 300, answer.data
