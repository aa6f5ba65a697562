"""Which revision of a release a request is about, and whether what is secret in it may be told."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from hivehelm.api.auth.caller import Needs
from hivehelm.api.auth.identity import DEPLOYER
from hivehelm.api.parameters import Name, Namespace, Revision, Secrets
from hivehelm.record import Record

_deployer = Needs(DEPLOYER)


async def _revealed(request: Request, secrets: Secrets = False) -> bool:
    if secrets:
        await _deployer(request)
    return secrets


#: Whether secrets are shown; who asks for them has to be a deployer.
Revealed = Annotated[bool, Depends(_revealed)]


class Wanted(Record):
    """A revision of a release, 0 for the newest; `secrets` are shown, or masked."""

    namespace: str
    name: str
    revision: int
    secrets: bool

    @property
    def place(self) -> tuple[str, str, int]:
        """The namespace, the name and the revision."""
        return self.namespace, self.name, self.revision


async def _wanted(
    name: Name, secrets: Revealed, namespace: Namespace = "default", revision: Revision = 0
) -> Wanted:
    return Wanted(namespace=namespace, name=name, revision=revision, secrets=secrets)


WantedRevision = Annotated[Wanted, Depends(_wanted)]
