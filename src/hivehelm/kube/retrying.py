"""Which answers are worth asking again for, and when (client-go's `withRetry`, Helm's own)."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.kube.transport import Response

MAX_ATTEMPTS = 11
MAX_RETRY_AFTER = 60.0
# How often a server that broke is asked again; one that says when to come back is asked MAX_ATTEMPTS times.
_BROKEN_ATTEMPTS = 4
_FIRST_SECONDS = 0.1
_FACTOR = 4


def repeatable(method: str) -> bool:
    """Tell whether a request does no more when it arrives twice: all but creating do what they did."""
    return method != "POST"


def backoff(attempt: int) -> float:
    """Return how long to wait after an attempt that failed, in seconds; the first is 0."""
    return float(min(_FIRST_SECONDS * _FACTOR**attempt, MAX_RETRY_AFTER))


def delay(method: str, response: Response, attempt: int) -> float | None:
    """Return how long to wait before asking again, in seconds; None where the answer stands.

    `attempt` counts from 0. 429 says that nothing was done. 5xx is believed at once where it comes from a
    webhook: asking again would take as long once more.
    """
    status = response.status
    if attempt >= MAX_ATTEMPTS - 1 or (status != 429 and status < 500):
        return None
    given = response.headers.get("retry-after", "")
    if given.isascii() and given.isdigit():
        return min(float(given), MAX_RETRY_AFTER)
    if status == 429:
        return backoff(min(attempt, 3))
    message = _message(response)
    if message.endswith(("etcdserver: leader changed", "raft proposal dropped")):
        # Nothing was written: once more at once, whatever it was.
        return 0.0 if attempt == 0 else None
    if repeatable(method) and attempt < _BROKEN_ATTEMPTS - 1 and "webhook" not in message:
        return backoff(attempt)
    return None


def _message(response: Response) -> str:
    try:
        answer = json.loads(response.data)
    except (ValueError, RecursionError):
        return ""
    message = answer.get("message") if isinstance(answer, dict) else None
    return message if isinstance(message, str) else ""
