"""Templates' `lookup` in a cluster (pkg/engine/lookup_func.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.kube.errors import ApiError, KubeError, NoMatchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.actions.context import Context


class LookupFailedError(HivehelmError):
    """A kind cannot be looked up."""


class Lookup:
    """`lookup` over a context's cluster."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(self, api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
        """Return an object, a list of all objects of a kind where `name` is "", or {} for what is not there.

        Raises:
            LookupFailedError: the server has no such group or version.
            KubeError: it refuses to answer.
        """
        client = self._context.client
        try:
            if name:
                return _numbers(client.get(api_version, kind, name, namespace))
            items, version = client.list_at(api_version, kind, namespace)
        except NoMatchError as error:
            return self._unknown(api_version, kind, error)
        except ApiError as error:
            if error.not_found:
                return {}
            raise
        listed = {
            "apiVersion": api_version,
            "kind": f"{kind}List",
            "metadata": {"resourceVersion": version},
            "items": items,
        }
        return _numbers(listed)

    def _unknown(self, api_version: str, kind: str, error: KubeError) -> dict[str, Any]:
        # A kind that a served version lacks is looked for at an empty path: not found, hence nothing.
        if api_version in self._context.client.discovery.api_versions():
            return {}
        group, _, version = api_version.rpartition("/")
        kind_name = f"{group}/{version}, Kind={kind}"
        reason = "the server could not find the requested resource"
        self._context.log("ERROR", "unable to retrieve resource list", GroupVersion=api_version, error=reason)
        self._context.log("ERROR", "unable to get apiresource", groupVersionKind=kind_name, error=reason)
        raise LookupFailedError(
            f"unable to get apiresource from unstructured: {kind_name}: {reason}"
        ) from error


def _numbers(obj: dict[str, Any]) -> dict[str, Any]:
    """Return an object with whole numbers as int64, as apimachinery decodes them."""
    return {key: _number(value) for key, value in obj.items()}


def _number(value: Any) -> Any:
    from hivehelm.golang.kinds import Int64

    if isinstance(value, dict):
        return _numbers(value)
    if isinstance(value, list):
        return [_number(item) for item in value]
    return Int64(value) if type(value) is int else value
