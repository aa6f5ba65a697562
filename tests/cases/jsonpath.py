"""JSONPath templates and what Helm 4.3.1's `show values --jsonpath` prints: `golang/jsonpath.jsonl`.

The first line is a values.yaml; each other one a template with what is printed, or null and an error.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """A template; `error` is "" where it is well formed."""

    template: str
    printed: str
    error: str


def read() -> tuple[str, list[Case]]:
    """Return the values and the cases."""
    lines = (Path(__file__).parent / "golang" / "jsonpath.jsonl").read_text().splitlines()
    values, *cases = map(json.loads, lines)
    return values, [Case(case[0], case[1] or "", case[2] if len(case) > 2 else "") for case in cases]
