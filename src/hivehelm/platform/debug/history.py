"""What is on record of a release, of those that it may be taken for, and of work on it without a record."""

from __future__ import annotations

from hivehelm.platform.debug.facts import Failure, Holder, Revision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from hivehelm.actions.context import Context
    from hivehelm.operations.model import Operation
    from hivehelm.platform.site import Site
    from hivehelm.release.model import Release

MOST = 10
"""Revisions that are told of."""


def revision_of(release: Release) -> Revision:
    """Return what is told of a revision."""
    metadata = release.chart_metadata
    return Revision(
        revision=release.version,
        status=release.info.status,
        chart=str(metadata.get("name") or ""),
        version=str(metadata.get("version") or ""),
        app_version=str(metadata.get("appVersion") or ""),
        updated=release.info.last_deployed,
        description=release.info.description,
    )


def failure_on_record(release: Release) -> Failure | None:
    """Return what a record says went wrong; None where nothing did, or work goes on."""
    if release.info.status != "failed":
        return None
    metadata = release.chart_metadata
    return Failure(
        text=release.info.description,
        verb=verb_of(release),
        chart=str(metadata.get("name") or ""),
        version=str(metadata.get("version") or ""),
        when=release.info.last_deployed,
        source="record",
    )


def verb_of(release: Release) -> str:
    """Return what made a revision."""
    if release.info.rollback_revision or release.info.description.startswith("Rollback"):
        return "rollback"
    return "install" if release.version == 1 else "upgrade"


def holder_of(release: Release) -> Holder | None:
    """Return who is at work on a revision that is not finished, None where nobody is known to be."""
    if release.info.status not in ("pending-install", "pending-upgrade", "pending-rollback", "uninstalling"):
        return None
    claim = release.claim
    return Holder(who=claim.holder, age=claim.age) if claim else Holder(who="")


def recorded(site: Site, context: Context) -> list[Operation]:
    """Return the operations on record in the cluster; none where they cannot be read."""
    from hivehelm.errors import HivehelmError
    from hivehelm.operations.secrets import SecretStore

    if not context.has_cluster:
        return []
    try:
        return SecretStore(context.client, site.namespace).list()
    except HivehelmError:
        return []


def failed_operation(found: Iterable[Operation], name: str, namespace: str) -> Failure | None:
    """Return what the newest operation on a release failed of; None where it did not."""
    ours = [one for one in found if (one.request.name, one.request.namespace) == (name, namespace)]
    if not ours:
        return None
    last = max(ours, key=lambda one: one.created)
    problem = last.problem
    if last.state != "failed" or not problem:
        return None
    kinds: list[str] = []
    cause: object = problem
    while isinstance(cause, dict):
        kinds += [str(kind) for kind in cause.get("kinds") or ()]
        cause = cause.get("cause")
    return Failure(
        text=str(problem.get("message") or ""),
        kinds=tuple(kinds),
        verb=last.request.verb,
        chart=last.request.chart,
        version=last.request.version,
        when=last.ended or last.created,
        source=f"operation {last.id}",
    )


def others(site: Site, name: str, namespace: str) -> tuple[list[str], list[str]]:
    """Return names like `name`, of `namespace` where it has them, and namespaces that have a release of it.

    Raises:
        HivehelmError: releases of all namespaces may not be read.
    """
    from hivehelm.actions.list import ListOptions, list_releases
    from hivehelm.platform.debug.repositories import similar

    options = ListOptions(
        deployed=True, uninstalled=True, uninstalling=True, failed=True, pending=True, max=100_000
    )
    releases = list_releases(site.connect(""), options)
    elsewhere = sorted({one.namespace for one in releases if one.name == name})
    names = sorted({f"{one.name}" for one in releases})
    like = similar(name, names)
    places = {one.name: one.namespace for one in releases}
    places.update((one.name, namespace) for one in releases if one.namespace == namespace)
    return [f"{one} (namespace {places[one]})" for one in like], elsewhere
