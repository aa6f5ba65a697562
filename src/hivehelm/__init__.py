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
    from hivehelm.actions.connect import connect
    from hivehelm.actions.context import Context
    from hivehelm.actions.get import get, get_values
    from hivehelm.actions.history import history
    from hivehelm.actions.install import InstallOptions, install
    from hivehelm.actions.isolated import IsolationOptions, Rendered, render_isolated
    from hivehelm.actions.list import ListOptions, list_releases
    from hivehelm.actions.plan import Plan, PlanError, PlanOptions
    from hivehelm.actions.plan import plan as template
    from hivehelm.actions.rollback import RollbackOptions, rollback
    from hivehelm.actions.status import status
    from hivehelm.actions.test import TestOptions, test
    from hivehelm.actions.uninstall import UninstallOptions, uninstall
    from hivehelm.actions.upgrade import UpgradeOptions, upgrade
    from hivehelm.chart.load import load
    from hivehelm.chart.model import Chart
    from hivehelm.errors import HivehelmError
    from hivehelm.limits import LimitError, Limits
    from hivehelm.platform.locate import locate
    from hivehelm.platform.manager import HelmManager
    from hivehelm.platform.model import HelmChart, HelmRelease, HelmReleaseStatus, HelmRepository
    from hivehelm.render.capabilities import Capabilities, parse_kube_version
    from hivehelm.render.capabilities import default as capabilities
    from hivehelm.render.context import ReleaseOptions
    from hivehelm.render.memory import RenderMemory
    from hivehelm.sources.stores import Access
    from hivehelm.values.inputs import merge as merge_values

_PUBLIC = {
    "Access": ("hivehelm.sources.stores", "Access"),
    "Capabilities": ("hivehelm.render.capabilities", "Capabilities"),
    "Chart": ("hivehelm.chart.model", "Chart"),
    "Context": ("hivehelm.actions.context", "Context"),
    "HelmChart": ("hivehelm.platform.model", "HelmChart"),
    "HelmManager": ("hivehelm.platform.manager", "HelmManager"),
    "HelmRelease": ("hivehelm.platform.model", "HelmRelease"),
    "HelmReleaseStatus": ("hivehelm.platform.model", "HelmReleaseStatus"),
    "HelmRepository": ("hivehelm.platform.model", "HelmRepository"),
    "HivehelmError": ("hivehelm.errors", "HivehelmError"),
    "InstallOptions": ("hivehelm.actions.install", "InstallOptions"),
    "IsolationOptions": ("hivehelm.actions.isolated", "IsolationOptions"),
    "LimitError": ("hivehelm.limits", "LimitError"),
    "Limits": ("hivehelm.limits", "Limits"),
    "ListOptions": ("hivehelm.actions.list", "ListOptions"),
    "Plan": ("hivehelm.actions.plan", "Plan"),
    "PlanError": ("hivehelm.actions.plan", "PlanError"),
    "PlanOptions": ("hivehelm.actions.plan", "PlanOptions"),
    "ReleaseOptions": ("hivehelm.render.context", "ReleaseOptions"),
    "RenderMemory": ("hivehelm.render.memory", "RenderMemory"),
    "Rendered": ("hivehelm.actions.isolated", "Rendered"),
    "RollbackOptions": ("hivehelm.actions.rollback", "RollbackOptions"),
    "TestOptions": ("hivehelm.actions.test", "TestOptions"),
    "UninstallOptions": ("hivehelm.actions.uninstall", "UninstallOptions"),
    "UpgradeOptions": ("hivehelm.actions.upgrade", "UpgradeOptions"),
    "capabilities": ("hivehelm.render.capabilities", "default"),
    "connect": ("hivehelm.actions.connect", "connect"),
    "get": ("hivehelm.actions.get", "get"),
    "get_values": ("hivehelm.actions.get", "get_values"),
    "history": ("hivehelm.actions.history", "history"),
    "install": ("hivehelm.actions.install", "install"),
    "list_releases": ("hivehelm.actions.list", "list_releases"),
    "load": ("hivehelm.chart.load", "load"),
    "locate": ("hivehelm.platform.locate", "locate"),
    "merge_values": ("hivehelm.values.inputs", "merge"),
    "parse_kube_version": ("hivehelm.render.capabilities", "parse_kube_version"),
    "render_isolated": ("hivehelm.actions.isolated", "render_isolated"),
    "rollback": ("hivehelm.actions.rollback", "rollback"),
    "status": ("hivehelm.actions.status", "status"),
    "template": ("hivehelm.actions.plan", "plan"),
    "test": ("hivehelm.actions.test", "test"),
    "uninstall": ("hivehelm.actions.uninstall", "uninstall"),
    "upgrade": ("hivehelm.actions.upgrade", "upgrade"),
}

__all__ = [
    "Access",
    "Capabilities",
    "Chart",
    "Context",
    "HelmChart",
    "HelmManager",
    "HelmRelease",
    "HelmReleaseStatus",
    "HelmRepository",
    "HivehelmError",
    "InstallOptions",
    "IsolationOptions",
    "LimitError",
    "Limits",
    "ListOptions",
    "Plan",
    "PlanError",
    "PlanOptions",
    "ReleaseOptions",
    "RenderMemory",
    "Rendered",
    "RollbackOptions",
    "TestOptions",
    "UninstallOptions",
    "UpgradeOptions",
    "capabilities",
    "connect",
    "get",
    "get_values",
    "history",
    "install",
    "list_releases",
    "load",
    "locate",
    "merge_values",
    "parse_kube_version",
    "render_isolated",
    "rollback",
    "status",
    "template",
    "test",
    "uninstall",
    "upgrade",
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
