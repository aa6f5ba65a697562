"""Releases: what is sent to change them, and what is answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from hivehelm.api.bodies.fields import (
    Answer,
    Body,
    NamespaceName,
    ReleaseName,
    Seconds,
    Values,
    WaitStrategy,
    strategy,
)

ReleaseStatus = Literal["Deployed", "Pending", "Failed", "Superseded", "Uninstalled"]

_RELEASE: dict[str, Any] = {
    "name": "my-nginx",
    "namespace": "default",
    "chart": "nginx",
    "version": "15.4.4",
    "values": {"replicaCount": 3, "service": {"type": "LoadBalancer"}},
    "status": "Deployed",
    "revision": 1,
    "updated": "2026-11-21T21:44:00.123456789Z",
}


class HelmRelease(Answer):
    """A revision of a release."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [_RELEASE]})

    name: str
    namespace: str
    chart: str = Field(description="The chart's name.")
    version: str = Field(description="The chart's version.")
    values: dict[str, Any] | None = Field(
        None, description="What the user gave; secret values are masked but with `secrets=true`."
    )
    status: ReleaseStatus
    revision: int
    updated: str = Field(description="When it was last deployed: RFC 3339.")
    app_version: str = ""
    description: str = ""
    state: str = Field("", description="Helm's own word for the status, such as `pending-upgrade`.")


Labels = Annotated[dict[str, str], Field(description="Labels of the release's record.")]


class _Options(Body):
    """What all changes take."""

    no_hooks: bool = Field(False, description="Leave hooks out.")
    wait: WaitStrategy = False
    timeout: Seconds = 300.0
    wait_lock: Seconds = Field(0.0, description="How long to wait for somebody else at work on the release.")
    description: str = Field("", max_length=512, description="What is noted on the record.")

    def options(self) -> dict[str, Any]:
        """Return the fields of the action's options that were given."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        for name in NOT_OPTIONS & given.keys():
            del given[name]
        if given.pop("upgrade", False):
            given["upgrade_existing"] = True
        if "wait" in given:
            given["wait"] = strategy(given["wait"])
        return given


NOT_OPTIONS = frozenset({"name", "namespace", "chart", "version", "repository", "values"})
"""Fields of bodies that say what is to be done, not how."""

ChartReference = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2048,
        description="A chart on the server by its name, `REPOSITORY/CHART`, `oci://…` or the URL of an "
        "archive; never a path.",
        examples=["bitnami/nginx"],
    ),
]
ChartVersion = Annotated[
    str, Field(max_length=256, description="A version, or a range of them; the newest where it is empty.")
]
RepositoryReference = Annotated[
    str,
    Field(max_length=2048, description="The name or URL of the repository that `chart` is a name in."),
]


class _Charted(_Options):
    """What installs and upgrades take."""

    chart: ChartReference
    version: ChartVersion = ""
    repository: RepositoryReference = ""
    namespace: NamespaceName | None = None
    values: Values = Field(default_factory=dict)
    create_namespace: bool = Field(
        True, description="Make the namespace where it is missing, for an install."
    )
    wait_for_jobs: bool = False
    rollback_on_failure: bool = Field(False, description="Undo everything where it fails.")
    force_replace: bool = False
    force_conflicts: bool = False
    take_ownership: bool = False
    skip_crds: bool = False
    skip_schema_validation: bool = False
    disable_openapi_validation: bool = False
    render_subchart_notes: bool = False
    labels: Labels = Field(default_factory=dict)
    preflight: bool = Field(False, description="Try everything on the server before anything is touched.")
    split_records: bool = False

    def options(self) -> dict[str, Any]:
        """Return the fields of the action's options that were given, and what is not Helm's default."""
        return {**super().options(), "create_namespace": self.create_namespace}


class Install(_Charted):
    """A chart to install as a release."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "my-nginx",
                    "chart": "bitnami/nginx",
                    "namespace": "default",
                    "values": {"replicaCount": 3, "service": {"type": "LoadBalancer"}},
                }
            ]
        }
    )

    name: ReleaseName
    upgrade: bool = Field(False, description="Upgrade a release of that name, where there is one.")
    reuse_name: bool = Field(False, description="Take the name of a release that is gone or failed.")
    server_side: bool = True


class Upgrade(_Charted):
    """What a release is to become."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"chart": "bitnami/nginx", "version": "15.4.4", "values": {"replicaCount": 5}}]
        }
    )

    install: bool = Field(False, description="Install it where there is no such release.")
    values_from: Literal["auto", "reset", "reuse", "reset-then-reuse"] = Field(
        "auto", description="Which of the last revision's values count: Helm's `--reuse-values` and the like."
    )
    server_side: Literal["true", "false", "auto"] = "auto"
    cleanup_on_fail: bool = False
    history_max: int | None = Field(
        None, ge=0, le=10_000, description="How many revisions are kept; 0 is all."
    )


class Rollback(_Options):
    """Which revision a release goes back to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 1}]})

    revision: int = Field(0, ge=0, le=2**31 - 1, description="0 is the one before the newest.")
    namespace: NamespaceName | None = None
    wait_for_jobs: bool = False
    force_replace: bool = False
    force_conflicts: bool = False
    server_side: Literal["true", "false", "auto"] = "auto"
    cleanup_on_fail: bool = False
    history_max: int | None = Field(
        None, ge=0, le=10_000, description="How many revisions are kept; 0 is all."
    )
    preflight: bool = False
    split_records: bool = False


class Test(Body):
    """Which of a release's tests are run."""

    __test__ = False  # Not for pytest.
    model_config = ConfigDict(json_schema_extra={"examples": [{"timeout": 60}]})

    namespace: NamespaceName | None = None
    include: list[str] = Field(default_factory=list, max_length=100)
    exclude: list[str] = Field(default_factory=list, max_length=100)
    timeout: Seconds = 300.0
    wait_lock: Seconds = 0.0

    def options(self) -> dict[str, Any]:
        """Return the fields of the action's options that were given."""
        return {name: getattr(self, name) for name in self.model_fields_set - NOT_OPTIONS}


class Hook(Answer):
    """A hook of a release."""

    name: str
    kind: str
    path: str
    events: list[str]
    weight: int
    delete_policies: list[str] = Field(default_factory=list)
    phase: str = Field(
        "", description="How its last run ended: Succeeded, Failed, Running; empty: it never ran."
    )
    started: str = ""
    completed: str = ""
    manifest: str


class LiveObject(Answer):
    """An object of a release as the cluster has it."""

    api_version: str
    kind: str
    name: str
    namespace: str = ""
    found: bool = Field(description="Whether it is there.")
    ready: bool | None = Field(None, description="Whether it is ready; null where nobody can tell.")
    message: str = Field("", description="What it is waiting for.")


class ReleaseView(HelmRelease):
    """A release, and its objects as they are now."""

    notes: str = ""
    objects: list[LiveObject] = Field(default_factory=list)
    resources: dict[str, list[dict[str, Any]]] | None = Field(
        None, description="With `full=true`: the live objects whole, by version and kind, as in Helm."
    )
