"""Renders through the library in a process that lives on: `python -m benchmarks.warm`.

One line of JSON asks, one answers; `library` is the other end. Nothing but the library is imported, so that
the peak of the process is what rendering needs.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import hivehelm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from hivehelm.chart.model import Chart

# What makes keys: the time goes into arithmetic, in both tools, and is another one each time.
_KEYS = ("derivePassword", "genCA", "genPrivateKey", "genSelfSignedCert", "genSignedCert")
# What may look at the clock.
_CLOCK = ("ago", "date", "dateInZone", "date_in_zone", "htmlDate", "htmlDateInZone", "now")
#: How many values are tried to find one that few templates read.
_TRIES = 60
#: What people change most.
_USUAL = (("image", "tag"), ("replicaCount",), ("replicas",), ("tag",), ("logLevel",), ("pullPolicy",))


class Kept:
    """A chart whose values are changed again and again."""

    def __init__(self, chart: str, name: str) -> None:
        self.chart = hivehelm.load(chart)
        self.name = name
        self.memory = hivehelm.RenderMemory()

    def rendered(self, settings: list[str]) -> str:
        """Render it, by what is remembered."""
        return rendered(self.chart, self.name, settings, memory=self.memory)

    def documents(self, settings: list[str]) -> dict[str, str]:
        """Render it; return the documents by their templates."""
        found: dict[str, str] = {}
        for document in self.rendered(settings).split("---\n# Source: ")[1:]:
            source, _, content = document.partition("\n")
            found[source] = found.get(source, "") + content
        return found


_KEPT: list[Kept] = []


def text_of(plan: hivehelm.Plan) -> str:
    """Return what `hivehelm template` prints."""
    hooks = "".join(f"---\n# Source: {hook.path}\n{hook.manifest}\n" for hook in plan.hooks)
    return plan.manifest().strip() + "\n" + hooks


def rendered(chart: Chart, name: str, settings: list[str], **options: Any) -> str:
    """Render a chart with values as `--set` gives them."""
    values = hivehelm.merge_values(set_values=settings)
    given = hivehelm.PlanOptions(release=hivehelm.ReleaseOptions(name=name), **options)
    return text_of(hivehelm.template(chart, values, given))


def timed(work: Callable[[], str], out: str) -> dict[str, float]:
    """Do something, write what comes of it to a file, and return what it took."""
    start, processor = time.perf_counter(), time.process_time()
    text = work()
    took = {"seconds": time.perf_counter() - start, "processor": time.process_time() - processor}
    with open(out, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
    return {**took, "mebibytes": peak()}


def peak() -> float:
    """Return the most memory that this process has had, in MiB."""
    try:
        with open("/proc/self/status") as file:
            (line,) = (line for line in file if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def render(chart: str, name: str, settings: list[str], out: str) -> dict[str, float]:
    """Load a chart and render it."""
    return timed(lambda: rendered(hivehelm.load(chart), name, settings), out)


def spin(chart: str, name: str, setting: str, seconds: float) -> dict[str, float]:
    """Load and render a chart again and again, never the same twice.

    Raises:
        ValueError: a render does not show the value.
    """
    count = 0
    value = setting.partition("=")[2]
    start, processor = time.perf_counter(), time.process_time()
    while time.perf_counter() - start < seconds:
        count += 1
        if f"{value}{count}" not in rendered(hivehelm.load(chart), f"{name}-{count}", [f"{setting}{count}"]):
            raise ValueError(f"{value}{count} is in no document")
    return {"count": count, "processor": time.process_time() - processor}


def calls(chart: str, settings: list[str]) -> dict[str, bool]:
    """Tell whether a chart makes `keys`, and whether it may look at the `clock`."""
    from hivehelm.gotemplate.functions.table import SPRIG, resolve

    called: set[str] = set()

    def noting(name: str) -> Callable[..., Any]:
        function = resolve(SPRIG[name])

        def note(*arguments: Any) -> Any:
            called.add(name)
            return function(*arguments)

        note.go_parameters = getattr(function, "go_parameters", "...any")  # type: ignore[attr-defined]
        return note

    functions = {name: noting(name) for name in (*_KEYS, *_CLOCK)}
    rendered(hivehelm.load(chart), "probe", settings, functions=functions)
    return {"keys": not called.isdisjoint(_KEYS), "clock": not called.isdisjoint(_CLOCK)}


def find(chart: str, name: str) -> dict[str, Any]:
    """Find a value that few templates read, and keep the chart to change it.

    Few are those behind a tenth of the documents at most, or two. The values that people change most are
    tried first. What comes out: the value's `path`, its `kind`, and how many documents it changes out of how
    many; nothing where there is no such value.
    """
    kept = Kept(chart, name)
    _KEPT[:] = [kept]
    before = kept.documents([])
    steady = {source for source, text in kept.documents([]).items() if before.get(source) == text}
    values = hivehelm.template(kept.chart, {}).values
    found = sorted(_leaves(values, ()), key=_rank)
    for path, value in found[:_TRIES]:
        kind = "number" if isinstance(value, (int, float)) else "text"
        dotted = ".".join(path)
        try:
            after = kept.documents([f"{dotted}={'19999' if kind == 'number' else 'benchmark0'}"])
        except hivehelm.HivehelmError:
            continue
        changed = [source for source in steady if after.get(source) != before[source]]
        if 0 < len(changed) <= max(2, len(before) // 10) and after.keys() == before.keys():
            return {"path": dotted, "kind": kind, "changed": len(changed), "documents": len(before)}
    return {}


def _leaves(values: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in values.items():
        if not key.replace("-", "").replace("_", "").isalnum():
            continue
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            yield (*path, key), value


def _rank(leaf: tuple[tuple[str, ...], Any]) -> tuple[int, int]:
    path, _ = leaf
    usual = [number for number, ending in enumerate(_USUAL) if path[-len(ending) :] == ending]
    return min(usual, default=len(_USUAL)), len(path)


def change(setting: str, out: str) -> dict[str, float]:
    """Render the kept chart with another value, by memory."""
    (kept,) = _KEPT
    return timed(lambda: kept.rendered([setting]), out)


VERBS: dict[str, Callable[..., Any]] = {
    "render": render,
    "spin": spin,
    "calls": calls,
    "find": find,
    "change": change,
}


def main() -> None:
    """Answer until the requests end."""
    for line in sys.stdin:
        verb, arguments = json.loads(line)
        print(json.dumps(VERBS[verb](**arguments)), flush=True)


if __name__ == "__main__":
    main()
