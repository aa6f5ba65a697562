"""The history of releases over any driver (pkg/storage of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.release.errors import (
    NoDeployedReleasesError,
    NoRevisionError,
    PruneError,
    ReleaseNotFoundError,
)
from hivehelm.release.model import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.release.claim import Claim
    from hivehelm.release.drivers.driver import Driver, Releases
    from hivehelm.release.hold import Hold
    from hivehelm.release.model import Release
    from hivehelm.release.seen import Seen

    Log = Callable[..., None]


def key(name: str, version: int) -> str:
    """Return the name under which revision `version` of release `name` is stored."""
    return f"sh.helm.release.v1.{name}.v{version}"


class Storage:
    """Records of releases.

    `max_history` is how many revisions of a release are kept, the newest included; 0 keeps all. The deployed
    one is never pruned. `log(level, message, **attributes)` hears what Helm's storage says.
    """

    def __init__(self, driver: Driver, max_history: int = 0, log: Log | None = None) -> None:
        self.driver = driver
        self.max_history = max_history
        self.log = log
        self._holds: dict[str, Hold] = {}

    def _tell(self, message: str, **attributes: object) -> None:
        if self.log is not None:
            self.log("DEBUG", message, **attributes)

    def get(self, name: str, version: int) -> Release:
        """Return one revision.

        Raises:
            ReleaseNotFoundError: there is none.
            ReleaseDecodeError, StorageError: it cannot be read.
        """
        place = key(name, version)
        self._tell("getting release", key=place)
        return self.driver.get(place)

    def create(self, release: Release, claim: Claim | None = None) -> None:
        """Store a new revision, claimed if `claim` says by whom, and prune old ones to make room for it.

        Raises:
            ReleaseExistsError: the revision is there already.
            RecordTooLargeError: it does not fit.
        """
        place = key(release.name, release.version)
        self._tell("creating release", key=place)
        if self.max_history > 0:
            self._prune(release.name, self.max_history - 1)
        self.driver.create(place, release, claim)

    def update(self, release: Release) -> None:
        """Replace a stored revision; one that is held stays claimed for as long as its `Hold` says.

        Raises:
            LockLostError: it was held here, and somebody else took it over.
        """
        place = key(release.name, release.version)
        self._tell("updating release", key=place)
        hold = self._holds.get(place)
        if hold is None:
            self.driver.update(place, release)
            return
        with hold.mutex:
            keep = hold.keeps(release)
            self.driver.update(place, release, hold.claim if keep else None, hold.claim.replace(heartbeat=""))
            if not keep:
                self.let_go(hold)

    def hold(self, hold: Hold) -> None:
        """Treat a revision as held from now on; its claim is in the store already."""
        self._holds[hold.key] = hold

    def held(self, name: str, version: int) -> Hold | None:
        """Return how a revision is held here, None where it is not."""
        return self._holds.get(key(name, version))

    def let_go(self, hold: Hold) -> None:
        """Treat a revision as held no more."""
        if self._holds.get(hold.key) is hold:
            del self._holds[hold.key]
        hold.released.set()

    def keeping(self, revisions: int, *, split: bool = False) -> Storage:
        """Return the same storage, but that it keeps so many revisions of a release.

        With `split`, records that are too large are split.
        """
        other = Storage(self.driver.splitting() if split else self.driver, revisions, self.log)
        other._holds = self._holds
        return other

    def until(self, deadline: float) -> Storage:
        """Return the same storage, but that every request ends by `deadline`, on `time.monotonic`'s clock."""
        other = Storage(self.driver.until(deadline), self.max_history, self.log)
        other._holds = self._holds
        return other

    def delete(self, name: str, version: int) -> Release:
        """Remove one revision and return it.

        Raises:
            ReleaseNotFoundError: there is none.
        """
        place = key(name, version)
        self._tell("deleting release", key=place)
        if (hold := self._holds.get(place)) is None:
            return self.driver.delete(place)
        with hold.mutex:
            deleted = self.driver.delete(place)
            self.let_go(hold)
            return deleted

    def list(self, keep: Callable[[Release], bool] = lambda _: True) -> Releases:
        """Return all revisions of all releases for which `keep` holds."""
        return self.driver.list(keep)

    def history(self, name: str, seen: Seen | None = None) -> Releases:
        """Return all revisions of a release, in no particular order; unreadable ones are left out.

        With `seen`, they hold no more than that remembers of them, and what it knows is not read again.

        Raises:
            ReleaseNotFoundError: there is none.
        """
        self._tell("getting release history", name=name)
        labels = {"name": name, "owner": "helm"}
        if seen is not None and (entries := self.driver.index(labels)):
            from hivehelm.release.newest import fetched

            found = fetched(self.driver, entries, seen)
            if found is not None:
                return found
        return self.driver.query(labels)

    def last(self, name: str) -> Release:
        """Return the newest revision; errors are those of `newest`."""
        self._tell("getting last revision", name=name)
        return self.newest(name)

    def newest(self, name: str) -> Release:
        """Return the newest revision, where Helm looks for it in the history.

        Raises:
            ReleaseNotFoundError: there is none.
            NoRevisionError: there are some, and none can be read.
        """
        self._tell("getting release history", name=name)
        entries = self.driver.index({"name": name, "owner": "helm"})
        if entries is None:
            return self._last_of_all(name)
        if not entries:
            raise ReleaseNotFoundError
        for entry in sorted(entries, key=lambda one: one.version, reverse=True):
            # Helm skips what it cannot read, so what comes before it is the last.
            for found in self.driver.fetch([entry]):
                if (found.name, found.version) != (entry.name, entry.version):
                    return self._last_of_all(name)
                return found
        raise NoRevisionError(name)

    def _last_of_all(self, name: str) -> Release:
        history = self.driver.query({"name": name, "owner": "helm"})
        if not history:
            raise NoRevisionError(name)
        return max(history, key=_revision)

    def deployed(self, name: str) -> Release:
        """Return the newest deployed revision.

        Raises:
            NoDeployedReleasesError: there is none.
        """
        found = self.deployed_all(name)
        if not found:
            raise NoDeployedReleasesError(name)
        # Two Helms at once can leave more than one.
        return max(found, key=_revision)

    def deployed_all(self, name: str) -> Releases:
        """Return all deployed revisions.

        Raises:
            NoDeployedReleasesError: there is none.
        """
        self._tell("getting deployed releases", name=name)
        try:
            return self.driver.query({"name": name, "owner": "helm", "status": Status.DEPLOYED})
        except ReleaseNotFoundError:
            raise NoDeployedReleasesError(name) from None

    def _prune(self, name: str, keep: int) -> None:
        self._tell("getting release history", name=name)
        labels = {"name": name, "owner": "helm"}
        entries = self.driver.index(labels)
        if entries is not None and len(entries) <= keep:
            return
        try:
            history = sorted(self.driver.query(labels), key=_revision)
        except ReleaseNotFoundError:
            return
        try:
            deployed = self.deployed(name).version
        except NoDeployedReleasesError:
            deployed = 0
        surplus = [release for release in history if release.version != deployed]
        errors: list[HivehelmError] = []
        count = min(len(surplus), max(0, len(history) - keep))
        for release in surplus[:count]:
            try:
                self.delete(name, release.version)
            except HivehelmError as error:
                self._tell("error pruning release", key=key(name, release.version), error=error)
                errors.append(error)
        self._tell("pruned records", count=count, release=name, errors=len(errors))
        if len(errors) > 1:
            raise PruneError(errors)
        if errors and not isinstance(errors[0], ReleaseNotFoundError):
            raise errors[0]


def _revision(release: Release) -> int:
    return release.version
