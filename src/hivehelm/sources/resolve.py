"""Which charts a chart's dependencies mean (`internal/resolver`, half of `pkg/downloader/manager.go`)."""

from __future__ import annotations

import os

from hivehelm.chart.errors import PathError
from hivehelm.errors import HivehelmError
from hivehelm.sources.errors import SourceError, UndefinedRepositoriesError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hivehelm.chart.model import Dependency, Lock
    from hivehelm.golang.constraint import Constraint
    from hivehelm.sources.index import Index
    from hivehelm.sources.repositories import Repository

    Log = Callable[..., None]

FILE = "file://"
OCI = "oci://"
UNMANAGED = "helm-manager-"
"""How the names begin under which Helm caches indexes of repositories that are not configured."""


class NoVersionError(SourceError):
    """Charts are there, and none of a version that the dependencies ask for."""

    def __init__(self, dependencies: Sequence[Dependency]) -> None:
        super().__init__(dependencies)
        self.dependencies = list(dependencies)

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote
        from hivehelm.sources.address import without_password

        wanted = ", ".join(
            f"{quote(one.name)} (repository {quote(without_password(one.repository))}, "
            f"version {quote(one.version)})"
            for one in self.dependencies
        )
        return (
            f"can't get a valid version for {len(self.dependencies)} subchart(s): {wanted}. "
            "Make sure a matching chart version exists in the repo, "
            "or change the version constraint in Chart.yaml"
        )


class NoCachedIndexError(SourceError):
    """The index of the repository called `name` is not in the cache, or cannot be read; `cause` says why."""

    def __init__(self, name: str, cause: HivehelmError) -> None:
        super().__init__(f"no cached repository for {name} found. (try 'helm repo update'): {cause}")
        self.name = name
        self.cause = cause


class NotInRepositoryError(SourceError):
    """A repository has no chart called `name`."""

    def __init__(self, name: str, repository: str) -> None:
        from hivehelm.sources.address import without_password

        super().__init__(f"{name} chart not found in repo {without_password(repository)}")
        self.name = name
        self.repository = repository


class TagsError(SourceError):
    """A registry does not say which versions it has; `cause` says why."""

    def __init__(self, repository: str, cause: HivehelmError) -> None:
        super().__init__(f"could not retrieve list of tags for repository {repository}: {cause}")
        self.repository = repository
        self.cause = cause


class ConstraintError(SourceError):
    """The version that dependency `name` asks for is no constraint; `name` is as the text at hand has it."""

    def __init__(self, name: str, cause: HivehelmError) -> None:
        super().__init__(f"dependency {name} has an invalid version/constraint format: {cause}")
        self.name = name
        self.cause = cause


def is_remote(dependency: Dependency) -> bool:
    """Tell whether a dependency is neither in the chart already nor in a directory."""
    return bool(dependency.repository) and not dependency.repository.startswith(FILE)


def local_path(repository: str, chart_path: str) -> str:
    """Return the path that a `file://` address, or a path below the chart, means.

    Raises:
        SourceError: nothing is there.
        PathError: the system does not let it be seen.
    """
    from hivehelm.golang import filepath

    path = repository.removeprefix(FILE)
    path = filepath.clean(path) if path.startswith("/") else filepath.join(chart_path, path)
    try:
        os.stat(path)
    except FileNotFoundError:
        raise SourceError(f"directory {path} not found") from None
    except (OSError, ValueError) as error:
        raise PathError("stat", path, error if isinstance(error, OSError) else OSError(22, "")) from None
    return path


def name_repositories(
    dependencies: Sequence[Dependency],
    chart_path: str,
    known: Sequence[Repository],
    heard: Callable[[str], None] | None = None,
) -> tuple[list[Dependency], dict[str, str]]:
    """Return the dependencies with addresses where they gave names of repositories, `@name` or `alias:name`;
    and by their names those of the `known` repositories that they are in.

    As with Helm, dependencies of one name count as in one repository, that of the last.
    `heard(repository)` is called for each that is a directory.

    Raises:
        UndefinedRepositoriesError: some are neither.
        SourceError: a directory is not there.
    """
    from hivehelm.sources.repositories import same_url

    named: list[Dependency] = []
    names: dict[str, str] = {}
    missing: list[str] = []
    for dependency in dependencies:
        named.append(dependency)
        repository = dependency.repository
        if not repository:
            continue
        if repository.startswith(FILE):
            local_path(repository, chart_path)
            if heard is not None:
                heard(repository)
        if repository.startswith((FILE, OCI)):
            names[dependency.name] = repository
            continue
        for one in known:
            if repository in (f"@{one.name}", f"alias:{one.name}"):
                named[-1] = dependency.copy()
                named[-1].repository = one.url
                names[dependency.name] = one.name
                break
            if same_url(one.url, repository):
                names[dependency.name] = one.name
                break
        else:
            if not _is_address(repository):
                missing.append(repository)
    if missing:
        raise UndefinedRepositoriesError(missing)
    return named, names


def unmanaged(dependencies: Sequence[Dependency], names: dict[str, str]) -> dict[str, str]:
    """Return the addresses of repositories that are not configured, by the names that Helm caches their
    indexes under; those go into `names` (`ensureMissingRepos`).
    """
    from hivehelm.golang.sha256 import hexdigest

    found: dict[str, str] = {}
    for dependency in dependencies:
        address = dependency.repository
        if address and dependency.name not in names:
            key = UNMANAGED + hexdigest(address.encode("utf-8", "surrogateescape"))
            names[dependency.name] = key
            found[key] = address
    return found


def _is_address(text: str) -> bool:
    from hivehelm.golang.url import URLError, parse_request

    try:
        parse_request(text)
    except URLError:
        return False
    return True


class Resolver:
    """Finds the exact versions that dependencies of the chart at `chart_path` come to.

    `index(name)` gives the cached index of a repository, `tags(reference)` the versions in a registry, the
    newest first.
    """

    def __init__(
        self,
        chart_path: str,
        index: Callable[[str], Index],
        tags: Callable[[str], Sequence[str]],
        log: Log | None = None,
    ) -> None:
        self._path = chart_path
        self._index = index
        self._tags = tags
        self._log = log

    def resolve(self, dependencies: Sequence[Dependency], names: Mapping[str, str]) -> Lock:
        """Return what the dependencies come to; `names` are of the repositories that they are in.

        Raises:
            ConstraintError: a version is none, nor a range.
            NoVersionError: a chart is there in other versions only.
            HivehelmError: a chart is not there, or broken, or an index or a registry cannot be read.
        """
        from hivehelm.chart.lock import digest, now
        from hivehelm.chart.model import Dependency, Lock
        from hivehelm.golang.fmt import quote

        locked: list[Dependency] = []
        unfit: list[Dependency] = []
        for dependency in dependencies:
            constraint = constraint_of(dependency, quote(dependency.name))
            version = self._version(dependency, constraint, names)
            if version is None:
                unfit.append(dependency)
            else:
                locked.append(Dependency(dependency.name, version, dependency.repository))
        if unfit:
            raise NoVersionError(unfit)
        return Lock(now(), digest(dependencies, locked), locked)

    def _version(
        self, dependency: Dependency, constraint: Constraint, names: Mapping[str, str]
    ) -> str | None:
        repository = dependency.repository
        if not repository:
            local_path(f"charts/{dependency.name}", self._path)
            return dependency.version
        if repository.startswith(FILE):
            from hivehelm.chart.loadany import load_directory

            path = local_path(repository, self._path)
            version = load_directory(path, self._log).metadata.version
            return _first([version], constraint)
        if repository.startswith(OCI):
            return self._tag(dependency, constraint)
        name = names[dependency.name]
        try:
            index = self._index(name)
        except HivehelmError as error:
            raise NoCachedIndexError(name, error) from error
        if dependency.name not in index:
            raise NotInRepositoryError(dependency.name, repository)
        versions = (one.version for one in index.versions(dependency.name) if one.urls)
        return _first(versions, constraint)

    def _tag(self, dependency: Dependency, constraint: Constraint) -> str:
        """Return the newest tag that fits. Where none does Helm goes on with what was asked for."""
        from hivehelm.golang.semver import VersionError, parse

        try:
            parse(dependency.version)
        except VersionError:
            reference = f"{dependency.repository.removeprefix(OCI)}/{dependency.name}"
            try:
                tags = self._tags(reference)
            except HivehelmError as error:
                raise TagsError(dependency.repository, error) from error
            return _first(tags, constraint) or dependency.version
        return dependency.version


def _first(versions: Iterable[str], constraint: Constraint) -> str | None:
    """Return the first version that fits; what is none does not."""
    from hivehelm.golang.semver import VersionError, parse

    for version in versions:
        try:
            fits = constraint.check(parse(version))
        except VersionError:
            continue
        if fits:
            return version
    return None


def constraint_of(dependency: Dependency, name: str = "") -> Constraint:
    """Return the versions that a dependency asks for; an error calls it `name`.

    Raises:
        ConstraintError: they are none.
    """
    from hivehelm.golang.constraint import Constraint

    try:
        return Constraint(dependency.version)
    except HivehelmError as error:
        raise ConstraintError(name or dependency.name, error) from error
