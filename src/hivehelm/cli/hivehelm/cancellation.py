"""Ctrl-C and SIGTERM while a release is being changed (Helm's `signal.Notify` in install and upgrade)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Event

    from hivehelm.cli.command import Call


class Cancellation:
    """While it is entered, the first interrupt or SIGTERM asks an action to stop; a second one ends it.

    `announced` says so on standard output, as Helm does where it cancels at all.
    """

    def __init__(self, call: Call, *, announced: bool = True) -> None:
        from threading import Event

        self._call = call
        self._announced = announced
        self._event = Event()

    def __enter__(self) -> Event:
        import signal
        import threading

        self._before: dict[int, object] = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._stop)
        return self._event

    def _stop(self, _number: int, _frame: object) -> None:
        if self._event.is_set():
            raise KeyboardInterrupt
        self._event.set()
        if self._announced:
            self._call.out.write(f"Release {self._call.arguments[0]} has been cancelled.\n")

    def __exit__(self, *_: object) -> None:
        import signal

        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
