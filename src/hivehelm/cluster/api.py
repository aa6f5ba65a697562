"""As much of the Kubernetes API as bringing up a cluster takes."""

from __future__ import annotations

import json

import urllib3

from hivehelm.cluster.errors import ClusterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from hivehelm.cluster.certificates import Pair

_FIELD_MANAGER = "hivehelm-cluster"


class ControlPlaneApiError(ClusterError):
    """The API server refused something that a new cluster needs.

    Attributes:
        status: the HTTP status code.
    """

    def __init__(self, method: str, path: str, status: int, message: str) -> None:
        self.status = status
        super().__init__(f"{method} {path}: {status} {message}")


class Api:
    """A connection to a server of the cluster, made as the holder of `pair`."""

    def __init__(self, server: str, authority: Path, pair: Pair) -> None:
        self._server = server
        self._pool = urllib3.PoolManager(
            ca_certs=str(authority),
            cert_file=str(pair.certificate),
            key_file=str(pair.key),
            retries=False,
            timeout=urllib3.Timeout(connect=10.0, read=60.0),
        )

    def answers(self, path: str, patience: float = 2.0) -> bool:
        """Tell whether the server answers `path` with success, within so many seconds."""
        try:
            return self._pool.request("GET", self._server + path, timeout=patience).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def get(self, path: str) -> dict[str, Any] | None:
        """Return the object at `path`, or None if it is not there."""
        try:
            return self._ask("GET", path)
        except ControlPlaneApiError as error:
            if error.status == 404:
                return None
            raise

    def apply(self, path: str, manifest: dict[str, Any]) -> None:
        """Apply an object server-side, and take the fields it sets from whoever has them."""
        query = f"?fieldManager={_FIELD_MANAGER}&force=true"
        self._ask("PATCH", path + query, manifest, "application/apply-patch+yaml")

    def create(self, path: str, manifest: dict[str, Any]) -> dict[str, Any]:
        """Create an object in the collection at `path`, and return it as the server has it."""
        return self._ask("POST", path, manifest)

    def delete(self, path: str) -> None:
        """Delete the object at `path`, if it is there."""
        try:
            self._ask("DELETE", path)
        except ControlPlaneApiError as error:
            if error.status != 404:
                raise

    def _ask(
        self, method: str, path: str, body: object = None, kind: str = "application/json"
    ) -> dict[str, Any]:
        try:
            answer = self._pool.request(
                method,
                self._server + path,
                body=None if body is None else json.dumps(body).encode(),
                headers={"Content-Type": kind, "Accept": "application/json"},
            )
        except urllib3.exceptions.HTTPError as error:
            raise ControlPlaneApiError(method, path, 0, str(error)) from None
        if answer.status >= 400:
            raise ControlPlaneApiError(method, path, answer.status, _message(answer.data))
        found: dict[str, Any] = json.loads(answer.data)
        return found


def _message(data: bytes) -> str:
    try:
        return str(json.loads(data)["message"])
    except (ValueError, KeyError, TypeError):
        return data[:200].decode(errors="replace")
