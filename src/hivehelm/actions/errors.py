"""What actions refuse or fail at, in Helm's words (pkg/action of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.actions.error import ActionError as ActionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.actions.findings import Finding
    from hivehelm.release.model import Release


class InvalidNameError(ActionError):
    """A release cannot have that name; `reason` is the rule, and `str()` how the action at hand says so."""

    def __init__(self, name: str, reason: str, text: str) -> None:
        super().__init__(text)
        self.name = name
        self.reason = reason


class NameInUseError(ActionError):
    """There is a release of that name already."""

    def __init__(self, name: str) -> None:
        super().__init__("release name check failed: cannot reuse a name that is still in use")
        self.name = name


class LockedError(ActionError):
    """Another process is at work on release `name`.

    `holder` says who, "" if that is unknown; `age` how many seconds ago it was last heard of, None likewise.
    """

    def __init__(self, name: str, holder: str, age: float | None = None) -> None:
        heard = "" if age is None else f", last heard of {age:.0f}s ago"
        who = f": {holder}{heard}" if holder else ""
        super().__init__(f"another operation (install/upgrade/rollback) is in progress{who}")
        self.name = name
        self.holder = holder
        self.age = age


class LostRaceError(LockedError):
    """Another process began revision `version` first; nothing was changed."""

    def __init__(self, name: str, version: int, holder: str = "") -> None:
        super().__init__(name, holder or f"revision {version} was begun by another process")
        self.holder = holder
        self.version = version


class ReservedLabelsError(ActionError):
    """The user's labels use names that belong to the store of records."""

    def __init__(self) -> None:
        from hivehelm.release.labels import SYSTEM

        super().__init__(
            f"user supplied labels contains system reserved label name. System labels: [{' '.join(SYSTEM)}]"
        )


class UnreachableClusterError(ActionError):
    """The cluster does not answer; `cause` says why."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"cluster reachability check failed: {cause}")
        self.cause = cause


class CRDError(ActionError):
    """A custom resource definition of the chart, in file `name`, could not be installed."""

    def __init__(self, name: str, reason: Exception | str) -> None:
        super().__init__(f"failed to install CRD {name}: {reason}")
        self.name = name
        self.reason = reason


class UnbuildableError(ActionError):
    """What was rendered cannot become Kubernetes objects; `cause` says why."""

    def __init__(self, text: str, cause: Exception) -> None:
        super().__init__(f"{text}: {cause}")
        self.cause = cause


class OwnershipError(ActionError):
    """An object in the cluster belongs to nobody or to another release; `faults` say how it shows."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"invalid ownership metadata; {'; '.join(faults)}")
        self.faults = tuple(faults)


class ExistingResourceError(ActionError):
    """An object that the chart wants to make is there already, and cannot be taken over by `action`."""

    def __init__(self, text: str, action: str = "install") -> None:
        super().__init__(f"unable to continue with {action}: {text}")
        self.action = action


class HookError(ActionError):
    """A hook could not be made, or did not succeed; `cause` says why."""

    def __init__(self, text: str, cause: Exception) -> None:
        super().__init__(text)
        self.cause = cause


class FailedTestError(ActionError):
    """A test of `release` failed, or could not be run; `causes` is that, and why its logs cannot be had."""

    def __init__(self, release: Release, causes: Sequence[Exception]) -> None:
        super().__init__("\n".join(map(str, causes)))
        self.release = release
        self.causes = tuple(causes)


class PodLogsError(ActionError):
    """The logs of a pod, or of some of its containers, cannot be had; `causes` say why."""

    def __init__(self, text: str, causes: Sequence[Exception]) -> None:
        super().__init__(text)
        self.causes = tuple(causes)


class CancelledError(ActionError):
    """The caller gave up."""

    def __init__(self) -> None:
        super().__init__("context canceled")


class DeadlineError(ActionError):
    """The action as a whole took longer than it may."""

    def __init__(self) -> None:
        super().__init__("context deadline exceeded")


class PreflightError(ActionError):
    """A trial run found what would fail; `findings` tell of each, and nothing has been changed."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        count = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        lines = "".join(f"\n  - {finding}" for finding in findings)
        super().__init__(f"preflight found {count}, nothing has been changed:{lines}")
        self.findings = tuple(findings)


class InstallError(ActionError):
    """An install that had begun failed; `release` is the record that it left, `cause` what happened.

    `rolled_back` tells that everything was removed again, `rollback_error` that this failed as well.
    """

    def __init__(
        self,
        release: Release,
        cause: Exception,
        *,
        rolled_back: bool = False,
        rollback_error: Exception | None = None,
    ) -> None:
        if rollback_error is not None:
            text = (
                "an error occurred while uninstalling the release. "
                f"original install error: {cause}: {rollback_error}"
            )
        elif rolled_back:
            text = (
                f"release {release.name} failed, and has been uninstalled due to rollback-on-failure "
                f"being set: {cause}"
            )
        else:
            text = str(cause)
        super().__init__(text)
        self.release = release
        self.cause = cause
        self.rolled_back = rolled_back
        self.rollback_error = rollback_error


class UnknownRevisionError(ActionError):
    """Release `name` has no revision `revision` to go back to."""

    def __init__(self, name: str, revision: int) -> None:
        super().__init__(f"release has no {revision} version")
        self.name = name
        self.revision = revision


class PendingError(ActionError):
    """Something else is changing the release, or was when it died."""

    def __init__(self) -> None:
        super().__init__("another operation (install/upgrade/rollback) is in progress")


class UpgradeError(ActionError):
    """An upgrade that had begun failed; `release` is the record that it left, `cause` what happened.

    `rolled_back` tells that the release is as it was before; `clean_up_error` and `rollback_error` why what
    the upgrade had made is still there, or why the release could not be rolled back.
    """

    def __init__(
        self,
        release: Release,
        cause: Exception,
        text: str = "",
        *,
        rolled_back: bool = False,
        clean_up_error: Exception | None = None,
        rollback_error: Exception | None = None,
    ) -> None:
        super().__init__(text or str(cause))
        self.release = release
        self.cause = cause
        self.rolled_back = rolled_back
        self.clean_up_error = clean_up_error
        self.rollback_error = rollback_error


class CleanUpError(ActionError):
    """Objects that a failed action had made could not be deleted; `causes` say why."""

    def __init__(self, causes: Sequence[Exception]) -> None:
        super().__init__(f"unable to cleanup resources: {', '.join(map(str, causes))}")
        self.causes = tuple(causes)


class RollbackError(ActionError):
    """A rollback that had begun failed; `release` is the record that it left, `cause` what happened."""

    def __init__(self, release: Release, cause: Exception, text: str = "") -> None:
        super().__init__(text or str(cause))
        self.release = release
        self.cause = cause


class UninstallError(ActionError):
    """An uninstall failed; `release` is as far as it came, `causes` all that went wrong."""

    def __init__(self, text: str, release: Release | None = None, causes: Sequence[Exception] = ()) -> None:
        super().__init__(text)
        self.release = release
        self.causes = tuple(causes)


class CapabilitiesError(ActionError):
    """The cluster does not say what it can do; `cause` says why."""

    def __init__(self, text: str, cause: Exception) -> None:
        super().__init__(text)
        self.cause = cause


class NoClusterError(ActionError):
    """The action needs a cluster, and there is none."""

    def __init__(self) -> None:
        super().__init__("kubernetes cluster unreachable")
