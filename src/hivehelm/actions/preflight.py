"""A trial run of an action on the server, before anything is touched: all that would fail, in one report.

Every write is sent as a server dry run, so that validation, admission, field ownership and the user's rights
are the real ones. What a dry run cannot know is left out: objects of kinds that the chart itself brings,
objects in a namespace that is yet to be made, webhooks that take no dry runs, and quotas summed over objects.
"""

from __future__ import annotations

import copy

from hivehelm.actions import ownership
from hivehelm.actions.errors import OwnershipError, PreflightError
from hivehelm.actions.findings import Finding, explain, explain_record, label, unserved
from hivehelm.kube.batches import WORKERS
from hivehelm.kube.errors import (
    ApiError,
    AppliesError,
    ApplyError,
    KubeError,
    ObjectBuildError,
    ObjectsBuildError,
    UnmappedError,
)
from hivehelm.kube.queries import FIELD_MANAGER
from hivehelm.kube.update import KEEP_ANNOTATION
from hivehelm.kube.write import get
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.kube.resources import Resource
    from hivehelm.release.model import Hook, Release

_OURS = f'conflict with "{FIELD_MANAGER}" '
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")


class Intent(Record):
    """What is about to be done to release `name`.

    `manifest` and `crds` are the texts to apply, `originals` the objects of the revision before, `hooks`
    those that will run, `record` is the revision to be written down. The rest are the flags of the action.
    """

    name: str
    manifest: str
    record: Release | None = None
    originals: Sequence[Resource] = ()
    hooks: Sequence[Hook] = ()
    crds: Sequence[str] = ()
    server_side: bool = True
    force_conflicts: bool = False
    force_replace: bool = False
    take_ownership: bool = False
    take_over: bool = False
    create_namespace: bool = False


def preflight(context: Context, intent: Intent) -> None:
    """Try all of `intent` on the server without changing anything.

    Raises:
        PreflightError: something would be refused; it has everything that was found.
        KubeError: the server cannot be asked.
    """
    found = _Preflight(context, intent).run()
    if found:
        raise PreflightError(found)


class _Preflight:
    def __init__(self, context: Context, intent: Intent) -> None:
        self.context = context
        self.client = context.client
        self.intent = intent
        #: Group and kind of what the chart itself defines, namespaces and roles that are yet to be made.
        self.kinds: set[tuple[str, str]] = set()
        self.namespaces = {context.namespace} if intent.create_namespace else set()
        self.roles: set[tuple[str, str]] = set()
        self.found: list[Finding] = []

    def run(self) -> list[Finding]:
        from concurrent.futures import ThreadPoolExecutor

        intent = self.intent
        for text in (*intent.crds, intent.manifest):
            self._expect(text)
        self.namespaces = {name for name in self.namespaces if self._is_missing(name)}
        definitions = [made for text in intent.crds for made in self._build(text)]
        targets = self._build(intent.manifest)
        hooks = [(made, hook) for hook in intent.hooks for made in self._build(hook.manifest)]
        kept = {target.key for target in targets}
        leaving = [original for original in intent.originals if original.key not in kept]
        with ThreadPoolExecutor(WORKERS) as pool:
            record = pool.submit(self._record)
            for findings in (
                *pool.map(self._definition, definitions),
                *pool.map(self._target, targets),
                *pool.map(self._leaving, leaving),
                *pool.map(self._hook, hooks),
            ):
                self.found += findings
            self.found += record.result()
        return self.found

    def _expect(self, text: str) -> None:
        """Take note of the kinds, namespaces and roles that a manifest brings."""
        from hivehelm.kube.resources import documents

        try:
            for obj in documents(text):
                if not isinstance(obj, dict):
                    continue
                if obj.get("kind") == "CustomResourceDefinition":
                    spec = obj.get("spec") or {}
                    self.kinds.add((spec.get("group") or "", (spec.get("names") or {}).get("kind") or ""))
                name = (obj.get("metadata") or {}).get("name") or ""
                if obj.get("kind") == "Namespace":
                    self.namespaces.add(name)
                elif obj.get("kind") in ("Role", "ClusterRole"):
                    self.roles.add((obj["kind"], name))
        except ObjectBuildError:
            # Building tells of it.
            return

    def _build(self, text: str) -> list[Resource]:
        """Return the objects of a manifest; those that cannot be built are found wanting."""
        from hivehelm.kube.resources import build
        from hivehelm.manifest.documents import split

        resources: list[Resource] = []
        for document in split(text):
            try:
                resources += build(self.client, document, self.context.namespace)
            except ObjectBuildError as error:
                faults = error.errors if isinstance(error, ObjectsBuildError) else (error,)
                self.found += [found for fault in faults for found in self._unbuilt(fault)]
        return resources

    def _unbuilt(self, fault: KubeError) -> Iterator[Finding]:
        if not isinstance(fault, UnmappedError):
            advice = "correct the template"
            yield Finding(object="a document of the manifest", field="", problem=str(fault), advice=advice)
            return
        missing = fault.cause
        if (missing.api_version.rpartition("/")[0], missing.kind) not in self.kinds:
            kinds = self.client.discovery.types()
            yield unserved(fault, [one.api_version for one in kinds if one.kind == missing.kind])

    def _record(self) -> list[Finding]:
        """Try to write the record of the release."""
        from hivehelm.release.storage import key

        context, release = self.context, self.intent.record
        if release is None or context.namespace in self.namespaces:
            return []
        driver, place = context.storage.driver, key(release.name, release.version)
        subject = label(driver.name, place, context.namespace)
        return [explain_record(subject, error) for error in driver.trial(place, release)]

    def _definition(self, resource: Resource) -> list[Finding]:
        return self._trial(resource, None, self._apply)

    def _target(self, resource: Resource) -> list[Finding]:
        """Try to make an object, or to change it as the action will."""
        from hivehelm.kube import apply

        intent = self.intent
        if resource.namespace in self.namespaces:
            return []
        ownership.mark(resource.object, intent.name, self.context.namespace)
        try:
            live = self._live(resource)
        except ApiError as error:
            return explain(resource, error)
        known = [one for one in intent.originals if one.key == resource.key]
        if live is not None and not known and not intent.take_ownership:
            try:
                ownership.check(live, intent.name, self.context.namespace)
            except OwnershipError as error:
                subject = label(resource.type.kind, resource.name, resource.namespace)
                advice = "delete it, name it otherwise, or take it with --take-ownership"
                return [Finding(object=subject, field="metadata", problem=str(error), advice=advice)]

        def write(trial: Resource) -> None:
            if live is None:
                apply.create(self.client, [trial], server_side=intent.server_side, dry_run=True)
            else:
                apply.update(
                    self.client,
                    known or [copy.deepcopy(trial)],
                    [trial],
                    server_side=intent.server_side,
                    force_conflicts=intent.force_conflicts,
                    force_replace=intent.force_replace,
                    dry_run=True,
                )

        return self._trial(resource, live, write)

    def _leaving(self, resource: Resource) -> list[Finding]:
        """Try to delete an object that the new revision does not have."""
        try:
            live = self._live(resource)
        except ApiError as error:
            return explain(resource, error)
        if (
            live is None
            or ((live.get("metadata") or {}).get("annotations") or {}).get(KEEP_ANNOTATION) == "keep"
        ):
            return []
        return self._trial(resource, live, self._delete)

    def _hook(self, made: tuple[Resource, Hook]) -> list[Finding]:
        """Try to run a hook: what is there of it goes first, by its policy."""
        from hivehelm.release.model import HookPolicy

        resource, hook = made
        if resource.namespace in self.namespaces:
            return []
        try:
            live = self._live(resource)
        except ApiError as error:
            return explain(resource, error)
        found: list[Finding] = []
        if live is not None and (
            not hook.delete_policies or HookPolicy.BEFORE_CREATION in hook.delete_policies
        ):
            found += self._trial(resource, live, self._delete)
            # Its successor is tried under another name, as that one is still taken.
            metadata = {**resource.object["metadata"], "name": f"{resource.name[:50]}-preflight"}
            resource.object = {**resource.object, "metadata": metadata}
        return found + self._trial(resource, None, self._apply)

    def _trial(
        self, resource: Resource, live: dict[str, Any] | None, write: Callable[[Resource], object]
    ) -> list[Finding]:
        trial = copy.copy(resource)
        trial.object = copy.deepcopy(resource.object)
        try:
            write(trial)
        except KubeError as error:
            cause = _root(error)
            if not isinstance(cause, ApiError):
                raise
            if self._is_beyond(resource, cause):
                return []
            found = explain(resource, cause, live)
            # What was written client-side is taken over before it is applied.
            return [one for one in found if not (self.intent.take_over and one.problem.startswith(_OURS))]
        return []

    def _apply(self, resource: Resource) -> None:
        from hivehelm.kube import apply

        apply.create(self.client, [resource], server_side=self.intent.server_side, dry_run=True)

    def _delete(self, resource: Resource) -> None:
        known = resource.type
        self.client.delete(known.api_version, known.kind, resource.name, resource.namespace, dry_run=True)

    def _live(self, resource: Resource) -> dict[str, Any] | None:
        if not resource.name:
            return None
        try:
            return get(self.client, resource)
        except ApiError as error:
            if error.not_found:
                return None
            raise

    def _is_missing(self, namespace: str) -> bool:
        try:
            self.client.get("v1", "Namespace", namespace)
        except ApiError as error:
            return error.not_found
        return False

    def _is_beyond(self, resource: Resource, cause: ApiError) -> bool:
        """Tell whether a refusal only says that this cannot be tried."""
        if "does not support dry run" in str(cause):
            return True
        # Binding a role asks what it allows, and the chart's own is not there yet.
        reference = resource.object.get("roleRef") or {}
        own = (reference.get("kind"), reference.get("name")) in self.roles
        return resource.type.kind in _BINDINGS and own and (cause.forbidden or cause.not_found)


def _root(error: KubeError) -> Exception:
    """Return what was behind an error; of several, behind the first."""
    while isinstance(error, ApplyError):
        inner = error.errors[0] if isinstance(error, AppliesError) else error.cause
        if inner is None:
            break
        error = inner
    return error
