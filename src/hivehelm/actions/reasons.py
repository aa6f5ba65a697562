"""Why objects are not ready: what their pods, their events and the scheduler say of it."""

from __future__ import annotations

from hivehelm.kube.errors import KubeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.kube.client import Client

    Object = dict[str, Any]
    Told = tuple[str, str, str]

_VERSIONS = {
    "DaemonSet": "apps/v1",
    "Deployment": "apps/v1",
    "Job": "batch/v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
}
_WITH_EVENTS = frozenset({*_VERSIONS, "Pod", "PersistentVolumeClaim", "Service"})
#: What is no fault: it comes before every start.
_USUAL = frozenset({"ContainerCreating", "PodInitializing"})
_LONGEST = 200


def reasons(client: Client, kind: str, namespace: str, name: str, *, most: int = 4) -> list[str]:
    """Return why an object is not ready yet, in words of the cluster, at most `most` lines.

    What its containers wait for or died of, why a pod is not scheduled, and warnings among the events of the
    object and its pods, newest last. What may not be read is left out.
    """
    pods = list(_pods(client, kind, namespace, name))
    told = [reason for pod in pods for reason in _of_pod(pod)]
    if kind in _WITH_EVENTS:
        names = {(kind, name), *(("Pod", pod["metadata"]["name"]) for pod in pods)}
        told += _warnings(client, namespace, names)
    # Pods of one template fail alike, and events repeat what a status says: once is enough.
    once: dict[str, Told] = {}
    for reason in told:
        once.setdefault(reason[2] or reason[1], reason)
    return [_line(*reason) for reason in once.values()][:most]


def _pods(client: Client, kind: str, namespace: str, name: str) -> Iterator[Object]:
    from hivehelm.kube.selectors import selector_text

    try:
        if kind == "Pod":
            yield client.get("v1", "Pod", name, namespace)
        elif kind in _VERSIONS:
            owner = client.get(_VERSIONS[kind], kind, name, namespace)
            selector = selector_text((owner.get("spec") or {}).get("selector") or {})
            if selector:
                yield from client.list("v1", "Pod", namespace, label_selector=selector)
    except KubeError:
        return


def _of_pod(pod: Object) -> Iterator[Told]:
    status = pod.get("status") or {}
    pod_name = pod["metadata"]["name"]
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            yield _told(pod_name, condition)
    for container in [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]:
        state = container.get("state") or {}
        waits, ended = state.get("waiting") or {}, state.get("terminated") or {}
        name = f"{pod_name} ({container.get('name', '')})"
        if waits.get("reason") and waits["reason"] not in _USUAL:
            yield _told(name, waits)
        elif ended.get("exitCode"):
            yield _told(name, {"message": f"exit code {ended['exitCode']}", **ended})


def _warnings(client: Client, namespace: str, names: set[tuple[str, str]]) -> Iterator[Told]:
    try:
        events = client.list("v1", "Event", namespace, field_selector="type=Warning")
    except KubeError:
        return
    for event in sorted(events, key=_moment):
        subject = event.get("involvedObject") or {}
        if (subject.get("kind"), subject.get("name")) in names:
            yield _told(str(subject["name"]), event)


def _moment(event: Object) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or "")


def _told(who: str, told: Object) -> Told:
    return who, str(told.get("reason") or ""), str(told.get("message") or "")


def _line(*parts: str) -> str:
    words = " ".join(": ".join(filter(None, parts)).split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
