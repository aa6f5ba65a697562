"""Pods that do not get ready."""

from __future__ import annotations

from hivehelm.platform.debug.diagnosis import Diagnosis
from hivehelm.platform.debug.rules.steps import lines, search, topic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.platform.debug.facts import Facts, PodState, Trouble

_IMAGE = frozenset(
    ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable")
)
_CONFIGURATION = frozenset(("CreateContainerConfigError", "CreateContainerError", "FailedMount"))
_CRASH = frozenset(
    ("CrashLoopBackOff", "Error", "ContainerCannotRun", "StartError", "DeadlineExceeded", "Failed")
)


def _with(facts: Facts, *reasons: str) -> Iterator[tuple[PodState, Trouble]]:
    for pod in facts.pods:
        for trouble in pod.troubles:
            if trouble.reason in reasons:
                yield pod, trouble


def _logs(pod: PodState, container: str, most: int = 4) -> tuple[str, ...]:
    """Return the last lines of what a container has printed."""
    text = pod.logs.get(container) or next(iter(pod.logs.values()), "")
    return tuple(f"log: {line}" for line in text.splitlines()[-most:] if line.strip())


def unschedulable(facts: Facts) -> Iterator[Diagnosis]:
    """No node has room for a pod, or may take it."""
    for pod, trouble in _with(facts, "Unschedulable", "SchedulerError", "SchedulingGated"):
        message = trouble.message
        if "Insufficient" in message:
            what = [
                word for word in ("cpu", "memory", "ephemeral-storage") if f"Insufficient {word}" in message
            ]
            cause = f"no node has enough {' and '.join(what) or 'resources'} for pod {pod.name}"
            steps: tuple[str, ...] = (
                "ask for less: resources.requests in your values; or fewer replicas",
                "or add nodes, or free some that are taken",
            )
        elif "PersistentVolumeClaim" in message or "persistentvolumeclaim" in message:
            cause = f"pod {pod.name} waits for its volume"
            steps = ("see that the claim's storage class exists and provides volumes",)
        elif "taint" in message or "selector" in message or "affinity" in message:
            cause = f"no node may take pod {pod.name}"
            steps = ("check nodeSelector, tolerations and affinity in your values against the nodes' labels",)
        else:
            cause = f"pod {pod.name} cannot be scheduled"
            steps = ("see what the scheduler says",)
        yield Diagnosis(
            rule="unschedulable",
            topic=topic(facts),
            cause=cause,
            evidence=(f"{pod.owner}: {message}",),
            next=steps,
        )
        return


def image(facts: Facts) -> Iterator[Diagnosis]:
    """An image cannot be pulled."""
    for pod, trouble in _with(facts, *_IMAGE):
        told = trouble.message or next((one.message for one in facts.events if one.reason == "Failed"), "")
        secret = any(word in told for word in ("unauthorized", "denied", "authentication", "401", "403"))
        yield Diagnosis(
            rule="image",
            topic=topic(facts),
            cause=f"the image of container {trouble.container} of {pod.owner} cannot be pulled",
            evidence=(f"{trouble.reason}: {told}",),
            next=(
                "give the cluster a login for the registry: imagePullSecrets"
                if secret
                else "check image.repository and image.tag in your values",
                "check that the nodes reach the registry",
            ),
        )
        return


def configuration(facts: Facts) -> Iterator[Diagnosis]:
    """A pod wants a Secret, a ConfigMap or a volume that is not there."""
    for pod, trouble in _with(facts, *_CONFIGURATION):
        yield Diagnosis(
            rule="pod-configuration",
            topic=topic(facts),
            cause=f"a container of {pod.owner} cannot be made: {trouble.message or trouble.reason}",
            evidence=(f"pod {pod.name}, container {trouble.container}: {trouble.reason}",),
            next=("make the Secret or ConfigMap that is missing, or name one that exists in your values",),
        )
        return
    mounts = [one for one in facts.events if one.reason in ("FailedMount", "FailedAttachVolume")]
    if mounts and facts.pods:
        yield Diagnosis(
            rule="pod-configuration",
            topic=topic(facts),
            cause=f"a volume of {mounts[-1].subject} cannot be mounted: {mounts[-1].message}",
            next=("make the Secret, ConfigMap or claim that is missing, or name one that exists",),
        )


def memory(facts: Facts) -> Iterator[Diagnosis]:
    """A container takes more memory than it may."""
    for pod, trouble in _with(facts, "OOMKilled"):
        yield Diagnosis(
            rule="out-of-memory",
            topic=topic(facts),
            cause=f"container {trouble.container} of {pod.owner} takes more memory than its limit",
            evidence=(f"pod {pod.name} was ended {pod.restarts} times", *_logs(pod, trouble.container, 2)),
            next=("raise resources.limits.memory in your values",),
        )
        return


def crash(facts: Facts) -> Iterator[Diagnosis]:
    """A container ends again and again."""
    for pod, trouble in _with(facts, *_CRASH):
        code = next((one.exit_code for one in pod.troubles if one.exit_code), 0)
        yield Diagnosis(
            rule="crash",
            topic=topic(facts),
            cause=f"container {trouble.container} of {pod.owner} ends with exit code {code}"
            if trouble.container
            else f"pod {pod.name} of {pod.owner} has failed",
            evidence=(
                *((f"{trouble.reason}: {trouble.message}",) if trouble.message else ()),
                *_logs(pod, trouble.container),
            ),
            next=(
                "its log says why: the last lines are above, more are below",
                "mostly a value, a Secret or a service that it needs is wrong or missing",
            ),
        )
        return


def claim(facts: Facts) -> Iterator[Diagnosis]:
    """A claim of a volume is not bound."""
    for one in facts.objects:
        if one.kind == "PersistentVolumeClaim" and one.status == "InProgress":
            told = [event.message for event in facts.events if event.subject == one.title]
            yield Diagnosis(
                rule="claim-pending",
                topic=topic(facts),
                cause=f"no volume is there for {one.title}",
                evidence=(*told[-2:], *one.reasons[:2]) or (one.message,),
                next=(
                    "name a storage class that exists (persistence.storageClass), or make one the default",
                ),
            )
            return


def hook(facts: Facts) -> Iterator[Diagnosis]:
    """A hook has failed."""
    failed = [one for one in facts.hooks if one.phase == "Failed"]
    told = search(r"(?:failed |hook )(pre-\w+|post-\w+)", facts)
    if not failed and (told is None or not search(r"hook|pre-\w+|post-\w+", facts)):
        return
    first = failed[0] if failed else None
    title = f"hook {first.kind}/{first.name}" if first else "a hook"
    when = ", ".join(first.events) if first else (told[1] if told else "")
    said = [
        f"log: {line}" for text in (first.logs if first else {}).values() for line in text.splitlines()[-3:]
    ]
    yield Diagnosis(
        rule="hook-failed",
        topic=topic(facts),
        cause=f"{title} ({when}) has failed",
        evidence=(*said, *lines(facts.text, 2)),
        next=(
            "its log says why; a hook that is deleted when it fails (hook-delete-policy) keeps none",
            "--no-hooks goes on without hooks, where that is safe",
        ),
    )


def not_ready(facts: Facts) -> Iterator[Diagnosis]:
    """A container runs, and its readiness probe fails."""
    for pod, trouble in _with(facts, "ContainersNotReady", "NotReady", "ReadinessGatesNotReady", "Pending"):
        probes = [one.message for one in facts.events if one.reason == "Unhealthy"]
        yield Diagnosis(
            rule="not-ready",
            topic=topic(facts),
            cause=f"pod {pod.name} of {pod.owner} does not get ready",
            evidence=(*probes[-2:], trouble.message, *_logs(pod, trouble.container, 2)),
            next=(
                "see whether what it needs (database, Secret, service) is there: its log and events tell",
                "check readinessProbe: its path, port and initialDelaySeconds",
            ),
        )
        return
