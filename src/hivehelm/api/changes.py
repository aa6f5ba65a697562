"""Changes to releases: handed to the runner, and answered when noted, or when done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from hivehelm.api import problems
from hivehelm.api.answers import json_answer
from hivehelm.api.following import until_over
from hivehelm.api.problems import ProblemError

if TYPE_CHECKING:
    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.services import Services
    from hivehelm.api.terms import Terms
    from hivehelm.operations.model import Operation, Request

PATH: Final = "/api/helm/operations"
_LONGEST_KEY: Final = 255
#: What results may say of a release to anybody who may see it: the rest may hold secrets.
_SHOWN: Final = (
    "name", "namespace", "chart", "version", "status", "revision", "updated", "app_version", "description",
)  # fmt: skip


def shown(operation: Operation) -> dict[str, Any]:
    """Return an operation as it is answered: no values, and its problem as one."""
    document = operation.public()
    if operation.problem is not None:
        document["problem"] = problems.of_told(operation.problem)
    if operation.result is not None:
        document["result"] = {name: operation.result[name] for name in _SHOWN if name in operation.result}
    return document


class Changes:
    """Makes changes for the routes of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._threads = services.threads

    async def make(
        self,
        request: Request,
        identity: Identity,
        terms: Terms,
        *,
        sent: object,
        status: int = 200,
    ) -> Response:
        """Have a request done, and return 202 with the operation.

        Where the answer is held, what is over by its end is answered with its result and `status`, or its
        problem. A retry, of the same idempotency key, is known by what was `sent`, whatever this version of
        the server makes of it.

        Raises:
            ProblemError: the key cannot be one.
            OperationError: it cannot be taken on.
        """
        _check(terms.key)
        caller = f"{identity.method}:{identity.name}"
        operation = await self._threads.run(
            self._services.runner.submit, request, terms.key, caller, fingerprint=_fingerprint(request, sent)
        )
        where = {"Location": f"{PATH}/{operation.id}"}
        if terms.hold is not None:
            operation = await until_over(self._services.runner, self._threads, operation, terms.hold)
        if terms.hold is None or not operation.is_final:
            return json_answer(shown(operation), 202, where)
        return await self._over(operation, status, where)

    async def _over(self, operation: Operation, status: int, headers: dict[str, str]) -> Response:
        if operation.state == "cancelled":
            raise ProblemError(
                409, "the operation was cancelled", headers=headers, instance=f"{PATH}/{operation.id}"
            )
        if operation.problem is not None:
            members = problems.of_told(operation.problem)
            status, detail = members.pop("status"), members.pop("detail")
            members["instance"] = f"{PATH}/{operation.id}"
            raise ProblemError(status, detail, headers=headers, **members)
        namespace, name = operation.release
        if operation.request.verb == "uninstall":
            # Of what was not there, no more is known than that it is not.
            unknown = {"chart": "", "version": "", "revision": 0, "updated": operation.ended}
            return json_answer({**unknown, **shown(operation)["result"]}, status, headers)
        reader = self._services.reader
        await self._threads.run(reader.settle, namespace, name)
        revision = int((operation.result or {}).get("revision") or 0)
        found = await self._threads.run(reader.release, namespace, name, revision)
        return Response(found.data, status, headers=headers, media_type="application/json")


def _fingerprint(request: Request, sent: object) -> str:
    import json
    from hashlib import sha256

    said = json.dumps([request.verb, request.namespace, request.name, sent], sort_keys=True, default=str)
    return sha256(said.encode()).hexdigest()


def _check(key: str) -> None:
    if len(key) > _LONGEST_KEY or not key.isascii() or not (key.isprintable()):
        raise ProblemError(400, f"Idempotency-Key must be 1 to {_LONGEST_KEY} printable ASCII characters")
