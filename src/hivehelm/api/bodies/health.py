"""What health checks answer."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Health(BaseModel):
    """Whether a server is well."""

    status: str = Field(description="`ok` or `failed`", examples=["ok"])
    checks: dict[str, str] | None = Field(
        default=None,
        description="what was looked at: `ok`, `failed` or `waiting`",
        examples=[{"cluster": "ok", "volume": "ok", "releases": "ok"}],
    )
    detail: str | None = Field(default=None, description="what is waited for")
