"""What a chart is to be made of: the objects of a release, or those that labels choose."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.platform.export.chart import Found
from hivehelm.platform.export.errors import ExportError, NothingToExportError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.kube.discovery import ResourceType
    from hivehelm.release.model import Release

    Object = dict[str, Any]
    Tell = Callable[[str, int, int], None]

#: Kinds that the cluster makes by itself, or that are no state of anything.
_MADE = frozenset(
    {
        ("", "Event"),
        ("", "Endpoints"),
        ("", "Binding"),
        ("", "ComponentStatus"),
        ("events.k8s.io", "Event"),
        ("discovery.k8s.io", "EndpointSlice"),
        ("coordination.k8s.io", "Lease"),
        ("coordination.k8s.io", "LeaseCandidate"),
        ("apps", "ControllerRevision"),
        ("cilium.io", "CiliumEndpoint"),
        ("resource.k8s.io", "ResourceClaim"),
    }
)
_GROUPS = frozenset({"metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io"})
_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - a type


class Gathered(Record):
    """The objects, the definitions of their kinds, and what there is to say of what is not among them."""

    found: list[Found]
    warnings: list[str]
    definitions: list[Object] = []


def of_release(context: Context, release: Release, tell: Tell | None = None) -> Gathered:
    """Return the objects of a release: as they are in the cluster, hooks as they are on record.

    Raises:
        KubeError: the cluster refuses.
        NothingToExportError: the release has no objects.
    """
    from hivehelm.kube.errors import ApiError
    from hivehelm.kube.resources import build, documents

    found: list[Found] = []
    warnings: list[str] = []
    resources = build(context.client, release.manifest, context.namespace, validate=False)
    for index, resource in enumerate(resources):
        kind = resource.type
        if tell is not None:
            tell(f"reading {kind.kind} {resource.name}", index, len(resources))
        try:
            live = context.client.get(kind.api_version, kind.kind, resource.name, resource.namespace)
        except ApiError as error:
            if not error.not_found:
                raise
            warnings.append(f"{kind.kind} {resource.name} is not in the cluster: exported as it is on record")
            live = resource.object
        live = {"apiVersion": kind.api_version, "kind": kind.kind, **live}
        found.append(Found(live=live, wanted=resource.object, namespaced=kind.namespaced))
    for hook in release.hooks:
        found += [
            Found(live=obj, namespaced=_namespaced(context, obj), hook=True)
            for obj in documents(hook.manifest)
            if isinstance(obj, dict) and obj.get("kind") and (obj.get("metadata") or {}).get("name")
        ]
    if not found:
        raise NothingToExportError(
            f"release {release.name} in namespace {release.namespace} has no objects to export"
        )
    return Gathered(found=found, warnings=warnings)


def _namespaced(context: Context, obj: Object) -> bool:
    from hivehelm.kube.errors import NoMatchError

    try:
        return context.client.resource_type(str(obj.get("apiVersion")), str(obj["kind"])).namespaced
    except NoMatchError:
        return True


def of_selector(
    context: Context,
    selector: str,
    kinds: Sequence[str] = (),
    *,
    cluster_scoped: bool = False,
    tell: Tell | None = None,
) -> Gathered:
    """Return the objects of the context's namespace that a label selector chooses, of some kinds or of all.

    What the cluster made of others is left out: replica sets and pods of workloads, claims of stateful sets,
    endpoints, events, tokens. What is in no namespace counts only with `cluster_scoped`, or where its kind
    is asked for.

    Raises:
        SelectorError: the selector cannot be read.
        ExportError: there is no such kind.
        NothingToExportError: nothing is chosen.
        KubeError: the cluster refuses everything.
    """
    from hivehelm.actions.selector import parse
    from hivehelm.kube.errors import ApiError

    parse(selector)
    client, namespace = context.client, context.namespace
    types = list(_types(client.discovery.types(), kinds, cluster_scoped))
    found: list[Found] = []
    refused: list[ApiError] = []
    warnings: list[str] = []
    for index, kind in enumerate(types):
        if tell is not None:
            tell(f"looking for {kind.plural}", index, len(types))
        try:
            objects = client.list(
                kind.api_version, kind.kind, namespace if kind.namespaced else "", label_selector=selector
            )
        except ApiError as error:
            if not error.forbidden and not error.not_found and error.status not in (405, 503):
                raise
            if error.forbidden:
                refused.append(error)
                warnings.append(f"{kind.plural} cannot be listed: {error}")
            continue
        for obj in objects:
            live = {"apiVersion": kind.api_version, "kind": kind.kind, **obj}
            if not _made(live):
                found.append(Found(live=live, namespaced=kind.namespaced))
    if not found and refused:
        raise refused[0]
    found = _without_claims(found)
    if not found:
        raise NothingToExportError(
            f"nothing in namespace {namespace} has labels {selector}"
            if selector
            else f"nothing to export in namespace {namespace}"
        )
    return Gathered(found=sorted(found, key=_order), warnings=warnings)


def _types(
    known: Sequence[ResourceType], kinds: Sequence[str], cluster_scoped: bool
) -> Iterator[ResourceType]:
    """Yield where objects are listed: one version of each kind."""
    wanted = {kind.lower() for kind in kinds}
    seen: set[tuple[str, str]] = set()
    met: set[str] = set()
    for kind in known:
        names = {kind.kind.lower(), kind.plural.lower(), kind.group_resource.lower()}
        if wanted and not names & wanted:
            continue
        met |= names & wanted
        key = (kind.group, kind.kind)
        if key in seen or "list" not in kind.verbs or "create" not in kind.verbs:
            continue
        if not wanted and (key in _MADE or kind.group in _GROUPS or not (kind.namespaced or cluster_scoped)):
            continue
        seen.add(key)
        yield kind
    if unknown := sorted(wanted - met):
        raise ExportError(f"the cluster has no kind called {', '.join(unknown)}")


def with_definitions(context: Context, gathered: Gathered) -> Gathered:
    """Return what was gathered with the definitions of the kinds that Kubernetes itself does not have.

    Definitions that are among the objects are left to them; those that one may not see are told of.
    """
    from hivehelm.kube.errors import ApiError
    from hivehelm.platform.export.clean import cleaned

    there = {one.name for one in gathered.found if one.kind == "CustomResourceDefinition"}
    names: dict[str, None] = {}
    for one in gathered.found:
        group = str(one.live.get("apiVersion")).rpartition("/")[0]
        if "." in group and not group.endswith(".k8s.io"):
            try:
                kind = context.client.resource_type(str(one.live["apiVersion"]), one.kind)
            except HivehelmError:
                continue
            names[f"{kind.plural}.{kind.group}"] = None
    found: list[Object] = []
    warnings: list[str] = []
    for name in names:
        if name in there:
            continue
        try:
            live = context.client.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", name)
        except ApiError as error:
            if not error.not_found:  # served by an aggregated API: nothing to define
                warnings.append(f"the definition of {name} is not in the chart: {error}")
            continue
        live = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", **live}
        found.append(cleaned(live))
    return gathered.replace(definitions=found, warnings=[*gathered.warnings, *warnings])


def _made(obj: Object) -> bool:
    """Tell whether an object was made by the cluster, or belongs to one that makes it again."""
    metadata = obj.get("metadata") or {}
    if metadata.get("ownerReferences") or metadata.get("deletionTimestamp"):
        return True
    kind, name = obj.get("kind"), metadata.get("name")
    if kind == "ConfigMap":
        return name in ("kube-root-ca.crt", "openshift-service-ca.crt")
    if kind == "ServiceAccount":
        return bool(name == "default")
    if kind == "Secret":
        type_ = str(obj.get("type"))
        if type_.startswith("helm.sh/release."):
            return True
        annotations = metadata.get("annotations") or {}
        return (
            type_ == _TOKEN and "kubernetes.io/service-account.uid" in annotations and not _applied(metadata)
        )
    return False


def _applied(metadata: Object) -> bool:
    entries = metadata.get("managedFields") or ()
    return any(not str(entry.get("manager")).startswith("kube-controller-manager") for entry in entries)


def _without_claims(found: Sequence[Found]) -> list[Found]:
    """Return all but the claims that stateful sets make for their pods."""
    import re

    made = [
        re.compile(rf"{re.escape(str(template['metadata']['name']))}-{re.escape(one.name)}-\d+\Z")
        for one in found
        if one.kind == "StatefulSet"
        for template in one.live["spec"].get("volumeClaimTemplates") or ()
    ]
    return [
        one
        for one in found
        if one.kind != "PersistentVolumeClaim" or not any(pattern.match(one.name) for pattern in made)
    ]


def _order(one: Found) -> tuple[int, str, str]:
    from hivehelm.manifest.order import INSTALL_ORDER

    known = list(INSTALL_ORDER)
    return (known.index(one.kind) if one.kind in known else len(known), one.kind, one.name)
