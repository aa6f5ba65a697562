"""Reports on releases that fail."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from hivehelm.api.bodies.fields import Answer

_CAUSE: dict[str, Any] = {
    "rule": "image",
    "topic": "installation fails",
    "cause": "the image nginx:nope of container web cannot be pulled",
    "evidence": ["Pod/web-5d7b: ErrImagePull: manifest unknown"],
    "next": ["hivemind helm upgrade --name web --chart web --namespace default --set image.tag=…"],
    "note": False,
}
_REPORT: dict[str, Any] = {
    "release": "web",
    "namespace": "default",
    "state": "failing",
    "likely_cause": _CAUSE,
    "diagnoses": [_CAUSE],
    "failure": None,
    "kube_version": "v1.35.4",
    "history": [{"revision": 1, "status": "deployed", "chart": "web", "version": "0.1.0"}],
    "values": [{"path": "image.tag", "value": "nope", "origin": "user", "default": "1.29"}],
    "objects": [{"api_version": "v1", "kind": "Service", "name": "web", "state": "as wanted"}],
    "pods": [{"namespace": "default", "name": "web-5d7b", "phase": "Pending", "restarts": 0, "logs": {}}],
    "hooks": [],
    "events": [
        {"kind": "Warning", "subject": "Pod/web-5d7b", "reason": "Failed", "message": "…", "count": 3}
    ],
    "gaps": {},
}


class Diagnosis(Answer):
    """What is wrong, or worth knowing: the likeliest comes first."""

    rule: str
    topic: str = Field(description="The case of the guide's troubleshooting section.")
    cause: str
    evidence: list[str] = Field(description="What it goes by.")
    next: list[str] = Field(description="What to do.")
    note: bool = Field(description="It is worth knowing, and no cause.")


class DebugReport(Answer):
    """What one needs to understand a failing release; what is secret is masked."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [_REPORT]})

    release: str
    namespace: str
    state: Literal["healthy", "failing", "busy", "not there"]
    likely_cause: Diagnosis | None
    diagnoses: list[Diagnosis]
    failure: dict[str, Any] | None = Field(
        None, description="What went wrong last, and where that is known from."
    )
    cluster: str = Field("", description="Why the cluster cannot be asked.")
    kube_version: str = ""
    history: list[dict[str, Any]] = Field(description="The last revisions, the oldest first.")
    holder: dict[str, Any] | None = Field(None, description="Who is at work on the release.")
    values: list[dict[str, Any]] = Field(description="Values with where each comes from.")
    objects: list[dict[str, Any]] = Field(description="Objects as they are wanted, against the cluster's.")
    pods: list[dict[str, Any]] = Field(description="Pods that are not ready, and why.")
    hooks: list[dict[str, Any]]
    events: list[dict[str, Any]]
    chart: dict[str, Any] | None = Field(None, description="Where the chart is to be had, and newer ones.")
    repositories: list[dict[str, Any]] = Field(description="Repositories, as they are now.")
    local_charts: list[str] = Field(description="Charts on the server.")
    similar: list[str] = Field(description="Releases with names like that, where there is none of it.")
    elsewhere: list[str] = Field(description="Namespaces that have a release of the name.")
    gaps: dict[str, str] = Field(description="What could not be found out, and why.")
