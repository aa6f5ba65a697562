"""Repositories that charts come from."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from hivehelm.api.bodies.fields import Answer, Body, RepositoryName


class HelmRepository(Answer):
    """A repository; its password is never told."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "name": "bitnami",
                    "url": "https://charts.bitnami.com/bitnami",
                    "username": None,
                    "is_oci": False,
                }
            ]
        },
    )

    name: str
    url: str
    username: str | None = None
    is_oci: bool = False


class AddRepository(Body):
    """A repository to know."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "bitnami", "url": "https://charts.bitnami.com/bitnami"},
                {"name": "my-oci-repo", "url": "oci://registry.example.com/charts", "is_oci": True},
            ]
        }
    )

    name: RepositoryName
    url: str = Field(min_length=1, max_length=2048, examples=["https://charts.bitnami.com/bitnami"])
    username: str = Field("", max_length=256)
    password: str = Field("", max_length=4096, json_schema_extra={"format": "password", "writeOnly": True})
    is_oci: bool = False
    force_update: bool = Field(False, description="Replace a repository of that name.")
    pass_credentials: bool = Field(False, description="Hand credentials to other hosts it refers to.")


class UpdateRepositories(Body):
    """Which repositories are asked what they have now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"name": "bitnami"}]})

    name: RepositoryName | None = Field(None, description="Only this one.")


class UpdatedRepository(Answer):
    """What became of one."""

    name: str
    url: str
    ok: bool
    message: str = ""
