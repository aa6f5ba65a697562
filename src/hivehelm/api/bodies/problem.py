"""Problems, as RFC 9457 has them."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from hivehelm.api.bodies.fields import Answer


class Fault(Answer):
    """Something in a request that is not valid."""

    location: str = Field(examples=["body.name"])
    message: str


class Problem(Answer):
    """What went wrong."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:hivehelm:problem:ReleaseNotFoundError",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "release: not found",
                    "instance": "/api/helm/releases/my-nginx",
                    "request_id": "7d0c5b1e",
                }
            ]
        },
    )

    type: str = Field(description="The kind of error; `about:blank` says no more than the status does.")
    title: str
    status: int
    detail: str = Field(description="What happened, in Helm's words where Helm has some.")
    instance: str = ""
    request_id: str = Field("", description="What to look for in the server's log.")
    errors: list[Fault] = Field(default_factory=list, description="What is wrong with the request.")
