"""How long commands that render nothing take next to the real Helm: `uv run python -m benchmarks.commands`.

Both tools take turns, as processes with warm caches, over charts on disk: `lint`, `show` (all, values),
`dependency list`, `package` and `version`. A row sums up what the command took for all the charts: the median
of the real Helm's seconds, that of ours, their ratio, and the same of the peaks of memory.
"""

from __future__ import annotations

import sys
import tarfile
import tempfile
from pathlib import Path

from benchmarks.side_by_side import CHARTS, HELM, OURS, Options, Run, Tool, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: How much of the real Helm's time and memory each may take.
TARGET, MEMORY = 1.0, 1.0
AT_MOST = 8
_COMMANDS = {
    "version": ("version",),
    "lint": ("lint", "{chart}"),
    "show all": ("show", "all", "{chart}"),
    "show values": ("show", "values", "{chart}"),
    "dependencies": ("dependency", "list", "{chart}"),
    "package": ("package", "{chart}", "--destination", "{out}"),
}


def unpacked(archives: Iterable[Path], place: Path) -> list[Path]:
    """Unpack charts below `place`; return their directories."""
    found = []
    for archive in archives:
        top = place / archive.stem
        with tarfile.open(archive) as file:
            file.extractall(top, filter="data")
        found += [path.parent for path in top.glob("*/Chart.yaml")]
    return found


def together(tool: Tool, command: Iterable[str], charts: list[Path], out: Path) -> Run:
    """Return what a command took for all charts: the sum of its seconds, the highest of its peaks."""
    runs = [
        tool.run(*(part.format(chart=chart, out=out) for part in command))
        for chart in (charts if "{chart}" in command else charts[:1])
    ]
    return Run(seconds=sum(run.seconds for run in runs), mebibytes=max(run.mebibytes for run in runs))


def main() -> int:
    """Print the table; exit with 1 where a target is missed."""
    options = Options(__doc__)
    options.add_argument("charts", nargs="*", type=Path, help="archives; some of --directory by default")
    options.add_argument("--directory", type=Path, default=CHARTS)
    given = options.given()
    archives = given.charts or sorted(given.directory.glob("*.tgz"))
    archives = given.charts or archives[:: max(1, len(archives) // AT_MOST)]
    took: dict[str, dict[str, list[Run]]] = {}
    with tempfile.TemporaryDirectory() as top:
        place = Path(top)
        charts = unpacked(archives, place / "charts")
        ours = str(Path(sys.executable).with_name("hivehelm"))
        tools = [Tool(name, [path], place / name) for name, path in ((HELM, given.helm), (OURS, ours))]
        for number in range(given.runs + 1):
            for what, command in _COMMANDS.items():
                for tool in tools if number % 2 else reversed(tools):
                    run = together(tool, command, charts, place / "out")
                    # The first round fills caches.
                    if number:
                        took.setdefault(what, {}).setdefault(tool.name, []).append(run)
    print(f"{len(charts)} charts")
    return int(not report(took, dict.fromkeys(took, TARGET), MEMORY))


if __name__ == "__main__":
    raise SystemExit(main())
