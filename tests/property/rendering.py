"""Renders charts, in this process or, run as a program, in one of its own.

The program is told a file of cases (JSON), where caches are, and the number of the case to begin with. It
starts at a line of its standard input, and writes what became of each case, as JSON.
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from copy import deepcopy
from io import BytesIO
from pathlib import Path

from hivehelm import kept
from hivehelm.actions.plan import PlanError, PlanOptions, plan
from hivehelm.chart.load import load_archive
from hivehelm.errors import HivehelmError
from hivehelm.gotemplate.cache import TemplateCache
from hivehelm.render.context import ReleaseOptions
from hivehelm.seen import Seen, SeenTrees

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Case = tuple[dict[str, str], dict[str, Any]]


def rendered(case: Case, directory: Path | None = None, templates: TemplateCache | None = None) -> str:
    """Return all that rendering a chart gives: documents, hooks, notes and what is logged, or the error.

    Caches are in a directory, or nowhere; this process remembers nothing of before but `templates`.
    """
    files, values = case
    forget(directory)
    if templates is None:
        templates = TemplateCache(str(directory / "templates") if directory else None)
    log: list[str] = []

    def note(level: str, message: str, /, **attributes: object) -> None:
        log.append(f"{level} {message} {attributes}")

    try:
        chart = load_archive(BytesIO(archive(files)))
        options = PlanOptions(release=ReleaseOptions(name="bee"), cache=templates, log=note)
        made = plan(chart, deepcopy(values), options)
    except PlanError as error:
        return f"PlanError: {error}\n{error.partial}\n{log}"
    except HivehelmError as error:
        return f"{type(error).__name__}: {error}\n{log}"
    hooks = "".join(f"{hook}\n" for hook in made.hooks)
    return f"{made.manifest()}\n{hooks}\n{made.notes}\n{log}"


def archive(files: dict[str, str]) -> bytes:
    """Return a chart packed, the same each time."""
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, text in files.items():
            data = text.encode("utf-8", "surrogateescape")
            member = tarfile.TarInfo(f"chart/{path}")
            member.size = len(data)
            tar.addfile(member, BytesIO(data))
    return gzip.compress(packed.getvalue(), compresslevel=1, mtime=0)


def forget(directory: Path | None) -> None:
    """Forget what this process has made of its inputs; what is kept of them is in a directory, or nowhere."""
    for remembered in _remembered():
        remembered.__init__(remembered._most)  # type: ignore[misc]
    kept.use(str(directory / "charts") if directory else "")


def _remembered() -> list[Seen]:
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("hivehelm.")]
    found = [value for module in modules for value in vars(module).values()]
    trees = [value._seen for value in found if isinstance(value, SeenTrees)]
    return [*trees, *(value for value in found if isinstance(value, Seen))]


def main(cases: str, directory: str, first: str) -> None:
    """Render all cases, and write what became of them in their order."""
    with open(cases, encoding="utf-8") as file:
        listed: list[Case] = json.load(file)
    kept.SMALLEST = 0
    where = Path(directory)
    templates = TemplateCache(str(where / "templates"))
    sys.stdin.readline()
    start = int(first)
    order = [*range(start, len(listed)), *range(start)]
    found = {number: rendered(listed[number], where, templates) for number in order}
    json.dump([found[number] for number in range(len(listed))], sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
