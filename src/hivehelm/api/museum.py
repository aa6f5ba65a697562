"""What the routes of the chart repository share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hivehelm.api import problems
from hivehelm.platform.repository.errors import NoArchiveError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hivehelm.api.services import Services
    from hivehelm.platform.repository.repository import ChartRepository

_COMMON: Final = {
    400: "The request is not valid",
    401: "Nobody is known by these credentials",
    403: "The caller may not do that",
    422: "The request is not valid",
    429: "There are too many requests",
    502: "What keeps the charts cannot be reached",
    503: "The server cannot do that now",
}
_SPECIAL: Final = {
    404: "There is no such chart",
    405: "The repository can be read only",
    409: "There is such a file already",
    413: "The archive is too large",
    507: "The repository is full",
}
_MESSAGE: Final = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "error": {"type": "string", "description": "The detail, where ChartMuseum's clients look for it."},
    },
    "required": ["status"],
}


def responses(
    *statuses: int, ok: dict[str, Any], also: Mapping[int, str] | None = None, success: int = 200
) -> dict[int | str, dict[str, Any]]:
    """Return what a route may answer, for its description: `ok`, problems, and what has no body."""
    found: dict[int | str, dict[str, Any]] = {success: ok}
    for status in sorted({*_COMMON, *statuses}):
        text = _COMMON.get(status) or _SPECIAL[status]
        found[status] = {"description": text, "content": {problems.MEDIA_TYPE: {"schema": _MESSAGE}}}
    for status, text in (also or {}).items():
        found[status] = {"description": text}
    return found


def repository_of(services: Services) -> ChartRepository:
    """Return the embedded chart repository.

    Raises:
        NoArchiveError: this server has none.
    """
    if services.repository is None:
        raise NoArchiveError("this server has no chart repository")
    return services.repository
