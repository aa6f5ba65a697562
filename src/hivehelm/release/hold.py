"""A revision that this process is at work on, as its `Storage` knows it."""

from __future__ import annotations

from threading import Event, Lock, get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.release.claim import Claim
    from hivehelm.release.model import Release


class Hold:
    """The claim on the record at `key`, as it was last written.

    `keeps` tells whether a record that is about to be written is still being worked on; the claim goes with
    the first one that is not, and `released` is set. `mutex` orders what writes the record: the action's own
    thread, `thread`, and the one that renews the claim.
    """

    def __init__(self, key: str, claim: Claim, keeps: Callable[[Release], bool]) -> None:
        self.key = key
        self.claim = claim
        self.keeps = keeps
        self.thread = get_ident()
        self.mutex = Lock()
        self.released = Event()
