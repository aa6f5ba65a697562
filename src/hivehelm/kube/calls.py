"""Requests about objects, and what they answer."""

from __future__ import annotations

import json

from hivehelm.kube.answers import decode
from hivehelm.kube.discovery import Discovery
from hivehelm.kube.errors import KubeError
from hivehelm.kube.refusals import refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.discovery import ResourceType
    from hivehelm.kube.transport import Response, Transport

    Query = list[tuple[str, str]]

# Writing these changes what discovery answers.
_KIND_MAKERS = ("CustomResourceDefinition", "APIService")


class Calls:
    """Asks one cluster, over `transport`, about objects; those that name no namespace are in `namespace`.

    What discovery finds is kept in the file `kept`, "" for none.
    """

    def __init__(self, transport: Transport, namespace: str, kept: str) -> None:
        self.transport = transport
        self.namespace = namespace
        self.discovery = Discovery(self._fetch, kept)

    def _fetch(self, path: str, accept: str) -> dict[str, Any]:
        response = self.transport.request("GET", path, accept=accept)
        if response.status != 200:
            raise refusal(response, "GET", None)
        return decode(response)

    def _call(
        self, method: str, known: ResourceType, namespace: str, name: str = "", **asked: Any
    ) -> dict[str, Any]:
        return decode(self._request(method, known, namespace, name, **asked))

    def _request(
        self,
        method: str,
        known: ResourceType,
        namespace: str,
        name: str = "",
        *,
        subresource: str = "",
        query: Query | None = None,
        body: object = None,
        content_type: str = "application/json",
        accept: str = "application/json",
    ) -> Response:
        if method not in ("GET", "POST"):
            require(name)
        if known.namespaced and not namespace and method != "GET":
            namespace = self.namespace
        response = self.transport.request(
            method,
            known.path(namespace, name, subresource),
            query=sorted(query or ()),
            body=None if body is None else json.dumps(body).encode(),
            content_type="" if body is None else content_type,
            accept=accept,
        )
        if not 200 <= response.status < 300:
            raise refusal(response, method, known, name)
        return response

    def _written(self, known: ResourceType, answer: dict[str, Any]) -> dict[str, Any]:
        if known.kind in _KIND_MAKERS:
            self.discovery.invalidate()
        return answer


def require(name: str) -> None:
    """Make sure that there is a name: without one, a path is that of all objects.

    Raises:
        KubeError: there is none.
    """
    if not name:
        raise KubeError("resource name may not be empty")
