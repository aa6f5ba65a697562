"""The guard of one server: everything that a request passes before it reaches a route."""

from __future__ import annotations

from hivehelm.api.guard.admit import Admit
from hivehelm.api.guard.limits import Limits
from hivehelm.api.guard.observe import Observe
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from fastapi import FastAPI

    from hivehelm.api.auth.authenticator import Authenticator


class Guard(Record):
    """Who is let in, and how much of everything."""

    authenticator: Authenticator
    limits: Limits

    @classmethod
    def open(cls) -> Self:
        """Return a guard that lets everyone in who is on this machine: for tests, and `--no-auth`."""
        from hivehelm.api.auth.open import Open

        return cls(authenticator=Open(), limits=Limits())

    def install(self, app: FastAPI) -> None:
        """Stand before `app`: the last call when it is built."""
        # What is added last is outermost.
        app.add_middleware(Admit, guard=self)
        app.add_middleware(Observe, guard=self)

    def uvicorn(self) -> dict[str, Any]:
        """Return what uvicorn.Config is to be told."""
        return {"log_config": None, "access_log": False, "server_header": False}
