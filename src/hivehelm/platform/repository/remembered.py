"""What archives said of themselves when they were last read, beside them, for who starts next."""

from __future__ import annotations

import json
import os

from hivehelm.platform.repository.catalog import Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = "entries.json"
_VERSION = 1
_MOST = 256 << 20


def load(directory: str) -> dict[str, Entry]:
    """Return the entries that were kept, by file; none where there are none, or none that can be read."""
    try:
        with open(os.path.join(directory, _FILE), "rb") as file:
            said = json.loads(file.read(_MOST))
        if said["version"] != _VERSION:
            return {}
        return {one["file"]: Entry(**one) for one in said["entries"]}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def save(directory: str, entries: Mapping[str, Entry]) -> None:
    """Keep entries; that they cannot be is no harm."""
    from contextlib import suppress

    from hivehelm.errors import HivehelmError
    from hivehelm.sources.atomic import write

    # Surrogates of bytes that are no UTF-8 are spelt out.
    said = {"version": _VERSION, "entries": [entry.__dict__ for entry in entries.values()]}
    with suppress(HivehelmError, OSError, TypeError):
        os.makedirs(directory, exist_ok=True)
        write(os.path.join(directory, _FILE), json.dumps(said).encode())
