"""Put the charts that a chart asks for into its `charts/` (Helm's `pkg/downloader/manager.go`).

What is new is gathered beside `charts/` first: until all of it is there, and a lock file can be written,
nothing is changed.
"""

from __future__ import annotations

import os

from hivehelm.actions.staging import Staging, VendorError, VendorOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.chart.model import Chart, Dependency

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
        names = ", ".join(repositories)
        super().__init__(
            f"no repository definition for {names}. Please add the missing repos via 'helm repo add'"
        )
        self.repositories = repositories


def update(path: str, options: VendorOptions | None = None) -> None:
    """Find charts for the dependencies of the chart in directory `path`, put them into `charts/` and say
    which they are in Chart.lock.

    Raises:
        VendorError: `path` is no directory, or `charts/` is none.
        ChartError, SourceError: a chart is not there, broken, or of another version.
        UnavailableDependencyError: a dependency is in a repository or a registry.
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

    def named(self, dependencies: Sequence[Dependency]) -> list[Dependency]:
        from hivehelm.sources.resolve import name_repositories

        def heard(repository: str) -> None:
            if self.options.debug:
                self.options.say(f"Repository from local path: {repository}\n")

        return name_repositories(dependencies, self.path, self.options.repository_config, heard)

    def update(self) -> None:
        from hivehelm.chart.lock import check, digest, write
        from hivehelm.chart.model import API_V1
        from hivehelm.sources.resolve import refuse_remote, resolve

        chart = self.load()
        if chart.metadata.dependencies is None:
            return
        wanted = self.named(chart.metadata.dependencies)
        refuse_remote(wanted)
        lock = resolve(wanted, self.path, self.options.log)
        legacy = chart.metadata.api_version == API_V1
        with Staging(self.path, self.options) as staging:
            lock.dependencies = staging.take(lock.dependencies or [])
            lock.digest = digest(wanted, lock.dependencies)
            changed = chart.lock is None or chart.lock.digest != lock.digest
            if changed:
                check(self.path, legacy=legacy)
            staging.commit()
            if changed:
                write(lock, self.path, legacy=legacy)

    def build(self) -> None:
        from hivehelm.chart.lock import digest, digest_v2
        from hivehelm.chart.model import API_V1
        from hivehelm.sources.resolve import refuse_remote

        chart = self.load()
        lock = chart.lock
        if lock is None:
            self.update()
            return
        legacy = chart.metadata.api_version == API_V1
        wanted = chart.metadata.dependencies
        named = None if wanted is None else self.named(wanted)
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
        refuse_remote(locked)
        with Staging(self.path, self.options) as staging:
            staging.take(locked)
            staging.commit()

    def check_repositories(self, locked: Sequence[Dependency]) -> None:
        from hivehelm.sources.repositories import load, same_url
        from hivehelm.sources.resolve import FILE, OCI

        known = load(self.options.repository_config)
        missing = [
            one.repository
            for one in locked
            if one.repository
            and not one.repository.startswith((FILE, OCI))
            and not any(same_url(repository.url, one.repository.removesuffix("/")) for repository in known)
        ]
        if missing:
            raise UnknownRepositoriesError(missing)
