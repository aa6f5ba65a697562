"""Objects of a release that are in the cluster already (pkg/action/validate.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.actions import ownership
from hivehelm.actions.errors import ExistingResourceError, OwnershipError
from hivehelm.kube.batches import fetch
from hivehelm.kube.errors import KubeError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource
    from hivehelm.release.model import Release


class Owned(Record):
    """Objects in the cluster, told apart by whose they are; those that are gone are in none of the lists.

    `unknown` are those that could not be asked, with the reason.
    """

    ours: list[Resource] = []
    others: list[Resource] = []
    unknown: list[tuple[Resource, KubeError]] = []


def adoptable(
    context: Context,
    resources: Iterable[Resource],
    name: str,
    *,
    take_ownership: bool,
    action: str = "install",
) -> list[Resource]:
    """Return the resources that are in the cluster and may be taken over.

    They may when they belong to release `name` of the context's namespace, or when `take_ownership` says so.
    `action` is what cannot go on otherwise.

    Raises:
        ExistingResourceError: one may not, or cannot be asked about, or has two kinds of names.
    """
    from hivehelm.golang.fmt import quote

    found: list[Resource] = []
    asked = [resource for resource in resources if not _named_by_server(resource, action)]
    for resource, live in zip(asked, _live(context.client, asked), strict=True):
        place = f"{resource.type.kind} {quote(resource.name)} in namespace {quote(resource.namespace)}"
        if isinstance(live, KubeError):
            raise ExistingResourceError(
                f"could not get information about the resource {place}: {live}", action
            ) from live
        if live is None:
            continue
        if not take_ownership:
            try:
                ownership.check(live, name, context.namespace)
            except OwnershipError as error:
                raise ExistingResourceError(
                    f"{place} exists and cannot be imported into the current release: {error}", action
                ) from error
        found.append(resource)
    return found


def left_behind(context: Context, release: Release, known: Iterable[Resource]) -> list[Resource]:
    """Return objects of a revision that are in the cluster and the release's, but not among those `known`.

    That is for revisions whose process died: nobody can tell what became of their objects.

    Raises:
        KubeError: the revision's manifest cannot become objects.
    """
    from hivehelm.kube.resources import build

    held = {resource.key for resource in known}
    resources = build(context.client, release.manifest, context.namespace, validate=False)
    others = [resource for resource in resources if resource.key not in held]
    return sort_by_owner(context, others, release.name, release.namespace).ours


def sort_by_owner(context: Context, resources: Iterable[Resource], name: str, namespace: str) -> Owned:
    """Return which of the resources belong to a release, before they are deleted."""
    found = Owned()
    resources = list(resources)
    for resource, live in zip(resources, _live(context.client, resources), strict=True):
        if isinstance(live, KubeError):
            found.unknown.append((resource, live))
            continue
        if live is None:
            continue
        try:
            ownership.check(live, name, namespace)
        except OwnershipError:
            found.others.append(resource)
        else:
            found.ours.append(resource)
    return found


def _named_by_server(resource: Resource, action: str) -> bool:
    generated = (resource.object.get("metadata") or {}).get("generateName")
    if generated and resource.name:
        raise ExistingResourceError("metadata.name and metadata.generateName cannot both be set", action)
    return bool(generated)


def _live(client: Client, resources: list[Resource]) -> list[dict[str, Any] | KubeError | None]:
    found = iter(fetch(client, [resource for resource in resources if resource.name]))
    # The server is not asked for what has no name.
    return [
        next(found) if resource.name else KubeError("resource name may not be empty")
        for resource in resources
    ]
