"""What the cluster noted lately of the objects of a release, and of what they made."""

from __future__ import annotations

from hivehelm.platform.debug.facts import EventState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.platform.debug.facts import ObjectState
    from hivehelm.platform.mask import Mask

MOST = 30
#: What makes objects of its own, whose names begin with its own.
_MAKERS = frozenset(("DaemonSet", "Deployment", "Job", "CronJob", "ReplicaSet", "StatefulSet"))
_MADE = frozenset(("Pod", "ReplicaSet", "Job", "PersistentVolumeClaim"))
_LONGEST = 400


def events(client: Client, objects: Iterable[ObjectState], mask: Mask) -> list[EventState]:
    """Return the latest events about objects and what they made, oldest first; warnings before the rest.

    Raises:
        KubeError: events may not be read.
    """
    known = list(objects)
    exact = {(one.namespace, one.kind, one.name) for one in known}
    makers = {(one.namespace, one.name) for one in known if one.kind in _MAKERS}
    found: list[dict[str, Any]] = []
    for namespace in sorted({one.namespace for one in known if one.namespace}):
        for event in client.list("v1", "Event", namespace):
            subject = event.get("involvedObject") or {}
            kind, name = str(subject.get("kind") or ""), str(subject.get("name") or "")
            if (namespace, kind, name) in exact or (
                kind in _MADE and any(at == namespace and name.startswith(f"{who}-") for at, who in makers)
            ):
                found.append(event)
    found.sort(key=_moment)
    warnings = [one for one in found if one.get("type") == "Warning"][-MOST:]
    others = [one for one in found if one.get("type") != "Warning"][-max(MOST - len(warnings), 5) :]
    return [_state(one, mask) for one in (*warnings, *others)]


def _moment(event: dict[str, Any]) -> str:
    series = event.get("series") or {}
    metadata = event.get("metadata") or {}
    return str(
        event.get("lastTimestamp")
        or series.get("lastObservedTime")
        or event.get("eventTime")
        or metadata.get("creationTimestamp")
        or ""
    )


def _state(event: dict[str, Any], mask: Mask) -> EventState:
    subject = event.get("involvedObject") or {}
    message = " ".join(str(event.get("message") or "").split())
    return EventState(
        kind=str(event.get("type") or ""),
        subject=f"{subject.get('kind')}/{subject.get('name')}",
        reason=str(event.get("reason") or ""),
        message=mask.text(message)[:_LONGEST],
        count=int(event.get("count") or (event.get("series") or {}).get("count") or 1),
        when=_moment(event),
    )
