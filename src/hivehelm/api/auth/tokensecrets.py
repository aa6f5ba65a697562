"""Tokens in the cluster: a Secret for each in the platform's namespace, which all replicas see."""

from __future__ import annotations

import base64
import binascii
import json

from hivehelm.api.auth.errors import TokenError, TokenExistsError, UnknownTokenError
from hivehelm.api.auth.token import Token
from hivehelm.kube.errors import ApiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.kube.client import Client

LABELS = {"app.kubernetes.io/managed-by": "hivemind", "app.kubernetes.io/component": "token"}
TYPE = "hivehelm.dev/token.v1"
_SELECTOR = ",".join(f"{name}={value}" for name, value in LABELS.items())


class TokenSecrets:
    """The tokens of a platform; `client` gives a client of its cluster, as the platform itself.

    All methods raise KubeError where the cluster does not do as it is asked.
    """

    def __init__(self, client: Callable[[], Client], namespace: str) -> None:
        self._client = client
        self._namespace = namespace

    def list(self) -> list[Token]:
        """Return all tokens by name; Secrets that hold none are passed over."""
        try:
            found = self._client().list("v1", "Secret", self._namespace, label_selector=_SELECTOR)
        except ApiError as error:
            if error.not_found:
                return []
            raise
        tokens = [token for token in map(_token, found) if token is not None]
        return sorted(tokens, key=lambda token: token.name)

    def add(self, token: Token) -> None:
        """Keep a token; the namespace is made where it is missing.

        Raises:
            TokenExistsError: there is one of that name.
        """
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": _name(token.name),
                "namespace": self._namespace,
                "labels": {**LABELS, "hivehelm.dev/role": token.role},
            },
            "type": TYPE,
            "data": {"token": base64.b64encode(json.dumps(token.to_json()).encode()).decode()},
        }
        client = self._client()
        try:
            try:
                client.create(secret)
            except ApiError as error:
                if not error.not_found:
                    raise
                self._make_namespace(client)
                client.create(secret)
        except ApiError as error:
            if error.already_exists:
                raise TokenExistsError(token.name) from None
            raise

    def remove(self, name: str) -> None:
        """Forget a token: it is good for nothing any more.

        Raises:
            UnknownTokenError: there is none of that name.
        """
        client = self._client()
        try:
            found = client.get("v1", "Secret", _name(name), self._namespace)
            if found.get("type") != TYPE:
                raise UnknownTokenError(name)
            client.delete("v1", "Secret", _name(name), self._namespace)
        except ApiError as error:
            if error.not_found:
                raise UnknownTokenError(name) from None
            raise

    def _make_namespace(self, client: Client) -> None:
        try:
            client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self._namespace}})
        except ApiError as error:
            if not error.already_exists:
                raise


def _name(name: str) -> str:
    return f"hivemind-token-{name}"


def _token(secret: dict[str, Any]) -> Token | None:
    if secret.get("type") != TYPE:
        return None
    try:
        found = json.loads(base64.b64decode((secret.get("data") or {}).get("token", ""), validate=True))
        token = Token.from_json(found if isinstance(found, dict) else {})
    except (binascii.Error, ValueError, TokenError):
        return None
    # What a Secret is called is what it is revoked by.
    return token if secret["metadata"]["name"] == _name(token.name) else None
