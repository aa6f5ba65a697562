"""`/api/helm/events`: news of releases, as they come."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from hivehelm.api.auth.caller import Viewer
from hivehelm.api.errors import Responses, refusals
from hivehelm.api.parameters import Namespace
from hivehelm.api.problems import ProblemError
from hivehelm.api.routes.operations import KEEP_ALIVE, STREAM, message
from hivehelm.platform.query import ReleaseQuery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hivehelm.api.services import Services

MOST: Final = 200
"""How many streams one server feeds at a time."""
LONGEST: Final = 3600.0
"""After how many seconds a stream ends; browsers come again, and show anew who they are."""
_PAUSE: Final = 0.25
_ASK: Final = 2.0
_STREAM: Responses = {
    200: {"content": {STREAM: {"schema": {"type": "string"}}}, "description": "`release` and `gone` events."}
}


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/helm", tags=["releases"])
    news = News(services)

    @routes.get("/events", response_class=StreamingResponse, responses=_STREAM | refusals(503))
    async def follow_releases(identity: Viewer, namespace: Namespace = "default") -> Response:
        """Follow the releases of a namespace: server-sent events.

        First `ready`, with all releases there are; then `release` with each that has changed, and `gone`
        with the name of each that is no more.
        """
        if news.streams >= MOST:
            raise ProblemError(
                503, "too many clients follow releases: try again later", headers={"Retry-After": "10"}
            )
        mark = services.reader.mark(namespace)
        first = await news.releases(namespace)
        return StreamingResponse(
            news.follow(namespace, first, mark), media_type=STREAM, headers={"Cache-Control": "no-cache"}
        )

    return routes


class News:
    """Tells of releases that change. `streams` counts who listens."""

    def __init__(self, services: Services) -> None:
        self._reader = services.reader
        self._threads = services.threads
        self.streams = 0

    async def releases(self, namespace: str) -> dict[str, dict[str, Any]]:
        """Return the releases of a namespace by name."""
        query = ReleaseQuery(namespaces=(namespace,))
        page = self._reader.look_releases(query)
        if page is None:
            page = await self._threads.run(self._reader.releases, query)
        return {str(one["name"]): one for one in json.loads(page.data)}

    async def follow(
        self, namespace: str, known: dict[str, dict[str, Any]], mark: str
    ) -> AsyncIterator[bytes]:
        """Yield server-sent events from what was known at `mark` on."""
        from hivehelm.errors import HivehelmError

        self.streams += 1
        try:
            yield message("ready", list(known.values()))
            now = said = asked = begun = time.monotonic()
            while now - begun < LONGEST:
                await asyncio.sleep(_PAUSE)
                now = time.monotonic()
                newest = self._reader.mark(namespace)
                # Where nobody follows the cluster, it is asked now and then.
                if newest != mark or (not newest and now - asked > _ASK):
                    asked = now
                    try:
                        found = await self.releases(namespace)
                    except HivehelmError:
                        continue  # the cluster is away
                    mark = newest
                    for event in _changes(known, found):
                        yield event
                        said = now
                    known = found
                if now - said > KEEP_ALIVE:
                    said = now
                    yield b": still there\n\n"
        finally:
            self.streams -= 1


def _changes(known: dict[str, dict[str, Any]], found: dict[str, dict[str, Any]]) -> list[bytes]:
    changed = [message("release", one) for name, one in found.items() if known.get(name) != one]
    gone = [message("gone", {"name": name}) for name in known if name not in found]
    return changed + gone
