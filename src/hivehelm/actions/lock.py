"""One action at a time on each release.

While an action runs, the record that it works on is claimed: it says who holds it, and a heartbeat changes
for as long as that process lives (`release.claim`). No other object is needed, and no right that Helm does
not need.

- A second action says who holds the release, or waits.
- A claim whose process is gone is recovered from: a pending revision is written down as failed. A process of
  this machine is looked up; any other counts as gone when its heartbeat has not changed for `Pace.lost`
  seconds by the store's own clock, and not for `Pace.grace` more while we watch (a store that was away itself
  also stops all heartbeats); where the store has no clock, by watching alone. Clocks of two machines are
  never compared.
- Revisions are created atomically: of two who try, one is told that he came second.
- Who was taken for dead and is not finds out when he next writes the record, and leaves it alone.
"""

from __future__ import annotations

import threading
import time

from hivehelm.actions.budget import Budget
from hivehelm.actions.errors import LockedError, LostRaceError
from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.release.claim import Claim
from hivehelm.release.errors import LockLostError, ReleaseExistsError, ReleaseNotFoundError
from hivehelm.release.hold import Hold
from hivehelm.release.model import Status
from hivehelm.release.storage import key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self, TypeVar

    from hivehelm.actions.context import Context
    from hivehelm.release.model import Release

    T = TypeVar("T")


class Pace(Record):
    """How often a heartbeat changes, when it is lost, and how often is looked; in seconds."""

    beat: float = 10.0
    lost: float = 60.0
    grace: float = 15.0
    poll: float = 0.5


PACE = Pace()
# In the description of a revision that was recovered, for the actions after the one that found it.
_LOST = "the process is gone that worked on it"


def locked(
    context: Context,
    name: str,
    action: str,
    body: Callable[[Lock], T],
    *,
    wait: float = 0.0,
    deadline: float | None = None,
    cancel: threading.Event | None = None,
) -> T:
    """Return what `body` does under the lock of release `name`.

    `action` says what is being done, for others to read. Who holds the release is waited for up to `wait`
    seconds; where another process is faster to begin the next revision, `body` begins anew for as long as
    there is time. `deadline` and `cancel` end the waiting as they end the action.

    Raises:
        LockedError: somebody else is at work on the release.
        and what `body` raises.
    """
    end = time.monotonic() + wait
    while True:
        left = max(0.0, end - time.monotonic())
        with Lock(context, name, action, wait=left, deadline=deadline, cancel=cancel) as lock:
            try:
                return body(lock)
            except LostRaceError:
                if time.monotonic() >= end:
                    raise


class Lock:
    """The lock of one release for one action; a context manager, which lets go of it at the end.

    Nothing is asked of the store before `last`, `history`, `create` or `hold`. `recovered` is the newest
    revision if it was found lost, now or by an action before: what it had applied may still be there.
    """

    def __init__(
        self,
        context: Context,
        name: str,
        action: str,
        *,
        wait: float = 0.0,
        deadline: float | None = None,
        cancel: threading.Event | None = None,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.recovered: Release | None = None
        self._context = context
        self._name = name
        self._action = action
        self._pace = PACE if pace is None else pace
        self._clock = clock
        self._until = clock() + wait
        self._budget = Budget(0.0, deadline, cancel)
        self._hold: Hold | None = None
        self._created = False
        self._left = False
        self._version = 0
        self._lost = threading.Event()
        self._beating: threading.Thread | None = None
        # The beat that was seen last, and when it was seen first.
        self._watched: tuple[str, str] = ("", "")
        self._since = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go; a revision that is still pending and was not left so keeps its claim, to be recovered."""
        if (hold := self._hold) is None:
            return
        from hivehelm.actions.process import abandon

        if (self._left or not self._created) and not hold.released.is_set():
            with hold.mutex:
                try:
                    self._context.storage.driver.renew(hold.key, None, hold.claim.replace(heartbeat=""))
                except HivehelmError as error:
                    self._context.log("DEBUG", "failed to let go of the release", error=error)
                    abandon(hold.claim.token)
        elif not hold.released.is_set():
            abandon(hold.claim.token)
        self._context.storage.let_go(hold)
        if self._beating is not None:
            self._beating.join(1.0)

    def last(self) -> Release:
        """Return the newest revision, once nobody else is at work on it.

        Raises:
            LockedError: somebody is, for longer than is to be waited.
            and as `Storage.last`.
        """
        return self._once_settled(self._context.storage.last)

    def newest(self) -> Release:
        """Return the newest revision as `last` does, where Helm looks for it in the history."""
        return self._once_settled(self._context.storage.newest)

    def _once_settled(self, read: Callable[[str], Release]) -> Release:
        while True:
            if (settled := self._settled(read(self._name))) is not None:
                return settled

    def history(self) -> list[Release]:
        """Return all revisions, the oldest first, once nobody else is at work on the newest.

        Raises:
            LockedError: somebody is, for longer than is to be waited.
            and as `Storage.history`.
        """
        while True:
            found = sorted(self._context.storage.history(self._name), key=lambda release: release.version)
            if not found:
                return found
            if (settled := self._settled(found[-1])) is not None:
                return [*found[:-1], settled]

    def create(self, release: Release) -> None:
        """Store a new revision, claimed by this process.

        Raises:
            LostRaceError: another process has begun the same revision; nothing was written.
            and as `Storage.create`.
        """
        storage, place = self._context.storage, key(release.name, release.version)
        claim = self._claim()
        try:
            storage.create(release, claim)
        except ReleaseExistsError as error:
            raise LostRaceError(release.name, release.version, self._holder(place)) from error
        self._created = True
        self._keep(release, Hold(place, claim, _is_under_way))
        self._leave_word(release)
        try:
            storage.driver.sweep(release.name, release.version)
        except HivehelmError as error:
            self._context.log("DEBUG", "failed to remove what is left of records", error=error)

    def hold(self, release: Release) -> None:
        """Claim a revision that is there already, for what changes it without making a new one.

        A store that refuses is only logged: what follows will meet the same refusal, or needs no such right.

        Raises:
            LostRaceError: somebody else claimed it in between.
        """
        if self._is_ours(release):
            return
        place, claim = key(release.name, release.version), self._claim()
        try:
            self._context.storage.driver.renew(place, claim, release.claim)
        except LockLostError as error:
            raise LostRaceError(release.name, release.version, self._holder(place)) from error
        except HivehelmError as error:
            self._context.log("DEBUG", "failed to lock the release", error=error)
            return
        self._keep(release, Hold(place, claim, self._keeps()))
        self._leave_word(release)

    def take_up(self, release: Release) -> None:
        """Claim a revision that an earlier attempt of the same operation held: who that was writes no more.

        Raises:
            LostRaceError: somebody else claimed it in between.
        """
        place, claim = key(release.name, release.version), self._claim()
        held = None if release.claim is None else release.claim.replace(heartbeat="")
        try:
            self._context.storage.driver.renew(place, claim, held)
        except LockLostError as error:
            raise LostRaceError(release.name, release.version, self._holder(place)) from error
        self._created = release.info.status in Status.PENDING
        self._keep(release, Hold(place, claim, _is_under_way if self._created else self._keeps()))
        self._leave_word(release)

    def _keeps(self) -> Callable[[Release], bool]:
        return _is_there if self._action == "uninstall" else _always

    def _leave_word(self, release: Release) -> None:
        if (handover := self._context.handover) is not None:
            handover.began(release.version, self._action)

    def leave(self) -> None:
        """Leave a revision pending on purpose: the next action finds it unclaimed, as one of Helm's."""
        self._left = True

    def check(self) -> None:
        """Go on, unless somebody took the revision over.

        Raises:
            LockLostError: somebody did.
        """
        if self._lost.is_set():
            raise LockLostError(self._name, self._version)

    def _keep(self, release: Release, hold: Hold) -> None:
        self._hold, self._version = hold, release.version
        self._context.storage.hold(hold)
        self._beating = threading.Thread(target=self._beat, args=(hold,), name="heartbeat", daemon=True)
        self._beating.start()

    def _beat(self, hold: Hold) -> None:
        while not hold.released.wait(self._pace.beat):
            with hold.mutex:
                if hold.released.is_set():
                    return
                next_beat = hold.claim.replace(heartbeat=self._context.now())
                try:
                    self._context.storage.driver.renew(hold.key, next_beat, hold.claim.replace(heartbeat=""))
                except (LockLostError, ReleaseNotFoundError):
                    self._lost.set()
                    return
                except HivehelmError as error:
                    self._context.log("DEBUG", "failed to renew the lock of the release", error=error)
                else:
                    hold.claim = next_beat

    def _claim(self) -> Claim:
        from hivehelm.actions.process import description, signature

        holder = f"{self._action} by {description()}"
        if (handover := self._context.handover) is not None:
            holder = handover.holder(self._action, description())
        return Claim(holder=holder, token=signature(), heartbeat=self._context.now())

    def _settled(self, release: Release) -> Release | None:
        """Return a revision that nobody is at work on; None says that it has to be read again."""
        if release.claim is None:
            if release.info.status == Status.FAILED and _LOST in release.info.description:
                self.recovered = release
            return release
        place = key(release.name, release.version)
        claim: Claim | None
        try:
            claim = self._context.storage.driver.claim(place)
        except ReleaseNotFoundError:
            return None
        except HivehelmError as error:
            # Who may list, but not get, is served like everybody in Helm: by what was listed.
            self._context.log("DEBUG", "failed to look at the lock of the release", error=error)
            claim = release.claim
        if claim is None:
            return None
        if self._is_ours(release):
            return release
        if self._is_lost(claim):
            return self._recover(release, claim)
        if self._clock() >= max(self._until, self._doubtful_until(claim)):
            raise LockedError(self._name, claim.holder, claim.age)
        self._pause()
        return None

    def _is_ours(self, release: Release) -> bool:
        """Tell whether a revision is held by this action, or by the one that this one is a part of."""
        hold = self._context.storage.held(release.name, release.version)
        return hold is not None and hold.thread == threading.get_ident()

    def _is_lost(self, claim: Claim) -> bool:
        from hivehelm.actions.process import gone

        if gone(claim.token):
            return True
        seen = (claim.token, claim.heartbeat)
        if seen != self._watched:
            self._watched, self._since = seen, self._clock()
        watched = self._clock() - self._since
        if claim.age is None:
            return watched >= self._pace.lost
        return claim.age >= self._pace.lost and watched >= self._pace.grace

    def _doubtful_until(self, claim: Claim) -> float:
        """Return how long to watch a heartbeat that seems lost, even where nobody wants to wait."""
        if claim.age is None or claim.age < self._pace.lost:
            return 0.0
        # Heartbeats also stop while the store is away: those who live beat again once it is back.
        return self._since + self._pace.grace + self._pace.poll

    def _recover(self, release: Release, claim: Claim) -> Release | None:
        """Return a revision whose process is gone as failed, or as it was if it was not pending."""
        driver, place = self._context.storage.driver, key(release.name, release.version)
        settled = release.replace(claim=None)
        if release.info.status in Status.PENDING:
            from hivehelm.golang.fmt import quote

            reason = f"{_LOST} ({claim.holder})"
            settled = settled.with_status(Status.FAILED, f"Release {quote(release.name)} failed: {reason}")
        try:
            if settled.info.status == release.info.status:
                driver.renew(place, None, claim)
            else:
                driver.update(place, settled, None, claim)
                self.recovered = settled
        except (LockLostError, ReleaseNotFoundError):
            return None
        except HivehelmError as error:
            # Helm may still have a way on for who may not write that: to uninstall the release, say.
            self._context.log("WARN", "failed to update release", name=release.name, error=error)
            return release.replace(claim=claim)
        self._context.log(
            "WARN",
            "recovered a release whose process is gone",
            release=release.name,
            revision=release.version,
            holder=claim.holder,
        )
        return settled

    def _holder(self, place: str) -> str:
        try:
            claim = self._context.storage.driver.claim(place)
        except HivehelmError:
            claim = None
        return "" if claim is None else claim.holder

    def _pause(self) -> None:
        self._budget.check()
        cancel = self._budget.cancel
        if cancel is None:
            time.sleep(self._pace.poll)
        else:
            cancel.wait(self._pace.poll)
            self._budget.check()


def _is_under_way(release: Release) -> bool:
    return release.info.status in Status.PENDING or release.info.status == Status.UNINSTALLING


def _is_there(release: Release) -> bool:
    return release.info.status != Status.UNINSTALLED


def _always(_: Release) -> bool:
    return True
