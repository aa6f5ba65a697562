"""Uninstalling and testing releases, with the real Helm and with ours: the same steps in two namespaces."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests.cluster.waiting import make_namespace
from tests.conformance.cluster_charts import CHARTS
from tests.conformance.cluster_place import Run, environment, masked, own, real, write

from hivehelm import connect
from hivehelm.release.codec import to_document

if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

STEPS = {
    "keeping history": """
install a web --no-hooks
uninstall a --keep-history --description gone
history a -o json
uninstall a --keep-history
uninstall a --dry-run
uninstall a
history a
""",
    "several at once": """
install a plain
install b plain
install c plain
uninstall a nobody b --ignore-not-found
uninstall b c --wait
uninstall c nobody c
list -q
""",
    "cascades": """
install a web --no-hooks --wait
install b web --no-hooks --wait
uninstall a --cascade orphan --no-hooks --wait
uninstall b --cascade foreground --no-hooks --wait --timeout 2m
""",
    "waiting": """
install a web --no-hooks
uninstall a --no-hooks --wait=legacy --timeout 2m
install a plain
uninstall a --wait=hookOnly --timeout 1s
install a plain
uninstall a --wait=watcher --timeout 0s
""",
    "hooks that fail": """
install a hooked --set events=pre-delete,job=fail
uninstall a --timeout 2m
status a -o json --revision 1
uninstall a --no-hooks
install b hooked --set events=post-delete,job=fail
uninstall b --timeout 2m
uninstall b
""",
    "hooks that take too long": """
install a hooked --set events=pre-delete,job=run
uninstall a --timeout 1s
uninstall a --timeout 1s --wait=legacy
uninstall a --no-hooks --keep-history
install b hooked --set events=pre-delete,job=fail
uninstall b --timeout 2m --wait=legacy
""",
    "tests": """
install a hooked --set logs.smoke=hook-succeeded
test a
test a --logs
test a --filter name=a-smoke --logs
test a --filter !name=a-smoke,!name=a-job --logs
test a --filter name=a-smoke,name=a-late --filter !name=a-late
test a --filter '! name=a-smoke'
test a --filter nothing
get hooks a
uninstall a --wait
test a
""",
    "tests that fail": """
install a hooked --set simulate.login=fail,policy.login=hook-failed,policy.smoke=hook-succeeded
test a --logs
test a
status a -o json
install b hooked --set simulate.smoke=fail,logs.smoke=hook-failed
test b --logs
install c hooked --set simulate.late=run
test c --timeout 1s --logs
install d hooked --set job=fail
test d --filter name=d-job --timeout 2m
""",
    "tests that clean up": """
install a hooked --set policy.login=hook-succeeded,policy.smoke=hook-succeeded,policy.late=hook-succeeded
test a --logs
test a
upgrade a hooked
test a --filter name=a-late
history a -o json
""",
    "tests of what is gone": """
install a hooked --no-hooks
uninstall a --keep-history --no-hooks
test a --filter name=a-smoke
status a -o json
""",
    "applied client-side": """
install a hooked --server-side=false
test a --filter name=a-smoke
uninstall a --wait
""",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("cluster-changes")
    write(top, CHARTS)
    return top


@pytest.mark.parametrize("name", STEPS)
def test_the_same_steps(helm: Path, cluster: Cluster, place: Path, name: str) -> None:
    steps = STEPS[name]
    try:
        play(helm, cluster, place, steps)
    except AssertionError:
        # How far the cluster has come when a short time is over is not Helm's doing, nor ours: with a longer
        # one, all is the same.
        if (longer := re.sub(r"(?<=--timeout )1s", "20s", steps)) == steps:
            raise
        play(helm, cluster, place, longer)


def play(helm: Path, cluster: Cluster, place: Path, steps: str) -> None:
    suffix = uuid4().hex[:8]
    spaces = [f"changes-{suffix}-{who}" for who in ("t", "o")]
    environs = [environment(place, cluster.kubeconfig(), space) for space in spaces]
    runs: list[Run] = [real(helm, place, environs[0]), own(place, environs[1])]
    client = connect(str(cluster.kubeconfig())).client
    for space in spaces:
        make_namespace(client, space)
    for line in steps.strip().splitlines():
        theirs, ours = (masked(run(line), NAMESPACE=space) for run, space in zip(runs, spaces, strict=True))
        assert (line, _plain(ours)) == (line, _plain(theirs))
    assert _records(cluster, spaces[1]) == _records(cluster, spaces[0])
    assert _objects(cluster, spaces[1]) == _objects(cluster, spaces[0])


def _plain(result: tuple[int, str, str]) -> tuple[int, str, str]:
    """Return a result without what the server makes up."""
    code, out, err = result
    # klog's lines are client-go's own.
    err = "".join(
        line for line in err.splitlines(keepends=True) if not re.match(r"[IEW]\d{4} |[IEW]UID", line)
    )
    return code, out, err


def _records(cluster: Cluster, namespace: str) -> list[Any]:
    storage = connect(str(cluster.kubeconfig()), namespace=namespace).storage
    found = sorted(storage.list(), key=lambda release: (release.name, release.version))
    return [_timeless(to_document(release), namespace) for release in found]


def _objects(cluster: Cluster, namespace: str) -> list[tuple[str, str]]:
    client = connect(str(cluster.kubeconfig())).client
    kinds = {"ConfigMap": "v1", "Pod": "v1", "Job": "batch/v1", "Deployment": "apps/v1", "Secret": "v1"}
    return sorted(
        (kind, found["metadata"]["name"])
        for kind, version in kinds.items()
        for found in client.list(version, kind, namespace)
        if "generateName" not in found["metadata"] and "deletionTimestamp" not in found["metadata"]
    )


def _timeless(value: Any, namespace: str) -> Any:
    if isinstance(value, dict):
        times = ("first_deployed", "last_deployed", "deleted", "started_at", "completed_at", "modtime")
        return {key: "then" if key in times else _timeless(item, namespace) for key, item in value.items()}
    if isinstance(value, list):
        return [_timeless(item, namespace) for item in value]
    return value.replace(namespace, "NAMESPACE") if isinstance(value, str) else value
