"""Helm, native in Python: load charts, render them, and run releases without a `helm` binary.

    import hivehelm

    chart = hivehelm.load("./mychart")
    plan = hivehelm.template(chart, {"replicas": 2})
    for document in plan.manifests:
        print(document.name, document.head.kind)

Everything here is synchronous and safe to call from many threads. Names are loaded when they are first used:
rendering imports no network and no Kubernetes code.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.plan import Plan, PlanError, PlanOptions
    from hivehelm.actions.plan import plan as template
    from hivehelm.chart.load import load
    from hivehelm.chart.model import Chart
    from hivehelm.errors import HivehelmError
    from hivehelm.render.capabilities import Capabilities
    from hivehelm.render.capabilities import default as capabilities
    from hivehelm.render.capabilities import parse_kube_version
    from hivehelm.render.context import ReleaseOptions
    from hivehelm.values.inputs import merge as merge_values

_PUBLIC = {
    "Capabilities": ("hivehelm.render.capabilities", "Capabilities"),
    "Chart": ("hivehelm.chart.model", "Chart"),
    "HivehelmError": ("hivehelm.errors", "HivehelmError"),
    "Plan": ("hivehelm.actions.plan", "Plan"),
    "PlanError": ("hivehelm.actions.plan", "PlanError"),
    "PlanOptions": ("hivehelm.actions.plan", "PlanOptions"),
    "ReleaseOptions": ("hivehelm.render.context", "ReleaseOptions"),
    "capabilities": ("hivehelm.render.capabilities", "default"),
    "load": ("hivehelm.chart.load", "load"),
    "merge_values": ("hivehelm.values.inputs", "merge"),
    "parse_kube_version": ("hivehelm.render.capabilities", "parse_kube_version"),
    "template": ("hivehelm.actions.plan", "plan"),
}

__all__ = [
    "Capabilities",
    "Chart",
    "HivehelmError",
    "Plan",
    "PlanError",
    "PlanOptions",
    "ReleaseOptions",
    "capabilities",
    "load",
    "merge_values",
    "parse_kube_version",
    "template",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    try:
        module, attribute = _PUBLIC[name]
    except KeyError:
        raise AttributeError(f"module 'hivehelm' has no attribute {name!r}") from None
    from importlib import import_module

    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value
