"""Free ports on loopback."""

from __future__ import annotations

import random
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

LOOPBACK = "127.0.0.1"

# Below the range that systems give to outgoing connections, so that a remembered port is still free later,
# and above the well-known ones.
_FIRST, _LAST = 20000, 29999


def free(port: int) -> bool:
    """Tell whether a server could listen on `port` of loopback now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose(avoided: Collection[int] = ()) -> int:
    """Return a free port that is not in `avoided`.

    Raises:
        OSError: none was found in a thousand tries.
    """
    for _ in range(1000):
        port = random.randint(_FIRST, _LAST)  # noqa: S311
        if port not in avoided and free(port):
            return port
    raise OSError(f"no free port between {_FIRST} and {_LAST} on {LOOPBACK}")
