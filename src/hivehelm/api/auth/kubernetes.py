"""Knows users of the cluster, which says whose a token is, and what they may: by its reviews."""

from __future__ import annotations

import time

from hivehelm.api.auth.aside import aside
from hivehelm.api.auth.errors import AccessUnavailableError, UnauthenticatedError
from hivehelm.api.auth.identity import ADMIN, DEPLOYER, VIEWER, Identity
from hivehelm.api.auth.remembered import Remembered, mark
from hivehelm.kube.connection import Impersonation
from hivehelm.kube.errors import ApiError, KubeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from hivehelm.kube.client import Client

GOOD, BAD = 10.0, 5.0
"""Seconds for which the cluster's word is remembered."""
_PATIENCE = 5.0
_MOST = 4096
# What records of releases are. Whoever may list Secrets sees them, whoever may create them can write them.
_VERBS = {VIEWER: "list", DEPLOYER: "create", ADMIN: "update"}


class ClusterUsers:
    """Users and service accounts of a cluster; `client` gives a client of it, as the platform itself.

    What they may is the cluster's to say. Here it is asked before: viewers are those who may list Secrets,
    deployers those who may create them, in a namespace or everywhere; admins those who may change Secrets in
    `namespace`, which is the platform's own. Then changes are made as that user.
    """

    def __init__(
        self,
        client: Callable[[], Client],
        namespace: str,
        *,
        audiences: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._namespace = namespace
        self._audiences = list(audiences)
        self._clock = clock
        self._users: Remembered[Identity] = Remembered(_MOST, clock)
        self._strangers: Remembered[bool] = Remembered(_MOST, clock)
        self._rights: Remembered[bool] = Remembered(4 * _MOST, clock)

    def knows(self, token: str) -> bool:
        """Tell that any token may be one of the cluster's."""
        return True

    def knows_already(self, token: str) -> bool:
        """Tell whether a token was good or bad a moment ago."""
        key = mark(token)
        return self._users.get(key) is not None or self._strangers.get(key) is not None

    async def verify(self, token: str) -> Identity:
        """Return whose token it is.

        Raises:
            UnauthenticatedError: it is not one of the cluster's.
            AccessUnavailableError: the cluster does not say.
        """
        key = mark(token)
        known = self._users.get(key)
        if known is not None:
            return known
        if self._strangers.get(key):
            raise UnauthenticatedError(given=True)
        identity = await aside(self._review, token)
        if identity is None:
            self._strangers.put(key, True, BAD)
            raise UnauthenticatedError(given=True)
        self._users.put(key, identity, GOOD)
        return identity

    def allows(self, identity: Identity, role: str, namespace: str) -> bool:
        """Tell whether the cluster gives a user a role in a namespace; in all of them where it is "".

        Raises:
            AccessUnavailableError: the cluster does not say.
        """
        user = identity.user
        if user is None:
            return False
        if role == ADMIN:
            namespace = self._namespace
        elif namespace and self._known(user, role, ""):
            return True  # Who has it everywhere has it here.
        found = self._known(user, role, namespace)
        if found is None:
            found = self._ask(user, role, namespace)
            self._rights.put(_key(user, role, namespace), found, GOOD if found else BAD)
        return found

    def _known(self, user: Impersonation, role: str, namespace: str) -> bool | None:
        return self._rights.get(_key(user, role, namespace))

    def _review(self, token: str) -> Identity | None:
        spec: dict[str, Any] = {"token": token}
        if self._audiences:
            spec["audiences"] = self._audiences
        status = self._create("authentication.k8s.io/v1", "TokenReview", spec)
        user = status.get("user") or {}
        name = user.get("username")
        if status.get("authenticated") is not True or status.get("error") or not name:
            return None
        if self._audiences and not set(status.get("audiences") or ()) & set(self._audiences):
            return None  # An authenticator that knows no audiences says none: then it is not for us.
        groups = tuple(user.get("groups") or ())
        extra = {key: list(values) for key, values in (user.get("extra") or {}).items()}
        found = Impersonation(user=name, uid=user.get("uid") or "", groups=groups, extra=extra)
        return Identity(name=name, groups=groups, method="kubernetes", user=found, rights=self)

    def _ask(self, user: Impersonation, role: str, namespace: str) -> bool:
        resource = {"verb": _VERBS[role], "resource": "secrets", "version": "v1", "namespace": namespace}
        spec: dict[str, Any] = {
            "user": user.user,
            "uid": user.uid,
            "groups": list(user.groups),
            "extra": {key: list(values) for key, values in user.extra.items()},
            "resourceAttributes": resource,
        }
        status = self._create("authorization.k8s.io/v1", "SubjectAccessReview", spec)
        return status.get("allowed") is True and status.get("denied") is not True

    def _create(self, api_version: str, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
        try:
            client = self._client().until(time.monotonic() + _PATIENCE)
            answer = client.create({"apiVersion": api_version, "kind": kind, "spec": spec})
        except ApiError as error:
            if error.forbidden:
                raise AccessUnavailableError(
                    f"callers cannot be checked: the server may not create {kind}s in its cluster"
                ) from None
            raise AccessUnavailableError("callers cannot be checked: the cluster refuses to") from None
        except KubeError:
            raise AccessUnavailableError("callers cannot be checked: the cluster does not answer") from None
        status = answer.get("status")
        return status if isinstance(status, dict) else {}


def _key(user: Impersonation, role: str, namespace: str) -> tuple[object, ...]:
    return (user.user, user.uid, tuple(user.groups), str(user.extra), role, namespace)
