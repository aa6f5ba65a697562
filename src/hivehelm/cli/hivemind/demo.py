"""`hivemind demo`: a cluster and a release, from nothing."""

from __future__ import annotations

import os
import time

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.output import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.actions.events import Event
    from hivehelm.chart.model import Chart
    from hivehelm.cli.command import Call
    from hivehelm.cluster.progress import Report
    from hivehelm.release.model import Release

CLUSTER = "demo"
RELEASE = "demo"
NAMESPACE = "demo"
_TIMEOUT = 120.0

_LONG = """Show what it does, from nothing: start a cluster on this machine, install a chart and wait for it.

The first time, the cluster's programs are built from source, which takes minutes. Again, it takes seconds,
and shows what is there.
"""

# What an action's stages are called while one waits for them.
_STAGES = {
    "plan": "rendering",
    "hook": "running hook",
    "apply": "applying",
    "wait": "waiting until all is ready",
    "delete": "deleting",
}


def run(call: Call) -> None:
    """Show it."""
    from hivehelm.cli.hivemind.progress import shown
    from hivehelm.cluster.cluster import Cluster

    cluster = Cluster(CLUSTER)
    with shown(call.err) as report:
        cluster.up(report)
        context = _connect(cluster.kubeconfig(), report)
        _install(context, report)
    call.out.write(_shown(context))
    call.out.write(_how_to_go_on(cluster.kubeconfig(), os.environ))


def _connect(kubeconfig: Path, report: Report) -> Context:
    from hivehelm.actions.context import Context
    from hivehelm.kube.client import Client
    from hivehelm.kube.kubeconfig import Config
    from hivehelm.release.drivers.secret import Secrets
    from hivehelm.release.storage import Storage

    # Nothing of the user's: no context, no proxy, no other cluster.
    client = Client(Config.load(str(kubeconfig), environ={}), cache_dir=None)
    storage = Storage(Secrets(client, NAMESPACE))
    return Context(storage, client, namespace=NAMESPACE, on_event=_told(report))


def _told(report: Report) -> Callable[[Event], None]:
    """Return what passes an action's stages on as progress."""
    from hivehelm.cluster.progress import Progress

    started = time.monotonic()

    def tell(event: Event) -> None:
        stage = _STAGES.get(event.stage)
        if stage is not None:
            phase = f"{stage} {event.subject}" if event.stage == "hook" else stage
            elapsed = time.monotonic() - started
            report(Progress(subject=f"release {RELEASE}", phase=phase, elapsed=elapsed))

    return tell


def _install(context: Context, report: Report) -> None:
    """Install the chart where it is not yet."""
    from hivehelm.actions.install import InstallOptions, install
    from hivehelm.actions.uninstall import UninstallOptions, uninstall
    from hivehelm.chart.load import load
    from hivehelm.cluster.demo import CHART
    from hivehelm.cluster.progress import Progress

    started = time.monotonic()
    chart = load(str(CHART))
    last = _last(context)
    fresh = not _current(last, chart)
    if fresh:
        if last is not None:
            uninstall(context, RELEASE, UninstallOptions(wait="watcher", timeout=_TIMEOUT))
        options = InstallOptions(name=RELEASE, create_namespace=True, wait="watcher", timeout=_TIMEOUT)
        install(context, chart, {}, options)
    phase = "installed" if fresh else "is there already"
    elapsed = time.monotonic() - started
    report(Progress(subject=f"release {RELEASE}", phase=phase, elapsed=elapsed, final=True))


def _last(context: Context) -> Release | None:
    from hivehelm.release.errors import ReleaseNotFoundError

    try:
        return context.storage.last(RELEASE)
    except ReleaseNotFoundError:
        return None


def _current(last: Release | None, chart: Chart) -> bool:
    """Tell whether what is on record is this chart, installed to the end."""
    if last is None or last.info.status != "deployed":
        return False
    return bool(last.chart_metadata.get("version") == chart.metadata.version)


def _shown(context: Context) -> str:
    """Return the release, its objects and its pods."""
    from hivehelm.actions.status import status

    release = status(context, RELEASE)
    metadata = release.chart_metadata
    head: list[list[object]] = [
        ["RELEASE", "NAMESPACE", "REVISION", "STATUS", "CHART"],
        [
            release.name,
            release.namespace,
            release.version,
            release.info.status,
            f"{metadata.get('name')}-{metadata.get('version')}",
        ],
    ]
    objects = [["OBJECT", "NAME", "READY"]]
    pods = [["POD", "READY", "STATUS", "ADDRESS"]]
    for found in release.info.resources.values():
        for each in found:
            if each.get("kind") == "Pod":
                pods.append(_pod(each))
            elif not str(each.get("kind")).endswith("List"):
                objects.append([str(each.get("kind")), _name(each), _ready(each)])
            else:
                pods += [_pod({"kind": "Pod", **pod}) for pod in each.get("items") or ()]
    sections = [table(head), table(objects), table(pods), release.info.notes.strip() + "\n"]
    return "\n".join(sections)


def _name(found: Mapping[str, Any]) -> str:
    return str(found["metadata"]["name"])


def _ready(found: Mapping[str, Any]) -> str:
    """Return how many replicas of a workload are ready, of how many."""
    wanted = found.get("spec", {}).get("replicas")
    return "-" if wanted is None else f"{found.get('status', {}).get('readyReplicas', 0)}/{wanted}"


def _pod(found: Mapping[str, Any]) -> list[str]:
    status = found.get("status", {})
    containers = status.get("containerStatuses") or []
    ready = sum(1 for container in containers if container.get("ready"))
    wanted = len(found.get("spec", {}).get("containers") or containers)
    return [_name(found), f"{ready}/{wanted}", str(status.get("phase", "")), str(status.get("podIP", ""))]


def _how_to_go_on(kubeconfig: Path, environ: Mapping[str, str]) -> str:
    """Return the commands that come next; under `uv run` they need it in front, too."""
    by = "uv run " if environ.get("UV") else ""
    return f"""
Go on:
  export KUBECONFIG={kubeconfig}
  {by}hivehelm list --namespace {NAMESPACE}
  {by}hivehelm status {RELEASE} --namespace {NAMESPACE}
  {by}hivehelm get manifest {RELEASE} --namespace {NAMESPACE}
  {by}hivehelm uninstall {RELEASE} --namespace {NAMESPACE}
  {by}hivemind cluster status {CLUSTER}

Stop it:
  {by}hivemind cluster down {CLUSTER}     what it holds is kept
  {by}hivemind cluster reset {CLUSTER}    nothing is left
"""


command = Command("demo", long=_LONG, arguments=no_arguments, run=run)
