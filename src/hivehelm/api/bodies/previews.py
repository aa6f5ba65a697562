"""What would be, and what would be otherwise."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from hivehelm.api.bodies.fields import Answer
from hivehelm.api.bodies.releases import Hook


class ChangedObject(Answer):
    """An object in two manifests."""

    api_version: str
    kind: str
    name: str
    namespace: str = ""
    change: Literal["added", "removed", "changed"]
    diff: str = Field(description="The difference, in the unified format; secret values are hidden.")


class Diff(Answer):
    """What differs between two revisions, or a revision and what it may become."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "name": "my-nginx",
                    "namespace": "default",
                    "old": 1,
                    "new": 2,
                    "changes": [
                        {
                            "api_version": "apps/v1",
                            "kind": "Deployment",
                            "name": "my-nginx",
                            "namespace": "default",
                            "change": "changed",
                            "diff": "@@ -5,1 +5,1 @@\n-  replicas: 3\n+  replicas: 5\n",
                        }
                    ],
                }
            ]
        },
    )

    name: str
    namespace: str
    old: int = Field(description="The revision it starts from; 0: there is none.")
    new: int | None = Field(description="The revision it ends at; null is the proposed one.")
    changes: list[ChangedObject]


class Preview(Answer):
    """What a release would be."""

    name: str
    namespace: str
    chart: str
    version: str
    revision: int
    values: dict[str, Any] | None = None
    manifest: str
    hooks: list[Hook] = Field(default_factory=list)
    notes: str = ""
