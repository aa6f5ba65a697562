"""What goes wrong, as HTTP says it: problems by RFC 9457, with Helm's message as their detail."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from hivehelm.api.statuses import status_of, status_of_told
from hivehelm.errors import HivehelmError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

MEDIA_TYPE: Final = "application/problem+json"
CHARTS: Final = ("/charts/", "/api/charts", "/index.yaml", "/api/prov")
"""How paths begin that clients of chart repositories know; ChartMuseum's look for `error` in what is said."""
LONGEST = 16_384
"""How many characters of a message are passed on: what a chart renders can be in it."""


class ProblemError(HivehelmError):
    """What the API itself has to object.

    `status` is HTTP's, `title` its words for it where there are better ones, `headers` go along and `members`
    are added to the body.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        title: str = "",
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.headers = dict(headers or {})
        self.members = members


def document(
    status: int, detail: str, *, kind: str = "", title: str = "", instance: str = "", request_id: str = ""
) -> dict[str, Any]:
    """Return a problem's members; `kind` is the class of the error, "" where there is none."""
    if len(detail) > LONGEST:
        detail = f"{detail[:LONGEST]}… ({len(detail)} characters)"
    made: dict[str, Any] = {
        "type": f"urn:hivehelm:problem:{kind}" if kind else "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail.encode("utf-8", "replace").decode(),
    }
    if instance:
        made["instance"] = instance
    if request_id:
        made["request_id"] = request_id
    return made


def of_error(error: HivehelmError) -> dict[str, Any]:
    """Return an error as a problem."""
    if isinstance(error, ProblemError):
        kind = "" if type(error) is ProblemError else type(error).__name__
        return document(error.status, str(error), kind=kind, title=error.title) | error.members
    told = getattr(error, "problem", None)
    if isinstance(told, dict):  # of another process
        return of_told(told)
    return document(status_of(error), str(error), kind=type(error).__name__)


def of_told(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is noted of an error in an operation as a problem."""
    return document(status_of_told(told), str(told.get("message", "")), kind=str(told.get("kind", "")))


def response(
    members: Mapping[str, Any], scope: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer that tells a problem to whoever sent the request of `scope`."""
    import json

    said = dict(members)
    path = str(scope.get("path", ""))
    said.setdefault("instance", path)
    if path.startswith(CHARTS):
        said["error"] = said["detail"]
    if request_id := scope.get("request_id"):
        said.setdefault("request_id", request_id)
    body = json.dumps(said, ensure_ascii=True).encode()
    return Response(body, said["status"], headers=dict(headers or {}), media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    app.add_exception_handler(HivehelmError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HivehelmError)  # noqa: S101
    return response(of_error(error), request.scope, getattr(error, "headers", None))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    detail = error.detail
    if error.status_code == 404 and detail == "Not Found":
        detail = f"there is nothing at {request.url.path}"
    elif error.status_code == 400 and detail == "There was an error parsing the body":
        detail = (
            "the body is no JSON that can be read: it must be UTF-8, and neither deep nor of huge numbers"
        )
    elif error.status_code == 405:
        detail = f"{request.method} is not for {request.url.path}"
    return response(document(error.status_code, detail), request.scope, error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = error.errors()
    if any(tuple(one["loc"]) == ("body",) for one in errors) and not _is_json(request):
        # Guessing would let pages of other sites send what browsers send without asking.
        text = "the body must be JSON, and say so: Content-Type: application/json"
        return response(document(415, text), request.scope)
    faults = [{"location": _where(one), "message": _message(one)} for one in errors]
    broken = any(one["type"] == "json_invalid" for one in errors)
    status = 400 if broken else 422
    shown = "; ".join(f"{one['location']}: {one['message']}" for one in faults[:5])
    # What was sent is not echoed: there may be secrets in it.
    members = document(status, shown, title="The request is not valid") | {"errors": faults}
    return response(members, request.scope)


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _message(error: Mapping[str, Any]) -> str:
    """Return what is wrong: in our own words, where it is one of our own rules."""
    if error["type"] == "json_invalid":
        return f"not valid JSON: {error.get('ctx', {}).get('error', '')} at character {error['loc'][-1]}"
    own = error.get("ctx", {}).get("error") if error.get("type") == "value_error" else None
    return str(error["msg"] if own is None else own)


def _where(error: Mapping[str, Any]) -> str:
    location = error["loc"][:1] if error["type"] == "json_invalid" else error["loc"]
    return ".".join(map(str, location))


async def _failed(request: Request, error: Exception) -> Response:
    # What it was is in the log, under the request's id; it may tell secrets.
    return response(document(500, "something went wrong inside the server; its log says what"), request.scope)
