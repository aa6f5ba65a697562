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
            LookupFailedError: the server has no such group or version, or a name cannot be one.
            KubeError: it refuses to answer.
        """
        client = self._context.client
        if api_version.count("/") == 1:
            api_version = api_version.removeprefix("/")
        try:
            known = client.resource_type(api_version, kind)
            _check("resource name", name)
            if known.namespaced:
                _check("namespace", namespace)
            if name:
                return _numbers(client.get(api_version, kind, name, namespace))
            items, version = client.list_at(api_version, kind, namespace)
        except NoMatchError as error:
            return self._unknown(api_version, kind, name, error)
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

    def _unknown(self, api_version: str, kind: str, name: str, error: KubeError) -> dict[str, Any]:
        if api_version in self._context.client.discovery.api_versions():
            # A kind that a served version lacks is asked for at `/api`: no name is found there, and the
            # versions of the core group are what Helm gives for a list.
            _check("resource name", name)
            return {} if name else self._core_versions()
        group, _, version = api_version.rpartition("/")
        reason = "the server could not find the requested resource"
        if "/" in group or not api_version:
            api_version = group = version = ""
            reason = "groupVersion shouldn't be empty"
        kind_name = f"{group}/{version}, Kind={kind}"
        self._context.log("ERROR", "unable to retrieve resource list", GroupVersion=api_version, error=reason)
        self._context.log("ERROR", "unable to get apiresource", groupVersionKind=kind_name, error=reason)
        raise LookupFailedError(
            f"unable to get apiresource from unstructured: {kind_name}: {reason}"
        ) from error

    def _core_versions(self) -> dict[str, Any]:
        import json

        from hivehelm.kube.refusals import refusal

        answer = self._context.client.transport.request("GET", "/api", accept="application/json")
        if answer.status != 200:
            raise refusal(answer, "GET", None)
        return {**_numbers(json.loads(answer.data)), "items": []}


def _check(what: str, name: str) -> None:
    """Refuse what cannot stand in a path (apimachinery's `IsValidPathSegmentName`)."""
    faults = [f"may not be '{name}'"] if name in (".", "..") else []
    faults += [f"may not contain '{letter}'" for letter in "/%" if letter in name]
    if faults:
        from hivehelm.golang.fmt import quote

        raise LookupFailedError(f"invalid {what} {quote(name)}: [{' '.join(faults)}]")


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
