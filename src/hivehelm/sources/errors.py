"""Charts and files that are not where a reference points, in Helm's words (pkg/action, pkg/downloader)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class SourceError(HivehelmError):
    """Base of the errors of finding charts and files."""


class PathNotFoundError(SourceError):
    """A chart reference is a path, and nothing is there."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"path {quote(self.path)} not found"


class BadReferenceError(SourceError):
    """A chart reference is neither a path that exists, nor `repository/chart`, nor a URL."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def __str__(self) -> str:
        from hivehelm.sources.address import without_password

        shown = without_password(self.reference)
        return f"non-absolute URLs should be in form of repo_name/path_to_chart, got: {shown}"


class RepositoryNotFoundError(SourceError):
    """No repository of that name is configured."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"repo {self.name} not found"


class RenameError(SourceError):
    """A file that is whole cannot be put in its place; `problem` says why."""

    def __init__(self, source: str, target: str, problem: str) -> None:
        super().__init__(
            f"link error: cannot rename {source} to {target}: rename {source} {target}: {problem}"
        )
        self.path = target
        self.problem = problem


class NoIndexError(SourceError):
    """The index of a configured repository is not in the cache, or cannot be read; `cause` says why."""

    def __init__(self, cause: HivehelmError) -> None:
        super().__init__(f"no cached repo found. (try 'helm repo update'): {cause}")
        self.cause = cause


class ChartNotFoundError(SourceError):
    """A repository that is there has no such chart, or none of that version (`repo.ChartNotFoundError`)."""

    def __init__(self, name: str, version: str, repository: str) -> None:
        super().__init__(name, version, repository)
        self.name = name
        self.version = version
        self.repository = repository

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote
        from hivehelm.sources.address import without_password

        version = f" version {quote(self.version)}" if self.version else ""
        return (
            f"chart {quote(self.name)}{version} not found in {without_password(self.repository)} repository"
        )


class UnmatchedChartError(SourceError):
    """The index of `repository`, as it is in the cache, has no such chart, or none of that version."""

    def __init__(self, name: str, version: str, repository: str, cause: HivehelmError) -> None:
        from hivehelm.golang.fmt import quote

        super().__init__(
            f"chart {quote(name)} matching {version} not found in {repository} index. "
            f"(try 'helm repo update'): {cause}"
        )
        self.name = name
        self.version = version
        self.repository = repository
        self.cause = cause


class NotARepositoryError(SourceError):
    """There is no index at the address of a repository; `cause` says why not."""

    def __init__(self, repository: str, cause: HivehelmError) -> None:
        from hivehelm.golang.fmt import quote
        from hivehelm.sources.address import without_password

        shown = quote(without_password(repository))
        super().__init__(f"looks like {shown} is not a valid chart repository or cannot be reached: {cause}")
        self.repository = repository
        self.cause = cause


class NoProvenanceError(SourceError):
    """There is no provenance file for a chart that has to be verified."""

    def __init__(self, url: str) -> None:
        from hivehelm.golang.fmt import quote
        from hivehelm.sources.address import without_password

        super().__init__(f"failed to fetch provenance {quote(without_password(url))}")
        self.url = url


class SchemeError(SourceError):
    """Nothing can fetch URLs of that scheme, in Helm neither."""

    def __init__(self, scheme: str) -> None:
        super().__init__(scheme)
        self.scheme = scheme

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"scheme {quote(self.scheme)} not supported"


class ReadError(SourceError):
    """A file cannot be read; `problem` is the operating system's word for it, `call` what failed."""

    def __init__(self, path: str, problem: str, call: str = "open") -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem
        self.call = call

    def __str__(self) -> str:
        return f"{self.call} {self.path}: {self.problem}"


class UndefinedRepositoriesError(SourceError):
    """Dependencies come from `repositories` that are neither addresses nor names of configured ones."""

    def __init__(self, repositories: list[str]) -> None:
        super().__init__(repositories)
        self.repositories = repositories

    def __str__(self) -> str:
        names = ", ".join(self.repositories)
        text = f"no repository definition for {names}. Please add them via 'helm repo add'"
        if any("//" not in one and not one.startswith(("@", "alias:")) for one in self.repositories):
            text += (
                '\nNote that repositories must be URLs or aliases. For example, to refer to the "example"\n'
                'repository, use "https://charts.example.com/" or "@example" instead of\n'
                "\"example\". Don't forget to add the repo, too ('helm repo add')."
            )
        return text
