"""Composes the faces over HTTP into one server, and runs it."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from hivehelm.record import Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from socket import socket

    from fastapi import FastAPI

    from hivehelm.api.guard import Guard
    from hivehelm.api.services import Services
    from hivehelm.operations.store import Store
    from hivehelm.platform.reading import Reader
    from hivehelm.platform.site import Site
    from hivehelm.release.model import Release

# Threads that work hold the event loop up for so many seconds at most, each time.
_SWITCH: Final = 0.001
_BACKLOG: Final = 1024
_KEEP_ALIVE: Final = 75
# Collections stop everything: seldom ones, for references count all but cycles.
_COLLECT: Final = (50_000, 20, 50)
# Of how many releases it is remembered which objects they have.
_VIEWS: Final = 2000


class ServerOptions(Record):
    """How a server is run.

    `namespaces` are those whose releases it follows, () is all. `repository` is where its own chart
    repository keeps its archives, "" with the platform's charts. `slots` operations run at a time. When it is
    to stop it waits `drain` seconds for what is under way, and hands over the rest. `local_urls` lets charts
    come from this machine's own addresses; without `chart_urls` they come from repositories and registries
    only.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    namespaces: tuple[str, ...] = ()
    repository: str = ""
    slots: int = 4
    drain: float = 20.0
    chart_urls: bool = True
    local_urls: bool = False


def services(site: Site, guard: Guard, options: ServerOptions) -> Services:
    """Return what the REST API works with; nothing is started, and no cluster asked.

    Raises:
        UnreachableError: there is nothing that says how a cluster is reached.
    """
    from importlib.metadata import version

    from hivehelm.api.services import Services
    from hivehelm.operations.runner import Runner
    from hivehelm.platform.marked import Marked
    from hivehelm.platform.reading import Reader
    from hivehelm.platform.repository.opening import open_repository

    def log(level: str, message: str, **attributes: object) -> None:
        guard.log.write({"WARN": "warning"}.get(level, level.lower()), message, **attributes)

    command = (sys.executable, "-m", "hivehelm.platform.work")
    # Its own charts come from wherever the operator says.
    repository = open_repository(options.repository or site.charts, stores=site.stores, log=log)
    if not options.local_urls:
        site = site.outward()
    return Services(
        site=site,
        guard=guard,
        reader=Reader(site, options.namespaces, conceal=concealed, log=log),
        runner=Runner(_store(site), command, slots=options.slots, environ=site.variables(), log=log),
        repository=repository,
        version=version("hivehelm"),
        chart_urls=options.chart_urls,
        views=Marked(_VIEWS),
    )


def _store(site: Site) -> Store:
    if site.driver == "memory":
        from hivehelm.operations.memory import MemoryStore

        return MemoryStore()
    from hivehelm.operations.secrets import SecretStore

    return SecretStore(site.client(), site.namespace)


def concealed(release: Release) -> dict[str, Any] | None:
    """Return the values of a release that anybody may see who may see the release."""
    from hivehelm.platform.mask import Mask

    values: dict[str, Any] | None = Mask.of(release).values(release.config)
    return values


def application(made: Services, drain: float = 0.0, started: Callable[[], None] = lambda: None) -> FastAPI:
    """Return the ASGI application over services that it starts and stops with itself.

    `started` is called when it is about to serve.
    """
    from hivehelm.api.app import build

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        made.reader.start()
        made.runner.start()
        # What is there now stays, as do the releases that are read soon: collections need not look at them.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECT)
        threading.Thread(target=_keep_filled, args=(made.reader,), name="filled", daemon=True).start()
        started()
        try:
            yield
        finally:
            await made.threads.run(made.runner.stop, drain)
            made.reader.close()

    return build(made, lifespan)


def _keep_filled(reader: Reader) -> None:
    reader.filled()
    gc.freeze()


def serve(site: Site, guard: Guard, options: ServerOptions, started: Callable[[str], None]) -> None:
    """Serve until a signal says to stop (SIGINT, SIGTERM); `started(url)` hears where.

    Raises:
        OSError: the address cannot be listened on.
        UnreachableError: there is nothing that says how a cluster is reached.
    """
    import uvicorn

    made = services(site, guard, options)
    bound = _listen(options.host, options.port)
    scheme = "https" if guard.tls is not None else "http"
    url = f"{scheme}://{_shown(options.host)}:{bound.getsockname()[1]}"
    sys.setswitchinterval(_SWITCH)
    told = {
        "loop": "asyncio" if sys.platform == "win32" else "uvloop",
        "http": "httptools",
        "timeout_keep_alive": _KEEP_ALIVE,
        "timeout_graceful_shutdown": max(1, round(options.drain)),
        **guard.uvicorn(),
    }
    guard.log.adopt()
    app = application(made, drain=min(options.drain, 5.0), started=lambda: started(url))
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn stops at them, and then sends them again to who was there before: to stop is no failure.
        signal.signal(number, lambda *_: None)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="on", backlog=_BACKLOG, **told))
    server.run(sockets=[bound])


def _listen(host: str, port: int) -> socket:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host.strip("[]"), port))
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        raise OSError(error.errno, error.strerror, f"{host}:{port}") from None
    return bound


def _shown(host: str) -> str:
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - as it is told
        return "localhost"
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
