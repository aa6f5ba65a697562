"""Objects on their way to or from the cluster, built from manifest text."""

from __future__ import annotations

from hivehelm.kube import lists
from hivehelm.kube.errors import (
    KubeError,
    NoMatchError,
    ObjectBuildError,
    ObjectsBuildError,
    UnmappedError,
)
from hivehelm.kube.integers import integers
from hivehelm.kube.typed import TypeMismatchError, decode, not_an_object
from hivehelm.kube.validator import Validator

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

    `namespace` (else the client's) goes to namespaced objects that name none. `validate` says whether objects
    are held against what the server would take, as far as it does not do so itself (see `Validator`).

    Raises:
        ObjectBuildError: a document is not YAML, not an object, or of a kind the server does not have; the
            texts are those of cli-runtime's builder, to which Helm adds its prefix.
        KubeError: the server cannot be asked for its kinds.
    """
    if client.imaginary:
        return []
    builder = _Builder(client, namespace or client.namespace)
    faults, validator = builder.faults, Validator(client)
    try:
        for document in documents(manifest):
            if validate:
                validator.check(document)
            try:
                builder.add(document)
            except ObjectBuildError as error:
                # The next documents may be wrong as well.
                faults.append(error)
            if len(builder.resources) > MAX_ITEMS:
                raise ObjectBuildError(f"more than {MAX_ITEMS} objects")
    except ObjectBuildError as error:
        faults.append(error)
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


class _Builder:
    def __init__(self, client: Client, namespace: str) -> None:
        self._client = client
        self._namespace = namespace
        self.resources: list[Resource] = []
        self.faults: list[KubeError] = []

    def add(self, obj: Any) -> None:
        """Take one document: an object, or a list of some.

        Raises:
            ObjectBuildError: it is neither.
        """
        if not isinstance(obj, dict):
            raise ObjectBuildError(f'unable to decode "": {not_an_object(obj)}')
        listed = (
            lists.items_of(obj) if lists.is_list(obj) and obj.get("kind") and obj.get("apiVersion") else None
        )
        try:
            decode(_STRUCTS, obj, "v1.PartialObjectMetadata")
        except TypeMismatchError as error:
            raise ObjectBuildError(f'unable to decode "": {error}') from None
        api_version, kind = obj.get("apiVersion") or "", obj.get("kind") or ""
        for field, value in (("Kind", kind), ("apiVersion", api_version)):
            if not value:
                from hivehelm.golang import json

                shown = json.dumps(obj)
                raise ObjectBuildError(f"unable to decode \"\": Object '{field}' is missing in '{shown}'")
        metadata = obj.get("metadata") or {}
        name, namespace = metadata.get("name") or "", metadata.get("namespace") or ""
        try:
            if listed is None:
                self._put(obj, lists.kind_of(self._client, api_version, kind), name, namespace)
                return
            lists.check_served(self._client, api_version, kind)
        except NoMatchError as error:
            raise UnmappedError(name, namespace, error) from None
        lists.check_flat(listed)
        for item in listed:
            self._add_item(item)

    def _add_item(self, item: dict[str, Any]) -> None:
        """Take an object of a list; what is wrong with it is noted, and the next one's turn."""
        api_version, kind = lists.text_of(item, "apiVersion"), lists.text_of(item, "kind")
        for field, value in (("kind", kind), ("apiVersion", api_version)):
            if not value:
                named = "Kind" if field == "kind" else field
                text = (
                    f"Object '{named}' is missing in 'object has no {field} field{' ' * (field == 'kind')}'"
                )
                what = 'unable to get type info from the object "*unstructured.Unstructured"'
                self.faults.append(ObjectBuildError(f"{what}: {text}"))
                return
        metadata = item.get("metadata")
        if not isinstance(metadata, dict):
            metadata = {}
            item = {**item, "metadata": metadata}
        name, namespace = lists.text_of(metadata, "name"), lists.text_of(metadata, "namespace")
        try:
            known = lists.kind_of(self._client, api_version, kind)
        except NoMatchError as error:
            self.faults.append(UnmappedError(name, namespace, error, listed=True))
            return
        self._put(item, known, name, namespace)

    def _put(self, obj: dict[str, Any], known: ResourceType, name: str, namespace: str) -> None:
        if known.namespaced and not namespace:
            namespace = self._namespace
            metadata = obj.get("metadata") or {}
            obj = {**obj, "metadata": {**metadata, "namespace": namespace}}
        self.resources.append(Resource(known, name, namespace, obj))
