"""One action on one release: who hears of it, how long it may take, how it waits and runs hooks."""

from __future__ import annotations

from hivehelm.actions.budget import Budget
from hivehelm.actions.errors import ActionError, CancelledError, HookError
from hivehelm.actions.events import Event
from hivehelm.errors import HivehelmError
from hivehelm.release.errors import LockLostError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.actions.journal import Journal
    from hivehelm.actions.lock import Lock
    from hivehelm.kube.resources import Resource
    from hivehelm.release.model import Release


class Operation:
    """What install, upgrade and rollback have in common while they run.

    `action` is the verb, `name` the release's. `strategy` is how objects are waited for: `wait`, but that
    what is to be undone when it fails (`rollback_on_failure`) is always watched, for what fails late is only
    seen by waiting for it.
    """

    def __init__(
        self,
        context: Context,
        lock: Lock,
        action: str,
        name: str,
        *,
        wait: str,
        wait_for_jobs: bool,
        no_hooks: bool,
        timeout: float,
        rollback_on_failure: bool = False,
        deadline: float | None = None,
        cancel: threading.Event | None = None,
    ) -> None:
        self.context = context
        self.lock = lock
        self.action = action
        self.name = name
        self.strategy = "watcher" if wait == "hookOnly" and rollback_on_failure else wait
        self.budget = Budget(timeout, deadline, cancel)
        self._jobs = wait_for_jobs
        self._no_hooks = no_hooks

    def check(self) -> None:
        """Go on, unless it is over, or somebody else took the release over.

        Raises:
            CancelledError, DeadlineError, LockLostError: it is.
        """
        self.budget.check()
        self.lock.check()

    def tell(self, stage: str, subject: str = "") -> None:
        """Pass on how far the action has come."""
        self.context.tell(Event(action=self.action, release=self.name, stage=stage, subject=subject))

    def preflight(self, release: Release, events: frozenset[str], **intent: Any) -> None:
        """Try on the server whether `release` could be written, and its hooks of `events`, without doing it.

        `intent` says how, in the words of `preflight.Intent`.

        Raises:
            PreflightError: it could not.
        """
        from hivehelm.actions.preflight import Intent, preflight

        self.tell("preflight")
        hooks = [] if self._no_hooks else [one for one in release.hooks if not events.isdisjoint(one.events)]
        what = Intent(name=self.name, manifest=release.manifest, record=release, hooks=hooks, **intent)
        preflight(self.context, what)

    def hooks(self, journal: Journal, event: str, *, server_side: bool, failure: str = "") -> None:
        """Run the hooks of `event`, unless there are to be none.

        Raises:
            HookError: one failed; the text starts with `failure`.
        """
        if self._no_hooks:
            if event.startswith("pre-") and self.action != "install":
                self.context.log("DEBUG", f"{self.action} hooks disabled", name=self.name)
            return
        self.check()
        from hivehelm.actions.hooks import HookOptions, run

        options = HookOptions(
            action=self.action, strategy=self.strategy, budget=self.budget, server_side=server_side
        )
        try:
            run(self.context, journal, event, options)
        except HivehelmError as error:
            text = f"{failure}: {error}" if failure else str(error)
            raise HookError(text, error) from error

    def wait(self, resources: Sequence[Resource]) -> None:
        """Wait until objects are ready, as far as the strategy asks for it.

        Raises:
            WaitError: they are not in time.
        """
        from hivehelm.actions.waiting import waiting
        from hivehelm.kube.wait import wait_ready

        self.check()
        self.tell("wait", self.strategy)
        with waiting(self.context, self.action, self.name) as report:
            wait_ready(
                self.context.client,
                resources,
                self.budget.seconds(),
                strategy=self.strategy,
                jobs=self._jobs,
                cancel=self.budget.cancel,
                on_progress=report,
                log=self.context.log,
            )

    def guard(self, work: Callable[[], None], failed: Callable[[HivehelmError], HivehelmError]) -> None:
        """Do `work`; whatever goes wrong, an interrupt included, goes through `failed`.

        `failed` notes what happened and returns what is raised in its place. Who lost the release to somebody
        else has nothing to note.
        """
        try:
            work()
        except LockLostError:
            raise
        except HivehelmError as error:
            # Who gave up is told that, not what was waited for at that moment.
            given_up = self.budget.cancel is not None and self.budget.cancel.is_set()
            raise failed(CancelledError() if given_up else error) from error
        except KeyboardInterrupt:
            # Ctrl-C is Helm's cancelled context; whoever caught it once may have to stop it twice.
            failed(CancelledError())
            raise
        except BaseException as error:
            failed(ActionError(str(error) or type(error).__name__))
            raise
