"""What routes say of their callers: `Viewer`, `Deployer`, `Admin` as the type of a parameter."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Depends, Request

from hivehelm.api.auth.aside import aside
from hivehelm.api.auth.errors import ForbiddenError, UnauthenticatedError
from hivehelm.api.auth.identity import ADMIN, DEPLOYER, VIEWER, Identity

DEFAULT = "default"
"""The namespace of a request that names none."""


async def caller(request: Request) -> Identity:
    """Return who sent the request, as the guard found out before anything of it was read.

    Raises:
        UnauthenticatedError: nobody did: the route is a public one.
    """
    identity = request.scope.get("state", {}).get("identity")
    if not isinstance(identity, Identity):
        raise UnauthenticatedError
    return identity


class Needs:
    """Makes sure of a role: in the namespace that the path or the query names, `default` where none does.

    With `anywhere`, one that names none passes who has the role in some namespace: for what has no namespace,
    or names it in its body and checks it there.
    """

    def __init__(self, role: str, *, anywhere: bool = False) -> None:
        self.role = role
        self.anywhere = anywhere

    async def __call__(self, request: Request) -> Identity:
        """Return the caller.

        Raises:
            ForbiddenError: the caller has not the role.
            AccessUnavailableError: the cluster decides, and does not answer.
        """
        identity = await caller(request)
        if self.role == ADMIN:
            namespaces = {""}
        else:
            namespaces = {name for name in request.query_params.getlist("namespace") if name}
            if named := request.path_params.get("namespace"):
                namespaces.add(named)
            if not namespaces and not self.anywhere:
                namespaces = {DEFAULT}
        if identity.rights is not None:
            for namespace in namespaces or {_in_body(request)}:
                # The cluster is asked in a thread, so that the answer is there when it is looked for.
                await aside(identity.may, self.role, namespace)
        for namespace in namespaces:
            identity.check(self.role, namespace)
        if not namespaces and not identity.somewhere(self.role):
            raise ForbiddenError(identity.name, self.role)
        return identity


def _in_body(request: Request) -> str:
    """Return the namespace that a body names, which FastAPI has read by now."""
    body = getattr(request, "_body", b"")
    try:
        found = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return DEFAULT
    namespace = found.get("namespace") if isinstance(found, dict) else None
    return namespace if isinstance(namespace, str) and 0 < len(namespace) < 64 else DEFAULT


Viewer = Annotated[Identity, Depends(Needs(VIEWER))]
AnyViewer = Annotated[Identity, Depends(Needs(VIEWER, anywhere=True))]
Deployer = Annotated[Identity, Depends(Needs(DEPLOYER))]
AnyDeployer = Annotated[Identity, Depends(Needs(DEPLOYER, anywhere=True))]
Admin = Annotated[Identity, Depends(Needs(ADMIN))]
