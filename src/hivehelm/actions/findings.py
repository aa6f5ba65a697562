"""What a trial run of an action found: the server's refusals, with the field at fault and what to do.

The words are those of Kubernetes' validation and admission; values, long or secret, are cut out.
"""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from hivehelm.kube.errors import ApiError, KubeError, UnmappedError
    from hivehelm.kube.resources import Resource
    from hivehelm.release.errors import ReleaseError

# What the API server's validators say of a field that cannot change once it is set.
_IMMUTABLE = ("immutable", "may not change", "cannot change", "may not be changed", "may not be updated")
_ADVICE = {
    "ConfigMap": "give it another name when its content changes",
    "DaemonSet": "keep the field as it is, or delete the object first; its pods are replaced",
    "Deployment": "keep the field as it is, or delete the object first; its pods are replaced",
    "Job": "delete the Job first, put the revision into its name, or make it a hook",
    "PersistentVolumeClaim": "keep the field as it is (requests may grow), or use a claim of another name",
    "Secret": "give it another name when its content changes",
    "Service": "keep the field as it is, or delete the Service first; its address changes",
    "StatefulSet": "keep the field as it is, or delete the object first and orphan its pods",
}
# What may change in a StatefulSet's spec (pkg/apis/apps/validation).
_MUTABLE = {
    "StatefulSet": {
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    },
}
_LONGEST = 300


class Finding(Record):
    """One thing that would go wrong: with which object and field, why, and what to do about it."""

    object: str
    field: str
    problem: str
    advice: str

    def __str__(self) -> str:
        place = f"{self.object}: {self.field}" if self.field else self.object
        return f"{place}: {self.problem}; {self.advice}"


def label(kind: str, name: str, namespace: str) -> str:
    """Return how a report calls an object: `Deployment prod/web`."""
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def explain(resource: Resource, cause: ApiError, live: dict[str, Any] | None = None) -> list[Finding]:
    """Return what a refused request for `resource` comes to; `live` is the object as the cluster holds it."""
    subject = label(resource.type.kind, resource.name, resource.namespace)
    if cause.forbidden and not cause.causes:
        return [_forbidden(subject, cause)]
    if cause.conflict and cause.causes:
        return [
            Finding(
                object=subject,
                field=one.get("field", "").removeprefix("."),
                problem=_short(one.get("message", "")),
                advice="leave the field out of the chart, or take it with --force-conflicts",
            )
            for one in cause.causes
        ]
    if cause.causes:
        return [found for one in cause.causes for found in _invalid(resource, subject, one, live)]
    return [Finding(object=subject, field="", problem=_short(str(cause)), advice="correct the template")]


def explain_record(subject: str, error: KubeError | ReleaseError) -> Finding:
    """Return what it comes to that the record of a release could not be written; `subject` is its object."""
    from hivehelm.kube.errors import ApiError
    from hivehelm.release.errors import RecordTooLargeError

    if isinstance(error, RecordTooLargeError):
        problem, _, advice = error.explanation.partition("\n")
        return Finding(object=subject, field="", problem=problem, advice=advice)
    if isinstance(error, ApiError) and error.forbidden:
        return _forbidden(subject, error)
    return Finding(
        object=subject, field="", problem=_short(str(error)), advice="no record can be kept like that"
    )


def unserved(error: UnmappedError, served: Sequence[str]) -> Finding:
    """Return what it means that the cluster has no such kind; `served` are versions that do have it."""
    cause = error.cause
    advice = f"use {' or '.join(served)}" if served else "install its custom resource definition first"
    return Finding(
        object=label(cause.kind, error.name, error.namespace),
        field="apiVersion",
        problem=f"{cause.api_version} is not served by this cluster",
        advice=advice,
    )


def _forbidden(subject: str, error: ApiError) -> Finding:
    text = str(error)
    if "exceeded quota" in text:
        advice = "ask for less, or have the quota raised"
    elif " cannot " in text:
        advice = "have that verb granted by a Role or ClusterRole"
    else:
        advice = "change what the policy objects to"
    return Finding(object=subject, field="", problem=_short(text), advice=advice)


def _invalid(
    resource: Resource, subject: str, cause: dict[str, Any], live: dict[str, Any] | None
) -> Iterator[Finding]:
    kind, field = resource.type.kind, cause.get("field", "")
    message = cause.get("message", "")
    fixed = any(words in message for words in _IMMUTABLE) or (
        "updates to" in message and "are forbidden" in message
    )
    problem = _reason(message)
    if not fixed:
        yield Finding(object=subject, field=field, problem=problem, advice="correct the template or values")
        return
    fields = [field]
    if live is not None and field == "spec":
        # The server names the whole; which part it was can be told by comparing.
        free = _MUTABLE.get(kind, set())
        changed = _changed(live.get("spec") or {}, resource.object.get("spec") or {}, free)
        fields = [f"spec.{path}" for path in changed] or fields
    advice = _ADVICE.get(kind, "keep the field as it is, or delete the object first")
    for one in fields:
        yield Finding(object=subject, field=one, problem=problem, advice=advice)


def _reason(message: str) -> str:
    """Return why a field was refused, without its value, which may be long or secret."""
    if message.startswith("Invalid value: "):
        message = message.rsplit(": ", 1)[-1]
    return _short(message.removeprefix("Forbidden: "))


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _changed(live: dict[str, Any], wanted: dict[str, Any], free: set[str]) -> list[str]:
    """Return the fields of `wanted` that differ from `live`, which may have more: defaults of the server."""
    return [key for key in wanted if key not in free and not _within(wanted[key], live.get(key))]


def _within(wanted: Any, live: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(live, dict):
        return all(_within(value, live.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(live, list):
        return len(wanted) == len(live) and all(map(_within, wanted, live))
    return bool(wanted == live)
