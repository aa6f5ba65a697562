"""What the API server answers, as data."""

from __future__ import annotations

import json

from hivehelm.kube.errors import KubeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.transport import Response, Stream

_MAX_REFUSAL = 1 << 20


def decode(response: Response) -> dict[str, Any]:
    """Return the object that is an answer's body.

    Raises:
        KubeError: it is none.
    """
    try:
        answer = json.loads(response.data)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise KubeError("couldn't get version/kind; json parse error: the answer is not a JSON object")
    return answer


def drain(stream: Stream) -> Response:
    """Return what a stream has to say that was to be another: why it was refused."""
    from hivehelm.kube.transport import Response

    data = b""
    for chunk in stream.chunks():
        data += chunk
        if len(data) > _MAX_REFUSAL:
            break
    stream.close()
    return Response(status=stream.status, headers=dict(stream.headers), data=data)
