"""Objects on their way to or from the cluster, built from manifest text."""

from __future__ import annotations

from hivehelm.kube.errors import (
    KubeError,
    NoMatchError,
    ObjectBuildError,
    ObjectsBuildError,
    UnmappedError,
    aggregate,
)
from hivehelm.kube.integers import integers
from hivehelm.kube.typed import TypeMismatchError, decode, not_an_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.discovery import ResourceType

MAX_ITEMS = 100_000
# What cli-runtime decodes of every object before it looks at anything else.
_STRUCTS = {
    "v1.PartialObjectMetadata": {"kind": "string", "apiVersion": "string", "metadata": "v1.ObjectMeta"},
    "v1.ObjectMeta": {
        "name": "string",
        "generateName": "string",
        "namespace": "string",
        "selfLink": "string",
        "uid": "string",
        "resourceVersion": "string",
        "generation": "int64",
        "labels": "map[string]string",
        "annotations": "map[string]string",
        "ownerReferences": "[]v1.OwnerReference",
        "finalizers": "[]string",
    },
    "v1.OwnerReference": {
        "apiVersion": "string",
        "kind": "string",
        "name": "string",
        "uid": "string",
        "controller": "bool",
        "blockOwnerDeletion": "bool",
    },
}


class Resource:
    """An object and where it lives; `object` becomes what the server holds once it has been written.

    The counterpart of cli-runtime's `resource.Info`.
    """

    __slots__ = ("name", "namespace", "object", "type")

    def __init__(self, type_: ResourceType, name: str, namespace: str, obj: dict[str, Any]) -> None:
        self.type = type_
        self.name = name
        self.namespace = namespace
        self.object = obj

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Group, kind, namespace, name: what makes two of them the same object, whatever their version."""
        return self.type.group, self.type.kind, self.namespace, self.name

    def __repr__(self) -> str:
        return f"Resource({self.namespace}/{self.name} {self.type})"


def build(client: Client, manifest: str, namespace: str = "", *, validate: bool = True) -> list[Resource]:
    """Make objects of a manifest: every document, Lists taken apart, kinds looked up, namespaces filled in.

    `namespace` (else the client's) goes to namespaced objects that name none. `validate` changes only how a
    missing kind or apiVersion is reported: as with Helm on any server since 1.25, fields are validated by the
    server when the object is written.

    Raises:
        ObjectBuildError: a document is not YAML, not an object, or of a kind the server does not have; the
            texts are those of cli-runtime's builder, to which Helm adds its prefix.
        KubeError: the server cannot be asked for its kinds.
    """
    if client.imaginary:
        return []
    builder = _Builder(client, namespace or client.namespace)
    try:
        for document in documents(manifest):
            if validate:
                _check_kind(document)
            builder.add(document)
    except ObjectBuildError as error:
        builder.faults.append(error)
    faults = builder.faults
    if faults:
        raise faults[0] if len(faults) == 1 else ObjectsBuildError(faults)
    return builder.resources


def documents(manifest: str) -> Iterator[Any]:
    """Yield each document of a YAML (or JSON) stream that is not empty, integers as `int`.

    Raises:
        ObjectBuildError: a document is not YAML.
    """
    from hivehelm.golang import yaml

    for text in _split(manifest):
        try:
            value = yaml.load(text)
        except yaml.YAMLError as error:
            raise ObjectBuildError(f"error parsing : {error}") from None
        if value is not None:
            yield integers(value)


def _split(manifest: str) -> Iterator[str]:
    # apimachinery's YAMLReader: a separator line starts the next document, and counts in its line numbers.
    held: list[str] = []
    for line in manifest.split("\n"):
        text = f"{line}\n"
        if text.startswith("---"):
            rest = text[3:].strip()
            if rest and not rest.startswith("#"):
                raise ObjectBuildError(f"error parsing : invalid Yaml document separator: {rest}")
            if held:
                yield "".join(held)
                held = []
                continue
        held.append(text)
    if held:
        yield "".join(held)


def _check_kind(document: Any) -> None:
    """Refuse what kubectl's validator refuses before it leaves the rest to the server."""
    if not isinstance(document, dict):
        return
    faults = []
    for field in ("apiVersion", "kind"):
        if document.get(field) is None:
            faults.append(f"{field} not set")
        elif not isinstance(document[field], str):
            faults.append(f"{field} isn't string type")
        elif field == "apiVersion" and document[field].count("/") > 1:
            faults.append(f"unexpected GroupVersion string: {document[field]}")
    if faults:
        raise ObjectBuildError(f'error validating "": error validating data: {aggregate(faults)}')


class _Builder:
    def __init__(self, client: Client, namespace: str) -> None:
        self._client = client
        self._namespace = namespace
        self.resources: list[Resource] = []
        self.faults: list[KubeError] = []

    def add(self, obj: Any) -> None:
        """Take one object, or each one of a list."""
        if not isinstance(obj, dict):
            raise ObjectBuildError(f'unable to decode "": {not_an_object(obj)}')
        try:
            decode(_STRUCTS, obj, "v1.PartialObjectMetadata")
        except TypeMismatchError as error:
            raise ObjectBuildError(f'unable to decode "": {error}') from None
        api_version, kind = obj.get("apiVersion") or "", obj.get("kind") or ""
        for field, value in (("Kind", kind), ("apiVersion", api_version)):
            if not value:
                from hivehelm.golang import json

                shown = json.dumps(obj)
                text = f"unable to decode \"\": Object '{field}' is missing in '{shown}'"
                self.faults.append(ObjectBuildError(text))
                return
        if isinstance(items := obj.get("items"), list):
            self._take_apart(api_version, kind, items)
            return
        metadata = obj.get("metadata") or {}
        name, own = metadata.get("name") or "", metadata.get("namespace") or ""
        try:
            known = self._client.resource_type(api_version, kind)
        except NoMatchError as error:
            self.faults.append(UnmappedError(name, own, error))
            return
        if known.namespaced and not own:
            own = self._namespace
            obj = {**obj, "metadata": {**metadata, "namespace": own}}
        if len(self.resources) >= MAX_ITEMS:
            raise ObjectBuildError(f"more than {MAX_ITEMS} objects")
        self.resources.append(Resource(known, name, own, obj))

    def _take_apart(self, api_version: str, kind: str, items: list[Any]) -> None:
        """Take the items of a list; those that do not say what they are are what the list's name says."""
        item_kind = kind.removesuffix("List")
        try:
            if item_kind:
                self._client.resource_type(api_version, item_kind)
            elif api_version not in self._client.discovery.api_versions():
                raise NoMatchError(api_version, kind)
        except NoMatchError:
            self.faults.append(UnmappedError("", "", NoMatchError(api_version, kind)))
            return
        for item in items:
            if isinstance(item, dict) and item_kind and not item.get("kind"):
                item = {**item, "apiVersion": api_version, "kind": item_kind}
            self.add(item)
