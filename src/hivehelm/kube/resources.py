"""Objects on their way to or from the cluster, built from manifest text."""

from __future__ import annotations

from hivehelm.kube.errors import KubeError, ManifestError, ManifestsError, NoMatchError, UnmappedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.discovery import ResourceType

MAX_ITEMS = 100_000


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


def build(client: Client, manifest: str, namespace: str = "") -> list[Resource]:
    """Make objects of a manifest: every document, Lists taken apart, kinds looked up, namespaces filled in.

    `namespace` (else the client's) goes to namespaced objects that name none. Fields are not validated here:
    as with Helm on any server since 1.25, that is asked of the server when the object is written.

    Raises:
        ManifestError: a document is not YAML, not an object, or of a kind the server does not have; the texts
            are those of cli-runtime's builder, to which Helm adds its prefix.
        KubeError: the server cannot be asked for its kinds.
    """
    namespace = namespace or client.namespace
    resources: list[Resource] = []
    faults: list[KubeError] = []
    try:
        for document in documents(manifest):
            for obj in _flatten(client, document, faults):
                if len(resources) >= MAX_ITEMS:
                    raise ManifestError(f"more than {MAX_ITEMS} objects")
                _add(client, obj, namespace, resources, faults)
    except ManifestError as error:
        faults.append(error)
    if faults:
        raise faults[0] if len(faults) == 1 else ManifestsError(faults)
    return resources


def documents(manifest: str) -> Iterator[Any]:
    """Yield each document of a YAML (or JSON) stream that is not empty, integers as `int`.

    Raises:
        ManifestError: a document is not YAML.
    """
    from hivehelm.golang import yaml

    for text in _split(manifest):
        try:
            value = yaml.load(text)
        except yaml.YAMLError as error:
            raise ManifestError(f"error parsing : error converting YAML to JSON: {error}") from None
        if value is not None:
            yield integers(value)


def integers(value: Any) -> Any:
    """Return `value` with whole numbers as `int`, as they are once they have been through JSON.

    sigs.k8s.io/yaml reads every number as float64; apimachinery's JSON makes int64 of those that are whole.
    """
    kind = value.__class__
    if kind is dict:
        return {key: integers(item) for key, item in value.items()}
    if kind is list:
        return [integers(item) for item in value]
    if kind is float and value.is_integer() and abs(value) < 1e21:
        return int(value)
    return value


def _split(manifest: str) -> Iterator[str]:
    # apimachinery's YAMLReader: a separator line starts the next document, and counts in its line numbers.
    held: list[str] = []
    for line in manifest.split("\n"):
        text = f"{line}\n"
        if text.startswith("---"):
            rest = text[3:].strip()
            if rest and not rest.startswith("#"):
                raise ManifestError(f"error parsing : invalid Yaml document separator: {rest}")
            if held:
                yield "".join(held)
                held = []
                continue
        held.append(text)
    if held:
        yield "".join(held)


def _flatten(client: Client, document: Any, faults: list[KubeError]) -> Iterable[dict[str, Any]]:
    if not isinstance(document, dict):
        from hivehelm.kube.kubeconfig_schema import not_an_object

        raise ManifestError(f'unable to decode "": {not_an_object(document)}')
    if document.get("kind") == "List" and isinstance(document.get("items"), list):
        for item in document["items"]:
            if isinstance(item, dict):
                yield from _flatten(client, item, faults)
        return
    yield document


def _add(
    client: Client,
    obj: dict[str, Any],
    namespace: str,
    resources: list[Resource],
    faults: list[KubeError],
) -> None:
    from hivehelm.golang import json

    api_version, kind = obj.get("apiVersion"), obj.get("kind")
    for field, value in (("kind", kind), ("apiVersion", api_version)):
        if value and not isinstance(value, str):
            raise ManifestError(
                f'unable to decode "": json: cannot unmarshal {_json_kind(value)} into Go struct field '
                f".{field} of type string"
            )
    if not kind:
        shown = json.dumps(obj)
        faults.append(ManifestError(f"unable to decode \"\": Object 'Kind' is missing in '{shown}'"))
        return
    if not api_version:
        shown = json.dumps(obj)
        faults.append(ManifestError(f"unable to decode \"\": Object 'apiVersion' is missing in '{shown}'"))
        return
    metadata = obj.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    name, own = (_text(metadata.get(field)) for field in ("name", "namespace"))
    try:
        known = client.resource_type(str(api_version), str(kind))
    except NoMatchError as error:
        faults.append(UnmappedError(name, own, error))
        return
    if known.namespaced and not own:
        own = namespace
        obj["metadata"] = {**metadata, "namespace": own}
    resources.append(Resource(known, name, own, obj))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _json_kind(value: object) -> str:
    from hivehelm.kube.kubeconfig_schema import _json_kind

    return _json_kind(value)
