"""The one table from an error's class to an HTTP status.

It goes by the names of classes, so that no room has to be imported for errors that never come. Subclasses
count as their nearest ancestor that is listed. `CAUSE` looks at what an error was caused by first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hivehelm.errors import HivehelmError
from hivehelm.operations.errors import problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BY_STATUS: Final[dict[int, str]] = {
    # What was asked cannot be understood.
    400: """
        InvalidNameError NamingError ReservedLabelsError SelectorError RegexError GlobError DurationError
        InputError SetError URLError AddressError SearchConstraintError ConstraintError VersionError
        VersionOverflowError NumberError TimeError ZoneError JSONPathError InvalidLabelValueError
        UnknownLabelError BadReferenceError InvalidReferenceError SchemeError ScaffoldNameError
        InvalidChartNameError JSONError YAMLError TOMLError SeparatorError CorruptInputError DigestError
        HexError InvalidKeyError KubeVersionError PointError
        ClusterNameError NotAReferenceError ChartPathError TokenError
        RegistryAddressError SortError InvalidRequestError
        """,
    # There is no such thing.
    404: """
        ReleaseNotFoundError NoRevisionError NoDeployedReleasesError UnknownRevisionError
        RepositoryNotFoundError
        PathNotFoundError ChartNotFoundError NoChartNameError NoChartVersionError UnmatchedChartError
        MissingContentError NotInRepositoryError NoVersionError NoIndexError NoCachedIndexError
        PluginNotFoundError UnknownClusterError LintError NoProvenanceError OperationNotFoundError
        UnknownTokenError UnknownChartError UnknownChartVersionError UnknownRepositoryError
        NothingToCompareError UnknownReleaseError UnknownAppError
        """,
    # It is not in a state for that.
    409: """
        NameInUseError LockedError PendingError ReleaseExistsError LockLostError
        OwnershipError CancelledError RepositoryListError OutOfSyncError LinkedLockError
        DuplicatePluginError NotAnAppError GoneError ChartExistsError RepositoryExistsError TokenExistsError
        OperationExistsError StaleOperationError
        """,
    # It is too large.
    413: """
        RecordTooLargeError MemoryLimitError OutputLimitError BodyTooLargeError ResponseTooLargeError
        TooLargeError RequestTooLargeError
        """,
    # It is understood, and wrong: a chart, its values, or what the cluster makes of them.
    422: """
        ChartError RenderError TemplateError FunctionError CallError RefusalError SchemaError DocumentError
        ValuesError ManifestError HeadError ResourceError ObjectError PlanError IsolatedError LimitError
        MissingDependenciesError CRDError FailedTestError PodLogsError PreflightError VendorError
        UnknownRepositoriesError UndefinedRepositoriesError UnbuildableError ObjectBuildError
        NoMatchError PatchError CertificateError PostRenderingError PluginError LookupFailedError
        RebuildError ReleaseDecodeError ProvenanceError IndexFileError SchemaSourceError PushError
        UntarError UnsignableError NothingVisitedError
        KeyReuseError NotInstallableError DependencyCheckError PlatformError
        """,
    # Too much at a time.
    429: """
        BusyError
        """,
    # A repository or registry that the caller chose does not do what it should: not our server's fault.
    424: """
        SourceError HttpError
        """,
    # The cluster is not there, or what keeps the records is not.
    503: """
        UnreachableError UnreachableClusterError RequestError ConfigError CredentialsError NoClusterError
        SQLError UnknownDriverError ClusterError StoppingError
        """,
    # It took too long.
    504: """
        DeadlineError RequestTimeoutError
        """,
    # It is our fault.
    500: """
        WireError WorkerError SaveError WorkerLostError OperationError DecryptionError
        KeyFormatError KeyFileError KeptFileError TokenFileError
        IssuerError GrantError CertificateFileError UnsafeServerError
        """,
}
#: What its cause says, and this status where that is not known.
_BY_CAUSE: Final[dict[int, str]] = {
    409: "ExistingResourceError",
    422: """
        ActionError InstallError UpgradeError RollbackError UninstallError HookError CleanUpError ApplyError
        """,
    424: """
        NotFoundError NotFetchedError HubError TagsError CopyError NotARepositoryError IndexUpdateError
        """,
    503: """
        ReleaseError StorageError PruneError CapabilitiesError KubeError StoreError
        """,
}
#: Answers of others that we pass on.
_PASSED: Final = {"ApiError", "StatusError", "RefusedError"}
#: Errors that say their status themselves.
_OWN: Final = {"ProblemError", "AccessError", "ChartRepositoryError"}

TABLE: Final[dict[str, int]] = {
    name: status
    for table in (_BY_STATUS, _BY_CAUSE)
    for status, names in table.items()
    for name in names.split()
}
"""The status of each class that is listed."""

CAUSED: Final = frozenset(name for names in _BY_CAUSE.values() for name in names.split())
"""The classes that have their cause's status, where that is known."""


def status_of(error: BaseException) -> int:
    """Return the status that goes with an error; 500 for what nobody has thought of."""
    return _status(problem_of(error)) if isinstance(error, HivehelmError) else 500


def status_of_told(document: Mapping[str, Any]) -> int:
    """Return the status that goes with what `operations.errors.problem_of` made of an error, anywhere."""
    return _status(document)


def _status(document: Mapping[str, Any]) -> int:
    kinds: Sequence[str] = document.get("kinds") or [str(document.get("kind", ""))]
    for kind in kinds:
        if kind == "WaitError":
            return 409 if document.get("cancelled") else 504 if document.get("timed_out") else 422
        if kind in _OWN:
            return int(document.get("status") or 500)
        if kind in _PASSED:
            return _passed(kind, int(document.get("status") or 502))
        if kind in TABLE:
            cause = document.get("cause")
            if kind in CAUSED and cause:
                found = _status(cause)
                if found != 500:
                    return found
            return TABLE[kind]
    return 500


def _passed(kind: str, status: int) -> int:
    """Return what we say where another server said `status`."""
    if kind == "ApiError":
        # 401: it is us whom the cluster does not know, not our caller.
        known = {
            400: 422,
            401: 503,
            403: 403,
            404: 404,
            409: 409,
            413: 413,
            422: 422,
            429: 429,
            503: 503,
            504: 504,
        }
        return known.get(status, 502)
    return 404 if status in (404, 410) else 424
