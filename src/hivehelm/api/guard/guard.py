"""The guard of one server: everything that a request passes before it reaches a route."""

from __future__ import annotations

from hivehelm.api.guard.admit import Admit
from hivehelm.api.guard.limits import Limits
from hivehelm.api.guard.log import Log
from hivehelm.api.guard.metrics import Metrics
from hivehelm.api.guard.observe import Observe
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from fastapi import FastAPI

    from hivehelm.api.auth.authenticator import Authenticator
    from hivehelm.api.guard.certificates import Certificates

_CONNECTIONS = 4096


class Guard(Record):
    """Who is let in, and how much of everything.

    `public` are paths that are for everyone, besides those of health checks and of the API's description;
    with `public_charts` the chart repository is, to read. `tls` is how the server is reached, None for plain
    HTTP. `proxies` are believed about where requests come from.
    """

    authenticator: Authenticator
    limits: Limits
    log: Log
    metrics: Metrics
    public: frozenset[str] = frozenset()
    public_charts: bool = False
    tls: Certificates | None = None
    proxies: tuple[str, ...] = ()

    @classmethod
    def open(cls) -> Self:
        """Return a guard that lets everyone in who is on this machine: for tests, and `--no-auth`."""
        from hivehelm.api.auth.open import Open

        return cls(authenticator=Open(), limits=Limits(), log=Log(level="error"), metrics=Metrics())

    def install(self, app: FastAPI) -> None:
        """Stand before `app`: the last call when it is built."""
        # What is added last is outermost.
        app.add_middleware(Admit, guard=self)
        app.add_middleware(Observe, guard=self)

    def uvicorn(self) -> dict[str, Any]:
        """Return what `uvicorn.Config` is to be told."""
        from hivehelm.api.guard.patience import Patient

        told: dict[str, Any] = {
            "http": Patient,
            "ws": "none",
            "log_config": None,
            "access_log": False,
            "server_header": False,
            "proxy_headers": bool(self.proxies),
            "forwarded_allow_ips": list(self.proxies),
            "limit_concurrency": _CONNECTIONS,
        }
        if self.tls is not None:
            told["ssl_context_factory"] = self.tls.factory
        return told
