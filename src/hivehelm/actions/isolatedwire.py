"""What goes to a process that renders for another one, and what comes back: JSON behind its length.

Nothing that comes back is trusted: it is data, checked for its shape, and never code.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# JSON has one kind of integer.
_INT64 = "\0int64"
_HEAD = 8


class WireError(HivehelmError):
    """What came is not what was expected."""


def frame(value: object, attachment: bytes = b"") -> bytes:
    """Return `value`, made of what JSON has, as it goes over a pipe, with bytes behind it."""
    import json

    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return len(data).to_bytes(_HEAD, "big") + data + attachment


def unframe(data: bytes) -> tuple[Any, bytes]:
    """Return the value and the bytes that `frame` was given.

    Raises:
        WireError: the data ends too soon, or is not JSON.
    """
    import json

    end = _HEAD + int.from_bytes(data[:_HEAD], "big")
    if len(data) < max(end, _HEAD):
        raise WireError("the answer ends too soon")
    try:
        value = json.loads(data[_HEAD:end].decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise WireError(f"the answer is malformed: {error}") from None
    return value, data[end:]


def pack_values(value: Any) -> Any:
    """Return values as JSON can carry them."""
    from hivehelm.golang.kinds import Int64

    if isinstance(value, Int64):
        return {_INT64: int(value)}
    if isinstance(value, dict):
        return {str(key): pack_values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [pack_values(item) for item in value]
    return value


def unpack_values(value: Any) -> Any:
    """Return what `pack_values` was given."""
    if isinstance(value, dict):
        if value.keys() == {_INT64}:
            from hivehelm.golang.kinds import Int64

            return Int64(value[_INT64])
        return {key: unpack_values(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unpack_values(item) for item in value]
    return value


def text(value: object) -> str:
    """Return `value`, which has to be a text.

    Raises:
        WireError: it is something else.
    """
    if not isinstance(value, str):
        raise WireError(f"the answer has {type(value).__name__} for a text")
    return value


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list.

    Raises:
        WireError: it is something else.
    """
    if not isinstance(value, list):
        raise WireError(f"the answer has {type(value).__name__} for a list")
    return tuple(text(item) for item in value)
