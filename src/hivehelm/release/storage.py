"""The history of releases over any driver (pkg/storage of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.release.errors import (
    NoDeployedReleasesError,
    NoRevisionError,
    PruneError,
    ReleaseError,
    ReleaseNotFoundError,
)
from hivehelm.release.model import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.release.drivers.driver import Driver, Releases
    from hivehelm.release.model import Release


def key(name: str, version: int) -> str:
    """Return the name under which revision `version` of release `name` is stored."""
    return f"sh.helm.release.v1.{name}.v{version}"


class Storage:
    """Records of releases.

    `max_history` is how many revisions of a release are kept, the newest included; 0 keeps all. The deployed
    one is never pruned.
    """

    def __init__(self, driver: Driver, max_history: int = 0) -> None:
        self.driver = driver
        self.max_history = max_history

    def get(self, name: str, version: int) -> Release:
        """Return one revision.

        Raises:
            ReleaseNotFoundError: there is none.
            ReleaseDecodeError, StorageError: it cannot be read.
        """
        return self.driver.get(key(name, version))

    def create(self, release: Release) -> None:
        """Store a new revision, and prune old ones to make room for it.

        Raises:
            ReleaseExistsError: the revision is there already.
        """
        if self.max_history > 0:
            self._prune(release.name, self.max_history - 1)
        self.driver.create(key(release.name, release.version), release)

    def update(self, release: Release) -> None:
        """Replace a stored revision."""
        self.driver.update(key(release.name, release.version), release)

    def delete(self, name: str, version: int) -> Release:
        """Remove one revision and return it.

        Raises:
            ReleaseNotFoundError: there is none.
        """
        return self.driver.delete(key(name, version))

    def list(self, keep: Callable[[Release], bool] = lambda _: True) -> Releases:
        """Return all revisions of all releases for which `keep` holds."""
        return self.driver.list(keep)

    def history(self, name: str) -> Releases:
        """Return all revisions of a release, in no particular order; unreadable ones are left out.

        Raises:
            ReleaseNotFoundError: there is none.
        """
        return self.driver.query({"name": name, "owner": "helm"})

    def last(self, name: str) -> Release:
        """Return the newest revision.

        Raises:
            ReleaseNotFoundError: there is none.
            NoRevisionError: there are some, and none can be read.
        """
        history = self.history(name)
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
        try:
            return self.driver.query({"name": name, "owner": "helm", "status": Status.DEPLOYED})
        except ReleaseNotFoundError:
            raise NoDeployedReleasesError(name) from None

    def _prune(self, name: str, keep: int) -> None:
        try:
            history = sorted(self.history(name), key=_revision)
        except ReleaseNotFoundError:
            return
        try:
            deployed = self.deployed(name).version
        except NoDeployedReleasesError:
            deployed = 0
        surplus = [release for release in history if release.version != deployed]
        errors: list[ReleaseError] = []
        for release in surplus[: max(0, len(history) - keep)]:
            try:
                self.delete(name, release.version)
            except ReleaseError as error:
                errors.append(error)
        if len(errors) > 1:
            raise PruneError(errors)
        if errors and not isinstance(errors[0], ReleaseNotFoundError):
            raise errors[0]


def _revision(release: Release) -> int:
    return release.version
