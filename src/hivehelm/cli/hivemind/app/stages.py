"""The stages of an action, shown as progress."""

from __future__ import annotations

import contextlib
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hivehelm.actions.events import Event
    from hivehelm.cli.stream import Stream

# What an action's stages are called while one waits for them.
_STAGES = {
    "plan": "rendering",
    "crds": "making custom resource definitions",
    "namespace": "making the namespace",
    "hook": "running hook",
    "apply": "applying",
    "wait": "waiting until all is ready",
    "delete": "deleting",
}


@contextlib.contextmanager
def staged(err: Stream, subject: str) -> Iterator[Callable[[Event], None]]:
    """Yield what takes an action's events and shows them on standard error as progress of `subject`."""
    from hivehelm.cli.hivemind.progress import shown
    from hivehelm.cluster.progress import Progress

    started = time.monotonic()
    with shown(err) as report:

        def tell(event: Event) -> None:
            stage = _STAGES.get(event.stage)
            if stage is not None:
                phase = f"{stage} {event.subject}" if event.stage == "hook" else stage
                if event.action == "uninstall" and event.stage == "wait":
                    phase = "waiting until all is gone"
                report(Progress(subject=subject, phase=phase, elapsed=time.monotonic() - started))

        yield tell
