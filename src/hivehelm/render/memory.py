"""Rendering again what has been rendered: what has read the same gives its earlier text.

A memory holds the last render. In the next one of the same chart, release and capabilities, a template is
passed over when nothing that it read is another value now, or has been changed in another way by a template
before it, and when it did not call what gives something else each time. What it changed itself is changed
again. Everything else runs as ever, in Helm's order; the calls of `include` and `tpl` in it are passed over
in the same way, where nothing that they read has been changed by any template.
"""

from __future__ import annotations

from hivehelm.render.calls import Calls
from hivehelm.render.context import Values
from hivehelm.render.watch import Places, Reads, Watch, summary
from hivehelm.render.watched import Map, Scope, Shared, Watched, shared
from hivehelm.values.again import Again
from hivehelm.values.changes import ABSENT, Changes, twins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.manifest.hooks import Known
    from hivehelm.render.capabilities import Capabilities
    from hivehelm.render.engine import Program, Renderable
    from hivehelm.values.changes import Twins
    from hivehelm.values.schema import Fitting

    Entry = Callable[..., Any] | tuple[str, str]

# Families of functions that give something else each time they are called.
_CHANCE = ("certificates", "ciphers", "dates", "keys", "network", "passwords", "random")


class RenderMemory:
    """What is known of the last render; for one chart at a time, and one render at a time.

    Give the same one to each render of a chart whose values change.
    """

    def __init__(self) -> None:
        self.reused = 0
        """How many templates of the last render were passed over."""
        self.again = Again()
        """The last chart and its values."""
        self.fitting: Fitting = {}
        """The last values that fitted their schemas, by the path of their chart."""
        self.documents: Known = {}
        """The documents of the last texts, by the paths of their templates."""
        self.watch = Watch()
        self.calls = Calls(self.watch)
        self.program: Program | None = None
        """The templates of the last render, with what they are given; None where that is not what it was."""
        self._about: object = None
        self._chart: Chart | None = None
        self._fingerprint: object = None
        self._plain: dict[str, Any] = {}
        self._twins: Twins = frozenset()
        self._watched = Watched(self.watch, {})
        self._scopes: list[Scope] = []
        self._texts: dict[str, tuple[str, Reads]] = {}
        self._writes: dict[str, tuple[list[object], Places]] = {}
        self._done: set[str] = set()
        self._passed: dict[int, Renderable] = {}

    def begin(self, chart: Chart, top: dict[str, Any], **options: object) -> dict[str, Any]:
        """Return the top-level values of a render, watched; `options` are what it depends on besides."""
        if chart is not self._chart:
            self._chart, self._fingerprint = chart, _fingerprint(chart)
        about = (self._fingerprint, _known(top["Capabilities"]), top["Release"], options)
        afresh = about != self._about
        # Whatever ends this early leaves nothing to go on with.
        self._about = None
        if self.watch.poisoned:
            self._restart()
        self.watch.restart()
        self.calls.restart()
        self._see(dict(top["Values"]), afresh=afresh)
        for scope in self._scopes:
            scope.assign("Template", ABSENT)
        self._about = about
        self.reused = 0
        self._done = set()
        self._passed = {}
        return {**top, "Values": self._watched.root(), "Release": shared(top["Release"], self.watch)}

    def _see(self, plain: dict[str, Any], *, afresh: bool) -> None:
        """Watch other values, and forget what depends on those that are not what they were."""
        changes = Changes() if afresh else Changes.between(self._plain, plain)
        before, self._plain, self._twins = self._twins, plain, self._twins_of(plain)
        if not afresh and not changes.whole and self._twins == before:
            self._forget(lambda reads: _touched(reads, changes))
            for path, value in changes.values.items():
                self._watched.set(path, value)
            for path, order in changes.keys.items():
                self._watched.order(path, order)
            return
        self._restart()
        self._watched = Watched(self.watch, plain)
        if afresh or self._twins != before:
            # What was read in one place may have been meant for the other.
            self._writes = {}
            self._forget(lambda _: True)
        else:
            self._forget(lambda reads: _touched(reads, changes))

    def _twins_of(self, plain: dict[str, Any]) -> Twins:
        settled = self.again.values
        if len(plain) == len(settled) and all(plain.get(key) is value for key, value in settled.items()):
            return self.again.twins
        return twins(plain)

    def _restart(self) -> None:
        """Let the program be made again, and forget what would change what the last one was given."""
        self.program = None
        self._scopes = []
        self._forget(lambda reads: bool(reads.writes))

    def _forget(self, gone: Callable[[Reads], bool]) -> None:
        self._texts = {path: known for path, known in self._texts.items() if not gone(known[1])}
        self.calls.forget(gone)

    def scope(self, path: str, entries: dict[str, Any]) -> Values:
        """Return what the templates of the chart at `path` start with."""
        about = shared(entries["Chart"], self.watch)
        scope = Scope(self.watch, path, {**entries, "Chart": about, "Subcharts": Shared((), self.watch)})
        self._scopes.append(scope)
        return scope

    def values_of(self, table: dict[str, Any]) -> Values:
        """Return the `.Values` of a subchart whose table it is."""
        return self._watched.root(table) if type(table) is Map else Values.of(table)

    def functions(self, available: Mapping[str, Entry]) -> dict[str, Entry]:
        """Return functions, of which those that depend on time or chance say so."""
        return {
            name: self._tainting(entry) if isinstance(entry, tuple) and entry[0] in _CHANCE else entry
            for name, entry in available.items()
        }

    def _tainting(self, entry: tuple[str, str]) -> Callable[..., Any]:
        from hivehelm.gotemplate.functions.table import resolve

        function = resolve(entry)

        def tainting(*arguments: Any) -> Any:
            self.watch.taint()
            return function(*arguments)

        tainting.go_parameters = getattr(function, "go_parameters", "...any")  # type: ignore[attr-defined]
        return tainting

    def text(self, template: Renderable, execute: Callable[[Renderable], str]) -> str:
        """Return the text of a template: its earlier one if that is right, else what `execute` gives."""
        watch, path = self.watch, template.path
        self._done.add(path)
        known = self._texts.get(path)
        if known is not None and not watch.poisoned:
            self.reused += 1
            self._passed[id(template.values)] = template
            watch.repeat(known[1].writes)
            return known[0]
        # Charts above can see which template of theirs was the last.
        for passed in self._passed.values():
            passed.enter()
        self._passed = {}
        template.enter()
        self._texts.pop(path, None)
        reads = watch.reads = Reads()
        try:
            text = execute(template)
        finally:
            watch.reads = None
        self._wrote(path, reads)
        if reads.pure and not watch.poisoned:
            self._texts[path] = text, reads
        return text

    def _wrote(self, path: str, reads: Reads) -> None:
        """Forget later templates that have read what this one changes in another way now."""
        now = summary(reads.writes)
        before, places = self._writes.get(path, ([], Places()))
        if now == before:
            return
        changed = Places()
        for node, key, _ in reads.writes:
            changed.add(node, key, keys=True)
        self._texts = {
            later: known
            for later, known in self._texts.items()
            if later in self._done or not (known[1].touched(places) or known[1].touched(changed))
        }
        self._writes[path] = now, changed


def _touched(reads: Reads, changes: Changes) -> bool:
    """Tell whether something that has changed had been read."""
    values, keys = changes.values.keys(), changes.keys.keys()
    if not (values.isdisjoint(reads.entries) and keys.isdisjoint(reads.keys)):
        return True
    return bool(changes.whole) and any(
        path[: len(place)] == place
        for place in changes.whole
        for paths in (reads.entries, reads.keys)
        for path in paths
    )


def _known(capabilities: Capabilities) -> object:
    version = capabilities.kube_version
    return [getattr(version, name) for name in version.FIELDS.values()], list(capabilities.api_versions)


def _fingerprint(chart: Chart) -> object:
    """Return what a render depends on of a chart and those below it; files that are shared cost nothing."""
    return (
        chart.name,
        chart.is_root,
        chart.is_library,
        chart.metadata_as_map(),
        [(file.name, file.data) for file in chart.templates],
        [(file.name, file.data) for file in chart.files],
        [_fingerprint(below) for below in chart.dependencies],
    )
