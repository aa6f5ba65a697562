"""A platform's guide to Helm, followed as it is written: with the real Helm, then with ours in its place.

Charts from repositories, a chart of one's own, small overrides, values compared, versions pinned, namespaces
apart. Both print the same.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cluster.scenarios.model import chart
from tests.cluster.scenarios.objects import config_map, deployment, service
from tests.cluster.scenarios.side import environment

from hivehelm.chart.load import load
from hivehelm.chart.save import save
from hivehelm.testing import ChartRepository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.cluster.cluster import Cluster

OURS = "import sys; from hivehelm.cli.hivehelm import main; sys.argv[0] = 'helm'; sys.exit(main())"
DEFAULTS = {
    "airbyte": "# all there is to set\nglobal:\n  storage: {type: local}\nreplicas: 1\n",
    "dagster": "replicas: 1\n",
    "trino": "coordinator:\n  config: {catalogs: {}}\nworker:\n  replicas: 1\n",
    "garage": "replicaCount: 1\npersistence:\n  data: {size: 10Gi}\n  meta: {size: 1Gi}\n",
}
VERSIONS = {"airbyte": ("2.0.18", "2.0.20"), "dagster": ("1.5.0",), "trino": ("0.18.0",)}
OVERRIDES = {
    "airbyte": "global:\n  storage:\n    type: s3\n    s3:\n"
    "      endpoint: http://garage.garage.svc.cluster.local:3900\n",
    "garage": "replicaCount: 3\npersistence:\n  data:\n    size: 100Gi\n",
    "trino": "coordinator:\n  config:\n    catalogs:\n      iceberg:\n        connector.name: iceberg\n"
    "        iceberg.file-format: PARQUET\nworker:\n  replicas: 2\n",
}
K8S = "infrastructure/kubernetes"

# As the guide has it, with the addresses of the repositories and without what is not Helm's.
GUIDE = r"""
# a managed chart from a repository
helm repo add airbyte-v2 {url}/airbyte
helm repo add dagster {url}/dagster
helm repo add trino {url}/trino
helm repo update
helm repo list
helm search repo airbyte-v2
helm upgrade --install airbyte airbyte-v2/airbyte --version 2.0.18 -f {k8s}/airbyte/values.yaml -n airbyte --create-namespace --wait --timeout 10m
helm list --all-namespaces
helm list -n airbyte
helm upgrade airbyte airbyte-v2/airbyte --version 2.0.20 -n airbyte
helm get values airbyte -n airbyte
helm history airbyte -n airbyte
# a chart of one's own
ls -la infrastructure/helm/garage/ | grep -o '[A-Z][a-z]*.yaml\|values.yaml'
helm lint infrastructure/helm/garage -f {k8s}/garage/values.yaml
helm upgrade --install garage infrastructure/helm/garage -f {k8s}/garage/values.yaml -n garage --create-namespace --wait
helm upgrade --install garage infrastructure/helm/garage -f {k8s}/garage/values.yaml -f {k8s}/garage/values-prod.yaml -n garage
helm status garage -n garage
helm get manifest garage -n garage
# small overrides
helm show values trino/trino > {k8s}/trino/values-default.yaml
cat {k8s}/trino/values-default.yaml
helm template trino trino/trino -f {k8s}/trino/values.yaml
helm install trino trino/trino -f {k8s}/trino/values.yaml -n trino --create-namespace --dry-run --debug 2>/dev/null
helm install trino trino/trino -f {k8s}/trino/values.yaml --set worker.replicas=3 -n trino --create-namespace --wait --timeout 15m
helm get values trino -n trino --all
# values compared
diff <(helm get values garage -n garage) {k8s}/garage/values.yaml
diff <(helm get values garage -n garage -o yaml) {k8s}/garage/values-both.yaml && echo the same
helm upgrade --install garage infrastructure/helm/garage -f {k8s}/garage/values.yaml -n garage --dry-run --debug 2>/dev/null
# versions pinned
helm search repo airbyte --versions
helm show chart airbyte-v2/airbyte --version 2.0.18
helm show chart airbyte-v2/airbyte
helm rollback airbyte -n airbyte
helm rollback airbyte 1 -n airbyte
helm list -n airbyte
helm upgrade --install airbyte airbyte-v2/airbyte --version 2.0.19 -n airbyte
helm upgrade --install airbyte airbyte-v2/airbyte --version ~2.0.0 -n airbyte
# namespaces apart
helm install garage-prod infrastructure/helm/garage -n garage-prod --create-namespace
helm install garage-dev infrastructure/helm/garage -n garage-dev --create-namespace
helm install garage-dev infrastructure/helm/garage -n garage-dev
helm list --all-namespaces
helm uninstall garage-prod -n garage-prod --keep-history
helm history garage-prod -n garage-prod
helm uninstall garage-prod -n garage-prod
helm uninstall garage-dev -n garage-dev --wait
helm uninstall garage -n garage --wait
helm uninstall trino -n trino --wait
helm uninstall airbyte -n airbyte --wait
helm repo remove airbyte-v2 dagster trino
"""  # noqa: E501 - command lines


def write(top: Path, name: str, version: str) -> Path:
    """Write a chart to a directory."""
    values = config_map("{{ .Release.Name }}", values="{{ .Values | toJson | b64enc }}")
    objects = (values, service("{{ .Release.Name }}"))
    for path, text in chart(deployment(), *objects, version=version, values=DEFAULTS[name]).items():
        file = top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("name: case", f"name: {name}"))
    return top


@pytest.fixture
def repository(helm: Path, tmp_path: Path) -> Iterator[ChartRepository]:
    """The repositories of the guide, side by side."""
    for name, versions in VERSIONS.items():
        place = tmp_path / "repositories" / name
        place.mkdir(parents=True)
        for version in versions:
            save(load(str(write(tmp_path / f"{name}-{version}", name, version))), str(place))
        subprocess.run([helm, "repo", "index", place], check=True)
    with ChartRepository(tmp_path / "repositories") as running:
        yield running


def prepare(top: Path) -> None:
    write(top / "infrastructure/helm/garage", "garage", "0.4.0")
    for name, text in OVERRIDES.items():
        (top / K8S / name).mkdir(parents=True)
        (top / K8S / name / "values.yaml").write_text(text)
    (top / K8S / "garage/values-prod.yaml").write_text("persistence:\n  meta:\n    size: 2Gi\n")
    both = "persistence:\n  data:\n    size: 100Gi\n  meta:\n    size: 2Gi\nreplicaCount: 3\n"
    (top / K8S / "garage/values-both.yaml").write_text(both)


def mask(text: str) -> str:
    """Take out dates, the order in which indexes came, and what there is in the cluster: its lines come in no
    certain order, with ages, addresses and names.
    """
    text = re.sub(r"(?m)(?:^\.\.\.Succ.*\n)+", lambda found: "".join(sorted(found[0].splitlines(True))), text)
    # klog says what client-go met with, now and then.
    text = re.sub(r"(?m)^[IEW]\d{4} .*\n", "", text)
    text = re.sub(r"\w{3} \w{3} +\d+ [\d:]{8} \d{4}|\d{4}-\d\d-\d\d [\d:.]+ [+-]\d{4} \S+", "DATE", text)
    return re.sub(r"(?s)RESOURCES:.*?(?=TEST SUITE)", "", re.sub(r" +\t", "\t", text))


def follow(top: Path, url: str, variables: dict[str, str]) -> list[tuple[str, int, str]]:
    """Follow the guide; return what each command printed."""
    prepare(top)
    said = []
    for line in GUIDE.strip().splitlines():
        command = line.replace("{url}", url).replace("{k8s}", K8S)
        done = subprocess.run(
            ["bash", "-c", command], cwd=top, env=variables, capture_output=True, text=True, check=False
        )
        text = mask(done.stdout + done.stderr)
        if "--all-namespaces" in line:
            # Other tests have releases, too, and their columns are as wide as the widest.
            rows = [re.sub(r" *(\t|$)", r"\1", row) for row in text.splitlines()]
            text = "\n".join(row for row in rows if row.startswith(("NAME", *VERSIONS, "garage")))
        said.append((line, done.returncode, text))
    return said


def test_the_guide(cluster: Cluster, helm: Path, tmp_path: Path, repository: ChartRepository) -> None:
    results = []
    for name, program in (("theirs", str(helm)), ("ours", f'{sys.executable} -c "{OURS}"')):
        top = tmp_path / name
        (top / "bin").mkdir(parents=True)
        (top / "bin/helm").write_text(f'#!/bin/sh\nexec {program} "$@"\n')
        (top / "bin/helm").chmod(0o755)
        variables = environment(cluster.kubeconfig(), top / "home")
        variables["PATH"] = f"{top / 'bin'}:{os.environ['PATH']}"
        results.append(follow(top, repository.url, variables))
    theirs, ours = results
    for one, other in zip(theirs, ours, strict=True):
        assert other == one
    failed = [line for line, code, _ in ours if code]
    # The second garage-dev, a version that does not exist, and values that differ.
    assert len(failed) == 3, failed
