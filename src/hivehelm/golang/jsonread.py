"""encoding/json's Unmarshal into `any`."""

from __future__ import annotations

import json as _json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def loads(text: str | bytes) -> Any:
    """Return the value that `text` spells."""
    from hivehelm.golang.json import JSONError

    try:
        return _json.loads(text, parse_int=float)
    except ValueError as error:
        raise JSONError(str(error)) from None
