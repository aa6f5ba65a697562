"""`history`: the revisions of a release (pkg/action/history.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.actions.errors import InvalidNameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.context import Context
    from hivehelm.release.model import Release
    from hivehelm.release.seen import Seen


def history(
    context: Context,
    name: str,
    *,
    max: int = 0,  # noqa: A002 - Helm's flag
    seen: Seen | None = None,
) -> list[Release]:
    """Return the revisions of release `name`, oldest first; of more than `max` only the newest, 0 is all.

    With `seen`, releases hold no more than that remembers of them, and what it knows is not read again.

    Raises:
        UnreachableError: the cluster does not answer.
        InvalidNameError: no release can have that name.
        ReleaseNotFoundError: there is none.
    """
    from hivehelm.actions.names import fault

    context.check_reachable()
    context.log("DEBUG", "getting history for release", release=name)
    if reason := fault(name):
        raise InvalidNameError(name, reason, f"release name is invalid: {name}")
    found = sorted(context.storage.history(name, seen), key=lambda release: release.version)
    return found[-max:] if max > 0 else found
