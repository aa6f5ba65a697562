"""A stream of what happens to objects of a kind."""

from __future__ import annotations

import json

from hivehelm.kube.errors import KubeError
from hivehelm.kube.refusals import status_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.kube.transport import Stream

MAX_EVENT = 64 << 20


class Watch:
    """Iterates events as `(type, object)`: ADDED, MODIFIED, DELETED or BOOKMARK.

    It ends when the server ends it, the connection breaks, or `close` is called, from any thread. Go on with
    a new watch from `resource_version`, the newest that was seen.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.resource_version = ""

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield events.

        Raises:
            ApiError: the server says that the watch cannot go on; `expired` means to list again.
        """
        held = b""
        for chunk in self._stream.chunks():
            held += chunk
            if len(held) > MAX_EVENT:
                self.close()
                raise KubeError(f"watch event exceeds {MAX_EVENT} bytes")
            *lines, held = held.split(b"\n")
            for line in lines:
                if line.strip():
                    yield self._event(line)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the watch; whoever iterates it is let go."""
        self._stream.close()

    def _event(self, line: bytes) -> tuple[str, dict[str, Any]]:
        try:
            event = json.loads(line)
            kind, obj = event["type"], event["object"]
            metadata = obj.get("metadata") or {}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.close()
            raise KubeError("unable to decode watch event") from None
        if kind == "ERROR":
            self.close()
            raise status_error(obj)
        self.resource_version = metadata.get("resourceVersion") or self.resource_version
        return str(kind), obj
