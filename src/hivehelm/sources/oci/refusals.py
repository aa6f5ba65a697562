"""What registries say when they refuse (the distribution specification's errors, oras-go's `errcode`)."""

from __future__ import annotations

from hivehelm.sources.oci.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.sources.oci.exchange import Answer

_MAX_ERROR = 8 * 1024


def refusal(answer: Answer) -> RefusedError:
    """Return the error that an answer with an unwanted status means; the answer is read and done with."""
    errors = _errors(answer.head(_MAX_ERROR))
    texts = [_text(error) for error in errors]
    return RefusedError(
        answer.method,
        answer.shown,
        answer.status,
        "; ".join(texts) if texts else _status_text(answer.status),
        [str(error.get("code", "")) for error in errors],
    )


def _errors(data: bytes) -> list[dict[str, Any]]:
    from hivehelm.golang.json import JSONError
    from hivehelm.golang.jsonread import first

    try:
        body, _ = first(data.decode("utf-8", "surrogateescape"))
    except (JSONError, EOFError):
        return []
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list) or not all(isinstance(error, dict) for error in errors):
        return []
    return errors


def _text(error: dict[str, Any]) -> str:
    code = str(error.get("code") or "").replace("_", " ").lower()
    message = error.get("message") or ""
    if not message:
        return code
    detail = error.get("detail")
    if detail is None:
        return f"{code}: {message}"
    from hivehelm.golang.fmt import default

    return f"{code}: {message}: {default(detail)}"


def _status_text(status: int) -> str:
    from http import HTTPStatus

    try:
        return _GO_NAMES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return ""


# Where Go's net/http has other words than Python's.
_GO_NAMES = {418: "I'm a teapot", 413: "Request Entity Too Large", 414: "Request URI Too Long",
             416: "Requested Range Not Satisfiable", 422: "Unprocessable Entity"}  # fmt: skip
