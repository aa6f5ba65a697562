"""Writing one object: applied server-side, posted, patched, replaced or deleted, in Helm's error texts.

Each sets the resource's `object` to what the server holds then. What failed only because of somebody else's
write in between is tried again, as client-go's `retry.DefaultRetry` has it, where that loses nothing.
"""

from __future__ import annotations

import time

from hivehelm.kube.errors import ApiError, ApplyError, KubeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource

    T = TypeVar("T")

RETRY_STEPS = 5
RETRY_SECONDS = 0.01


def apply(client: Client, resource: Resource, *, force: bool, dry_run: bool, field_validation: str) -> bool:
    """Apply an object server-side; return whether it was created.

    Raises:
        ApplyError: the server refused, or somebody else owns a field.
    """
    named = f"object {resource.namespace}/{resource.name} {resource.type}"
    try:
        resource.object, created = client.apply_or_create(
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
    return created


def post(client: Client, resource: Resource, *, dry_run: bool = False) -> None:
    """Create an object.

    Raises:
        KubeError: the server refused.
    """
    resource.object = retry(
        lambda: client.create(resource.object, resource.namespace, dry_run=dry_run), is_conflict
    )


def patch(
    client: Client,
    original: dict[str, Any],
    resource: Resource,
    live: dict[str, Any],
    *,
    three_way: bool,
    dry_run: bool,
) -> bool:
    """Patch an object from what was wanted last to what is wanted now; return whether it had to be changed.

    Raises:
        PatchError: there is no such patch.
        ApplyError: the server refused it.
    """
    from hivehelm.kube.patch import client_side

    kind = resource.type.kind
    found = client_side.create(original, resource.object, live, three_way=three_way)
    if not found.patch:
        resource.object = live
        return False
    try:
        resource.object = client.patch(
            resource.type.api_version,
            kind,
            resource.name,
            found.patch,
            resource.namespace,
            patch_type=found.type,
            dry_run=dry_run,
        )
    except KubeError as error:
        from hivehelm.golang.fmt import quote

        text = f"cannot patch {quote(resource.name)} with kind {kind}: {error}"
        raise ApplyError(text, error) from None
    return True


def replace(
    client: Client, resource: Resource, live: dict[str, Any], *, dry_run: bool, field_validation: str
) -> None:
    """Replace an object whatever it has become.

    Raises:
        ApplyError: the server refused.
    """
    wanted = resource.object
    metadata = wanted.get("metadata") or {}
    given = metadata.get("resourceVersion")
    held = [live]

    def put() -> dict[str, Any]:
        # Without it the server would refuse kinds that only allow replacing what one has seen.
        version = given or (held[0].get("metadata") or {}).get("resourceVersion")
        obj = {**wanted, "metadata": {**metadata, "resourceVersion": version}}
        return client.replace(obj, dry_run=dry_run, field_validation=field_validation)

    def again(error: KubeError) -> bool:
        if given or not is_conflict(error):
            return False
        held[0] = get(client, resource)
        return True

    try:
        resource.object = retry(put, again)
    except KubeError as error:
        raise ApplyError(f"failed to replace object: {error}", error) from None


def delete(client: Client, resource: Resource, propagation: str) -> None:
    """Delete an object.

    Raises:
        KubeError: the server refused.
    """
    known = resource.type
    retry(
        lambda: client.delete(
            known.api_version, known.kind, resource.name, resource.namespace, propagation=propagation
        ),
        is_conflict,
    )


def get(client: Client, resource: Resource) -> dict[str, Any]:
    """Return what the server holds.

    Raises:
        KubeError: it says nothing, or there is no such object.
    """
    return client.get(resource.type.api_version, resource.type.kind, resource.name, resource.namespace)


def retry(action: Callable[[], T], again: Callable[[KubeError], bool]) -> T:
    """Call `action` up to five times while `again` says of its error that it passes."""
    for _ in range(RETRY_STEPS - 1):
        try:
            return action()
        except KubeError as error:
            if not again(error):
                raise
        time.sleep(RETRY_SECONDS)
    return action()


def is_conflict(error: KubeError) -> bool:
    """Tell whether somebody else wrote the object in between."""
    return isinstance(error, ApiError) and error.conflict


def is_quota_conflict(error: KubeError) -> bool:
    """Tell a quota's own write conflict, which passes, from a field that someone else owns."""
    cause = error.cause if isinstance(error, ApplyError) else error
    text = str(error)
    return (
        cause is not None
        and is_conflict(cause)
        and "Operation cannot be fulfilled on resourcequotas" in text
        and "the object has been modified" in text
    )
