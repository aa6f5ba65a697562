"""Making the cluster hold one revision's objects where it held another's."""

from __future__ import annotations

from hivehelm.kube import apply

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
    return apply.update(
        context.client,
        originals,
        targets,
        server_side=server_side,
        force_conflicts=force_conflicts,
        force_replace=force_replace,
        take_over=server_side and take_over,
        three_way=three_way and not server_side,
        log=context.log,
    ).created


def created(error: BaseException) -> Sequence[Resource]:
    """Return the objects that a failed update had created by then."""
    cause: BaseException | None = error
    while cause is not None:
        result = getattr(cause, "result", None)
        if isinstance(result, apply.Result):
            return result.created
        cause = cause.__cause__
    return ()
