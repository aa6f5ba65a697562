"""The pods of a release that are not ready, and why; what pods have printed last."""

from __future__ import annotations

from hivehelm.platform.debug.facts import HookState, PodState, Trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.platform.debug.objects import Found
    from hivehelm.platform.mask import Mask
    from hivehelm.release.model import Hook

    Object = dict[str, Any]

MOST = 20
"""Pods that are told of."""
LINES = 20
"""Lines of a log that are shown."""
_LONGEST = 16 << 10
_WORKLOADS = frozenset(("DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"))


def pods(client: Client, found: Iterable[Found], mask: Mask, lines: int = LINES) -> Iterator[PodState]:
    """Yield the pods of workloads that are not ready, at most `MOST`."""
    from hivehelm.kube.errors import KubeError
    from hivehelm.kube.selectors import selector_text

    count = 0
    for one in found:
        if one.live is None:
            continue
        owner = one.state
        if owner.kind == "Pod":
            there = [one.live]
        elif owner.kind in _WORKLOADS:
            selector = selector_text((one.live.get("spec") or {}).get("selector") or {})
            if not selector:
                continue
            try:
                there = client.list("v1", "Pod", owner.namespace, label_selector=selector)
            except KubeError:
                continue
        else:
            continue
        for pod in sorted(there, key=lambda each: str(each["metadata"].get("name"))):
            state = _state(pod, owner.title)
            if state is None:
                continue
            yield state.replace(
                troubles=tuple(_hidden(trouble, mask) for trouble in state.troubles),
                logs=dict(_logs(client, pod, mask, lines, {trouble.container for trouble in state.troubles})),
            )
            count += 1
            if count == MOST:
                return


def _state(pod: Object, owner: str) -> PodState | None:
    """Return what a pod is in, None for one that is as it should be."""
    status = pod.get("status") or {}
    troubles = list(_troubles(pod))
    if not troubles:
        return None
    restarts = sum(int(one.get("restartCount") or 0) for one in status.get("containerStatuses") or ())
    return PodState(
        namespace=str(pod["metadata"].get("namespace") or ""),
        name=str(pod["metadata"].get("name") or ""),
        owner=owner,
        phase=str(status.get("phase") or "Unknown"),
        restarts=restarts,
        troubles=tuple(troubles),
    )


def _troubles(pod: Object) -> Iterator[Trouble]:
    status = pod.get("status") or {}
    if status.get("phase") == "Succeeded":
        return
    if status.get("reason"):
        yield Trouble(reason=str(status["reason"]), message=str(status.get("message") or ""))
    conditions = {str(one.get("type")): one for one in status.get("conditions") or ()}
    scheduled = conditions.get("PodScheduled") or {}
    if scheduled.get("status") == "False":
        yield _trouble(scheduled, "")
        return
    told = False
    for one in [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]:
        for trouble in _of_container(one):
            told = True
            yield trouble
    ready = conditions.get("Ready") or {}
    if not told and status.get("phase") != "Failed" and ready.get("status") == "False":
        yield Trouble(reason=str(ready.get("reason") or "NotReady"), message=str(ready.get("message") or ""))
    elif not told and status.get("phase") in ("Failed", "Pending", None):
        yield Trouble(reason=str(status.get("phase") or "Pending"), message=str(status.get("message") or ""))


def _of_container(one: Object) -> Iterator[Trouble]:
    name = str(one.get("name") or "")
    state, before = one.get("state") or {}, (one.get("lastState") or {}).get("terminated") or {}
    waits, ended = state.get("waiting") or {}, state.get("terminated") or {}
    if waits.get("reason") and waits["reason"] not in ("ContainerCreating", "PodInitializing"):
        yield _trouble(waits, name)
    if ended.get("exitCode"):
        yield _trouble(ended, name)
    elif before and (waits.get("reason") == "CrashLoopBackOff" or before.get("reason") == "OOMKilled"):
        yield _trouble(before, name)
    if not waits and not ended and "running" in state and one.get("ready") is False:
        yield Trouble(reason="ContainersNotReady", message="it runs and is not ready", container=name)


def _trouble(told: Object, container: str) -> Trouble:
    return Trouble(
        reason=str(told.get("reason") or "Error"),
        message=" ".join(str(told.get("message") or "").split()),
        container=container,
        exit_code=int(told.get("exitCode") or 0),
    )


def _hidden(trouble: Trouble, mask: Mask) -> Trouble:
    return trouble.replace(message=mask.text(trouble.message))


def hooks(
    client: Client, known: Iterable[Hook], namespace: str, mask: Mask, lines: int = LINES
) -> Iterator[HookState]:
    """Yield the hooks of a release that have run, with the logs of their pods where those are still there."""
    for hook in known:
        run = hook.last_run
        if not run.phase:
            continue
        logs: dict[str, str] = {}
        for pod in _pods_of(client, hook, namespace):
            name = str(pod["metadata"].get("name"))
            for container, text in _logs(client, pod, mask, lines, {""}):
                logs[f"{name} ({container})"] = text
        yield HookState(
            name=hook.name,
            kind=hook.kind,
            events=hook.events,
            phase=run.phase,
            started=run.started_at,
            completed=run.completed_at,
            logs=logs,
        )


def _pods_of(client: Client, hook: Hook, namespace: str) -> list[Object]:
    from hivehelm.errors import HivehelmError

    try:
        if hook.kind == "Pod":
            return [client.get("v1", "Pod", hook.name, namespace)]
        if hook.kind == "Job":
            selector = f"batch.kubernetes.io/job-name={hook.name}"
            return client.list("v1", "Pod", namespace, label_selector=selector)
    except HivehelmError:
        pass
    return []


def _logs(
    client: Client, pod: Object, mask: Mask, lines: int, containers: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield what containers of a pod have printed last; "" among `containers` stands for all of them."""
    from hivehelm.errors import HivehelmError

    status = pod.get("status") or {}
    metadata = pod["metadata"]
    for one in [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]:
        name = str(one.get("name") or "")
        if lines <= 0 or ("" not in containers and name not in containers):
            continue
        # What a container that starts over has to say, it said before.
        again = "waiting" in (one.get("state") or {}) and bool(one.get("lastState"))
        if "waiting" in (one.get("state") or {}) and not again:
            continue
        try:
            pieces = client.logs(
                str(metadata.get("name")),
                str(metadata.get("namespace") or ""),
                name,
                tail=lines,
                previous=again,
            )
            data = b""
            for piece in pieces:
                data += piece
                if len(data) > _LONGEST:
                    break
        except HivehelmError:
            continue
        text = mask.text(data[:_LONGEST].decode("utf-8", "replace")).rstrip("\n")
        if text:
            yield name, "\n".join(text.split("\n")[-lines:])
