"""Deleting what a failed action had made (`--cleanup-on-fail`)."""

from __future__ import annotations

from hivehelm.actions.errors import CleanUpError
from hivehelm.kube import apply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.actions.context import Context
    from hivehelm.kube.resources import Resource


def clean_up(context: Context, created: Sequence[Resource]) -> None:
    """Delete objects, and what hangs on them in the background.

    Raises:
        CleanUpError: some cannot be deleted, or there are none.
    """
    _, errors = apply.delete(context.client, created)
    if errors:
        raise CleanUpError(errors)
    context.log("DEBUG", "resource cleanup complete")
