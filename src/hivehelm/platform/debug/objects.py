"""The objects of a release: as its manifest wants them, against what the cluster has."""

from __future__ import annotations

from hivehelm.platform.debug.differences import differences
from hivehelm.platform.debug.facts import (
    CHANGED,
    MISSING,
    SAME,
    UNKNOWN_KIND,
    UNREADABLE,
    Change,
    ObjectState,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource
    from hivehelm.platform.mask import Mask

    Object = dict[str, Any]

_LONGEST = 200
#: Conditions that are good when they are not true.
_BAD = frozenset(
    ("ReplicaFailure", "Failed", "FailureTarget", "MemoryPressure", "DiskPressure", "PIDPressure", "Stalled")
)


class Found:
    """An object of a release: its state, and the objects on both sides of the comparison."""

    def __init__(self, state: ObjectState, wanted: Object, live: Object | None) -> None:
        self.state = state
        self.wanted = wanted
        self.live = live


def objects(client: Client, manifest: str, namespace: str, mask: Mask) -> Iterator[Found]:
    """Yield the objects of a manifest in its order; what cannot be read or is of no known kind, too."""
    from hivehelm.kube.errors import KubeError
    from hivehelm.kube.resources import build
    from hivehelm.manifest.documents import split

    for text in split(manifest):
        try:
            resources = build(client, text, namespace, validate=False)
        except KubeError as error:
            state, wanted = _unknown(text, namespace, str(error))
            yield Found(state, wanted, None)
            continue
        for resource in resources:
            yield _compared(client, resource, mask)


def _unknown(text: str, namespace: str, problem: str) -> tuple[ObjectState, Object]:
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.yaml import load

    try:
        document = load(text)
    except HivehelmError:
        document = None
    wanted: Object = document if isinstance(document, dict) else {}
    metadata = wanted.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    state = ObjectState(
        api_version=str(wanted.get("apiVersion") or ""),
        kind=str(wanted.get("kind") or "?"),
        namespace=str(metadata.get("namespace") or namespace),
        name=str(metadata.get("name") or "?"),
        state=UNKNOWN_KIND if "no matches for kind" in problem else UNREADABLE,
        problem=problem,
    )
    return state, wanted


def _compared(client: Client, resource: Resource, mask: Mask) -> Found:
    from hivehelm.actions.reasons import reasons
    from hivehelm.kube.errors import ApiError, KubeError
    from hivehelm.kube.status import compute
    from hivehelm.kube.verdict import CURRENT

    kind, wanted = resource.type, resource.object
    state = ObjectState(
        api_version=kind.api_version,
        kind=kind.kind,
        namespace=resource.namespace,
        name=resource.name,
        state=SAME,
    )
    try:
        live = client.get(kind.api_version, kind.kind, resource.name, resource.namespace)
    except KubeError as error:
        missing = isinstance(error, ApiError) and error.not_found
        return Found(
            state.replace(state=MISSING if missing else UNREADABLE, problem=str(error)), wanted, None
        )
    changes = tuple(_masked(change, mask) for change in differences(wanted, live))
    verdict = compute(live)
    why: list[str] = []
    if verdict.state != CURRENT:
        why = reasons(client, kind.kind, resource.namespace, resource.name)
    state = state.replace(
        state=CHANGED if changes else SAME,
        changes=changes,
        status=verdict.state,
        message=verdict.message,
        conditions=tuple(_conditions(live)),
        reasons=tuple(mask.text(reason) for reason in why),
    )
    return Found(state, wanted, live)


def _masked(change: Change, mask: Mask) -> Change:
    import re

    field = change.path.rpartition(".")[2]
    # Variables of a container's environment go by their own names.
    variable = re.search(r"\[name=([^]]*)\]\.value$", change.path)
    beside = {"name": variable[1]} if variable else {}
    return change.replace(
        wanted=mask.values({**beside, field: change.wanted})[field],
        live=mask.values({**beside, field: change.live})[field],
    )


def _conditions(live: Object) -> Iterator[str]:
    """Yield the conditions that are not as they should be."""
    for one in (live.get("status") or {}).get("conditions") or ():
        kind, status = str(one.get("type") or ""), str(one.get("status") or "")
        if status == ("False" if kind in _BAD else "True"):
            continue
        words = " ".join(f"{one.get('reason') or ''}: {one.get('message') or ''}".split()).strip(": ")
        yield f"{kind}={status} {words}"[:_LONGEST].rstrip()
