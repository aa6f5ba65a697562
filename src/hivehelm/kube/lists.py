"""Lists of objects in manifests (apimachinery's `UnstructuredList`, cli-runtime's `FlattenListVisitor`)."""

from __future__ import annotations

from hivehelm.golang.json import kind_name
from hivehelm.kube.errors import NoMatchError, ObjectBuildError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.discovery import ResourceType


def is_list(obj: dict[str, Any]) -> bool:
    """Tell whether a document is a list: it has `items`, whatever they are."""
    return "items" in obj


def items_of(obj: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the items of a list; those that say nothing of what they are are what the list's kind says.

    Raises:
        ObjectBuildError: they are no objects.
    """
    items = obj["items"]
    if not isinstance(items, list | None):
        field = "Go struct field decodeList.items of type []json.RawMessage"
        raise ObjectBuildError(f'unable to decode "": json: cannot unmarshal {kind_name(items)} into {field}')
    found = []
    for item in items or ():
        if not isinstance(item, dict | None):
            text = f"json: cannot unmarshal {kind_name(item)} into Go value of type map[string]interface {{}}"
            raise ObjectBuildError(f'unable to decode "": {text}')
        item = item or {}
        if not (text_of(item, "kind") or text_of(item, "apiVersion")):
            kind = str(obj["kind"]).removesuffix("List")
            item = {**item, "apiVersion": obj["apiVersion"], "kind": kind}
        found.append(item)
    return found


def check_served(client: Client, api_version: str, kind: str) -> None:
    """Make sure that the server has lists of this kind.

    Raises:
        NoMatchError: it has not.
    """
    item_kind = kind.removesuffix("List")
    try:
        if item_kind:
            client.resource_type(api_version, item_kind)
        elif api_version not in client.discovery.api_versions():
            raise NoMatchError(api_version, kind)
    except NoMatchError:
        raise NoMatchError(api_version, kind) from None


def kind_of(client: Client, api_version: str, kind: str) -> ResourceType:
    """Return where objects of `kind` are; lists without items are in a place that no server has.

    Raises:
        NoMatchError: the server does not know the kind.
    """
    try:
        return client.resource_type(api_version, kind)
    except NoMatchError:
        if not kind.endswith("List"):
            raise
        check_served(client, api_version, kind)
    from hivehelm.kube.discovery import ResourceType

    group, _, version = api_version.rpartition("/")
    return ResourceType(group=group, version=version, kind=kind, plural=f"{kind.lower()}s", namespaced=False)


def check_flat(items: list[dict[str, Any]]) -> None:
    """Refuse lists within a list.

    Raises:
        ObjectBuildError: one of the items is a list.
    """
    if any(isinstance(item.get("items"), list) for item in items):
        raise ObjectBuildError("*unstructured.Unstructured is not a list: no Items field in this object")


def text_of(obj: dict[str, Any], field: str) -> str:
    """Return a field that is to be a string; "" where it is something else."""
    value = obj.get(field)
    return value if isinstance(value, str) else ""
