"""The verbs on releases against a real control plane, side by side with the real Helm."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.cluster.waiting import PATIENCE
from tests.conformance.cluster_charts import CHARTS
from tests.conformance.cluster_place import Result, Run, environment, masked, own, real, write

from hivehelm import connect
from hivehelm.release.model import Status

if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

READING = (Path(__file__).resolve().parent.parent / "cases" / "reading.txt").read_text().splitlines()
NAMESPACE = f"verbs-{os.getpid()}"
# Workers share a cluster, so each looks for its own releases only.
SUITE = f"suite={os.getpid()}"
SETUP = """
install web web --create-namespace --labels team=a,{1} --set a=2 --description first
upgrade web web --labels team=a,{1} --set a=3,b=null --wait
upgrade web web --set broken=true
rollback web 1
install plain plain --labels team=b
install hooked hooked
test hooked
install failed web --set broken=true
install gone plain
uninstall gone --keep-history --description over
install elsewhere web -n {0}-b --create-namespace --labels {1}
install other plain -n {0}-b --labels {1}
upgrade other plain -n {0}-b --labels {1}
"""


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("cluster-commands")
    write(top, CHARTS)
    return top


@pytest.fixture(scope="session")
def theirs(helm: Path, cluster: Cluster, place: Path) -> Run:
    return real(helm, place, environment(place, cluster.kubeconfig(), NAMESPACE))


@pytest.fixture(scope="session")
def ours(cluster: Cluster, place: Path) -> Run:
    return own(place, environment(place, cluster.kubeconfig(), NAMESPACE))


@pytest.fixture(scope="session")
def releases(theirs: Run, cluster: Cluster) -> None:
    """Releases in all states, made by the real Helm."""
    for line in SETUP.format(NAMESPACE, SUITE).strip().splitlines():
        code, _, error = theirs(line)
        assert code == ("broken" in line), error
    context = connect(str(cluster.kubeconfig()), namespace=NAMESPACE)
    plain = context.storage.last("plain")
    states = {"pending": Status.PENDING_INSTALL, "rolling": Status.PENDING_ROLLBACK}
    for name, status in {**states, "leaving": Status.UNINSTALLING, "odd": "strange"}.items():
        info = plain.info.replace(status=status, last_deployed="", description="")
        context.storage.create(plain.replace(name=name, info=info))


@pytest.mark.usefixtures("releases")
@pytest.mark.parametrize("line", [line for line in READING if not line.startswith("#")])
def test_reading(theirs: Run, ours: Run, line: str) -> None:
    line = line.replace("SUITE", SUITE)
    end = time.monotonic() + PATIENCE
    while (got := _told(ours(line), line)) != (wanted := _told(theirs(line), line)):
        # What is shown of a cluster changes by itself.
        if time.monotonic() > end:
            break
        time.sleep(0.5)
    assert got == wanted


def _told(result: Result, line: str) -> Result:
    """Return what was said, without ages; status shows kinds in random order."""
    code, out, err = masked(result)
    if line.startswith("status") and "RESOURCES:" in out:
        head, resources, rest = re.split(r"RESOURCES:\n|(?=\n\nTEST SUITE)", out, maxsplit=2)
        parts = [head, *sorted(re.split(r"(?===> )", resources)), rest]
        # The blank line after the last kind is another kind's, next time.
        out = "\n".join(line.rstrip() for part in parts for line in part.splitlines() if line.strip())
    return code, out, err
