"""Template expressions and what Helm 4.3.1 makes of them: `tests/cases/functions/*.txt`.

A case is a line with an expression, or with whole actions where it has `{{`, and a line with its outcome in
JSON: `= "output"` or `! "message"`. `VALUES` are the values they see.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FAMILIES = sorted((Path(__file__).parent / "functions").glob("*.txt"))

VALUES: dict[str, Any] = {
    "a": 1.0,
    "b": True,
    "e": "",
    "f": 1.5,
    "l": [1.0, "two", 3.5, True, None],
    "m": {"k": "v", "z": 0.0},
    "s": "str",
    "z": 0.0,
}

# What a template prints before and after the output of an expression.
_OPEN, _CLOSE = "\x01", "\x02"


class Case:
    """An expression, and its `output` or the `message` of its error."""

    def __init__(self, expression: str, output: str | None, message: str | None) -> None:
        self.expression = expression
        self.output = output
        self.message = message

    @property
    def action(self) -> str:
        """The expression as a piece of a template."""
        return self.expression if "{{" in self.expression else f"{{{{ {self.expression} }}}}"


def read(family: Path) -> Iterator[Case]:
    """Yield the cases of a file."""
    lines = family.read_text(encoding="utf-8").splitlines()
    for expression, outcome in zip(lines[::2], lines[1::2], strict=True):
        text = json.loads(outcome[4:])
        yield Case(expression, *((text, None) if outcome.startswith("  = ") else (None, text)))


def run_helm(helm: Path, actions: list[str], room: Path) -> list[tuple[str | None, str | None]]:
    """Return output and message of each action as the real Helm has them.

    The actions share a run up to the first that fails, which is known by its line.
    """
    from base64 import b64decode

    (room / "templates").mkdir(parents=True)
    (room / "Chart.yaml").write_text("apiVersion: v2\nname: x\nversion: 0.1.0\n")
    (room / "values.yaml").write_text(json.dumps(VALUES))
    (room / "templates" / "c.yaml").write_text('x: {{ include "body" . | b64enc }}\n')
    results: list[tuple[str | None, str | None]] = [(None, None)] * len(actions)
    left = list(range(len(actions)))
    while left:
        body = "\n".join(_OPEN + actions[i] + _CLOSE for i in left)
        (room / "templates" / "_body.tpl").write_text(f'{{{{ define "body" }}}}\n{body}\n{{{{ end }}}}')
        done = subprocess.run(
            [helm, "template", "r", room],
            capture_output=True,
            env={"TZ": "UTC", "HOME": str(room)},
            check=False,
        )
        if done.returncode == 0:
            text = b64decode(done.stdout.split(b"x: ")[1]).decode("utf-8", "surrogateescape")
            for i, part in zip(left, text.split(_OPEN)[1:], strict=True):
                results[i] = part.partition(_CLOSE)[0], None
            break
        error = done.stderr.decode("utf-8", "surrogateescape")
        found = re.search(r"_body\.tpl:(\d+)", error)
        assert found, error
        failed = left.pop(int(found[1]) - 2)
        results[failed] = None, message_of(error, actions[failed])
    return results


def message_of(error: str, action: str) -> str:
    """Return what an error says about a function, without the templates that it came through."""
    text = error.split("\n\nUse --debug")[0].rstrip("\n")
    calls = [found.start() for found in re.finditer(r"error calling \w+:", text)]
    calls = [start for start in calls if not text.startswith("error calling include:", start)]
    if calls:
        return re.sub(r"^(error calling \w+:)\s+", r"\1 ", text[calls[0] :])
    return re.split(r">:?\s+|_body\.tpl:\d+\S*\s*", text)[-1].strip()
