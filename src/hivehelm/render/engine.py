"""Renders every template of a chart and its subcharts (Helm's pkg/engine)."""

from __future__ import annotations

from hivehelm.golang.views import put
from hivehelm.gotemplate.cache import TemplateCache
from hivehelm.gotemplate.errors import ExecError, ParseError
from hivehelm.gotemplate.template import TemplateSet
from hivehelm.render.context import Values
from hivehelm.render.errors import RenderError
from hivehelm.render.files import Files
from hivehelm.render.functions import bind_to, helm_functions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.limits import Limits
    from hivehelm.render.memory import RenderMemory


# What this process has compiled, for callers that bring no cache of their own.
_COMPILED = TemplateCache()


class Renderable:
    """A template's text with what it is given when it runs."""

    __slots__ = ("base_path", "data", "path", "values")

    def __init__(self, path: str, data: bytes, values: Values, base_path: str) -> None:
        self.path = path
        self.data = data
        self.values = values
        self.base_path = base_path

    def enter(self) -> None:
        """Tell the templates of its chart that it is the one that runs."""
        put(self.values, "Template", Values(Name=self.path, BasePath=self.base_path))


class Program:
    """The templates of a chart in the order in which they run, and the set in which they see one another."""

    __slots__ = ("order", "parsed")

    def __init__(self, parsed: TemplateSet, order: list[Renderable]) -> None:
        self.parsed = parsed
        self.order = order

    def text(self, template: Renderable) -> str:
        """Run a template that has been entered; return its text.

        Raises:
            RenderError: it fails.
        """
        try:
            text = self.parsed.execute(template.path, template.values)
        except ExecError as error:
            raise RenderError.of_execution(template.path, error) from error
        return text.replace("<no value>", "") if "<no value>" in text else text


def render(
    chart: Chart,
    top: dict[str, Any],
    *,
    functions: Mapping[str, Callable[..., Any]] | None = None,
    strict: bool = False,
    lint: bool = False,
    resolve: Callable[[str], Sequence[str]] | None = None,
    lookup: Callable[[str, str, str, str], dict[str, Any]] | None = None,
    cache: TemplateCache | None = None,
    limits: Limits | None = None,
    memory: RenderMemory | None = None,
    log: Callable[..., None] | None = None,
) -> dict[str, str]:
    """Return the text that each template of `chart` renders to, by its path, e.g. `redis/templates/svc.yaml`.

    `top` is what `render.context.render_values` returns. Partials (names that start with `_`) are not in the
    result. Templates run one after the other over shared data, deepest and last in the alphabet first: what
    one sets in `.Values`, later ones see, as in Helm.

    `functions` are added to Helm's; `strict` makes a missing key an error; `lint` makes `required` and `fail`
    warn through `log`. `resolve(host)` gives the addresses that `getHostByName` chooses from, and
    `lookup(api_version, kind, namespace, name)` reads from a cluster; without them nothing is ever found.
    `cache` keeps compiled templates; without one they stay in memory, for all callers of this process.
    `limits` say how much may come out. A `memory` that was given the same chart before passes over templates
    whose reads are unchanged; it is of no use with `functions`, `resolve`, `lookup` or `lint`.

    Raises:
        RenderError: a template does not parse, or fails when it runs; the message is Helm's.
        OutputLimitError: the texts are longer than `limits` allow.
    """
    if functions or resolve or lookup or lint:
        memory = None
    cache = cache or _COMPILED
    program = None
    if memory is not None:
        top = memory.begin(chart, top, strict=strict, cache=cache, log=log)
        program = memory.program
    if program is None:
        available = helm_functions(lint=lint, resolve=resolve, lookup=lookup, custom=functions, log=log)
        if memory is not None:
            available = memory.functions(available)
        parsed = TemplateSet(available, name="gotpl", missing_key="error" if strict else "zero", cache=cache)
        bind_to(parsed, None if memory is None else memory.calls)
        program = _program(chart, top, parsed, memory)
        if memory is not None:
            memory.program = program
    try:
        return _run(program, limits.output if limits is not None else 0, memory)
    finally:
        cache.save()


def _program(chart: Chart, top: dict[str, Any], parsed: TemplateSet, memory: RenderMemory | None) -> Program:
    templates: dict[str, Renderable] = {}
    _collect(chart, templates, top, memory)
    order = [templates[path] for path in sorted(templates, key=lambda p: (p.count("/"), p), reverse=True)]
    try:
        parsed.add_all([(template.path, template.data) for template in order])
    except ParseError as error:
        raise RenderError.of_parse(error.template, error) from error
    return Program(parsed, [one for one in order if not one.path.rsplit("/", 1)[-1].startswith("_")])


def _run(program: Program, most: int, memory: RenderMemory | None) -> dict[str, str]:
    rendered: dict[str, str] = {}
    written = 0
    for template in program.order:
        if memory is None:
            template.enter()
            text = program.text(template)
        else:
            text = memory.text(template, program.text)
        rendered[template.path] = text
        written += len(text)
        if most and written > most:
            from hivehelm.limits import OutputLimitError

            raise OutputLimitError(most)
    return rendered


def _collect(
    chart: Chart, templates: dict[str, Renderable], parent: dict[str, Any], memory: RenderMemory | None
) -> Values:
    """Add the templates of `chart` and its subcharts, each with the values of its own scope."""
    metadata = chart.metadata_as_map()
    metadata["IsRoot"] = chart.is_root
    entries = {
        "Chart": metadata,
        "Files": Files.of(chart.files),
        "Release": parent.get("Release"),
        "Capabilities": parent.get("Capabilities"),
        "Values": Values(),
        "Subcharts": {},
    }
    base = chart.full_path
    scope = Values(entries) if memory is None else memory.scope(base, entries)
    if chart.is_root:
        scope["Values"] = parent.get("Values")
    else:
        # The same mapping as in the parent, not a copy: what one changes, the other sees.
        table: Any = parent["Values"]
        for key in chart.name.split("."):
            table = table.get(key) if isinstance(table, dict) else None
        if isinstance(table, dict):
            scope["Values"] = Values.of(table) if memory is None else memory.values_of(table)
    subcharts = scope["Subcharts"]
    for subchart in chart.dependencies:
        subcharts[subchart.name] = _collect(subchart, templates, scope, memory).plain()

    for template in chart.templates:
        if chart.is_library and not template.name.rsplit("/", 1)[-1].startswith("_"):
            continue
        path = f"{base}/{template.name}"
        templates[path] = Renderable(path, template.data, scope, f"{base}/templates")
    return scope
