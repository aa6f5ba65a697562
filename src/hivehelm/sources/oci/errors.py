"""What goes wrong with registries, in the words of oras-go and of Helm's `pkg/registry`."""

from __future__ import annotations

from hivehelm.sources.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class RegistryError(SourceError):
    """Base of the errors of registries; `str()` is Helm's text."""


class InvalidReferenceError(RegistryError):
    """A text is no reference; `problem` says why, "" where oras says nothing more."""

    def __init__(self, problem: str = "") -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return f"invalid reference: {self.problem}" if self.problem else "invalid reference"


class MissingContentError(RegistryError):
    """A registry does not have `name`: a reference or a digest."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name}: not found"


class RefusedError(RegistryError):
    """A registry refused a request; `codes` are its own error codes, `text` what it says."""

    def __init__(self, method: str, url: str, status: int, text: str, codes: Sequence[str] = ()) -> None:
        super().__init__(method, url, status, text)
        self.method = method
        self.url = url
        self.status = status
        self.text = text
        self.codes = tuple(codes)

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"{self.method} {quote(self.url)}: response status code {self.status}: {self.text}"


class BadAnswerError(RegistryError):
    """A registry's answer is not what was asked for; `problem` says why."""

    def __init__(self, method: str, url: str, problem: str) -> None:
        super().__init__(method, url, problem)
        self.method = method
        self.url = url
        self.problem = problem

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"{self.method} {quote(self.url)}: {self.problem}"


class ContentError(RegistryError):
    """Content is not what its descriptor says: another digest, another size, or too much of it."""


class CopyError(RegistryError):
    """A step of a pull or push failed; `cause` says why, `origin` is `source` or `destination`."""

    def __init__(self, step: str, origin: str, cause: Exception) -> None:
        super().__init__(step, origin, str(cause))
        self.step = step
        self.origin = origin
        self.cause = cause

    def __str__(self) -> str:
        return f'failed to perform "{self.step}" on {self.origin}: {self.cause}'


class RegistryConfigError(RegistryError):
    """The file with registries' credentials cannot be read, understood or written."""


class CredentialHelperError(RegistryError):
    """A credential helper, a program of the user's, is not there or reports a failure."""


class AuthenticationError(RegistryError):
    """There are no credentials to answer a registry's challenge with, or it must not be answered."""
