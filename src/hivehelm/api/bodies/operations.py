"""Operations: long work, and how far it has come."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from hivehelm.api.bodies.fields import Answer

State = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class Event(Answer):
    """A stage that an operation has reached."""

    index: int
    time: str
    stage: str
    subject: str = ""


class Operation(Answer):
    """Something long that was asked for."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "id": "0193512f8a3c7d10",
                    "state": "running",
                    "verb": "install",
                    "name": "my-nginx",
                    "namespace": "default",
                    "chart": "bitnami/nginx",
                    "version": "",
                    "repository": "",
                    "user": "anonymous",
                    "events": [
                        {"index": 1, "time": "2026-11-21T21:44:00.1Z", "stage": "plan", "subject": ""}
                    ],
                    "result": None,
                    "problem": None,
                    "created": "2026-11-21T21:44:00.0Z",
                    "started": "2026-11-21T21:44:00.1Z",
                    "ended": "",
                    "attempt": 1,
                    "cancelled": False,
                }
            ]
        },
    )

    id: str
    state: State
    verb: str
    name: str
    namespace: str
    chart: str = ""
    version: str = ""
    repository: str = ""
    user: str = ""
    events: list[Event] = Field(default_factory=list)
    result: dict[str, Any] | None = None
    problem: dict[str, Any] | None = Field(None, description="A problem, as it would have been answered.")
    created: str
    started: str = ""
    ended: str = ""
    attempt: int = 0
    cancelled: bool = False
