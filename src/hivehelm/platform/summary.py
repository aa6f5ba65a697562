"""What operations tell of a release."""

from __future__ import annotations

from hivehelm.platform.model import HelmReleaseStatus
from hivehelm.release.model import HookEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.release.model import Hook, Release

    JSON = dict[str, Any]


def summary(release: Release) -> JSON:
    """Return what an operation tells of a release, without values."""
    info, chart = release.info, release.chart_metadata
    return {
        "name": release.name,
        "namespace": release.namespace,
        "chart": str(chart.get("name") or ""),
        "version": str(chart.get("version") or ""),
        "app_version": str(chart.get("appVersion") or ""),
        "status": HelmReleaseStatus.of(info.status).value,
        "revision": release.version,
        "updated": info.last_deployed,
        "description": info.description,
        "notes": info.notes,
    }


def whole(release: Release) -> JSON:
    """Return all of a release that is on no record: values, manifest and hooks as well."""
    return {
        **summary(release),
        "values": release.config or {},
        "manifest": release.manifest,
        "hooks": [{**outline(hook), "manifest": hook.manifest} for hook in release.hooks],
    }


def outline(hook: Hook) -> JSON:
    """Return what a hook is, and when it runs."""
    return {
        "name": hook.name,
        "kind": hook.kind,
        "path": hook.path,
        "events": list(hook.events),
        "weight": hook.weight,
        "delete_policies": list(hook.delete_policies),
    }


def tests(release: Release) -> list[JSON]:
    """Return how each test of a release ran last."""
    return [
        {
            "name": hook.name,
            "phase": hook.last_run.phase,
            "started": hook.last_run.started_at,
            "completed": hook.last_run.completed_at,
        }
        for hook in release.hooks
        if HookEvent.TEST in hook.events
    ]
