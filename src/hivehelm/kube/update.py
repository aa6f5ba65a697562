"""From the objects of one revision to those of the next (pkg/kube/client.go's `Update`)."""

from __future__ import annotations

from hivehelm.kube import write
from hivehelm.kube.batches import batches, fetch, side_by_side
from hivehelm.kube.creation import Creation, silent
from hivehelm.kube.errors import ApiError, AppliesError, ApplyError, KubeError
from hivehelm.kube.managed_fields import take_over as take_over_fields
from hivehelm.kube.outcome import Result
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource

    Object = dict[str, Any]

KEEP_ANNOTATION = "helm.sh/resource-policy"


def update(
    client: Client,
    originals: Sequence[Resource],
    targets: Sequence[Resource],
    *,
    server_side: bool = True,
    force_conflicts: bool = False,
    force_replace: bool = False,
    take_over: bool = False,
    three_way: bool = False,
    dry_run: bool = False,
    field_validation: str = "Strict",
    on_unknown: Callable[[Resource], None] | None = None,
    log: Callable[..., None] | None = None,
) -> Result:
    """Make the cluster hold `targets` where it held `originals`; delete what is no longer wanted.

    Objects that are not there are created. Those that are get applied server-side; without `server_side`
    they are patched from what `originals` say to what `targets` say (three-way), and `force_replace` replaces
    them. `take_over` makes fields that were written client-side ours to apply, first. `three_way` patches
    kinds that Kubernetes does not define by what is there, too. Those of `originals` that `targets` lacks
    are deleted unless annotated `helm.sh/resource-policy: keep`.

    An object that cannot be created ends it; other refusals are told when all objects have been tried, and
    nothing is deleted then. Neighbours of one kind that are there are written side by side. Each resource's
    `object` becomes what the server holds. `on_unknown` is told of targets that the cluster has although
    `originals` lacks them; without it, `log(level, message, **attributes)` is, as of all that Helm logs.

    Raises:
        ApplyError: the options do not go together, or something was refused; its `result` says what had been
            done by then, which stays done.
    """
    tell = log or silent
    options = _Options(
        server_side=server_side,
        force_conflicts=force_conflicts,
        force_replace=force_replace,
        take_over=take_over,
        three_way=three_way,
        dry_run=dry_run,
        field_validation=field_validation,
    )
    options.check()

    def unknown(resource: Resource) -> None:
        if on_unknown is not None:
            on_unknown(resource)
            return
        tell(
            "WARN",
            "resource exists on cluster but not in original release, using cluster state as baseline",
            **_named(resource),
        )

    return _Update(client, originals, targets, options, unknown, tell).run()


class _Options(Record):
    server_side: bool
    force_conflicts: bool
    force_replace: bool
    take_over: bool
    three_way: bool
    dry_run: bool
    field_validation: str

    def check(self) -> None:
        if not self.server_side and self.force_conflicts:
            raise ApplyError(
                "invalid client update option(s): forceConflicts enabled when serverSideApply disabled"
            )
        for one, other, named in (
            (self.three_way, self.server_side, "three-way merge for unstructured and server-side apply"),
            (self.force_conflicts, self.force_replace, "force conflicts and force replace"),
            (self.server_side, self.force_replace, "server-side apply and force replace"),
        ):
            if one and other:
                raise ApplyError(f"invalid operation: cannot use {named} together")


class _Target:
    """An object to be, and what is known of the one that is: nothing yet where `live` is None."""

    __slots__ = ("created", "creation_failed", "live", "original", "resource")

    def __init__(self, resource: Resource, original: Resource | None) -> None:
        self.resource = resource
        self.original = original
        self.live: Object | None = None
        self.created = False
        self.creation_failed = False


class _Update:
    def __init__(
        self,
        client: Client,
        originals: Sequence[Resource],
        targets: Sequence[Resource],
        options: _Options,
        unknown: Callable[[Resource], None],
        log: Callable[..., None],
    ) -> None:
        self._client = client
        self._originals = originals
        self._resources = targets
        self._options = options
        self._unknown = unknown
        self._log = log
        self._creation = Creation(
            client,
            server_side=options.server_side,
            force_conflicts=options.force_conflicts,
            dry_run=options.dry_run,
            field_validation=options.field_validation,
            log=log,
        )
        self._done: list[_Target] = []
        self._deleted: list[Resource] = []
        self._faults: list[KubeError] = []

    def run(self) -> Result:
        self._creation.announce()
        self._announce()
        self._log("DEBUG", "checking resources for changes", resources=len(self._resources))
        try:
            for batch in batches(self._resources):
                self._write(batch)
            self._raise_faults()
            kept = {resource.key for resource in self._resources}
            self._delete([resource for resource in self._originals if resource.key not in kept])
            self._raise_faults()
        except ApplyError as error:
            error.result = self._result()
            raise
        return self._result()

    def _announce(self) -> None:
        options = self._options
        if options.force_replace:
            text = "using resource replace update strategy"
            self._log("DEBUG", text, fieldValidationDirective=options.field_validation)
        elif options.server_side:
            self._log(
                "DEBUG",
                "using server-side apply for resource update",
                forceConflicts=options.force_conflicts,
                dryRun=options.dry_run,
                fieldValidationDirective=options.field_validation,
                upgradeClientSideFieldManager=options.take_over,
            )
        else:
            text = "using client-side apply for resource update"
            self._log("DEBUG", text, threeWayMergeForUnstructured=options.three_way)

    def _result(self) -> Result:
        return Result(
            created=[target.resource for target in self._done if target.created],
            updated=[target.resource for target in self._done if not target.created],
            deleted=list(self._deleted),
        )

    def _raise_faults(self) -> None:
        if self._faults:
            raise AppliesError(self._faults, " && ")

    def _write(self, batch: list[Resource]) -> None:
        """Write objects of one kind: those that are there side by side, those that are not one by one."""
        originals = {resource.key: resource for resource in reversed(self._originals)}
        targets = [_Target(resource, originals.get(resource.key)) for resource in batch]
        faults = self._look([target for target in targets if self._must_look(target)])
        for group in self._groups(targets):
            first = group[0]
            if first.resource.key in {target.resource.key for target in self._done}:
                # The same object once more: it is not what it was.
                faults |= self._look([first])
            if (fault := faults.get(id(first))) is not None:
                raise ApplyError(f"could not get information about the resource: {fault}", fault) from None
            if self._must_look(first) and first.live is None:
                self._create(first)
            else:
                self._change(group)

    def _must_look(self, target: _Target) -> bool:
        """Tell whether it must be known what is there: the server's answer to an apply says it, too."""
        return target.original is None or not self._options.server_side or self._options.take_over

    def _look(self, targets: Sequence[_Target]) -> dict[int, KubeError]:
        """Fetch what is there of each; return the errors, by the target's id."""
        faults: dict[int, KubeError] = {}
        found = fetch(self._client, [target.resource for target in targets])
        for target, live in zip(targets, found, strict=True):
            if isinstance(live, KubeError):
                faults[id(target)] = live
            else:
                target.live = live
        return faults

    def _groups(self, targets: Iterable[_Target]) -> Iterator[list[_Target]]:
        """Yield runs of targets that can be written at once: different objects, all of them there."""
        group: list[_Target] = []
        for target in targets:
            there = target.live is not None or not self._must_look(target)
            seen = any(target.resource.key == one.resource.key for one in (*group, *self._done))
            if group and (seen or not there):
                yield group
                group = []
            if there and not seen:
                group.append(target)
            else:
                yield [target]
        if group:
            yield group

    def _create(self, target: _Target) -> None:
        target.created = True
        self._done.append(target)
        try:
            self._creation.perform(target.resource)
        except KubeError as error:
            raise ApplyError(f"failed to create resource: {error}", error) from None
        self._log("DEBUG", "created a new resource", **_named(target.resource))

    def _change(self, group: list[_Target]) -> None:
        by_resource = {id(target.resource): target for target in group}
        for target in group:
            if target.original is None:
                self._unknown(target.resource)
        self._done += group
        outcomes = side_by_side(
            [target.resource for target in group], lambda resource: self._one(by_resource[id(resource)])
        )
        for target, error in zip(group, outcomes, strict=True):
            if error is not None and target.creation_failed:
                raise ApplyError(f"failed to create resource: {error}", error) from None
            if target.created:
                self._log("DEBUG", "created a new resource", **_named(target.resource))
            if error is not None:
                self._faults.append(error)

    def _one(self, target: _Target) -> None:
        options, resource = self._options, target.resource
        if options.force_replace:
            self._replace(target)
        elif options.server_side:
            self._apply(target)
        else:
            live = target.live or {}
            original = live if target.original is None else target.original.object
            if write.patch(
                self._client,
                original,
                resource,
                live,
                three_way=options.three_way,
                dry_run=options.dry_run,
            ):
                text, named = "patching resource", _named(resource)
            else:
                text, named = "no changes detected", {"kind": resource.type.kind, "name": resource.name}
            self._log("DEBUG", text, **named)

    def _replace(self, target: _Target) -> None:
        options, resource = self._options, target.resource
        try:
            write.replace(
                self._client,
                resource,
                target.live or {},
                dry_run=options.dry_run,
                field_validation=options.field_validation,
            )
        except KubeError as error:
            self._log("DEBUG", "error replacing the resource", **_typed(resource), error=str(error))
            raise
        kind = resource.type.kind
        self._log("DEBUG", "replace succeeded", name=resource.name, initialKind=kind, kind=kind)

    def _apply(self, target: _Target) -> None:
        options, resource = self._options, target.resource
        if options.take_over:
            try:
                taken = take_over_fields(self._client, resource, live=target.live, dry_run=options.dry_run)
            except KubeError as error:
                text = "Error patching resource to replace CSA field management"
                self._log("DEBUG", text, error=str(error))
                raise
            if taken:
                text = "Upgraded object client-side field management with server-side apply field management"
                self._log("DEBUG", text, **_typed(resource))
        try:
            target.created = write.apply(
                self._client,
                resource,
                force=options.force_conflicts,
                dry_run=options.dry_run,
                field_validation=options.field_validation,
            )
        except KubeError as error:
            self._log("DEBUG", "Error patching resource", **_typed(resource), error=str(error))
            if target.live is None and self._missing(resource):
                target.created = target.creation_failed = True
            raise
        self._log("DEBUG", "Patched resource", **_typed(resource))

    def _missing(self, resource: Resource) -> bool:
        try:
            write.get(self._client, resource)
        except KubeError as error:
            return isinstance(error, ApiError) and error.not_found
        return False

    def _delete(self, resources: Sequence[Resource]) -> None:
        deleted: set[int] = set()

        def one(resource: Resource) -> None:
            if self._remove(resource):
                deleted.add(id(resource))

        for batch in batches(resources):
            self._faults += [error for error in side_by_side(batch, one) if error is not None]
        self._deleted = [resource for resource in resources if id(resource) in deleted]

    def _remove(self, resource: Resource) -> bool:
        """Delete what a new version no longer has; return whether that was done."""
        named = _named(resource)
        self._log("DEBUG", "deleting resource", **named)
        try:
            resource.object = write.get(self._client, resource)
        except KubeError as error:
            self._log("DEBUG", "unable to get object", **named, error=str(error))
            return False
        annotations = (resource.object.get("metadata") or {}).get("annotations") or {}
        if annotations.get(KEEP_ANNOTATION) == "keep":
            text = "skipping delete due to annotation"
            self._log("DEBUG", text, **named, annotation=KEEP_ANNOTATION, value="keep")
            return False
        try:
            if not self._options.dry_run:
                write.delete(self._client, resource, "Background")
        except KubeError as error:
            self._log("DEBUG", "failed to delete resource", **named, error=str(error))
            if isinstance(error, ApiError) and error.not_found:
                return False
            shown = ", ".join(f"{field}={value}" for field, value in named.items())
            raise ApplyError(f"failed to delete resource {shown}: {error}", error) from None
        return True


def _named(resource: Resource) -> dict[str, str]:
    return {"namespace": resource.namespace, "name": resource.name, "kind": resource.type.kind}


def _typed(resource: Resource) -> dict[str, str]:
    return {"namespace": resource.namespace, "name": resource.name, "gvk": str(resource.type)}
