"""`/api/helm/operations`: long work, how far it has come, and its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Header, Query
from starlette.responses import Response, StreamingResponse

from hivehelm.api.answers import dumps, json_answer
from hivehelm.api.auth.caller import AnyDeployer, AnyViewer
from hivehelm.api.bodies.operations import Operation, State
from hivehelm.api.changes import PATH, shown
from hivehelm.api.errors import Responses, refusals
from hivehelm.api.following import following, until_over
from hivehelm.api.parameters import AnyNamespace, Hold, Limit, OperationId, Wait
from hivehelm.operations.errors import OperationNotFoundError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.services import Services
    from hivehelm.operations import model

KEEP_ALIVE: Final = 15.0
"""After how many seconds without news a line is sent that says nothing."""
STREAM: Final = "text/event-stream"
_STREAM: Responses = {200: {"content": {STREAM: {"schema": {"type": "string"}}}}}


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix=PATH, tags=["operations"])
    runner, threads = services.runner, services.threads

    async def found(identifier: str, identity: Identity, role: str = "viewer") -> model.Operation:
        operation = await threads.run(runner.get, identifier)
        namespace = operation.request.namespace
        if not await threads.run(identity.may, "viewer", namespace):
            # What one may not see is not there.
            raise OperationNotFoundError(identifier)
        if role != "viewer":
            await threads.run(identity.check, role, namespace)
        return operation

    @routes.get("", response_model=list[Operation], responses=refusals(503))
    async def list_operations(
        identity: AnyViewer,
        namespace: AnyNamespace = None,
        release: Annotated[str, Query(max_length=53, description="Only those on this release.")] = "",
        state: Annotated[State | None, Query(description="Only those in this state.")] = None,
        limit: Limit = 100,
    ) -> Response:
        """List operations, the newest first."""

        def made() -> Response:
            listed = runner.list(namespace, release or None, state)
            seen = [one for one in listed if identity.sees(one.request.namespace)]
            return json_answer(
                [shown(one) for one in (seen[:limit] if limit else seen)],
                headers={"X-Total-Count": str(len(seen))},
            )

        return await threads.run(made)

    @routes.get("/{id}", response_model=Operation, responses=refusals(404, 503))
    async def get_operation(
        identity: AnyViewer,
        id: OperationId,  # noqa: A002 - the operation's field
        wait: Wait = False,
        timeout: Hold = 300.0,
    ) -> Response:
        """Return an operation; with `wait=true`, when it is over or the time is."""
        operation = await found(id, identity)
        if wait:
            operation = await until_over(runner, threads, operation, timeout)
        return json_answer(shown(operation))

    @routes.post("/{id}/cancel", status_code=202, response_model=Operation, responses=refusals(404, 503))
    async def cancel_operation(identity: AnyDeployer, id: OperationId) -> Response:  # noqa: A002
        """Give an operation up: what it has begun is brought to an end that is on record."""
        await found(id, identity, "deployer")
        return json_answer(shown(await threads.run(runner.cancel, id)), 202)

    @routes.get(
        "/{id}/events",
        response_class=StreamingResponse,
        responses=_STREAM | refusals(404, 503),
    )
    async def follow_operation(
        identity: AnyViewer,
        id: OperationId,  # noqa: A002
        after: Annotated[int, Query(ge=0, le=2**31, description="Events from there on only.")] = 0,
        last: Annotated[
            int, Header(alias="Last-Event-ID", ge=0, le=2**31, description="As `after`; browsers send it.")
        ] = 0,
    ) -> Response:
        """Follow an operation: server-sent events, one for each stage, and at the end one called `end`."""
        await found(id, identity)
        return StreamingResponse(
            _events(services, id, max(after, last)), media_type=STREAM, headers={"Cache-Control": "no-cache"}
        )

    return routes


async def _events(services: Services, identifier: str, after: int) -> AsyncIterator[bytes]:
    async with following(services.runner, services.threads, identifier) as follower:
        while True:
            operation = await follower.next(KEEP_ALIVE)
            if operation is None:
                yield b": still there\n\n"
                continue
            for event in operation.events:
                if event["index"] > after:
                    after = event["index"]
                    yield message(str(event.get("stage", "event")), event, after)
            if operation.is_final:
                yield message("end", shown(operation), after + 1)
                return


def message(name: str, data: Any, number: int | None = None) -> bytes:
    """Return one server-sent event."""
    text = dumps(data) if not isinstance(data, bytes) else data
    line = name if name.isprintable() else json.dumps(name)
    head = f"event: {line}\n".encode() if number is None else f"id: {number}\nevent: {line}\n".encode()
    return b"%sdata: %s\n\n" % (head, text)
