"""Users who may do only what a role says: the objects that let them (RBAC)."""

from __future__ import annotations

import time

from hivehelm.cluster.errors import ClusterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.api import Api

ROLES = ("view", "edit", "admin")
"""The roles a restricted user can have: Kubernetes' own ClusterRoles of these names."""

_GROUP = "rbac.authorization.k8s.io"
_PATIENCE = 60.0
_POLL = 0.05


def check_role(role: str) -> None:
    """Raise ClusterError for what is no role."""
    if role not in ROLES:
        raise ClusterError(f"{role!r} is no role: it is one of {', '.join(ROLES)}")


def bind(api: Api, user: str, role: str, namespace: str | None) -> None:
    """Let a user do what a role says in a namespace, made if it is not there; everywhere if not given.

    Returns when the user may: the server hears of bindings some time after it was given them.

    Raises:
        ClusterError: the cluster does not take it.
    """
    if namespace:
        made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        api.apply(f"/api/v1/namespaces/{namespace}", made)
    name = f"hivehelm:{user}:{role}"
    place = f"namespaces/{namespace}/rolebindings" if namespace else "clusterrolebindings"
    api.apply(
        f"/apis/{_GROUP}/v1/{place}/{name}",
        {
            "apiVersion": f"{_GROUP}/v1",
            "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
            "metadata": {"name": name},
            "subjects": [{"apiGroup": _GROUP, "kind": "User", "name": user}],
            "roleRef": {"apiGroup": _GROUP, "kind": "ClusterRole", "name": role},
        },
    )
    # What every role allows.
    asked = {"verb": "list", "resource": "configmaps", "namespace": namespace or ""}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": user, "resourceAttributes": asked},
    }
    end = time.monotonic() + _PATIENCE
    while not api.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)["status"]["allowed"]:
        if time.monotonic() > end:
            raise ClusterError(f"the cluster does not let user {user!r} do what role {role!r} says")
        time.sleep(_POLL)
