"""What routes say of their refusals in the OpenAPI document."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, TypeAlias

from hivehelm.api.problems import MEDIA_TYPE

_WORDS: Final = {
    400: "What was asked cannot be understood.",
    401: "Nobody knows who is asking.",
    403: "Who is asking may not.",
    404: "There is no such thing.",
    408: "The body took too long to arrive.",
    409: "It is not in a state for that, or somebody else is at work on it.",
    413: "It is too large.",
    414: "The URL is too long.",
    415: "It is not JSON, or does not say so.",
    422: "It is understood and wrong: a parameter, a chart, its values, or what the cluster makes of them.",
    424: "A repository or a registry did not do what it should.",
    429: "Too much at a time: `Retry-After` says when to come again.",
    431: "There are too many headers.",
    500: "Something went wrong inside the server.",
    502: "The cluster, or what keeps the charts, did not do what it should.",
    503: "The cluster is out of reach.",
    504: "It took too long.",
}
#: What the guard, and the checks of parameters, may say to any request.
ALWAYS: Final = (400, 401, 403, 422, 429, 500, 503)


Responses: TypeAlias = dict[int | str, dict[str, Any]]


CACHED: Responses = {304: {"description": "What the client has, by its `If-None-Match`, is still so."}}
"""What routes answer besides that send an `ETag`."""


def refusals(*statuses: int) -> Responses:
    """Return the `responses` of a route that may refuse with these, and with those that any may."""
    return {
        status: {
            "description": f"{HTTPStatus(status).phrase}: {_WORDS[status]}",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*ALWAYS, *statuses})
    }
