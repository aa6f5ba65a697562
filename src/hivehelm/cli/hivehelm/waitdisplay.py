"""What is being waited for and why, kept up to date on a terminal; nothing of it is Helm's output."""

from __future__ import annotations

import threading
import time

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.actions.events import Event
    from hivehelm.kube.wait import Progress

#: What takes less time is not shown.
PATIENCE_SECONDS = 1.0
_TICK_SECONDS = 0.2
_ASK_SECONDS = 2.0
_MOST = 8


class WaitDisplay:
    """Takes an action's events; shows waits on a terminal, and erases them when they are over.

    `make_console` gives rich's console. When a wait fails, the last reasons stay on the terminal. `context`
    is the cluster to ask for reasons, set once it is known.
    """

    def __init__(self, make_console: Callable[[], Any], patience: float = PATIENCE_SECONDS) -> None:
        self.context: Context | None = None
        self._make_console = make_console
        self._patience = patience
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._reasons: dict[str, list[str]] = {}
        self._since = 0.0
        self._wait = 0
        self._live: Any = None

    def __call__(self, event: Event) -> None:
        """Take an event, from any thread."""
        if event.stage == "waiting":
            self._waiting(event.progress)
        elif event.stage == "waited":
            self.hide(failed=bool(event.subject))

    def hide(self, *, failed: bool = False) -> None:
        """Erase what is shown; after a failure, say why things were not ready."""
        with self._lock:
            self._wait += 1
            live, self._live = self._live, None
            progress, self._progress = self._progress, None
            if live is None:
                return
            live.stop()
            if failed and progress is not None:
                for line in self._lines(progress):
                    live.console.print(line, markup=False, highlight=False)

    def _waiting(self, progress: Progress | None) -> None:
        with self._lock:
            begins = self._progress is None
            self._progress = progress
            if not begins:
                return
            self._since = time.monotonic()
            self._reasons = {}
            number = self._wait
        threading.Thread(target=self._run, args=(number,), name="wait-display", daemon=True).start()

    def _run(self, number: int) -> None:
        time.sleep(self._patience)
        asked = 0.0
        while self._show(number):
            if time.monotonic() - asked >= _ASK_SECONDS:
                self._ask(number)
                asked = time.monotonic()
            time.sleep(_TICK_SECONDS)

    def _show(self, number: int) -> bool:
        """Draw, unless the wait is over."""
        with self._lock:
            if number != self._wait or self._progress is None:
                return False
            if self._live is None:
                from rich.live import Live

                self._live = Live(console=self._make_console(), auto_refresh=False, transient=True)
                self._live.start()
            from rich.text import Text

            self._live.update(Text("\n".join(self._lines(self._progress))), refresh=True)
            return True

    def _ask(self, number: int) -> None:
        """Ask the cluster why; without the lock, for it may take its time."""
        from hivehelm.actions.reasons import reasons

        progress, context = self._progress, self.context
        if progress is None or context is None:
            return
        found: dict[str, list[str]] = {}
        for name, _ in progress.lacking[:_MOST]:
            try:
                found[name] = reasons(context.client, *name.split("/", 2))
            except HivehelmError:
                return
        with self._lock:
            if number == self._wait:
                self._reasons = found

    def _lines(self, progress: Progress) -> list[str]:
        seconds = int(time.monotonic() - self._since)
        lines = [f"Waiting: {progress.done} of {progress.total} ready ({seconds} s)"]
        for name, status in progress.lacking[:_MOST]:
            state = f"{status.state}: {status.message}" if status.message else status.state
            lines.append(f"  {name}  {state}")
            lines += [f"    {reason}" for reason in self._reasons.get(name, ())]
        hidden = len(progress.lacking) - _MOST
        if hidden > 0:
            lines.append(f"  and {hidden} more")
        return lines
