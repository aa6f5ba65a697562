"""Put the charts that a chart asks for into its `charts/` (Helm's `pkg/downloader/manager.go`).

What is new is gathered beside `charts/` first: until all of it is there, and a lock file can be written,
nothing is changed.
"""

from __future__ import annotations

import os

from hivehelm.actions.staging import Staging, VendorError, VendorOptions
from hivehelm.sources.catalogue import Catalogue
from hivehelm.sources.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.chart.model import Chart, Dependency
    from hivehelm.sources.download import Downloader
    from hivehelm.sources.index import Index

__all__ = ["OutOfSyncError", "UnknownRepositoriesError", "VendorError", "VendorOptions", "build", "update"]


class OutOfSyncError(VendorError):
    """The lock file was made for other dependencies than those of the file beside it."""

    def __init__(self, *, legacy: bool) -> None:
        super().__init__(
            "the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml)."
            " Please update the dependencies"
            if legacy
            else "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). "
            "Please update the dependencies with 'helm dependency update'"
        )
        self.legacy = legacy


class UnknownRepositoriesError(VendorError):
    """The lock file names `repositories` that are not configured."""

    def __init__(self, repositories: list[str]) -> None:
        from hivehelm.sources.address import without_password

        names = ", ".join(map(without_password, repositories))
        super().__init__(
            f"no repository definition for {names}. Please add the missing repos via 'helm repo add'"
        )
        self.repositories = repositories


def update(path: str, options: VendorOptions | None = None) -> None:
    """Find charts for the dependencies of the chart in directory `path`, put them into `charts/` and say
    which they are in Chart.lock.

    Raises:
        VendorError: `path` is no directory, or `charts/` is none.
        HivehelmError: a chart is not there, cannot be fetched, is broken, or of another version.
    """
    _Vendor(path, options or VendorOptions()).update()


def build(path: str, options: VendorOptions | None = None) -> None:
    """Put into `charts/` what Chart.lock says, or `update` where there is no Chart.lock.

    Raises:
        OutOfSyncError: Chart.lock was made for other dependencies.
        UnknownRepositoriesError: it names repositories that are not configured.
        HivehelmError: as for `update`.
    """
    _Vendor(path, options or VendorOptions()).build()


class _Vendor:
    def __init__(self, path: str, options: VendorOptions) -> None:
        self.path = path
        self.options = options
        self.catalogue = Catalogue(options.stores)
        self.downloader: Downloader | None = None

    def load(self) -> Chart:
        from hivehelm.chart.errors import PathError
        from hivehelm.chart.loadany import load_directory

        try:
            os.stat(self.path)
        except OSError as error:
            raise VendorError(f"could not find {self.path}: {PathError('stat', self.path, error)}") from error
        if not os.path.isdir(self.path):
            raise VendorError("only unpacked charts can be updated")
        return load_directory(self.path, self.options.log)

    def named(self, dependencies: Sequence[Dependency]) -> tuple[list[Dependency], dict[str, str]]:
        from hivehelm.sources.repositories import load
        from hivehelm.sources.resolve import name_repositories

        def heard(repository: str) -> None:
            if self.options.debug:
                self.options.say(f"Repository from local path: {repository}\n")

        known = load(self.options.stores.repository_config)
        return name_repositories(dependencies, self.path, known, heard)

    def update(self) -> None:
        from hivehelm.actions.refresh import refresh, refresh_unmanaged
        from hivehelm.chart.lock import check, digest, write
        from hivehelm.chart.model import API_V1
        from hivehelm.sources.resolve import Resolver, unmanaged

        chart = self.load()
        if chart.metadata.dependencies is None:
            return
        wanted, names = self.named(chart.metadata.dependencies)
        strangers = unmanaged(wanted, names)
        if not self.options.skip_refresh:
            refresh_unmanaged(strangers, self.options)
            refresh(self.options)
        resolver = Resolver(self.path, self.index, self.tags, self.options.log)
        lock = resolver.resolve(wanted, names)
        legacy = chart.metadata.api_version == API_V1
        self.look_up()
        with Staging(self.path, self.options) as staging:
            lock.dependencies = staging.take(lock.dependencies or [], self.catalogue)
            lock.digest = digest(wanted, lock.dependencies)
            changed = chart.lock is None or chart.lock.digest != lock.digest
            if changed:
                check(self.path, legacy=legacy)
            staging.commit()
            if changed:
                write(lock, self.path, legacy=legacy)

    def build(self) -> None:
        from hivehelm.actions.refresh import refresh
        from hivehelm.chart.lock import digest, digest_v2
        from hivehelm.chart.model import API_V1

        chart = self.load()
        lock = chart.lock
        if lock is None:
            self.update()
            return
        legacy = chart.metadata.api_version == API_V1
        wanted = chart.metadata.dependencies
        named = None if wanted is None else self.named(wanted)[0]
        if digest(named, lock.dependencies) != lock.digest:
            if not legacy:
                raise OutOfSyncError(legacy=False)
            if self.options.log is not None:
                problem = "warning: a valid Helm v3 hash was not found. Checking against Helm v2 hash..."
                self.options.log("INFO", problem)
            if digest_v2(wanted) != lock.digest:
                raise OutOfSyncError(legacy=True)
        locked = lock.dependencies or []
        self.check_repositories(locked)
        if not self.options.skip_refresh:
            refresh(self.options)
        self.look_up()
        with Staging(self.path, self.options) as staging:
            staging.take(locked, self.catalogue)
            staging.commit()

    def check_repositories(self, locked: Sequence[Dependency]) -> None:
        from hivehelm.sources.repositories import load, same_url
        from hivehelm.sources.resolve import OCI, is_remote

        known = load(self.options.stores.repository_config)
        missing = [
            one.repository
            for one in locked
            if is_remote(one)
            and not one.repository.startswith(OCI)
            and not any(same_url(repository.url, one.repository.removesuffix("/")) for repository in known)
        ]
        if missing:
            raise UnknownRepositoriesError(missing)

    def look_up(self) -> None:
        """Read the indexes of all configured repositories: none may be missing."""
        try:
            repositories = self.catalogue.repositories()
        except SourceError as error:
            config = self.options.stores.repository_config
            raise SourceError(f"failed to load {config}: {error}") from error
        for one in repositories:
            self.index(one.name)

    def index(self, name: str) -> Index:
        """Return the index of a repository as it is in the cache."""
        return self.catalogue.cached(name, self.options.log)

    def tags(self, reference: str) -> list[str]:
        """Return the versions of a chart in a registry, the newest first."""
        from hivehelm.sources.download import Downloader

        options = self.options
        if self.downloader is None:
            self.downloader = Downloader(options.stores, options.access, log=options.log)
        return self.downloader.registry.tags(reference)
