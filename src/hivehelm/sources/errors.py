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
        return f"non-absolute URLs should be in form of repo_name/path_to_chart, got: {self.reference}"


class RepositoryNotFoundError(SourceError):
    """No repository of that name is configured."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"repo {self.name} not found"


class SchemeError(SourceError):
    """Nothing can fetch URLs of that scheme, in Helm neither."""

    def __init__(self, scheme: str) -> None:
        super().__init__(scheme)
        self.scheme = scheme

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"scheme {quote(self.scheme)} not supported"


class UnavailableSourceError(SourceError):
    """Helm could fetch `reference`, and this version of Hivehelm cannot yet; `kind` names the way."""

    def __init__(self, kind: str, reference: str) -> None:
        super().__init__(kind, reference)
        self.kind = kind
        self.reference = reference

    def __str__(self) -> str:
        return f"{self.kind} are not available in this version of hivehelm: {self.reference}"


class ReadError(SourceError):
    """A file cannot be read; `problem` is the operating system's word for it, `call` what failed."""

    def __init__(self, path: str, problem: str, call: str = "open") -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem
        self.call = call

    def __str__(self) -> str:
        return f"{self.call} {self.path}: {self.problem}"


class UnavailableDependencyError(SourceError):
    """Helm could fetch dependency `name`, and this version of Hivehelm cannot yet; `kind` names the way."""

    def __init__(self, name: str, kind: str, repository: str) -> None:
        super().__init__(name, kind, repository)
        self.name = name
        self.kind = kind
        self.repository = repository

    def __str__(self) -> str:
        return (
            f"dependency {self.name} cannot be fetched from {self.repository}: "
            f"{self.kind} are not available in this version of hivehelm"
        )


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
