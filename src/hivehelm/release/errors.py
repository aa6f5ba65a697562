"""What can go wrong with records and their stores, in Helm's words (pkg/storage/driver)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.release.model import Release


class ReleaseError(HivehelmError):
    """Base of the errors of release records and storage."""


class ReleaseNotFoundError(ReleaseError):
    """There is no such release, or no such revision of it."""

    def __str__(self) -> str:
        return "release: not found"


class ReleaseExistsError(ReleaseError):
    """That revision of the release is already stored."""

    def __str__(self) -> str:
        return "release: already exists"


class LockLostError(ReleaseError):
    """Somebody else took revision `version` of release `name` over, having heard nothing of us for long."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(name, version)
        self.name = name
        self.version = version

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return (
            f"revision {self.version} of release {quote(self.name)} was taken over by another process "
            "while this one could not be heard of"
        )


class InvalidKeyError(ReleaseError):
    """A key of the store does not name a release and a revision."""

    def __str__(self) -> str:
        return "release: invalid key"


class NoDeployedReleasesError(ReleaseError):
    """No revision of release `name` is deployed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"{quote(self.name)} has no deployed releases"


class ReleaseDecodeError(ReleaseError):
    """What is stored is not a release record; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class StorageError(ReleaseError):
    """The store refused or failed `action` ("get", "list", "query", "create", "update"); `cause` says why."""

    def __init__(self, action: str, text: str, cause: Exception) -> None:
        super().__init__(text)
        self.action = action
        self.text = text
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.action}: {self.text}: {self.cause}"


class RecordTooLargeError(ReleaseError):
    """A record does not fit into its object: `size` bytes as they are stored, of at most `limit`.

    The first line is Helm's; what the record is made of and what to do follow. `cause` is the error that
    Helm has, `shares` are the parts (see `release.sizes`).
    """

    def __init__(self, release: Release, size: int, cause: Exception, *, split: bool) -> None:
        from hivehelm.release.sizes import explanation, shares
        from hivehelm.release.split import FITS

        super().__init__(str(cause))
        self.cause = cause
        self.size = size
        self.limit = FITS
        self.shares = shares(release, size)
        self.explanation = explanation(self.shares, release.version, size, FITS, split=split)

    def __str__(self) -> str:
        return f"{self.cause}\n{self.explanation}"


class InvalidLabelValueError(ReleaseError):
    """A value cannot be asked for as a label: `reasons` are the API server's rules that it breaks."""

    def __init__(self, value: str, reasons: Sequence[str]) -> None:
        super().__init__(value)
        self.value = value
        self.reasons = tuple(reasons)

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"invalid label value: {quote(self.value)}: {'; '.join(self.reasons)}"


class PruneError(ReleaseError):
    """Several old records could not be deleted; `causes` has an error for each."""

    def __init__(self, causes: Sequence[Exception]) -> None:
        super().__init__(str(causes[0]))
        self.causes = tuple(causes)

    def __str__(self) -> str:
        return f"encountered {len(self.causes)} deletion errors. First is: {self.causes[0]}"


class NoRevisionError(ReleaseError):
    """All that is stored of release `name` cannot be read."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"no revision for release {quote(self.name)}"


class UnknownDriverError(ReleaseError):
    """`HELM_DRIVER` names no storage driver; `name` is what it says."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"unknown driver {quote(self.name)}"


class SQLError(ReleaseError):
    """The database refused or failed; `text` says how, in lib/pq's words where the server spoke."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return self.text


class SQLConnectionError(SQLError):
    """The database cannot be connected to, or its tables cannot be made."""

    def __str__(self) -> str:
        return f"unable to instantiate SQL driver: {self.text}"


class UnknownLabelError(ReleaseError):
    """Records cannot be found by the label `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"unknown label {self.name}"
