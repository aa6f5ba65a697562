"""Telling, while an action waits for objects, which of them and how they are."""

from __future__ import annotations

from contextlib import contextmanager

from hivehelm.actions.events import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hivehelm.actions.context import Context
    from hivehelm.kube.wait import Progress


@contextmanager
def waiting(context: Context, action: str, release: str) -> Iterator[Callable[[Progress], None] | None]:
    """Give what takes a wait's progress: None where nobody listens. When the wait is over, tell so."""
    if not context.is_heard:
        yield None
        return

    told = False

    def report(progress: Progress) -> None:
        nonlocal told
        told = True
        name = progress.waiting_for
        context.tell(Event(action=action, release=release, stage="waiting", subject=name, progress=progress))

    fault = ""
    try:
        yield report
    except BaseException as error:
        fault = str(error) or type(error).__name__
        raise
    finally:
        if told:
            context.tell(Event(action=action, release=release, stage="waited", subject=fault))
