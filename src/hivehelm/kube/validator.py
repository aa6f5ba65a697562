"""What is refused before the server sees it (kubectl's `pkg/validation`, as Helm uses it).

On any server since 1.25 that is little: it validates fields itself when an object is written. Lists are
never written, so their items are held against the server's models.
"""

from __future__ import annotations

from hivehelm.kube.errors import ApiError, NoMatchError, ObjectBuildError, aggregate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.models import Models

# Of no kind at all.
_NONE = "invalid object to validate"
_DEFINITION = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")


class Validator:
    """Validates the documents of one manifest; the server is asked for its models at most once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._models: Models | None = None

    def check(self, document: Any) -> None:
        """Look at one document; what is no object is left to whoever decodes it.

        Raises:
            ObjectBuildError: it is invalid.
            KubeError: the server does not say what is valid.
        """
        if isinstance(document, dict) and (faults := self._faults(document)):
            raise ObjectBuildError(f'error validating "": error validating data: {aggregate(faults)}')

    def _faults(self, document: dict[str, Any]) -> list[str]:
        if faults := _of_kind(document):
            return faults
        if (document["apiVersion"], document["kind"]) == ("v1", "List"):
            items = document.get("items")
            if not isinstance(items, list):
                return [_NONE]
            return [fault for item in items for fault in _of_kind(item) or self._of_model(item)]
        if self._is_written(document):
            return []
        return self._unchecked() or self._of_model(document)

    def _is_written(self, document: dict[str, Any]) -> bool:
        """Tell whether the server validates the document itself, or cannot know what it is at all."""
        api_version, kind = document["apiVersion"], document["kind"]
        try:
            self._client.resource_type(api_version, kind)
        except NoMatchError:
            return api_version not in self._client.discovery.api_versions()
        return True

    def _unchecked(self) -> list[str]:
        """Return why it cannot be found out whether a kind that is not served is one of somebody's own.

        It is asked as kubectl asks, which some users may not; the answer itself would make no difference.
        """
        try:
            self._client.list(_DEFINITION[0], _DEFINITION[1], label_selector="of=nobody")
        except ApiError as error:
            return [f"failed to check CRD: failed to list CRDs: {error}"]
        return []

    def _of_model(self, obj: dict[str, Any]) -> list[str]:
        if self._models is None:
            self._models = self._client.models()
        return self._models.faults(obj["apiVersion"], obj["kind"], obj)


def _of_kind(obj: Any) -> list[str]:
    if not isinstance(obj, dict):
        return [_NONE]
    faults = []
    for field in ("apiVersion", "kind"):
        if obj.get(field) is None:
            faults.append(f"{field} not set")
        elif not isinstance(obj[field], str):
            faults.append(f"{field} isn't string type")
        elif field == "apiVersion" and obj[field].count("/") > 1:
            faults.append(f"unexpected GroupVersion string: {obj[field]}")
    return faults
