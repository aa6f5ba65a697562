"""Renders charts, in this process or, run as a program, in one of its own.

The program is told a file of cases (JSON), where compiled templates are kept, "" for nowhere, and the number
of the case to begin with. It starts at a line of its standard input, and writes what became of each case, as
JSON.
"""

from __future__ import annotations

import json
import sys
from copy import deepcopy

from hivehelm.actions.plan import PlanError, PlanOptions, plan
from hivehelm.chart.load import load_files
from hivehelm.chart.model import File
from hivehelm.errors import HivehelmError
from hivehelm.gotemplate.cache import TemplateCache
from hivehelm.render.context import ReleaseOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Case = tuple[dict[str, str], dict[str, Any]]


def rendered(case: Case, cache: TemplateCache) -> str:
    """Return all that rendering a chart gives: documents, hooks, notes and what is logged, or the error."""
    files, values = case
    log: list[str] = []

    def note(level: str, message: str, /, **attributes: object) -> None:
        log.append(f"{level} {message} {attributes}")

    try:
        chart = load_files(
            [File(path, text.encode("utf-8", "surrogateescape")) for path, text in files.items()]
        )
        options = PlanOptions(release=ReleaseOptions(name="bee"), cache=cache, log=note)
        made = plan(chart, deepcopy(values), options)
    except PlanError as error:
        return f"PlanError: {error}\n{error.partial}\n{log}"
    except HivehelmError as error:
        return f"{type(error).__name__}: {error}\n{log}"
    hooks = "".join(f"{hook}\n" for hook in made.hooks)
    return f"{made.manifest()}\n{hooks}\n{made.notes}\n{log}"


def main(cases: str, directory: str, first: str) -> None:
    """Render all cases, and write what became of them in their order."""
    with open(cases, encoding="utf-8") as file:
        listed: list[Case] = json.load(file)
    cache = TemplateCache(directory or None)
    sys.stdin.readline()
    start = int(first)
    order = [*range(start, len(listed)), *range(start)]
    found = {number: rendered(listed[number], cache) for number in order}
    json.dump([found[number] for number in range(len(listed))], sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
