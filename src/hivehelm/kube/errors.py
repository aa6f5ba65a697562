"""What goes wrong between us and a Kubernetes API server, in the words client-go and Helm use."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from hivehelm.kube.outcome import Result


class KubeError(HivehelmError):
    """Base of every error of this room."""


class ConfigError(KubeError):
    """The kubeconfig, or what the flags make of it, cannot be used."""


class InvalidConfigError(ConfigError):
    """The chosen context has faults; all of them are listed (clientcmd's `errConfigurationInvalid`)."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"invalid configuration: {aggregate(faults)}")
        self.faults = tuple(faults)


class CredentialsError(KubeError):
    """A credential could not be read, or its plugin failed."""


class RequestError(KubeError):
    """A request got no answer (net/url's `Error`): `Get "https://…": dial tcp …`."""

    def __init__(self, method: str, url: str, cause: Exception) -> None:
        super().__init__(f'{method.capitalize()} "{url}": {cause}')
        self.method = method
        self.url = url
        self.cause = cause


class ResponseTooLargeError(KubeError):
    """A response is larger than the transport's bound, in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"response body exceeds {limit} bytes")
        self.limit = limit


class UnreachableError(KubeError):
    """The cluster does not answer `/version` (Helm's `Client.IsReachable`)."""

    def __init__(self, cause: Exception | str) -> None:
        super().__init__(f"kubernetes cluster unreachable: {cause}")
        self.cause = cause


class ApiError(KubeError):
    """The API server refused; `str()` is the message of its Status (apimachinery's `StatusError`).

    `causes` are `details.causes`: dicts of `reason`, `message` and `field`.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        details: dict[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.details: dict[str, Any] = details or {}
        self.causes: list[dict[str, Any]] = list(self.details.get("causes") or [])
        self.retry_after = retry_after

    @property
    def not_found(self) -> bool:
        """Whether the object or its kind is not there."""
        return self._is("NotFound", 404)

    @property
    def already_exists(self) -> bool:
        """Whether an object of that name is there already."""
        return self.reason == "AlreadyExists"

    @property
    def conflict(self) -> bool:
        """Whether another writer holds the object or one of its fields."""
        return self._is("Conflict", 409) and not self.already_exists

    @property
    def forbidden(self) -> bool:
        """Whether the user lacks the right."""
        return self._is("Forbidden", 403)

    @property
    def unauthorized(self) -> bool:
        """Whether the server does not know the user."""
        return self._is("Unauthorized", 401)

    @property
    def expired(self) -> bool:
        """Whether a resourceVersion or a continue token is too old."""
        return self.status == 410 or self.reason in ("Expired", "Gone")

    def _is(self, reason: str, status: int) -> bool:
        return self.reason == reason or (self.status == status and self.reason in ("", "Unknown"))


class NoMatchError(KubeError):
    """The server serves no such kind (apimachinery's `NoKindMatchError`)."""

    def __init__(self, api_version: str, kind: str) -> None:
        super().__init__(f'no matches for kind "{kind}" in version "{api_version}"')
        self.api_version = api_version
        self.kind = kind


class ObjectBuildError(KubeError):
    """A document cannot be made into an object (cli-runtime's resource builder)."""


class UnmappedError(ObjectBuildError):
    """A document's kind is unknown to the server, or that of an object in a list, where `listed`."""

    def __init__(self, name: str, namespace: str, cause: NoMatchError, *, listed: bool = False) -> None:
        super().__init__(
            f"unable to recognize {cause}"
            if listed
            else f'resource mapping not found for name: "{name}" namespace: "{namespace}" from "": {cause}\n'
            "ensure CRDs are installed first"
        )
        self.name = name
        self.namespace = namespace
        self.cause = cause


class ObjectsBuildError(ObjectBuildError):
    """Several documents are at fault (apimachinery's `Aggregate`)."""

    def __init__(self, errors: Sequence[KubeError]) -> None:
        super().__init__(aggregate(map(str, errors)))
        self.errors = tuple(errors)


class ApplyError(KubeError):
    """An object could not be created, changed or removed; `cause` says why, where the server said so.

    `result` is what an update had done before, None of what had not begun.
    """

    def __init__(self, text: str, cause: KubeError | None = None) -> None:
        super().__init__(text)
        self.cause = cause
        self.result: Result | None = None


class AppliesError(ApplyError):
    """Several objects could not be changed; joined as Helm joins them."""

    def __init__(self, errors: Sequence[KubeError], separator: str = "\n") -> None:
        super().__init__(separator.join(map(str, errors)), errors[0])
        self.errors = tuple(errors)


class PatchError(KubeError):
    """There is no patch from one manifest to another (apimachinery's `strategicpatch`, `jsonmergepatch`)."""


class NothingVisitedError(ApplyError):
    """There was nothing to create or delete (Helm's `ErrNoObjectsVisited`)."""

    def __init__(self) -> None:
        super().__init__("no objects visited")


class WaitError(KubeError):
    """What was waited for did not come about; `resources` names what is not there yet.

    `timed_out` and `cancelled` tell apart a passed deadline and a caller who gave up.
    """

    def __init__(
        self, text: str, *, resources: Iterable[str] = (), timed_out: bool = False, cancelled: bool = False
    ) -> None:
        super().__init__(text)
        self.resources = tuple(resources)
        self.timed_out = timed_out
        self.cancelled = cancelled


def aggregate(messages: Iterable[str]) -> str:
    """Join messages as apimachinery's `Aggregate` does: one bare, several distinct ones in brackets."""
    distinct = list(dict.fromkeys(messages))
    return distinct[0] if len(distinct) == 1 else f"[{', '.join(distinct)}]"


def os_error(verb: str, path: str, error: OSError) -> str:
    """Return what Go's `os.PathError` prints: `open /x: no such file or directory`."""
    text = error.strerror or str(error)
    return f"{verb} {path}: {text[:1].lower()}{text[1:]}"
