"""Writing many objects: create and delete as Helm 4's `pkg/kube/client.go` does them, and `update`."""

from __future__ import annotations

from hivehelm.kube import write
from hivehelm.kube.batches import perform
from hivehelm.kube.creation import Creation, silent
from hivehelm.kube.errors import ApiError, AppliesError, ApplyError, KubeError, NothingVisitedError
from hivehelm.kube.outcome import Result
from hivehelm.kube.update import update

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource

__all__ = ["Result", "create", "delete", "update"]


def create(
    client: Client,
    resources: Sequence[Resource],
    *,
    server_side: bool = True,
    force_conflicts: bool = False,
    dry_run: bool = False,
    field_validation: str = "Strict",
    log: Callable[..., None] | None = None,
) -> Result:
    """Create objects: applied server-side, or posted where `server_side` is off.

    Objects of one kind that follow each other are sent side by side; every object is tried, whatever happens
    to the others. Each resource's `object` becomes what the server holds. `log(level, message, **attributes)`
    takes what Helm logs.

    Raises:
        NothingVisitedError: there are none.
        ApplyError: the options do not go together, or one object was refused; AppliesError: several were.
    """
    if not server_side and force_conflicts:
        text = "invalid client create option(s): forceConflicts enabled when serverSideApply disabled"
        raise ApplyError(text)
    creation = Creation(
        client,
        server_side=server_side,
        force_conflicts=force_conflicts,
        dry_run=dry_run,
        field_validation=field_validation,
        log=log,
    )
    (log or silent)("DEBUG", "creating resource(s)", resources=len(resources))
    creation.announce()
    if client.imaginary:
        return Result()
    faults = perform(resources, creation.perform)
    if faults:
        raise faults[0] if len(faults) == 1 else AppliesError(faults)
    return Result(created=list(resources))


def delete(
    client: Client,
    resources: Sequence[Resource],
    *,
    propagation: str = "Background",
    log: Callable[..., None] | None = None,
) -> tuple[Result, list[KubeError]]:
    """Delete objects, those of one kind side by side; objects that are gone already count as deleted.

    Returns what was deleted, and the errors of the rest.
    """
    tell = log or silent
    deleted: list[Resource] = []

    def one(resource: Resource) -> None:
        named = {"namespace": resource.namespace, "name": resource.name, "kind": resource.type.kind}
        tell("DEBUG", "starting delete resource", **named)
        try:
            write.delete(client, resource, propagation)
        except ApiError as error:
            if not error.not_found:
                raise
            tell("DEBUG", "ignoring delete failure", **named, error=str(error))
        deleted.append(resource)

    if client.imaginary:
        return Result(), []
    try:
        faults = perform(resources, one)
    except NothingVisitedError as error:
        return Result(), [ApplyError(f"object not found, skipping delete: {error}", error)]
    order = {id(resource): place for place, resource in enumerate(resources)}
    return Result(deleted=sorted(deleted, key=lambda resource: order[id(resource)])), faults
