"""What a replica knows of all operations, from watching the store: whose turn it is, who lives."""

from __future__ import annotations

import threading
import time

from hivehelm.operations.model import QUEUED
from hivehelm.operations.store import order
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from hivehelm.operations.model import Operation


class Pace(Record):
    """How often things are done, in seconds.

    A replica says every `beat` that it lives. One that cannot for `fence` stops its workers, for after `lost`
    the others take over what it holds. `hesitate` is how long an operation is left to the replica that
    accepted it, `flush` how long events may wait to be written. Who is asked to stop gets `patience`; after
    `longest` an operation is stopped. Operations that ended are forgotten after `keep`, or when there are
    more than `most`; that is looked after every `tidy`.
    """

    beat: float = 2.0
    fence: float = 10.0
    lost: float = 15.0
    hesitate: float = 0.5
    flush: float = 0.5
    patience: float = 15.0
    longest: float = 7200.0
    keep: float = 86_400.0
    most: int = 2000
    tidy: float = 30.0


PACE = Pace()


class Board:
    """All operations by what was last told of them; a `Listener`. `changed` is told of every change.

    Of the operations on a release that are not over, one that was begun comes first, then the oldest: news
    come in the order in which things happened, so no replica takes an operation for the first that is not.
    """

    def __init__(self, holder: str, pace: Pace = PACE, clock: Callable[[], float] = time.monotonic) -> None:
        self.condition = threading.Condition(threading.RLock())
        self.operations: dict[str, Operation] = {}
        self.is_filled = False
        self.tell: Callable[[Operation], None] = lambda _: None
        self._holder = holder
        self._pace = pace
        self._clock = clock
        self._open: dict[tuple[str, str], dict[str, Operation]] = {}
        # Since when an operation could have been begun.
        self._turn: dict[str, float] = {}
        # The last beat of each holder, and when it was seen first.
        self._beats: dict[str, tuple[str, float]] = {}
        self._since = clock()

    def reset(self, operations: Sequence[Operation], beats: Mapping[str, str]) -> None:
        """Take all there is."""
        with self.condition:
            before = self.operations
            self.operations, self._open = {}, {}
            for operation in operations:
                known = before.get(operation.id)
                self._keep(operation if known is None or _newer(operation, known) else known)
            for holder in [*self._beats]:
                if holder not in beats:
                    del self._beats[holder]
            for holder, beat in beats.items():
                self.beat(holder, beat)
            self.is_filled = True
            self.condition.notify_all()
            news = [one for one in self.operations.values() if before.get(one.id) != one]
        for operation in news:
            self.tell(operation)

    def changed(self, operation: Operation) -> None:
        """Take an operation as it is now; news that are older than what is known change nothing."""
        with self.condition:
            known = self.operations.get(operation.id)
            if known is not None and not _newer(operation, known):
                return
            self._keep(operation)
            self.condition.notify_all()
        self.tell(operation)

    def gone(self, identifier: str) -> None:
        """Forget an operation."""
        with self.condition:
            known = self.operations.pop(identifier, None)
            if known is not None:
                self._close(known)
            self.condition.notify_all()

    def beat(self, holder: str, beat: str) -> None:
        """Take note that a holder lives, or has gone."""
        with self.condition:
            now = self._clock()
            if not beat:
                self._beats.pop(holder, None)
                self.condition.notify_all()
                return
            last, seen = self._beats.get(holder, ("", now))
            if last == beat:
                return
            if holder == self._holder and now - seen > 3 * self._pace.beat:
                # The store was away, or its news came late: nobody else can be judged by what is past.
                self._since = now
            self._beats[holder] = (beat, now)

    def doubt(self) -> None:
        """Watch all holders anew: the store was away, and perhaps from them as well."""
        with self.condition:
            self._since = self._clock()

    def is_alive(self, holder: str) -> bool:
        """Tell whether a holder may be at work.

        It is gone when it has signed off, or was not heard of while this replica's own beats came in for as
        long as it takes: they come the same way.
        """
        with self.condition:
            if (known := self._beats.get(holder)) is None:
                return False
            own = self._beats.get(self._holder)
            return own is None or own[1] - max(known[1], self._since) < self._pace.lost

    def dead(self, silent: float) -> list[str]:
        """Return the holders that nobody has heard of for so many seconds."""
        with self.condition:
            return [one for one, (_, seen) in self._beats.items() if self._clock() - seen > silent]

    def next(self, own: Collection[str], tried: Mapping[str, str]) -> Operation | None:
        """Return an operation that this replica may begin, or take over.

        `own` are those that it is at work on; `tried` are versions that somebody else was faster to change.
        """
        with self.condition:
            fit = [
                head
                for operations in self._open.values()
                if (head := self._head(operations)).id not in own
                and tried.get(head.id) != head.version
                and self._may_begin(head)
            ]
            return min(fit, key=_age, default=None)

    def is_first(self, operation: Operation) -> bool:
        """Tell whether an operation is over, or next on its release."""
        with self.condition:
            others = self._open.get(operation.release, {})
            return operation.id not in others or self._head(others).id == operation.id

    def _may_begin(self, head: Operation) -> bool:
        # What was handed over has no holder; what this replica holds and is not at work on has slipped away.
        if head.holder in ("", self._holder) or not self.is_alive(head.holder):
            return True
        waited = self._clock() - self._turn.setdefault(head.id, self._clock())
        return head.state == QUEUED and waited >= self._pace.hesitate

    def _head(self, operations: Mapping[str, Operation]) -> Operation:
        return min(operations.values(), key=_age)

    def _keep(self, operation: Operation) -> None:
        self.operations[operation.id] = operation
        if operation.is_final:
            self._close(operation)
        else:
            self._open.setdefault(operation.release, {})[operation.id] = operation

    def _close(self, operation: Operation) -> None:
        self._turn.pop(operation.id, None)
        if (others := self._open.get(operation.release)) is not None:
            others.pop(operation.id, None)
            if not others:
                del self._open[operation.release]


def _age(operation: Operation) -> tuple[bool, int]:
    return operation.state == QUEUED, order(operation.version)


def _newer(operation: Operation, known: Operation) -> bool:
    return order(operation.version) > order(known.version)
