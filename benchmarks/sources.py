"""How long fetching and finding charts takes next to the real Helm: `uv run python -m benchmarks.sources`.

Both tools take turns against one repository and one registry on loopback, as processes, each in a home of its
own:

- `update`: 10 repositories, all of whose indexes, 1 MiB each, have changed;
- `update again`: the same, none of which has changed;
- `search`: an index of 20 MiB, 23,000 versions, that has been searched before;
- `search new`: the same, never seen before;
- `build`: the 20 dependencies of a chart, by its lock, none of them in a cache;
- `build again`: the same, all of them in a cache;
- `pull`, `push`: a chart of 5 MiB from and to a registry, `pull http` from a repository; in no cache.

A row: the median of the real Helm's seconds, that of ours, their ratio, and the same of the peaks of memory.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import signal
import sys
import tarfile
import tempfile
from pathlib import Path

from benchmarks.processes import both
from benchmarks.side_by_side import Options, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.processes import Run, Tool
    from hivehelm.testing.chart_repository import ChartRepository

#: How much of the real Helm's time and memory each may take.
TARGET, MEMORY = 0.8, 1.0
REPOSITORIES, DEPENDENCIES = 10, 20
_WORDS = (
    "a",
    "chart",
    "for",
    "Kubernetes",
    "that",
    "deploys",
    "scalable",
    "database",
    "web",
    "server",
    "cache",
)
_VERSION = """\
  - annotations:
      category: Infrastructure
      licenses: Apache-2.0
    apiVersion: v2
    appVersion: {major}.{minor}.0
    created: "2023-05-{day:02}T10:22:33.123456789Z"
    dependencies:
    - name: common
      repository: oci://registry.example.com/charts
      tags:
      - common
      version: 2.x.x
    description: {text}
    digest: {digest}
    home: https://example.com/charts/{name}
    icon: https://example.com/assets/stacks/{name}/img/{name}-stack-220x234.png
    keywords:
    - {keyword}
    - chart
    - web
    maintainers:
    - name: Example, Inc.
      url: https://github.com/example/charts
    name: {name}
    sources:
    - https://github.com/example/charts/tree/main/{name}
    urls:
    - https://charts.example.com/{name}-{major}.{minor}.0.tgz
    version: {major}.{minor}.0
"""


def index(size: int, seed: int) -> str:
    """Return an index of about `size` bytes, 60 versions of each chart, laid out as Helm does."""
    source = random.Random(seed)  # noqa: S311 - the same every time
    pieces = ["apiVersion: v1\nentries:\n"]
    total = number = 0
    while total < size:
        name = f"chart-{number:04}"
        text = " ".join(source.choices(_WORDS, k=8))
        pieces.append(f"  {name}:\n")
        for major in range(60, 0, -1):
            pieces.append(
                _VERSION.format(
                    name=name,
                    major=major,
                    minor=major % 7,
                    day=source.randint(1, 28),
                    text=text,
                    digest=f"{source.getrandbits(256):064x}",
                    keyword=source.choice(_WORDS),
                )
            )
            total += len(pieces[-1])
        number += 1
    return "".join([*pieces, 'generated: "2023-06-01T00:00:00Z"\n'])


def archive(path: Path, name: str, version: str, size: int) -> str:
    """Write a chart of about `size` incompressible bytes; return the SHA-256 of its archive."""
    definition = f"apiVersion: v2\nname: {name}\nversion: {version}\n".encode()
    with tarfile.open(path, "w:gz", compresslevel=1) as file:
        for inner, data in (("Chart.yaml", definition), ("files/data", os.urandom(size))):
            entry = tarfile.TarInfo(f"{name}/{inner}")
            entry.size = len(data)
            file.addfile(entry, io.BytesIO(data))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def serve(repository: ChartRepository) -> int:
    """Serve in a process of its own; return its id."""
    child = os.fork()
    if not child:
        with repository:
            signal.pause()
    return child


def write_files(place: Path) -> None:
    """Write what the repository serves: indexes that are only fetched, and one with charts behind it."""
    for number in range(REPOSITORIES):
        directory = place / f"r{number}"
        directory.mkdir(parents=True)
        (directory / "index.yaml").write_text(index(1 << 20, number))
    charts = place / "charts"
    charts.mkdir()
    entries = ["apiVersion: v1\nentries:\n"]
    names = [(f"dep-{number:02}", 20 << 10) for number in range(DEPENDENCIES)] + [("big", 5 << 20)]
    for name, size in names:
        digest = archive(charts / f"{name}-0.1.0.tgz", name, "0.1.0", size)
        entries.append(
            f"  {name}:\n  - apiVersion: v2\n    created: '2023-05-01T10:22:33Z'\n    digest: {digest}\n"
            f"    name: {name}\n    urls:\n    - {name}-0.1.0.tgz\n    version: 0.1.0\n"
        )
    (charts / "index.yaml").write_text("".join([*entries, 'generated: "2023-06-01T00:00:00Z"\n']))


class Home:
    """Where one of the tools works: its configurations, its caches, its copy of the chart."""

    def __init__(self, tool: Tool, place: Path, url: str) -> None:
        self.tool = tool
        self.place = place
        self._parsed = place / ".cache/hivehelm/indexes"
        for name, entries in {
            "ten": [(f"r{number}", f"{url}/r{number}") for number in range(REPOSITORIES)],
            "large": [("large", url)],
            "charts": [("charts", f"{url}/charts")],
        }.items():
            lines = "".join(f"- name: {one}\n  url: {address}\n" for one, address in entries)
            (place / f"{name}.yaml").write_text(f"repositories:\n{lines}")
            (place / name).mkdir()
        large = place / "large/large-index.yaml"
        large.write_text(index(20 << 20, 0))
        chart = place / "chart"
        chart.mkdir()
        needed = "".join(
            f"- name: dep-{number:02}\n  version: 0.1.0\n  repository: {url}/charts\n"
            for number in range(DEPENDENCIES)
        )
        (chart / "Chart.yaml").write_text(
            f"apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n{needed}"
        )
        self.run("charts", "dependency", "update", str(chart))

    def run(self, repositories: str, *arguments: str) -> Run:
        """Run a command with one of the configurations."""
        config = ("--repository-config", str(self.place / f"{repositories}.yaml"))
        cache = ("--repository-cache", str(self.place / repositories))
        return self.tool.run(*arguments, *config, *cache)

    def forget_charts(self) -> None:
        """Drop the archives that were fetched."""
        shutil.rmtree(self.place / ".cache/helm", ignore_errors=True)

    def build(self, *, afresh: bool = False) -> Run:
        """Fetch what the chart needs; `afresh` without what caches have of it."""
        if afresh:
            self.forget_charts()
        shutil.rmtree(self.place / "chart/charts")
        return self.run("charts", "dependency", "build", str(self.place / "chart"))

    def pull(self, reference: str, *more: str) -> Run:
        """Fetch a chart that is in no cache."""
        self.forget_charts()
        target = self.place / "pulled"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        return self.run("charts", "pull", reference, "--version", "0.1.0", "-d", str(target), *more)

    def search_new(self, number: int) -> Run:
        """Search an index that is not known yet."""
        with (self.place / "large/large-index.yaml").open("a") as file:
            file.write(f"# {number}\n")
        return self.run("large", "search", "repo", "database")


def _steps(home: Home, number: int, registry: str, pushed: Path) -> dict[str, Callable[[], Run]]:
    """Return what is measured, in its order."""
    return {
        "update": lambda: home.run("ten", "repo", "update"),
        "update again": lambda: home.run("ten", "repo", "update"),
        "search new": lambda: home.search_new(number),
        "search": lambda: home.run("large", "search", "repo", "database"),
        "build": lambda: home.build(afresh=True),
        "build again": home.build,
        "pull http": lambda: home.pull("charts/big"),
        "pull": lambda: home.pull(f"{registry}/big", "--plain-http"),
        "push": lambda: home.run("charts", "push", str(pushed), registry, "--plain-http"),
    }


def measure(homes: list[Home], files: Path, registry: str, runs: int) -> dict[str, dict[str, list[Run]]]:
    """Return what each measured command took, by what is measured and tool, `runs` times, taking turns."""
    took: dict[str, dict[str, list[Run]]] = {}
    for number in range(runs + 1):
        for home in homes if number % 2 else reversed(homes):
            for path in files.glob("r*/index.yaml"):
                with path.open("a") as file:
                    file.write(f"# {number} {home.tool.name}\n")
            version = f"0.{number}.{homes.index(home)}"
            pushed = home.place / f"pushed-{version}.tgz"
            archive(pushed, "pushed", version, 5 << 20)
            for what, step in _steps(home, number, f"oci://{registry}/charts", pushed).items():
                run = step()
                # The first round fills caches.
                if number:
                    took.setdefault(what, {}).setdefault(home.tool.name, []).append(run)
            pushed.unlink()
        print(f"round {number} of {runs}", file=sys.stderr, flush=True)
    return took


def main() -> int:
    """Print the table; exit with 1 where a target is missed."""
    from hivehelm.cluster.registry import Registry
    from hivehelm.testing.chart_repository import ChartRepository

    given = Options(__doc__).given()
    with tempfile.TemporaryDirectory() as top:
        place = Path(top)
        write_files(place / "files")
        repository = ChartRepository(place / "files")
        server = serve(repository)
        with Registry() as registry:
            homes = [
                Home(tool, place / "homes" / tool.name, repository.url)
                for tool in both(given.helm, place / "homes")
            ]
            big = str(place / "files/charts/big-0.1.0.tgz")
            homes[0].run("charts", "push", big, f"oci://{registry.address}/charts", "--plain-http")
            try:
                took = measure(homes, place / "files", registry.address, given.runs)
                return int(not report(given.helm, took, dict.fromkeys(took, TARGET), MEMORY))
            finally:
                os.kill(server, signal.SIGTERM)
                os.waitpid(server, 0)


if __name__ == "__main__":
    raise SystemExit(main())
