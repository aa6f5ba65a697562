"""The objects that a release consists of, on their way to the cluster."""

from __future__ import annotations

from hivehelm.actions import ownership
from hivehelm.kube.resources import build

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.context import Context
    from hivehelm.kube.resources import Resource
    from hivehelm.release.model import Release


def targets(context: Context, release: Release, *, validate: bool) -> list[Resource]:
    """Return the objects of a release's manifest, marked as its own (Helm's setMetadataVisitor).

    Raises:
        KubeError: a document cannot become an object of the cluster.
    """
    resources = build(context.client, release.manifest, context.namespace, validate=validate)
    for resource in resources:
        ownership.mark(resource.object, release.name, release.namespace)
    return resources


def identity(resource: Resource) -> tuple[str, str, str, str]:
    """Return what tells objects of two revisions apart: unlike `key`, another version makes another one."""
    return resource.type.api_version, resource.type.kind, resource.namespace, resource.name
