"""Writing many objects: create, update and delete as Helm 4's `pkg/kube/client.go` does them."""

from __future__ import annotations

import time

from hivehelm.kube.errors import (
    ApiError,
    AppliesError,
    ApplyError,
    KubeError,
    NothingVisitedError,
)
from hivehelm.kube.resources import Resource
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeVar

    from hivehelm.kube.client import Client

    T = TypeVar("T")

KEEP_ANNOTATION = "helm.sh/resource-policy"
WORKERS = 8
# client-go's retry.DefaultRetry.
_RETRY_STEPS = 5
_RETRY_SECONDS = 0.01


class Result(Record):
    """Which objects were created, updated and deleted."""

    created: Sequence[Resource] = ()
    updated: Sequence[Resource] = ()
    deleted: Sequence[Resource] = ()


def create(
    client: Client,
    resources: Sequence[Resource],
    *,
    server_side: bool = True,
    force_conflicts: bool = False,
    dry_run: bool = False,
    field_validation: str = "Strict",
) -> Result:
    """Create objects: applied server-side, or posted where `server_side` is off.

    Objects of one kind that follow each other are sent side by side; every object is tried, whatever happens
    to the others. Each resource's `object` becomes what the server holds.

    Raises:
        NothingVisitedError: there are none.
        ApplyError: one object was refused; AppliesError: several were.
    """

    def one(resource: Resource) -> None:
        if server_side:
            _retry(
                lambda: _apply(client, resource, force_conflicts, dry_run, field_validation), _quota_conflict
            )
        else:
            resource.object = _retry(lambda: client.create(resource.object, resource.namespace), _conflict)

    faults = perform(resources, one)
    if faults:
        raise faults[0] if len(faults) == 1 else AppliesError(faults)
    return Result(created=list(resources))


def update(
    client: Client,
    originals: Sequence[Resource],
    targets: Sequence[Resource],
    *,
    force_conflicts: bool = False,
    force_replace: bool = False,
    dry_run: bool = False,
    field_validation: str = "Strict",
    on_unknown: Callable[[Resource], None] | None = None,
) -> Result:
    """Make the cluster hold `targets` where it held `originals`; delete what is no longer wanted.

    Objects that are not there are created; `force_replace` replaces instead of applying. Those of `originals`
    that `targets` lacks are deleted unless annotated `helm.sh/resource-policy: keep`. `on_unknown` is told of
    targets that the cluster has although `originals` lacks them.

    Raises:
        ApplyError: something was refused; what had been done by then stays done.
    """
    if force_conflicts and force_replace:
        raise ApplyError("invalid operation: cannot use force conflicts and force replace together")
    known = {resource.key for resource in originals}
    created: list[Resource] = []
    updated: list[Resource] = []
    faults: list[KubeError] = []
    for target in targets:
        if not _exists(client, target):
            created.append(target)
            try:
                _retry(
                    lambda target=target: _apply(  # type: ignore[misc]
                        client, target, force_conflicts, dry_run, field_validation
                    ),
                    _quota_conflict,
                )
            except KubeError as error:
                raise ApplyError(f"failed to create resource: {error}", error) from None
            continue
        if target.key not in known and on_unknown is not None:
            on_unknown(target)
        try:
            if force_replace:
                _replace(client, target, dry_run, field_validation)
            else:
                _apply(client, target, force_conflicts, dry_run, field_validation)
        except KubeError as error:
            faults.append(error)
        updated.append(target)
    if faults:
        raise AppliesError(faults, " && ")
    kept = {resource.key for resource in targets}
    deleted = [
        resource
        for resource in originals
        if resource.key not in kept and _remove(client, resource, dry_run, faults)
    ]
    if faults:
        raise AppliesError(faults, " && ")
    return Result(created=created, updated=updated, deleted=deleted)


def delete(
    client: Client, resources: Sequence[Resource], *, propagation: str = "Background"
) -> tuple[Result, list[KubeError]]:
    """Delete objects, those of one kind side by side; objects that are gone already count as deleted.

    Returns what was deleted, and the errors of the rest.
    """
    deleted: list[Resource] = []

    def one(resource: Resource) -> None:
        try:
            _delete(client, resource, propagation)
        except ApiError as error:
            if not error.not_found:
                raise
        deleted.append(resource)

    try:
        faults = perform(resources, one)
    except NothingVisitedError as error:
        return Result(), [ApplyError(f"object not found, skipping delete: {error}", error)]
    order = {id(resource): place for place, resource in enumerate(resources)}
    return Result(deleted=sorted(deleted, key=lambda resource: order[id(resource)])), faults


def perform(resources: Sequence[Resource], action: Callable[[Resource], None]) -> list[KubeError]:
    """Call `action` for each resource, neighbours of one kind side by side; return the errors in their order.

    Raises:
        NothingVisitedError: there are none.
    """
    if not resources:
        raise NothingVisitedError
    faults: list[KubeError] = []
    for batch in _batches(resources):
        faults += _side_by_side(batch, action)
    return faults


def _batches(resources: Iterable[Resource]) -> Iterable[list[Resource]]:
    batch: list[Resource] = []
    for resource in resources:
        if batch and batch[-1].type.kind != resource.type.kind:
            yield batch
            batch = []
        batch.append(resource)
    yield batch


def _side_by_side(batch: list[Resource], action: Callable[[Resource], None]) -> list[KubeError]:
    def guarded(resource: Resource) -> KubeError | None:
        try:
            action(resource)
        except KubeError as error:
            return error
        return None

    if len(batch) == 1:
        outcomes = [guarded(batch[0])]
    else:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(WORKERS, len(batch))) as pool:
            outcomes = list(pool.map(guarded, batch))
    return [error for error in outcomes if error is not None]


def _apply(client: Client, resource: Resource, force: bool, dry_run: bool, field_validation: str) -> None:
    named = f"object {resource.namespace}/{resource.name} {resource.type}"
    try:
        resource.object = client.apply(
            resource.object,
            resource.namespace,
            force=force,
            dry_run=dry_run,
            field_validation=field_validation,
        )
    except KubeError as error:
        if isinstance(error, ApiError) and error.status == 415:
            raise ApplyError(f"server-side apply not available on the server: {error}", error) from None
        if isinstance(error, ApiError) and error.conflict:
            raise ApplyError(f"conflict occurred while applying {named}: {error}", error) from None
        raise ApplyError(f"server-side apply failed for {named}: {error}", error) from None


def _replace(client: Client, resource: Resource, dry_run: bool, field_validation: str) -> None:
    try:
        metadata = dict(resource.object.get("metadata") or {})
        if not metadata.get("resourceVersion"):
            # Without it the server would refuse kinds that only allow replacing what one has seen.
            live = client.get(
                resource.type.api_version, resource.type.kind, resource.name, resource.namespace
            )
            metadata["resourceVersion"] = live["metadata"]["resourceVersion"]
        resource.object = client.replace(
            {**resource.object, "metadata": metadata}, dry_run=dry_run, field_validation=field_validation
        )
    except KubeError as error:
        raise ApplyError(f"failed to replace object: {error}", error) from None


def _exists(client: Client, resource: Resource) -> bool:
    try:
        client.get(resource.type.api_version, resource.type.kind, resource.name, resource.namespace)
    except ApiError as error:
        if error.not_found:
            return False
        raise ApplyError(f"could not get information about the resource: {error}", error) from None
    return True


def _remove(client: Client, resource: Resource, dry_run: bool, faults: list[KubeError]) -> bool:
    """Delete what a new version no longer has; True if it was deleted."""
    kind = resource.type.kind
    try:
        live = client.get(resource.type.api_version, kind, resource.name, resource.namespace)
    except KubeError:
        return False
    if ((live.get("metadata") or {}).get("annotations") or {}).get(KEEP_ANNOTATION) == "keep":
        return False
    try:
        if not dry_run:
            _delete(client, resource, "Background")
    except KubeError as error:
        if not (isinstance(error, ApiError) and error.not_found):
            text = f"namespace={resource.namespace}, name={resource.name}, kind={kind}: {error}"
            faults.append(ApplyError(f"failed to delete resource {text}", error))
        return False
    return True


def _delete(client: Client, resource: Resource, propagation: str) -> None:
    known = resource.type
    _retry(
        lambda: client.delete(
            known.api_version, known.kind, resource.name, resource.namespace, propagation=propagation
        ),
        _conflict,
    )


def _conflict(error: KubeError) -> bool:
    return isinstance(error, ApiError) and error.conflict


def _quota_conflict(error: KubeError) -> bool:
    """Tell a quota's own write conflict, which passes, from a field that someone else owns."""
    cause = error.cause if isinstance(error, ApplyError) else error
    text = str(error)
    return (
        cause is not None
        and _conflict(cause)
        and "Operation cannot be fulfilled on resourcequotas" in text
        and "the object has been modified" in text
    )


def _retry(action: Callable[[], T], again: Callable[[KubeError], bool]) -> T:
    for _ in range(_RETRY_STEPS - 1):
        try:
            return action()
        except KubeError as error:
            if not again(error):
                raise
        time.sleep(_RETRY_SECONDS)
    return action()
