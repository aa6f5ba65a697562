"""How far an action has come, for those who show progress."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.kube.wait import Progress


class Event(Record):
    """A stage of an action.

    `action` is its verb; `stage` one of `preflight plan crds namespace record hook apply wait delete
    rollback done failed`; `subject` names what it is about: a hook, a number of objects.
    """

    action: str
    release: str
    stage: str
    subject: str = ""
    progress: Progress | None = None
