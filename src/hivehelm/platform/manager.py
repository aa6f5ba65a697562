"""Helm as the platform's library has it: charts, repositories and releases, behind one object."""

from __future__ import annotations

import os

from hivehelm.platform.model import HelmChart, HelmRelease, HelmReleaseStatus, HelmRepository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.platform.site import Site
    from hivehelm.platform.values import Values

__all__ = ["HelmChart", "HelmManager", "HelmRelease", "HelmReleaseStatus", "HelmRepository"]


class HelmManager:
    """Looks after charts, repositories and releases; safe to use from several threads.

    `base_dir` is its own directory, with the charts that it makes; HIVEMIND_HOME where none is given.
    Repositories are Helm's: those that `helm repo` lists are listed here, and the other way round. The
    cluster is the one that KUBECONFIG and HELM_* choose. A `site` says all of that at once.

    With `paths`, charts and values may be named by paths, from the working directory on; without, for who is
    not on this machine, they may not.
    """

    def __init__(
        self, base_dir: str | os.PathLike[str] = "", *, site: Site | None = None, paths: bool = True
    ) -> None:
        """Prepare; nothing is read or reached yet."""
        from hivehelm.platform.site import Site

        self.site = site or Site.from_environ(base=os.fspath(base_dir))
        self._paths = paths

    @property
    def base_dir(self) -> Path:
        """The manager's own directory."""
        from pathlib import Path

        return Path(self.site.base)

    @property
    def _directory(self) -> str | None:
        return os.getcwd() if self._paths else None

    def initialize(self) -> None:
        """Make the manager's directories, and make sure that what is in them can be read.

        Raises:
            HivehelmError: it cannot.
        """
        from hivehelm.chart.save import make_directory

        make_directory(self.site.base)
        make_directory(self.site.charts)
        self.list_repositories()

    # Repositories

    def encrypt(self, password: str) -> str:
        """Return a password as `HelmRepository.password_encrypted` has it.

        Raises:
            KeyFormatError, KeyFileError: there is no key to do it with.
        """
        return self.site.vault.encrypt(password)

    def add_repository(
        self, repository: HelmRepository, *, force_update: bool = False, timeout: float | None = None
    ) -> bool:
        """Make a repository known, fetching its index in `timeout` seconds; False if it is known, just so.

        Raises:
            RepositoryExistsError, RepositoryListError: another one goes by that name, or none can.
            NotARepositoryError: there is no index.
            HivehelmError: a list is broken, or cannot be written; the password cannot be decrypted.
        """
        return self.site.repositories.add(repository, force_update=force_update, timeout=timeout)

    def remove_repository(self, name: str) -> None:
        """Forget a repository, and what is cached of it.

        Raises:
            UnknownRepositoryError: there is none of that name.
        """
        self.site.repositories.remove(name)

    def list_repositories(self) -> list[HelmRepository]:
        """Return all repositories, registries last.

        Raises:
            HivehelmError: a list cannot be read.
        """
        return self.site.repositories.listed()

    def update_repositories(
        self, names: Sequence[str] = (), *, on_text: Callable[[str], object] = lambda _text: None
    ) -> None:
        """Fetch the indexes of all repositories, or of those named; `on_text` hears how it goes.

        Raises:
            UnknownRepositoryError, RepositoryListError: there is none of a name, or none at all.
            IndexUpdateError: some are not to be had; the others are there.
        """
        self.site.repositories.update(names, on_text)

    # Charts

    def create_chart(self, name: str, description: str = "", directory: str | os.PathLike[str] = "") -> Path:
        """Write a new chart below `directory`, or else among the manager's own, and return its path.

        Raises:
            ScaffoldNameError: a chart cannot have that name.
            ChartExistsError: there is one of that name.
        """
        from pathlib import Path

        from hivehelm.platform.scaffold import create_chart

        return Path(create_chart(name, description, os.fspath(directory) or self.site.charts))

    def package_chart(
        self, chart_dir: str | os.PathLike[str], destination: str | os.PathLike[str] = ""
    ) -> Path:
        """Write the archive of a chart to `destination`, or else among the manager's own; return its path.

        `chart_dir` is a directory, or the name of a chart of the manager's.

        Raises:
            UnknownChartError, ChartError: there is no chart, or a broken one.
            MissingDependenciesError: charts that it asks for are not in it.
        """
        from pathlib import Path

        from hivehelm.actions.package import PackageOptions, package
        from hivehelm.chart.save import make_directory

        location = self.site.resolve(os.fspath(chart_dir), directory=self._directory)
        target = os.fspath(destination) or self.site.charts
        make_directory(target)
        return Path(package(location, PackageOptions(destination=target)))

    def update_dependencies(self, chart_dir: str | os.PathLike[str]) -> None:
        """Put the charts that a chart asks for into its `charts/`, and say in Chart.lock which they are.

        Raises:
            HivehelmError: one is not there, cannot be fetched, is broken, or of another version.
        """
        from hivehelm.actions.staging import VendorOptions
        from hivehelm.actions.vendor import update
        from hivehelm.sources.stores import Access

        location = self.site.resolve(os.fspath(chart_dir), directory=self._directory)
        update(location, VendorOptions(stores=self.site.stores, access=self.site.access or Access()))

    def create_hivemind_charts(self, directory: str | os.PathLike[str] = "") -> list[Path]:
        """Write the charts of Hivemind's own components below `directory`, or else among the manager's own.

        Raises:
            HivehelmError: they cannot be written.
        """
        from pathlib import Path

        from hivehelm.platform.charts import create_hivemind_charts

        return [Path(one) for one in create_hivemind_charts(os.fspath(directory) or self.site.charts)]

    def get_chart(self, name: str, version: str = "", repository: str = "") -> HelmChart:
        """Return a chart: a path, one of the manager's own, REPOSITORY/CHART, or a URL.

        Raises:
            UnknownChartError, UnknownRepositoryError: there is none.
            HivehelmError: it cannot be fetched, or is broken.
        """
        return HelmChart.of(self._load(name, version, repository))

    def list_charts(self) -> list[HelmChart]:
        """Return the manager's own charts by name, of each the newest version; broken ones are left out."""
        from hivehelm.chart.load import load
        from hivehelm.errors import HivehelmError
        from hivehelm.platform.find import find, names

        found: list[HelmChart] = []
        places = (self.site.base, self.site.charts)
        for name in names(places):
            path = find(name, "", places)
            if path is None:
                continue
            try:
                found.append(HelmChart.of(load(path)))
            except HivehelmError:
                continue
        return found

    # Releases

    def install_chart(
        self,
        name: str,
        chart: str,
        namespace: str = "default",
        values: Values = None,
        *,
        version: str = "",
        repository: str = "",
        create_namespace: bool = True,
        **options: Any,
    ) -> HelmRelease:
        """Install a chart as release `name` and return it.

        The namespace is made where it is missing, unless `create_namespace` is False. `values` are a mapping,
        YAML text, or a file; `options` are fields of `InstallOptions`.

        Raises:
            NameInUseError: there is such a release.
            InstallError: the install had begun.
            HivehelmError: what charts, values, templates and the cluster have to say.
        """
        from hivehelm.actions.install import InstallOptions, install
        from hivehelm.actions.namespace import is_missing
        from hivehelm.platform.values import read_values
        from hivehelm.sources.schema import load_schema

        given = read_values(values, self._directory)
        loaded = self._load(chart, version, repository, installable=True)
        context = self.site.connect(namespace)
        asked = InstallOptions(
            **{
                "name": name,
                "create_namespace": create_namespace and is_missing(context),
                "cache": self.site.templates,
                "schema_loader": load_schema,
                **options,
            }
        )
        return HelmRelease.of(install(context, loaded, given, asked))

    def upgrade_release(
        self,
        name: str,
        chart: str,
        namespace: str = "default",
        values: Values = None,
        *,
        version: str = "",
        repository: str = "",
        **options: Any,
    ) -> HelmRelease:
        """Bring a release to another version of its chart, or to other values, and return the new revision.

        `values` are a mapping, YAML text, or a file; `options` are fields of `UpgradeOptions`.

        Raises:
            NoDeployedReleasesError: there is no such release.
            UpgradeError: the upgrade had begun.
            HivehelmError: what charts, values, templates and the cluster have to say.
        """
        from hivehelm.actions.upgrade import UpgradeOptions, upgrade
        from hivehelm.platform.values import read_values
        from hivehelm.sources.schema import load_schema

        given = read_values(values, self._directory)
        asked = UpgradeOptions(
            **{
                "history_max": self.site.max_history,
                "cache": self.site.templates,
                "schema_loader": load_schema,
                **options,
            }
        )
        loaded = self._load(chart, version, repository, installable=True)
        return HelmRelease.of(upgrade(self.site.connect(namespace), name, loaded, given, asked))

    def rollback_release(
        self, name: str, namespace: str = "default", revision: int = 0, **options: Any
    ) -> HelmRelease:
        """Make a release what an earlier revision was, 0 the one before the last; return the new revision.

        `options` are fields of `RollbackOptions`.

        Raises:
            ReleaseNotFoundError, ActionError: there is no such release or revision.
            RollbackError: the rollback had begun.
        """
        from hivehelm.actions.rollback import RollbackOptions, rollback

        asked = RollbackOptions(**{"revision": revision, "history_max": self.site.max_history, **options})
        return HelmRelease.of(rollback(self.site.connect(namespace), name, asked))

    def uninstall_release(self, name: str, namespace: str = "default", **options: Any) -> HelmRelease | None:
        """Take a release off the cluster; return its last state, None where there was nothing to do.

        `options` are fields of `UninstallOptions`.

        Raises:
            ReleaseNotFoundError: there is no such release.
            UninstallError: something of it is left.
        """
        from hivehelm.actions.uninstall import UninstallOptions, uninstall

        result = uninstall(self.site.connect(namespace), name, UninstallOptions(**options))
        return None if result is None else HelmRelease.of(result.release)

    def get_release(self, name: str, namespace: str = "default", revision: int = 0) -> HelmRelease:
        """Return a revision of a release, 0 the newest.

        Raises:
            ReleaseNotFoundError: there is none.
        """
        from hivehelm.actions.get import get

        return HelmRelease.of(get(self.site.connect(namespace), name, revision))

    def list_releases(self, namespace: str | None = None, **options: Any) -> list[HelmRelease]:
        """Return the releases of a namespace, None for all, by name; `options` are fields of `ListOptions`.

        Raises:
            UnreachableError: the cluster does not answer.
        """
        from hivehelm.actions.list import ListOptions, list_releases

        asked = ListOptions(**{"max": 0, **options})
        return [HelmRelease.of(one) for one in list_releases(self.site.connect(namespace or ""), asked)]

    def release_history(self, name: str, namespace: str = "default") -> list[HelmRelease]:
        """Return the revisions of a release that are on record, the newest last.

        Raises:
            ReleaseNotFoundError: there is no such release.
        """
        from hivehelm.actions.history import history

        return [HelmRelease.of(one) for one in history(self.site.connect(namespace), name)]

    def _load(self, chart: str, version: str, repository: str, *, installable: bool = False) -> Chart:
        from hivehelm.platform.load import load_chart

        return load_chart(
            self.site,
            chart,
            version=version,
            repository=repository,
            directory=self._directory,
            installable=installable,
        )
