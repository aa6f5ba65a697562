"""Requests that stay in some namespaces, whatever the server's credentials would allow."""

from __future__ import annotations

import json
from urllib.parse import unquote

from hivehelm.kube.errors import ApiError
from hivehelm.kube.relay import Relay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from hivehelm.kube.transport import Response, Stream, Transport

_ABOUT_ONESELF = "/apis/authorization.k8s.io/v1/selfsubject"


class Confined(Relay):
    """A transport that refuses what is not in `namespaces`, as RBAC refuses who has roles in those alone.

    That is everything cluster-wide but discovery and questions about oneself, to read as well as to write:
    what a chart looks up is shown to who installs it. The namespaces themselves may be read, and made as
    `helm install --create-namespace` makes them: with nothing but their names.
    """

    def __init__(self, transport: Transport, namespaces: Sequence[str]) -> None:
        super().__init__(transport)
        self._namespaces = frozenset(namespaces)

    def request(self, method: str, path: str, *, body: bytes | None = None, **asked: Any) -> Response:
        """Send one request and return the whole answer, as `Transport` does.

        Raises:
            ApiError: it is for something elsewhere.
        """
        self._confirm(method, path, body)
        return super().request(method, path, body=body, **asked)

    def stream(self, method: str, path: str, **asked: Any) -> Stream:
        """Send one request and return its answer as it comes in, as `Transport` does.

        Raises:
            ApiError: it is for something elsewhere.
        """
        self._confirm(method, path)
        return super().stream(method, path, **asked)

    def _confirm(self, method: str, path: str, body: bytes | None = None) -> None:
        rest, group = _resource(path)
        if not rest:
            allowed = method == "GET"
        elif rest[0] == "namespaces" and len(rest) > 1:
            allowed = rest[1] in self._namespaces
            if len(rest) == 2:
                allowed = allowed and (method == "GET" or (method == "PATCH" and body == _bare(rest[1])))
        elif rest == ["namespaces"] and method == "POST":
            allowed = any(body == _bare(name) for name in self._namespaces)
        else:
            allowed = method == "POST" and path.startswith(_ABOUT_ONESELF)
        if any(part in ("", ".", "..") or "/" in part for part in rest):
            allowed = False
        if not allowed:
            raise ApiError(403, "Forbidden", _message(method, rest, group, sorted(self._namespaces)))


def _bare(name: str) -> bytes:
    """Return a namespace that only has a name, as a request of Helm's carries it."""
    metadata = {"name": name, "labels": {"name": name}}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata, "spec": {}, "status": {}}
    return json.dumps(namespace).encode()


def _resource(path: str) -> tuple[list[str], str]:
    """Return what follows a path's group and version, nothing for discovery; and the group."""
    parts = [unquote(part) for part in path.split("?")[0].split("/")[1:]]
    if parts[0] == "api":
        return parts[2:], ""
    if parts[0] == "apis":
        return parts[3:], parts[1] if len(parts) > 1 else ""
    # /version and /openapi are about the server itself.
    return ([] if parts[0] in ("version", "openapi") else parts), ""


def _message(method: str, rest: Sequence[str], group: str, namespaces: Sequence[str]) -> str:
    verbs = {"GET": "read", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
    place = ""
    if len(rest) > 2 and rest[0] == "namespaces":
        place, rest = f' in the namespace "{rest[1]}"', rest[2:]
    kind = rest[0] if rest else "nonresource URLs"
    kind = f"{kind}.{group}" if group else kind
    named = f' "{rest[1]}"' if len(rest) > 1 else ""
    return (
        f"{kind}{named} is forbidden: the caller cannot {verbs.get(method, method)} it{place}: "
        f"only what is in namespaces {', '.join(namespaces)}"
    )
