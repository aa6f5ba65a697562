"""Charts: those on the server, and those of repositories."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from hivehelm.api.bodies.fields import Answer, Body, ChartName


class HelmMaintainer(Answer):
    """Who cares for a chart."""

    name: str
    email: str | None = None
    url: str | None = None


class HelmDependency(Answer):
    """A chart that a chart needs."""

    name: str
    version: str = ""
    repository: str = ""
    condition: str | None = None
    tags: list[str] | None = None
    alias: str | None = None


_CHART: dict[str, Any] = {
    "name": "my-app",
    "version": "0.1.0",
    "description": "My application chart",
    "app_version": "1.0.0",
    "keywords": [],
    "home": None,
    "sources": [],
    "maintainers": [],
    "icon": None,
    "api_version": "v2",
    "chart_type": "application",
    "dependencies": [],
    "values": {"replicaCount": 1},
}


class HelmChart(Answer):
    """A chart."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [_CHART]})

    name: str
    version: str
    description: str = ""
    app_version: str = ""
    keywords: list[str] = Field(default_factory=list)
    home: str | None = None
    sources: list[str] = Field(default_factory=list)
    maintainers: list[HelmMaintainer] = Field(default_factory=list)
    icon: str | None = None
    api_version: str = "v2"
    chart_type: str | None = None
    dependencies: list[HelmDependency] = Field(default_factory=list)
    values: Any = Field(None, description="The chart's default values; left out of lists.")


class ChartDetails(HelmChart):
    """A chart with what there is to read about it."""

    values_text: str = Field("", description="values.yaml as it is, comments and all.")
    readme: str = ""
    schema_text: str = Field("", alias="schema", description="values.schema.json, as it is.")
    crds: list[str] = Field(default_factory=list, description="Files of custom resource definitions.")


class CreateChart(Body):
    """A chart to create on the server."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "my-app", "description": "My application chart"}]}
    )

    name: ChartName
    description: str = Field("", max_length=1024)


class PackageChart(Body):
    """How a chart is packaged."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": "0.2.0"}, {}]})

    version: str = Field("", max_length=128, description="Instead of the version in Chart.yaml.")
    app_version: str = Field("", max_length=128, description="Instead of the appVersion in Chart.yaml.")
    force: bool = Field(False, description="Replace an archive of that version.")


class Packaged(Answer):
    """An archive in the embedded repository."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "name": "my-app",
                    "version": "0.1.0",
                    "file": "my-app-0.1.0.tgz",
                    "digest": "393108bf3967218f1873e67aa98d15d2b59c681909760b354af7b52a2d82a087",
                    "url": "/charts/my-app-0.1.0.tgz",
                }
            ]
        },
    )

    name: str
    version: str
    file: str
    digest: str
    url: str = Field(description="Where it can be fetched from this server.")


class FoundChart(Answer):
    """A version of a chart in a repository."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "name": "bitnami/nginx",
                    "version": "15.4.4",
                    "app_version": "1.25.3",
                    "description": "NGINX Open Source",
                }
            ]
        },
    )

    name: str
    version: str
    app_version: str = ""
    description: str = ""
