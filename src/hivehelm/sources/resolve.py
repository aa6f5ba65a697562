"""Which charts a chart's dependencies mean (`internal/resolver`, half of `pkg/downloader/manager.go`)."""

from __future__ import annotations

import os

from hivehelm.chart.errors import PathError
from hivehelm.errors import HivehelmError
from hivehelm.sources.errors import SourceError, UnavailableDependencyError, UndefinedRepositoriesError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.chart.model import Dependency, Lock
    from hivehelm.golang.constraint import Constraint

    Log = Callable[..., None]

FILE = "file://"
OCI = "oci://"


class NoVersionError(SourceError):
    """Charts are there, and none of a version that the dependencies ask for."""

    def __init__(self, dependencies: Sequence[Dependency]) -> None:
        super().__init__(dependencies)
        self.dependencies = list(dependencies)

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        wanted = ", ".join(
            f"{quote(one.name)} (repository {quote(one.repository)}, version {quote(one.version)})"
            for one in self.dependencies
        )
        return (
            f"can't get a valid version for {len(self.dependencies)} subchart(s): {wanted}. "
            "Make sure a matching chart version exists in the repo, "
            "or change the version constraint in Chart.yaml"
        )


class ConstraintError(SourceError):
    """The version that dependency `name` asks for is no constraint; `name` is as the text at hand has it."""

    def __init__(self, name: str, cause: HivehelmError) -> None:
        super().__init__(f"dependency {name} has an invalid version/constraint format: {cause}")
        self.name = name
        self.cause = cause


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
    repository_config: str,
    heard: Callable[[str], None] | None = None,
) -> list[Dependency]:
    """Return the dependencies with addresses where they gave names of repositories, `@name` or `alias:name`.

    `heard(repository)` is called for each that is a directory.

    Raises:
        UndefinedRepositoriesError: some are neither.
        SourceError: a directory is not there, or the file `repository_config` cannot be read.
    """
    from hivehelm.sources.repositories import load, same_url

    known = load(repository_config)
    named: list[Dependency] = []
    missing: list[str] = []
    for dependency in dependencies:
        named.append(dependency)
        repository = dependency.repository
        if repository.startswith(FILE):
            local_path(repository, chart_path)
            if heard is not None:
                heard(repository)
        if not repository or repository.startswith((FILE, OCI)):
            continue
        found = next((one for one in known if repository in (f"@{one.name}", f"alias:{one.name}")), None)
        if found is not None:
            named[-1] = dependency.copy()
            named[-1].repository = found.url
        elif not any(same_url(one.url, repository) for one in known) and not _is_address(repository):
            missing.append(repository)
    if missing:
        raise UndefinedRepositoriesError(missing)
    return named


def _is_address(text: str) -> bool:
    from hivehelm.golang.url import URLError, parse_request

    try:
        parse_request(text)
    except URLError:
        return False
    return True


def refuse_remote(dependencies: Sequence[Dependency]) -> None:
    """Refuse what cannot be fetched yet.

    Raises:
        UnavailableDependencyError: a dependency is in a repository or a registry.
    """
    from hivehelm.sources.locate import without_password

    for dependency in dependencies:
        if dependency.repository and not dependency.repository.startswith(FILE):
            kind = "registries" if dependency.repository.startswith(OCI) else "repositories"
            address = without_password(dependency.repository)
            raise UnavailableDependencyError(dependency.name, f"charts of {kind}", address)


def resolve(dependencies: Sequence[Dependency], chart_path: str, log: Log | None = None) -> Lock:
    """Return the exact versions that the dependencies come to, all of them in directories.

    Raises:
        ConstraintError: a version is none, nor a range.
        NoVersionError: a chart is there in another version.
        ChartError, SourceError: a chart is not there, or broken.
    """
    from hivehelm.chart.loadany import load_directory
    from hivehelm.chart.lock import digest, now
    from hivehelm.chart.model import Dependency, Lock
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.semver import parse

    locked: list[Dependency] = []
    unfit: list[Dependency] = []
    for dependency in dependencies:
        constraint = constraint_of(dependency, quote(dependency.name))
        if not dependency.repository:
            local_path(f"charts/{dependency.name}", chart_path)
            locked.append(Dependency(dependency.name, dependency.version))
            continue
        path = local_path(dependency.repository, chart_path)
        version = load_directory(path, log).metadata.version
        if constraint.check(parse(version)):
            locked.append(Dependency(dependency.name, version, dependency.repository))
        else:
            unfit.append(dependency)
    if unfit:
        raise NoVersionError(unfit)
    return Lock(now(), digest(dependencies, locked), locked)


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
