"""What an action leaves behind for who has to take it over, and what those before it have left.

An operation of the platform outlives the process that works on it: whoever goes on with it finishes the same
revision (`actions.resume`), and does nothing twice that is known to have been done.
"""

from __future__ import annotations

from hivehelm.release.model import HookExecution, HookPhase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.release.model import Hook, Release


class Handover:
    """The trace of operation `operation`, an identifier.

    `note(trace)` keeps something for those who come, and returns when it is safe. `trace` is what those
    before have kept: `revisions` that they began, the first being the operation's own; `hooks` that ran to
    their end; `failed`, why all is being undone. `is_first` says that there was nobody before.
    """

    def __init__(
        self,
        operation: str,
        note: Callable[[dict[str, Any]], None],
        trace: dict[str, Any] | None = None,
        *,
        is_first: bool = True,
    ) -> None:
        known = trace or {}
        self.operation = operation
        self.is_first = is_first
        self.revisions: list[int] = list(known.get("revisions") or ())
        self.failed: str | None = known.get("failed")
        self._action = str(known.get("action", ""))
        self._note = note
        self._runs: list[dict[str, Any]] = list(known.get("hooks") or ())
        self._started = {str(run.get("started", "")) for run in self._runs}

    def holder(self, action: str, who: str) -> str:
        """Return what a claim says of who holds a revision for this operation."""
        return f"{action} by operation {self.operation}, {who}"

    def is_mine(self, release: Release) -> bool:
        """Tell whether this operation began a revision, from its claim or from how it was recovered."""
        mark = f" by operation {self.operation}, "
        if release.claim is not None:
            return mark in release.claim.holder
        return mark in release.info.description

    def action(self, release: Release) -> str:
        """Return the verb that began a revision of this operation, "" if that is not known."""
        if self._action or release.claim is None:
            return self._action
        return release.claim.holder.partition(" by ")[0]

    def began(self, version: int, action: str) -> None:
        """Keep that the operation works on a revision."""
        if version not in self.revisions:
            self.revisions.append(version)
            self._action = self._action or action
            self._note({"revisions": [version], "action": self._action})

    def failing(self, cause: str) -> None:
        """Keep that all is being undone, and why."""
        if self.failed is None:
            self.failed = cause
            self._note({"failed": cause})

    def ran(self, event: str, hook: Hook) -> None:
        """Keep that a hook ran to its end, and well."""
        run = hook.last_run
        self._note(
            {"hooks": [{**_named(event, hook), "started": run.started_at, "completed": run.completed_at}]}
        )

    def has_run(self, event: str, hook: Hook) -> HookExecution | None:
        """Return how a hook ran in an attempt before, None if it did not; each run counts once."""
        named = _named(event, hook)
        for run in self._runs:
            if run.items() >= named.items():
                self._runs.remove(run)
                return HookExecution(
                    started_at=run["started"], completed_at=run["completed"], phase=HookPhase.SUCCEEDED
                )
        return None

    def was_begun(self, hook: Hook) -> bool:
        """Tell whether an attempt before may have made a hook's objects, and not seen them end."""
        run = hook.last_run
        return not self.is_first and run.phase == HookPhase.RUNNING and run.started_at not in self._started

    def ignore(self, hook: Hook) -> None:
        """Take a run of a hook for one that is long over."""
        self._started.add(hook.last_run.started_at)


def _named(event: str, hook: Hook) -> dict[str, str]:
    return {"event": event, "name": hook.name, "kind": hook.kind, "path": hook.path}
