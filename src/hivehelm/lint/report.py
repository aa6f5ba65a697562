"""What is found in a chart, in the order in which it is found (Helm's `pkg/chart/v2/lint/support`)."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

UNKNOWN: Final = 0
INFO: Final = 1
WARNING: Final = 2
ERROR: Final = 3
_NAMES: Final = ("UNKNOWN", "INFO", "WARNING", "ERROR")


class Message(Record):
    """One finding: `severity` is INFO, WARNING or ERROR; `path` is a file of the chart, or its own."""

    severity: int
    path: str
    text: str

    def __str__(self) -> str:
        return f"[{_NAMES[self.severity]}] {self.path}: {self.text}"


class Report:
    """The findings so far."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def note(self, severity: int, path: str, problem: str) -> bool:
        """Take in what a rule says about `path`, "" where it has nothing to say; tell whether it has not."""
        if problem:
            self.messages.append(Message(severity=severity, path=path, text=problem))
        return not problem

    @property
    def highest(self) -> int:
        """The worst severity found, UNKNOWN where nothing was."""
        return max((message.severity for message in self.messages), default=UNKNOWN)
