"""Rendering again what has been rendered: a template whose reads are unchanged gives its earlier text.

A memory holds the last render. In the next one of the same chart, release and capabilities, a template is
passed over when nothing that it read has another value or has been changed by a template before it, and when
it neither changed what others see nor called what gives something else each time. Everything else runs as
ever, in Helm's order.
"""

from __future__ import annotations

from marshal import dumps

from hivehelm.render.context import Values
from hivehelm.render.watched import Map, Reads, Root, Scope, Watch, Watched, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.manifest.documents import Head
    from hivehelm.render.watched import Path
    from hivehelm.values.schema import Fitting

    Entry = Callable[..., Any] | tuple[str, str]

# Families of functions that give something else each time they are called.
_CHANCE = ("certificates", "ciphers", "dates", "keys", "network", "passwords", "random")


class RenderMemory:
    """What is known of the last render; for one chart at a time, and one render at a time.

    Give the same one to each render of a chart whose values change.
    """

    def __init__(self) -> None:
        self._about: object = None
        self._values: dict[str, Any] = {}
        self._twins: dict[Path, Path] = {}
        self._texts: dict[str, str] = {}
        self._reads: dict[str, Reads] = {}
        self.watch = Watch()
        self.heads: dict[str, Head] = {}
        """The heads of the last documents, by their texts."""
        self.fitting: Fitting = {}
        """The last values that fitted their schemas, by the path of their chart."""
        self.reused = 0
        """How many templates of the last render were passed over."""

    def begin(self, chart: Chart, top: dict[str, Any], **options: object) -> dict[str, Any]:
        """Return the top-level values of a render, watched; `options` are what it depends on besides."""
        capabilities = top["Capabilities"]
        version = capabilities.kube_version
        known = (
            [getattr(version, name) for name in version.FIELDS.values()],
            list(capabilities.api_versions),
        )
        about = (_fingerprint(chart), known, top["Release"], options)
        values = top["Values"]
        plain = dict(values)
        if about == self._about:
            changes = Changes()
            changes.compare(self._values, plain, ())
            # All of them now: a render that fails does not come to each.
            self._reads = {path: reads for path, reads in self._reads.items() if not changes.touch(reads)}
        else:
            self._about = about
            self._reads = {}
        self.watch = Watch()
        watched = Watched(self.watch)
        root = watched.of(plain, ())
        if watched.twins != self._twins:
            # What was read in one place may have been meant for the other.
            self._reads, self._twins = {}, watched.twins
        self._texts = {path: self._texts[path] for path in self._reads}
        self._values = plain
        self.reused = 0
        release = shared(top["Release"], self.watch)
        return {**top, "Values": Root.of(root), "Release": release}

    def scope(self, **entries: Any) -> Values:
        """Return what the templates of a chart start with."""
        return Scope(self.watch, **{**entries, "Chart": shared(entries["Chart"], self.watch)})

    def values_of(self, table: dict[str, Any]) -> Values:
        """Return the `.Values` of a subchart whose table it is."""
        return Root.of(table) if type(table) is Map else Values.of(table)

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

    def text(self, path: str, execute: Callable[[], str]) -> str:
        """Return the text of a template: its earlier one if that is right, else what `execute` gives."""
        watch = self.watch
        known = self._reads.get(path)
        if known is not None and not watch.poisoned and not _below(known, watch.changed):
            self.reused += 1
            return self._texts[path]
        reads = watch.reads = Reads()
        self._reads.pop(path, None)
        try:
            text = execute()
        finally:
            watch.reads = None
        if reads.pure and not watch.poisoned and not _below(reads, watch.changed):
            self._texts[path], self._reads[path] = text, reads
        return text


class Changes:
    """What differs between the values of two renders."""

    def __init__(self) -> None:
        self._values: set[Path] = set()
        self._keys: set[Path] = set()
        # Of those, where a map came or went: what was below it is not what it was.
        self._whole: list[Path] = []

    def compare(self, old: dict[str, Any], new: dict[str, Any], path: Path) -> None:
        """Note all that differs between two maps at `path`."""
        if list(old) != list(new):
            self._keys.add(path)
            for key in old.keys() - new.keys():
                self._note((*path, key), structure=True)
        for key, value in new.items():
            if key not in old:
                self._note((*path, key), structure=True)
                continue
            before = old[key]
            if _alike(before, value):
                continue
            if isinstance(value, dict) and isinstance(before, dict) and type(value) is type(before):
                self.compare(before, value, (*path, key))
            elif not _same(before, value):
                self._note((*path, key), structure=isinstance(value, dict) or isinstance(before, dict))

    def _note(self, path: Path, *, structure: bool) -> None:
        self._values.add(path)
        if structure:
            self._whole.append(path)

    def touch(self, reads: Reads) -> bool:
        """Tell whether any of it has been read."""
        if not self._values.isdisjoint(reads.entries) or not self._keys.isdisjoint(reads.keys):
            return True
        return _below(reads, self._whole)


def _below(reads: Reads, places: Iterable[Path]) -> bool:
    """Tell whether something at or below one of the places has been read."""
    return any(
        path[: len(place)] == place
        for place in places
        for paths in (reads.entries, reads.keys)
        for path in paths
    )


def _alike(old: Any, new: Any) -> bool:
    """Tell at once that two values are the same in all respects; what is the same may not be alike."""
    if new.__class__ is str or new.__class__ is bool:
        return new.__class__ is old.__class__ and bool(new == old)
    try:
        # Version 2 knows no references, which depend on what else there is.
        return dumps(old, 2) == dumps(new, 2)
    except ValueError:
        return False


def _same(old: Any, new: Any) -> bool:
    """Tell whether two values are one to every template: of the same types, in the same order."""
    if type(old) is not type(new):
        return False
    if isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    if isinstance(new, dict):
        return list(old) == list(new) and all(_same(old[key], new[key]) for key in new)
    return bool(old == new)


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
