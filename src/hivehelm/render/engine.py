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


class _Renderable:
    """A template's text with what it is given when it runs."""

    __slots__ = ("base_path", "data", "values")

    def __init__(self, data: bytes, values: dict[str, Any], base_path: str) -> None:
        self.data = data
        self.values = values
        self.base_path = base_path


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
    whose reads are unchanged; it is of no use with `functions`, `resolve` or `lookup`.

    Raises:
        RenderError: a template does not parse, or fails when it runs; the message is Helm's.
        OutputLimitError: the texts are longer than `limits` allow.
    """
    templates: dict[str, _Renderable] = {}
    if functions or resolve or lookup:
        memory = None
    if memory is not None:
        top = memory.begin(chart, top, strict=strict, lint=lint)
    _collect(chart, templates, top, memory)
    order = sorted(templates, key=lambda path: (path.count("/"), path), reverse=True)

    available = helm_functions(lint=lint, resolve=resolve, lookup=lookup, custom=functions, log=log)
    if memory is not None:
        available = memory.functions(available)
    cache = cache or _COMPILED
    parsed = TemplateSet(available, name="gotpl", missing_key="error" if strict else "zero", cache=cache)
    bind_to(parsed, None if memory is None else memory.calls)
    try:
        parsed.add_all([(path, templates[path].data) for path in order])
    except ParseError as error:
        raise RenderError.of_parse(error.template, error) from error

    try:
        return _run(parsed, templates, order, limits.output if limits is not None else 0, memory)
    finally:
        cache.save()


def _run(
    parsed: TemplateSet,
    templates: dict[str, _Renderable],
    order: list[str],
    most: int,
    memory: RenderMemory | None,
) -> dict[str, str]:
    rendered: dict[str, str] = {}
    written = 0
    for path in order:
        if path.rsplit("/", 1)[-1].startswith("_"):
            continue
        template = templates[path]
        own = Values(Name=path, BasePath=template.base_path)
        try:
            if memory is None:
                put(template.values, "Template", own)
                text = parsed.execute(path, template.values)
            else:
                memory.enter(template.values, own)
                text = memory.text(path, lambda: parsed.execute(path, template.values))  # noqa: B023 - called at once
        except ExecError as error:
            raise RenderError.of_execution(path, error) from error
        written += len(text)
        if most and written > most:
            from hivehelm.limits import OutputLimitError

            raise OutputLimitError(most)
        rendered[path] = text.replace("<no value>", "") if "<no value>" in text else text
    return rendered


def _collect(
    chart: Chart, templates: dict[str, _Renderable], parent: dict[str, Any], memory: RenderMemory | None
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
        templates[f"{base}/{template.name}"] = _Renderable(template.data, scope, f"{base}/templates")
    return scope
