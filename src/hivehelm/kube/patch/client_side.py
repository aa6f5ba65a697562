"""The patch that Helm sends for an object applied client-side (pkg/kube/client.go's `createPatch`)."""

from __future__ import annotations

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch import types
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Object = dict[str, Any]


class ClientPatch(Record):
    """A patch, and its type: `strategic` or `merge`. An empty one says that nothing changes."""

    patch: dict[str, Any]
    type: str


def create(
    original: Object, target: Object, current: Object | None, *, three_way: bool = False
) -> ClientPatch:
    """Return the patch from `original`, the manifest last written, to `target`, the one wanted.

    `current` is what the cluster holds, None for nothing. Kinds of Kubernetes get a strategic merge patch of
    all three. Others, and manifests whose fields are of wrong types, get a JSON merge patch: of `original`
    and `target` alone, or of all three where `three_way` asks for it.

    Raises:
        PatchError: there is no such patch; in Helm's words.
    """
    from hivehelm.kube.patch import json_merge, strategic

    kind = str(target.get("kind") or "")
    api_version = str(target.get("apiVersion") or "")
    known = types.find(api_version, kind)
    try:
        # Only v1's definitions have a Go type whose tags are used.
        untyped = (api_version, kind) == ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition")
        if known is None or untyped or not known.fits(target):
            if three_way:
                return ClientPatch(patch=json_merge.three_way(original, target, current or {}), type="merge")
            return ClientPatch(patch=json_merge.two_way(original, target), type="merge")
        return ClientPatch(
            patch=strategic.three_way(original, target, current or {}, known), type="strategic"
        )
    except PatchError as error:
        raise PatchError(f"failed to create patch: {error}") from None
