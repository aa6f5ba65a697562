"""What Go itself gives: `tests/cases/golang/*.jsonl`, a list of name, arguments and result on each line.

An error stands as `ERROR text`, a panic as `PANIC text`; special floats are texts. Bytes that are not UTF-8
are escapes in texts, U+FFFD in errors, lists and maps.
"""

from __future__ import annotations

import json
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def samples(name: str) -> list[tuple[str, list[Any], Any]]:
    """Return name, arguments and result of each sample in a file."""
    path = Path(__file__).parent / "golang" / f"{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row[0], row[1:-1], row[-1]) for row in rows]


def wrong(name: str, functions: Callable[[str], Callable[..., Any]]) -> list[str]:
    """Return how our functions differ from the samples of a file."""
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.fmt import sprint
    from hivehelm.golang.utf8 import runes

    found = []
    for function, arguments, expected in samples(name):
        try:
            result = functions(function)(*arguments)
        except HivehelmError as error:
            kind = "PANIC" if str(expected).startswith("PANIC") else "ERROR"
            result = f"{kind} {runes(str(error))}"
        if isinstance(result, float) and isinstance(expected, str):
            result = sprint(result)
        if isinstance(result, list):
            result = None if not result and expected is None else list(map(runes, result))
        elif isinstance(result, dict):
            result = {key: runes(value) for key, value in result.items()}
        if result != expected or isinstance(result, bool) is not isinstance(expected, bool):
            found.append(f"{function} {arguments}: Go {expected!r}, ours {result!r}")
    return found
