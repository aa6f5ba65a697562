"""An answer that is not success, made into an `ApiError` with the message client-go would give it."""

from __future__ import annotations

import json

from hivehelm.kube.errors import ApiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.discovery import ResourceType
    from hivehelm.kube.transport import Response

# apimachinery's NewGenericServerResponse: status code -> reason, message; None: the server's own words.
_GENERIC: dict[int, tuple[str, str | None]] = {
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    401: ("Unauthorized", "the server has asked for the client to provide credentials"),
    403: ("Forbidden", None),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    406: ("NotAcceptable", "the server was unable to respond with a content type that the client supports"),
    409: ("Conflict", "the server reported a conflict"),
    415: ("UnsupportedMediaType", None),
    422: ("Invalid", "the server rejected our request due to an error in our request"),
    429: (
        "TooManyRequests",
        "the server has received too many requests and has asked us to try again later",
    ),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: (
        "Timeout",
        (
            "the server was unable to return a response in the time allotted, "
            "but may still be processing the request"
        ),
    ),
}


def refusal(response: Response, method: str, known: ResourceType | None, name: str = "") -> ApiError:
    """Return the error a response stands for.

    The message is that of the Status in its body; where there is none, or no `known` kind was asked for
    (client-go reads `/version` and discovery raw), it is made from the status code.
    """
    retry = response.headers.get("retry-after", "")
    retry_after = float(retry) if retry.isascii() and retry.isdigit() else None
    if known is not None and (status := _status(response)) is not None:
        return status_error(status, response.status, retry_after)
    kind = response.headers.get("content-type", "")
    own = response.data[:4096].decode("utf-8", "replace").strip() if kind.startswith("text/") else ""
    own = own or "unknown"
    reason, message = _GENERIC.get(response.status, ("Unknown", ""))
    if response.status == 409 and method == "POST":
        reason = "AlreadyExists"
    if message == "" and response.status >= 500:
        reason = "InternalError"
        quoted = json.dumps(own, ensure_ascii=False)
        message = f"an error on the server ({quoted}) has prevented the request from succeeding"
    elif message == "":
        message = (
            f"the server responded with the status code {response.status} but did not return more information"
        )
    elif message is None or (response.status == 406 and own != "unknown"):
        message = own
    if known is not None:
        asked = f"{method.lower()} {known.group_resource}"
        message = f"{message} ({asked} {name})" if name else f"{message} ({asked})"
    return ApiError(response.status, reason, message, retry_after=retry_after)


def status_error(status: dict[str, Any], code: int = 0, retry_after: float | None = None) -> ApiError:
    """Return the error that a `Status` object stands for."""
    details = status.get("details")
    return ApiError(
        int(status.get("code") or code),
        str(status.get("reason") or ""),
        str(status.get("message") or ""),
        details=details if isinstance(details, dict) else None,
        retry_after=retry_after,
    )


def _status(response: Response) -> dict[str, Any] | None:
    if not response.headers.get("content-type", "").startswith("application/json"):
        return None
    try:
        body = json.loads(response.data)
    except (ValueError, RecursionError):
        return None
    if isinstance(body, dict) and body.get("kind") == "Status" and body.get("status", "Failure") == "Failure":
        return body
    return None
