"""Installs and uninstalls side by side with the real Helm: errors, records and objects have to be the same.

Each case runs in two namespaces of its own, one for Helm and one for us; what may differ (times, identifiers,
the namespaces' names) is masked.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.cluster.waiting import make_namespace

from hivehelm.actions.connect import connect
from hivehelm.actions.context import Context
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.uninstall import UninstallOptions, uninstall
from hivehelm.chart.load import load
from hivehelm.errors import HivehelmError
from hivehelm.kube.client import Client
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-cm}\ndata: {a: '1'}\n"
KEPT = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, annotations: {helm.sh/resource-policy: keep}}\n"
)
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}, annotations: {SIMULATE}}
    spec: {containers: [{name: c, image: busybox}]}
"""
CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.GROUP}
spec:
  group: GROUP
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
KINDS = (
    ("v1", "ConfigMap"),
    ("v1", "Service"),
    ("v1", "Secret"),
    ("batch/v1", "Job"),
    ("apps/v1", "Deployment"),
)
# What the server or a controller fills in.
FILLED = ("uid", "resourceVersion", "creationTimestamp", "generation")


def job(name: str, events: str, *, policy: str = "", weight: int = 0, simulate: str = "") -> str:
    annotations = {"helm.sh/hook": events, "helm.sh/hook-weight": f'"{weight}"'}
    if policy:
        annotations["helm.sh/hook-delete-policy"] = policy
    lines = "".join(f"    {key}: {value}\n" for key, value in annotations.items())
    simulated = f"hivehelm.dev/simulate: {simulate}" if simulate else ""
    return (
        f"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\n  annotations:\n{lines}"
        "spec:\n  backoffLimit: 0\n  template:\n"
        f"    metadata: {{annotations: {{{simulated}}}}}\n"
        "    spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}\n"
    )


class Case(Record):
    """A chart, and how it is installed and uninstalled: Helm's flags, and the same as our options."""

    files: dict[str, str]
    flags: tuple[str, ...] = ()
    options: dict[str, Any] = {}
    owner: str | None = None
    before: dict[str, str] | None = None
    keep_history: bool = False
    uninstall_flags: tuple[str, ...] | None = None
    uninstall_options: dict[str, Any] = {}


BASIC = {"templates/cm.yaml": CONFIG_MAP}
HOOKS = {
    **BASIC,
    "templates/hooks.yaml": "---\n".join(
        [
            job("h-default", "pre-install"),
            job("h-light", "pre-install,post-install,pre-delete", policy="hook-succeeded", weight=-1),
            job("h-failed", "post-install", policy="hook-failed"),
            job("h-before", "post-install,post-delete", policy="before-hook-creation"),
            job("h-delete", "post-delete", policy="hook-succeeded"),
        ]
    ),
}
FAILING_HOOK = {
    **BASIC,
    "templates/hooks.yaml": "---\n".join(
        [
            job("a-good", "pre-install", policy="hook-succeeded", weight=-1),
            job("b-bad", "pre-install", policy="hook-failed", simulate="fail"),
            job("c-never", "pre-install", weight=5),
        ]
    ),
}
LATE_HOOK = {**BASIC, "templates/hooks.yaml": job("late", "post-install", simulate="fail")}
FAILING_APPLY = {
    **BASIC,
    "templates/bad.yaml": (
        "apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: [{port: 99999}]}\n"
    ),
    "templates/odd.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\nspecs: {}\n",
}
CASES = {
    "plain": Case(files=BASIC, uninstall_flags=()),
    "empty": Case(files={"templates/_none.tpl": ""}, uninstall_flags=()),
    "notes, labels and a description": Case(
        files={
            **BASIC,
            "templates/NOTES.txt": "hi {{ .Release.Name }}",
            "values.yaml": "b: 1\na: [1.5, null]\n",
        },
        flags=("--labels", "team=a", "--description", "why"),
        options={"labels": {"team": "a"}, "description": "why"},
    ),
    "client-side": Case(files=BASIC, flags=("--server-side=false",), options={"server_side": False}),
    "hooks": Case(files=HOOKS, uninstall_flags=()),
    "hooks, kept history": Case(
        files=HOOKS,
        uninstall_flags=("--keep-history", "--description", "done"),
        uninstall_options={"keep_history": True, "description": "done"},
    ),
    "no hooks": Case(
        files=FAILING_HOOK,
        flags=("--no-hooks",),
        options={"no_hooks": True},
        uninstall_flags=("--no-hooks",),
        uninstall_options={"no_hooks": True},
    ),
    "failing hook": Case(files=FAILING_HOOK, uninstall_flags=()),
    "failing late hook": Case(files=LATE_HOOK),
    "failing late hook, rolled back": Case(
        files=LATE_HOOK, flags=("--rollback-on-failure",), options={"rollback_on_failure": True}
    ),
    "failing apply": Case(files=FAILING_APPLY),
    "failing apply, rolled back": Case(
        files=FAILING_APPLY, flags=("--rollback-on-failure",), options={"rollback_on_failure": True}
    ),
    "unknown kind": Case(
        files={
            **BASIC,
            "templates/w.yaml": "apiVersion: nothing.example/v1\nkind: Nothing\nmetadata: {name: n}\n",
        }
    ),
    "ready": Case(
        files={"templates/d.yaml": DEPLOYMENT.replace("SIMULATE", "")},
        flags=("--wait",),
        options={"wait": "watcher"},
        uninstall_flags=("--wait",),
        uninstall_options={"wait": "watcher"},
    ),
    "never ready": Case(
        files={"templates/d.yaml": DEPLOYMENT.replace("SIMULATE", "hivehelm.dev/simulate: unready")},
        flags=("--wait", "--timeout", "3s"),
        options={"wait": "watcher", "timeout": 3.0},
    ),
    "kept": Case(files={**BASIC, "templates/kept.yaml": KEPT}, uninstall_flags=()),
    "of nobody": Case(files=BASIC, owner=""),
    "of another release": Case(files=BASIC, owner="other"),
    "our own already": Case(files=BASIC, owner="x"),
    "taken over": Case(
        files=BASIC,
        owner="other",
        flags=("--take-ownership", "--force-conflicts"),
        options={"take_ownership": True, "force_conflicts": True},
    ),
    "name in use": Case(files=BASIC, before=LATE_HOOK),
    "name of a failure, reused": Case(
        files={"templates/kept.yaml": KEPT},
        before=LATE_HOOK,
        flags=("--replace",),
        options={"reuse_name": True},
    ),
    "name of the past, reused": Case(
        files=BASIC, before=BASIC, keep_history=True, flags=("--replace",), options={"reuse_name": True}
    ),
    "name of the past": Case(files=BASIC, before=BASIC, keep_history=True),
    "labels of the store": Case(
        files=BASIC, flags=("--labels", "owner=me"), options={"labels": {"owner": "me"}}
    ),
    "rehearsal": Case(files=BASIC, flags=("--dry-run=server",), options={"dry_run": "server"}),
}


class Side:
    """One of the two namespaces, and what is in it."""

    def __init__(self, context: Context, kubeconfig: Path, helm: Path) -> None:
        self.context = context
        self.namespace = context.namespace
        self._environment = {**os.environ, "KUBECONFIG": str(kubeconfig), "HELM_NAMESPACE": self.namespace}
        self._helm = helm

    @property
    def client(self) -> Client:
        return self.context.client

    def helm(self, *arguments: str) -> str:
        """Run the real Helm and return what it said that was wrong."""
        done = subprocess.run(
            [self._helm, *arguments], env=self._environment, capture_output=True, text=True, check=False
        )
        # Before it come logs of Helm and, where the machine is busy, of its client libraries.
        before, told, text = done.stderr.partition("Error: ")
        assert (done.returncode != 0) == bool(told), (before, text)
        return self.masked((told + text).rstrip("\n"))

    def ours(self, prefix: str, act: Callable[[], object]) -> str:
        """Act, and return what went wrong as Helm's command would say it."""
        try:
            act()
        except HivehelmError as error:
            return self.masked(f"Error: {prefix}{error}")
        return ""

    def masked(self, text: str) -> str:
        text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "UID", text)
        return text.replace(self.namespace, "NAMESPACE")

    def records(self) -> dict[str, Any]:
        """Return the records as they are stored, decoded, without times."""
        found = {}
        for secret in self.client.list("v1", "Secret", self.namespace, label_selector="owner=helm"):
            packed = base64.b64decode(base64.b64decode(secret["data"]["release"]))
            text = zlib.decompress(packed, 31).decode()
            text = re.sub(r'"20\d\d-\d\d-\d\dT[^"]*"', '"TIME"', self.masked(text))
            # Members in their order, so that it is compared as well.
            found[secret["metadata"]["name"]] = json.loads(text, object_pairs_hook=list)
        return found

    def objects(self) -> dict[str, Any]:
        """Return the objects that are there, without what others than Helm filled in."""
        found = {}
        for version, kind in KINDS:
            for one in self.client.list(version, kind, self.namespace):
                metadata = one["metadata"]
                if metadata["name"] == "kube-root-ca.crt":
                    continue
                managers = metadata.pop("managedFields", [])
                if kind != "Secret":  # Helm writes its records under another name: that of its user agent.
                    metadata["owners"] = [
                        (entry["operation"], entry.get("fieldsV1"))
                        for entry in managers
                        if entry["manager"] == "helm"
                    ]
                for field in FILLED:
                    metadata.pop(field, None)
                metadata.get("annotations", {}).pop("deployment.kubernetes.io/revision", None)
                for stamp in ("createdAt", "modifiedAt"):
                    if stamp in metadata.get("labels", {}):
                        metadata["labels"][stamp] = "TIME"
                for field in ("status", "data") if kind == "Secret" else ("status",):
                    one.pop(field, None)
                if kind == "Job":
                    one.pop("spec")
                text = self.masked(json.dumps(one, sort_keys=True))
                found[f"{kind}/{metadata['name']}"] = json.loads(text)
        return found


Sides = tuple[Side, Side]


@pytest.fixture
def make_sides(cluster: Cluster, helm: Path) -> Callable[[], Sides]:
    def make() -> Sides:
        made = []
        for who in ("helm", "ours"):
            kubeconfig = cluster.kubeconfig()
            context = connect(str(kubeconfig), namespace=f"{who}-{uuid4().hex[:8]}")
            made.append(Side(context, kubeconfig, helm))
            make_namespace(context.client, context.namespace)
        return made[0], made[1]

    return make


def write(directory: Path, files: dict[str, str]) -> str:
    for path, text in {"Chart.yaml": "apiVersion: v2\nname: case\nversion: 0.1.0\n", **files}.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return str(directory)


def prepare(side: Side, case: Case, tmp_path: Path) -> None:
    if case.owner is not None:
        metadata: dict[str, Any] = {"name": "x-cm"}
        if case.owner:
            metadata["labels"] = {"app.kubernetes.io/managed-by": "Helm"}
            metadata["annotations"] = {
                "meta.helm.sh/release-name": case.owner,
                "meta.helm.sh/release-namespace": side.namespace,
            }
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "0"}}
        side.client.create(body, side.namespace)
    if case.before is not None:
        side.helm("install", "x", write(tmp_path / "before", case.before))
        if case.keep_history:
            assert side.helm("uninstall", "x", "--keep-history") == ""


def installed(case: Case, sides: Sides, path: str, tmp_path: Path) -> tuple[str, str]:
    """Install as a case says, and return what Helm had to say, and what we had."""
    helms, ours = sides
    for side in sides:
        prepare(side, case, tmp_path)
    options = InstallOptions(name="x", **case.options)
    wanted = helms.helm("install", "x", path, *case.flags)
    got = ours.ours("INSTALLATION FAILED: ", lambda: install(ours.context, load(path), {}, options))
    return wanted, got


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_helm_does_we_do(case: Case, make_sides: Callable[[], Sides], tmp_path: Path) -> None:
    sides = helms, ours = make_sides()
    path = write(tmp_path / "chart", case.files)
    wanted, got = installed(case, sides, path, tmp_path)
    if got != wanted and "timeout" in case.options:
        # How far the cluster has come when the time is over is not Helm's doing, nor ours.
        flags = [flag.replace("3s", "30s") for flag in case.flags]
        case = case.replace(flags=tuple(flags), options={**case.options, "timeout": 30.0})
        sides = helms, ours = make_sides()
        wanted, got = installed(case, sides, path, tmp_path)
    assert got == wanted
    assert ours.records() == helms.records()
    assert ours.objects() == helms.objects()
    if case.uninstall_flags is None:
        return
    how = UninstallOptions(**case.uninstall_options)
    wanted = helms.helm("uninstall", "x", *case.uninstall_flags)
    assert ours.ours("", lambda: uninstall(ours.context, "x", how)) == wanted
    assert ours.records() == helms.records()
    assert ours.objects() == helms.objects()


def test_a_missing_namespace_is_told_as_helm_tells_it(cluster: Cluster, helm: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "chart", BASIC)
    kubeconfig = cluster.kubeconfig()
    side = Side(connect(str(kubeconfig), namespace=f"none-{uuid4().hex[:8]}"), kubeconfig, helm)
    wanted = side.helm("install", "x", path)
    act = lambda: install(side.context, load(path), {}, InstallOptions(name="x"))  # noqa: E731
    assert side.ours("INSTALLATION FAILED: ", act) == wanted
    made = install(side.context, load(path), {}, InstallOptions(name="x", create_namespace=True))
    assert made.info.status == "deployed"


def test_a_crd_and_its_object_in_one_chart(cluster: Cluster, tmp_path: Path) -> None:
    group = f"g{uuid4().hex[:8]}.example.com"
    widget = f"apiVersion: {group}/v1\nkind: Widget\nmetadata: {{name: w}}\nspec: {{a: 1}}\n"
    path = write(tmp_path, {"crds/w.yaml": CRD.replace("GROUP", group), "templates/w.yaml": widget})
    context = connect(str(cluster.kubeconfig()), namespace=f"crd-{uuid4().hex[:8]}")
    for _ in range(2):
        install(context, load(path), {}, InstallOptions(name="x", create_namespace=True))
        assert context.client.get(f"{group}/v1", "Widget", "w", context.namespace)["spec"] == {"a": 1}
        uninstall(context, "x")
        assert context.client.list(f"{group}/v1", "Widget", context.namespace) == []
    crd = context.client.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", f"widgets.{group}")
    assert crd["spec"]["group"] == group


def test_who_may_not_is_told_as_helm_tells_it(cluster: Cluster, helm: Path, tmp_path: Path) -> None:
    namespace = f"mine-{uuid4().hex[:8]}"
    kubeconfig = cluster.kubeconfig(f"user-{uuid4().hex[:8]}", namespace, "view")
    path = write(tmp_path, BASIC)
    for place in (namespace, "kube-system"):
        side = Side(connect(str(kubeconfig), namespace=place), kubeconfig, helm)
        wanted = side.helm("install", "x", path)
        act = lambda side=side: install(side.context, load(path), {}, InstallOptions(name="x"))  # noqa: E731
        assert side.ours("INSTALLATION FAILED: ", act) == wanted
