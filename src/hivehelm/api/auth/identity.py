"""A caller, and what the caller may do."""

from __future__ import annotations

from hivehelm.api.auth.errors import ForbiddenError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from hivehelm.kube.connection import Impersonation

    class Rights(Protocol):
        """Who decides, where it is not the identity's own role: the cluster."""

        def allows(self, identity: Identity, role: str, namespace: str) -> bool:
            """Tell whether `identity` has `role` in `namespace`; in all of them where it is ""."""


VIEWER, DEPLOYER, ADMIN = "viewer", "deployer", "admin"
ROLES = (VIEWER, DEPLOYER, ADMIN)
_RANK = {role: rank for rank, role in enumerate(ROLES)}


class Identity(Record):
    """Who sent a request.

    `role` is viewer, deployer or admin, each of which may all that those before it may; "" is none.
    `namespaces` are those that the role is for, none meaning all. `more` are further roles, each with its
    namespaces. `method` says how the caller is known:
    none, token, oidc or kubernetes. With `user`, changes are made as that user, and `rights` are asked what
    it may do.
    """

    name: str
    groups: tuple[str, ...] = ()
    role: str = ""
    namespaces: tuple[str, ...] = ()
    more: tuple[tuple[str, tuple[str, ...]], ...] = ()
    method: str = "none"
    user: Impersonation | None = None
    rights: Rights | None = None

    @property
    def everywhere(self) -> bool:
        """Whether the caller may read releases of all namespaces."""
        return self.may(VIEWER, "")

    def sees(self, namespace: str) -> bool:
        """Tell whether the caller may read releases of `namespace`."""
        return self.may(VIEWER, namespace)

    def may(self, role: str, namespace: str = "") -> bool:
        """Tell whether the caller has `role` in `namespace`; in all of them where it is "".

        An admin is one of the whole platform, or none: what is an admin's has no namespace.
        """
        if self.rights is not None:
            return self.rights.allows(self, role, namespace)
        if _has(self.role, self.namespaces, role, namespace):
            return True
        return any(_has(held, where, role, namespace) for held, where in self.more)

    def somewhere(self, role: str) -> bool:
        """Tell whether there may be a namespace where the caller has `role`; nobody is asked."""
        if self.rights is not None:
            return True
        rank = _RANK[role]
        held = ((self.role, self.namespaces), *self.more)
        return any(_RANK.get(each, -1) >= rank and (role != ADMIN or not where) for each, where in held)

    def check(self, role: str, namespace: str = "") -> None:
        """Make sure that the caller has `role` in `namespace`; in all of them where it is "".

        Raises:
            ForbiddenError: the caller has not.
            AccessUnavailableError: the cluster decides, and does not answer.
        """
        if not self.may(role, namespace):
            raise ForbiddenError(self.name, role, namespace)

    def places(self, role: str = VIEWER) -> tuple[str, ...] | None:
        """Return the namespaces where the caller has `role`, None for all; the cluster is not asked."""
        found: dict[str, None] = {}
        for held, where in ((self.role, self.namespaces), *self.more):
            if _RANK[role] <= _RANK.get(held, -1):
                if not where:
                    return None
                found.update(dict.fromkeys(where))
        return tuple(found)

    def who(self) -> dict[str, Any]:
        """Return what an operation keeps of its caller, as JSON; never a credential.

        With `namespaces`, what is done for the caller stays in those; with `impersonate`, it is done as that
        user of the cluster.
        """
        found: dict[str, Any] = {"name": self.name, "groups": list(self.groups), "method": self.method}
        if self.rights is None and (namespaces := self.places(DEPLOYER)) is not None:
            found["namespaces"] = list(namespaces)
        if self.user is not None:
            found["impersonate"] = {
                "user": self.user.user,
                "uid": self.user.uid,
                "groups": list(self.user.groups),
                "extra": {name: list(values) for name, values in self.user.extra.items()},
            }
        return found


def _has(held: str, where: tuple[str, ...], role: str, namespace: str) -> bool:
    if _RANK[role] > _RANK.get(held, -1):
        return False
    return not where or (role != ADMIN and namespace in where)
