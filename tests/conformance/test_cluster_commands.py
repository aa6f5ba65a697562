"""The verbs on releases against a real control plane, side by side with the real Helm."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

Run = Callable[[str], tuple[int, str, str]]

NAMESPACE = f"verbs-{os.getpid()}"
CHART = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: '2'\n",
    "values.yaml": "a: 1\n",
    "templates/web.yaml": """apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: 2
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: "{{ .Release.Name }}-keep"
  annotations: {helm.sh/resource-policy: keep}
""",
    "templates/hook.yaml": """apiVersion: batch/v1
kind: Job
metadata:
  name: "{{ .Release.Name }}-hook"
  annotations:
    helm.sh/hook: pre-install,post-delete
    helm.sh/hook-output-log-policy: hook-succeeded
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}}}
""",
    "templates/NOTES.txt": "Hello {{ .Release.Name }} in {{ .Release.Namespace }}\n",
}
READING = r"""
list
list -o json
list -o yaml
list -q
list -l team=a
history theirs
history ours -o json
get all ours
get all theirs
get values ours -o yaml
get values ours -a
get manifest ours
get hooks theirs
get notes ours
get metadata ours
get metadata theirs -o json
template theirs web --dry-run=server
template ours web --dry-run=server
template nobody web --validate
install ours web
install nobody web --dry-run=server --hide-secret
install nobody web --hide-secret
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("cluster-commands")
    for name, text in CHART.items():
        path = top / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return top


def runner(program: list[str], cluster: Cluster, place: Path) -> Run:
    """Return a function that runs command lines in the namespace of these tests."""
    environment = {
        "HOME": str(place),
        "PATH": os.environ["PATH"],
        "KUBECONFIG": str(cluster.kubeconfig()),
        "HELM_NAMESPACE": NAMESPACE,
    }

    def run(line: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [*program, *shlex.split(line)],
            capture_output=True,
            text=True,
            cwd=place,
            env=environment,
            timeout=120,
        )
        return done.returncode, _mask(done.stdout), done.stderr

    return run


def _mask(text: str) -> str:
    text = re.sub(r"LAST DEPLOYED: .*", "LAST DEPLOYED: then", text)
    return re.sub(r"\b\d+s\n", "Ns\n", text)


@pytest.fixture(scope="module")
def theirs(helm: Path, cluster: Cluster, place: Path) -> Run:
    return runner([str(helm)], cluster, place)


@pytest.fixture(scope="module")
def ours(cluster: Cluster, place: Path) -> Run:
    return runner([sys.executable, "-m", "hivehelm.cli.hivehelm"], cluster, place)


@pytest.fixture(scope="module")
def installed(theirs: Run, ours: Run) -> list[tuple[int, str, str]]:
    """Two releases, one installed by the real Helm and one by ours; what each of them printed."""
    line = "install {} web --create-namespace --wait --labels team=a --set a=2 --description why"
    return [theirs(line.format("theirs")), ours(line.format("ours"))]


def test_installing(installed: list[tuple[int, str, str]]) -> None:
    first, second = installed
    assert second == (first[0], first[1].replace("theirs", "ours"), first[2])
    assert first[0] == 0


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("line", READING.strip().splitlines())
def test_reading(theirs: Run, ours: Run, line: str) -> None:
    assert ours(line) == theirs(line)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["theirs", "ours"])
def test_status(theirs: Run, ours: Run, name: str) -> None:
    """The same parts: Helm shows kinds in random order."""

    def parts(result: tuple[int, str, str]) -> list[str]:
        assert (result[0], result[2]) == (0, "")
        head, resources, rest = re.split(r"RESOURCES:\n|(?=\nTEST SUITE)", result[1])
        return [head, *sorted(re.split(r"(?===> )", resources)), rest]

    assert parts(ours(f"status {name}")) == parts(theirs(f"status {name}"))


@pytest.mark.usefixtures("installed")
def test_uninstalling_what_the_other_installed(theirs: Run, ours: Run) -> None:
    first = theirs("uninstall ours --wait")
    second = ours("uninstall theirs --wait")
    assert second == (first[0], first[1].replace("ours", "theirs"), first[2])
    assert first[0] == 0
    assert ours("list") == theirs("list")
