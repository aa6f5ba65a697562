"""`uninstall`: a release and its objects go (pkg/action/uninstall.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.actions.budget import Budget
from hivehelm.actions.errors import ActionError, InvalidNameError, UninstallError
from hivehelm.actions.events import Event
from hivehelm.actions.journal import Journal
from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.release.errors import NoDeployedReleasesError, ReleaseNotFoundError
from hivehelm.release.model import HookEvent, Release, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from hivehelm.actions.context import Context
    from hivehelm.actions.lock import Lock
    from hivehelm.kube.resources import Resource
    from hivehelm.manifest.hooks import Manifest

_UNSAVED = "uninstall: Failed to store updated release"
_CASCADES = {"background": "Background", "orphan": "Orphan", "foreground": "Foreground"}


class UninstallOptions(Record):
    """How a release is uninstalled; fields are named after Helm's flags.

    `cascade` is `background`, `orphan` or `foreground`; `wait` is `hookOnly`, `watcher` or `legacy`;
    `timeout` is in seconds and holds for each wait, `wait_lock` for another process that is at work on the
    release. `deadline` is when all must be done, on `time.monotonic`'s clock; setting `cancel` stops at the
    next chance.
    """

    dry_run: bool = False
    no_hooks: bool = False
    ignore_not_found: bool = False
    keep_history: bool = False
    wait: str = "hookOnly"
    cascade: str = "background"
    timeout: float = 300.0
    description: str = ""
    wait_lock: float = 0.0
    deadline: float | None = None
    cancel: threading.Event | None = None


class Uninstalled(Record):
    """What is left of a release: its last record, and what there is to say of objects that were kept."""

    release: Release
    info: str = ""


def uninstall(context: Context, name: str, options: UninstallOptions | None = None) -> Uninstalled | None:
    """Delete the objects and records of release `name`.

    Objects that say `helm.sh/resource-policy: keep`, or that belong to somebody else by now, stay. With
    `keep_history` so do the records. Returns None where there is no such release and that is to be ignored.

    Raises:
        UnreachableError: the cluster does not answer.
        LockedError: another process is at work on the release.
        InvalidNameError, UninstallError: there is no such release, or not all of it could be deleted.
        HookError: a hook failed.
    """
    from hivehelm.actions.lock import locked

    how = options or UninstallOptions()
    context = context.until(how.deadline)
    return locked(
        context,
        name,
        "uninstall",
        lambda lock: Uninstallation(context, name, how, lock).run(),
        wait=how.wait_lock,
        deadline=how.deadline,
        cancel=how.cancel,
    )


def check_cascade(value: str) -> None:
    """Check what `--cascade` says.

    Raises:
        ActionError: it is none of Helm's three.
    """
    if value not in _CASCADES:
        raise ActionError(f'invalid cascade value ({value}). Must be "background", "foreground", or "orphan"')


class Uninstallation:
    """One uninstall, under a lock."""

    def __init__(self, context: Context, name: str, options: UninstallOptions, lock: Lock) -> None:
        self.context = context
        self.lock = lock
        self.name = name
        self.options = options
        self.budget = Budget(options.timeout, options.deadline, options.cancel)

    def run(self) -> Uninstalled | None:
        """Uninstall; see `uninstall`."""
        from hivehelm.actions.names import fault

        self.context.check_reachable()
        if self.options.dry_run:
            return self._rehearse()
        if reason := fault(self.name):
            raise InvalidNameError(self.name, reason, f"uninstall: Release name is invalid: {self.name}")
        try:
            history = self.lock.history()
        except ActionError:
            raise
        except HivehelmError as error:
            if self.options.ignore_not_found:
                return None
            text = f"uninstall: Release not loaded: {self.name}: {error}"
            raise UninstallError(text, causes=[error]) from error
        if not history:
            raise UninstallError("no release provided")
        release = history[-1]
        if release.info.status == Status.UNINSTALLED:
            return self._forget_again(history)
        return self._delete(release, history)

    def _forget_again(self, history: list[Release]) -> Uninstalled:
        if self.options.keep_history:
            raise UninstallError(f"the release named {_quote(self.name)} is already deleted", history[-1])
        self._purge(history)
        return Uninstalled(release=history[-1])

    def _delete(self, release: Release, history: list[Release]) -> Uninstalled:
        context = self.context
        context.log("DEBUG", "uninstall: deleting release", name=self.name)
        self.lock.hold(release)
        info = release.info.replace(
            status=Status.UNINSTALLING,
            deleted=context.now(),
            description="Deletion in progress (or silently failed)",
        )
        journal = Journal(context, release.replace(info=info))
        self._hooks(journal, HookEvent.PRE_DELETE)
        # From here on the release counts as being uninstalled.
        journal.write("DEBUG", _UNSAVED)
        self.budget.check()
        self._tell("delete")
        deleted, kept = self._objects(journal)
        errors: list[HivehelmError] = []
        try:
            self._wait(deleted)
        except HivehelmError as error:
            errors.append(error)
        try:
            self._hooks(journal, HookEvent.POST_DELETE)
        except HivehelmError as error:
            errors.append(error)
        journal.status(Status.UNINSTALLED, self.options.description or "Uninstallation complete")
        if self.options.keep_history:
            journal.write("DEBUG", _UNSAVED)
            self._supersede()
        else:
            try:
                self._purge(history)
            except UninstallError as error:
                errors.append(error)
        if errors:
            text = "; ".join(map(str, errors))
            raise UninstallError(
                f"uninstallation completed with {len(errors)} error(s): {text}", journal.release, errors
            )
        self._tell("done")
        return Uninstalled(release=journal.release, info=kept)

    def _objects(self, journal: Journal) -> tuple[list[Resource], str]:
        """Delete the release's objects; return those that went, and what to say of those that did not."""
        from hivehelm.actions.existing import sort_by_owner
        from hivehelm.kube import apply
        from hivehelm.kube.errors import KubeError
        from hivehelm.kube.resources import build
        from hivehelm.manifest.documents import ManifestError

        release, context = journal.release, self.context
        failure = f"failed to delete release: {self.name}"
        try:
            keep, remove = _by_policy(release.manifest)
            resources = build(context.client, _joined(remove), context.namespace, validate=False)
        except (KubeError, ManifestError) as error:
            context.log("DEBUG", "uninstall: Failed to delete release", error=error)
            raise UninstallError(failure, release, [error]) from error
        owned = sort_by_owner(context, resources, release.name, release.namespace)
        said = [_kept(keep)] if keep else []
        for resource in owned.others:
            context.log(
                "WARN", "skipping delete of resource not owned by this release", **_named(resource, release)
            )
        if owned.others:
            lines = "".join(f"[{one.type.kind}] {one.name}\n" for one in owned.others)
            said.append(
                f"{len(owned.others)} resource(s) were not deleted "
                f"because they are not owned by this release:\n{lines}"
            )
        for resource, reason in owned.unknown:
            context.log(
                "WARN",
                "skipping delete of resource because ownership could not be verified",
                **_named(resource, release),
                error=reason,
            )
        if owned.unknown:
            lines = "".join(f"[{one.type.kind}] {one.name}: {reason}\n" for one, reason in owned.unknown)
            said.append(
                f"{len(owned.unknown)} resource(s) were not deleted "
                f"because their ownership could not be verified:\n{lines}"
            )
        if owned.ours:
            for resource in owned.ours:
                text = "deleting resource owned by this release"
                context.log("DEBUG", text, **_named(resource, release))
            propagation = _CASCADES.get(self.options.cascade, "Background")
            _, errors = apply.delete(context.client, owned.ours, propagation=propagation, log=context.log)
            if errors:
                context.log("DEBUG", "uninstall: Failed to delete release", error=errors[0])
                raise UninstallError(failure, release, errors)
        return owned.ours, "\n".join(said)

    def _rehearse(self) -> Uninstalled | None:
        """Return what an uninstall would do, and log which objects would stay."""
        from hivehelm.actions.existing import sort_by_owner
        from hivehelm.actions.get import content
        from hivehelm.kube.resources import build

        context = self.context
        try:
            release = content(context, self.name, 0)
        except ReleaseNotFoundError:
            if self.options.ignore_not_found:
                return None
            raise
        try:
            keep, remove = _by_policy(release.manifest)
        except HivehelmError:
            return Uninstalled(release=release)
        try:
            resources = build(context.client, _joined(remove), context.namespace, validate=False)
        except HivehelmError:
            return Uninstalled(release=release, info=_kept(keep) if keep else "")
        owned = sort_by_owner(context, resources, release.name, release.namespace)
        would = "dry-run: resources would be skipped because"
        if owned.others:
            context.log(
                "WARN",
                f"{would} they are not owned by this release",
                release=release.name,
                count=len(owned.others),
            )
        for resource in owned.others:
            context.log("WARN", "dry-run: would skip resource", **_named(resource))
        if owned.unknown:
            context.log(
                "WARN",
                f"{would} their ownership could not be verified",
                release=release.name,
                count=len(owned.unknown),
            )
        for resource, reason in owned.unknown:
            text = "dry-run: would skip resource (ownership could not be verified)"
            context.log("WARN", text, **_named(resource), error=reason)
        for resource in owned.ours:
            context.log("DEBUG", "dry-run: would delete resource", **_named(resource))
        return Uninstalled(release=release, info=_kept(keep) if keep else "")

    def _hooks(self, journal: Journal, event: str) -> None:
        if self.options.no_hooks:
            if event == HookEvent.PRE_DELETE:
                self.context.log("DEBUG", "delete hooks disabled", release=self.name)
            return
        from hivehelm.actions.hooks import HookOptions, run

        run(
            self.context,
            journal,
            event,
            HookOptions(action="uninstall", strategy=self.options.wait, budget=self.budget),
        )

    def _wait(self, deleted: Sequence[Resource]) -> None:
        from hivehelm.actions.waiting import waiting
        from hivehelm.kube.wait import wait_deleted

        self._tell("wait", self.options.wait)
        with waiting(self.context, "uninstall", self.name) as report:
            wait_deleted(
                self.context.client,
                deleted,
                self.budget.seconds(),
                strategy=self.options.wait,
                cancel=self.options.cancel,
                on_progress=report,
                log=self.context.log,
            )

    def _purge(self, history: list[Release]) -> None:
        self.context.log("DEBUG", "purge requested", release=self.name)
        for release in history:
            try:
                self.context.storage.delete(release.name, release.version)
            except HivehelmError as error:
                text = f"uninstall: Failed to purge the release: {error}"
                raise UninstallError(text, release, [error]) from error
        try:
            # Also what a killed process left of a revision that never came to be.
            newest = max(release.version for release in history)
            self.context.storage.driver.splitting().sweep(self.name, newest + 1)
        except HivehelmError as error:
            self.context.log("DEBUG", "failed to remove what is left of records", error=error)

    def _supersede(self) -> None:
        """Mark revisions that are still called deployed: two Helms at once can leave some."""
        try:
            deployed = self.context.storage.deployed_all(self.name)
        except NoDeployedReleasesError:
            return
        for release in deployed:
            self.context.log("DEBUG", "superseding previous deployment", version=release.version)
            info = release.info.replace(status=Status.SUPERSEDED)
            Journal(self.context, release.replace(info=info)).write("DEBUG", _UNSAVED)

    def _tell(self, stage: str, subject: str = "") -> None:
        self.context.tell(Event(action="uninstall", release=self.name, stage=stage, subject=subject))


def _by_policy(manifest: str) -> tuple[list[Manifest], list[Manifest]]:
    """Return the documents of a manifest to keep and those to delete, the latter in Helm's order for it.

    A policy other than `keep` is neither, as in Helm.
    """
    from hivehelm.manifest.documents import split
    from hivehelm.manifest.hooks import sort_manifests
    from hivehelm.manifest.order import UNINSTALL_ORDER

    files = {f"manifest-{index}": text for index, text in enumerate(split(manifest))}
    _, documents = sort_manifests(files, UNINSTALL_ORDER)
    keep: list[Manifest] = []
    remove: list[Manifest] = []
    for document in documents:
        policy = (document.head.annotations or {}).get("helm.sh/resource-policy")
        if policy is None:
            remove.append(document)
        elif policy.strip().lower() == "keep":
            keep.append(document)
    return keep, remove


def _joined(documents: list[Manifest]) -> str:
    return "".join(f"\n---\n{document.content}" for document in documents)


def _kept(documents: list[Manifest]) -> str:
    lines = "".join(f"[{document.head.kind}] {document.head.name}\n" for document in documents)
    return f"These resources were kept due to the resource policy:\n{lines}"


def _named(resource: Resource, release: Release | None = None) -> dict[str, object]:
    named: dict[str, object] = {
        "kind": resource.type.kind,
        "name": resource.name,
        "namespace": resource.namespace,
    }
    return named if release is None else {**named, "release": release.name}


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)
