"""Making the cluster hold one revision's objects where it held another's."""

from __future__ import annotations

from hivehelm.kube import apply, managed_fields
from hivehelm.kube.errors import ApiError, ApplyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.actions.context import Context
    from hivehelm.kube.resources import Resource


def update(
    context: Context,
    originals: Sequence[Resource],
    targets: Sequence[Resource],
    *,
    server_side: bool,
    force_conflicts: bool,
    force_replace: bool,
    take_over: bool,
    three_way: bool = False,
) -> Sequence[Resource]:
    """Update objects as `kube.apply.update` does, and return those that were created.

    `take_over` makes fields that were written client-side the server's to merge.

    Raises:
        KubeError: something was refused; `created` tells what there is all the same.
    """

    def unknown(resource: Resource) -> None:
        context.log(
            "WARN",
            "resource exists on cluster but not in original release, using cluster state as baseline",
            namespace=resource.namespace,
            name=resource.name,
            kind=resource.type.kind,
        )

    if not server_side and force_conflicts:
        text = "invalid client update option(s): forceConflicts enabled when serverSideApply disabled"
        raise ApplyError(text)
    if force_conflicts and force_replace:
        raise ApplyError("invalid operation: cannot use force conflicts and force replace together")
    if server_side and force_replace:
        raise ApplyError("invalid operation: cannot use server-side apply and force replace together")
    if server_side and take_over:
        wanted = {resource.key for resource in targets}
        for resource in originals:
            if resource.key in wanted:
                try:
                    managed_fields.take_over(context.client, resource)
                except ApplyError as error:
                    if not (isinstance(error.cause, ApiError) and error.cause.not_found):
                        raise
    return apply.update(
        context.client,
        originals,
        targets,
        force_conflicts=force_conflicts,
        force_replace=force_replace,
        on_unknown=unknown,
    ).created


def created(error: BaseException) -> Sequence[Resource]:
    """Return the objects that a failed update had created by then."""
    while error is not None:
        result = getattr(error, "result", None)
        if isinstance(result, apply.Result):
            return result.created
        error = error.__cause__  # type: ignore[assignment]
    return ()
