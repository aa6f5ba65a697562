"""What Helm keeps of each revision of a release: pkg/release/v1 of Helm 4.3.1 as frozen records.

Instants are RFC 3339 texts as written (see `release.times`), so that reading and writing loses nothing; ""
stands for an instant that never was. `extra` holds members that this version does not know: they are
written back as they came.
"""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from hivehelm.chart.model import Chart
    from hivehelm.release.claim import Claim


class Status:
    """The states of a release (pkg/release/common)."""

    UNKNOWN: Final = "unknown"
    DEPLOYED: Final = "deployed"
    UNINSTALLED: Final = "uninstalled"
    SUPERSEDED: Final = "superseded"
    FAILED: Final = "failed"
    UNINSTALLING: Final = "uninstalling"
    PENDING_INSTALL: Final = "pending-install"
    PENDING_UPGRADE: Final = "pending-upgrade"
    PENDING_ROLLBACK: Final = "pending-rollback"

    PENDING: Final = frozenset({PENDING_INSTALL, PENDING_UPGRADE, PENDING_ROLLBACK})


class HookPhase:
    """How far the last run of a hook came."""

    UNKNOWN: Final = "Unknown"
    RUNNING: Final = "Running"
    SUCCEEDED: Final = "Succeeded"
    FAILED: Final = "Failed"


class HookEvent:
    """The moments at which hooks run."""

    PRE_INSTALL: Final = "pre-install"
    POST_INSTALL: Final = "post-install"
    PRE_DELETE: Final = "pre-delete"
    POST_DELETE: Final = "post-delete"
    PRE_UPGRADE: Final = "pre-upgrade"
    POST_UPGRADE: Final = "post-upgrade"
    PRE_ROLLBACK: Final = "pre-rollback"
    POST_ROLLBACK: Final = "post-rollback"
    TEST: Final = "test"


class HookPolicy:
    """When a hook's objects are deleted, or its logs written."""

    SUCCEEDED: Final = "hook-succeeded"
    FAILED: Final = "hook-failed"
    BEFORE_CREATION: Final = "before-hook-creation"


class ApplyMethod:
    """Who merged the release's objects: the API server, or Helm itself; "" means the latter."""

    SERVER_SIDE: Final = "ssa"
    CLIENT_SIDE: Final = "csa"


class HookExecution(Record):
    """The last run of a hook; `phase` is a `HookPhase`, or "" when it never ran."""

    started_at: str = ""
    completed_at: str = ""
    phase: str = ""


class Hook(Record):
    """One rendered hook: a manifest that runs at its `events`, lightest `weight` first."""

    name: str = ""
    kind: str = ""
    path: str = ""
    manifest: str = ""
    events: tuple[str, ...] = ()
    last_run: HookExecution = HookExecution()
    weight: int = 0
    delete_policies: tuple[str, ...] = ()
    output_log_policies: tuple[str, ...] = ()
    extra: dict[str, Any] = {}


class Info(Record):
    """State and history of one revision; `status` is one of `Status`."""

    first_deployed: str = ""
    last_deployed: str = ""
    deleted: str = ""
    description: str = ""
    status: str = ""
    rollback_revision: int = 0
    notes: str = ""
    resources: dict[str, list[dict[str, Any]]] = {}
    extra: dict[str, Any] = {}


class Release(Record):
    """One revision of a release.

    `chart_document` is the chart as records hold it (see `release.document`), whatever version of Helm wrote
    it; `chart` is the same as a `Chart`. `config` are the user's values, `labels` the user's labels, which
    are kept beside the record. A release that is listed rather than got carries the store's own labels too,
    as in Helm. `apply_method` is one of `ApplyMethod`. `claim` says who is at work on the revision, where a
    store of records gave it; it is no part of the record.
    """

    name: str = ""
    info: Info = Info()
    chart_document: dict[str, Any] | None = None
    config: dict[str, Any] | None = None
    manifest: str = ""
    hooks: tuple[Hook, ...] = ()
    version: int = 0
    namespace: str = ""
    labels: dict[str, str] = {}
    apply_method: str = ""
    extra: dict[str, Any] = {}
    claim: Claim | None = None

    @property
    def chart(self) -> Chart:
        """The chart that was released, without its subcharts: records do not hold them.

        Raises:
            ReleaseDecodeError: the record's chart is not one.
        """
        from hivehelm.release.document import chart_from_document

        return chart_from_document(self.chart_document)

    @property
    def chart_metadata(self) -> dict[str, Any]:
        """The chart's metadata as its Chart.yaml names the fields; empty when the record has none."""
        metadata = (self.chart_document or {}).get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    def with_status(self, status: str, description: str) -> Release:
        """Return the release in another state, with the description that goes with it."""
        return self.replace(info=self.info.replace(status=status, description=description))
