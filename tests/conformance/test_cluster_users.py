"""What users see who may not do everything, and what bad luck looks like: as with the real Helm."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.cluster.waiting import make_namespace, until, until_allowed
from tests.conformance.cluster_charts import CHARTS
from tests.conformance.cluster_place import Result, Run, environment, masked, own, real, write

from hivehelm import connect
from hivehelm.kube.errors import ApiError

if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster
    from hivehelm.kube.client import Client

SPACES = tuple(f"users-{os.getpid()}-{who}" for who in ("t", "o"))
MADE = """
install {0}-a plain
install {0}-b hooked --set logs.smoke=hook-succeeded
install {0}-w web --no-hooks
"""
LINES = """
list -q --filter ^{0}-
list -A -l suite=none
status {0}-b -o json
history {0}-a -o json
get values {0}-w
get metadata {0}-a -o json
template x looking --dry-run=server
template x web --validate
install {0}-n plain
install {0}-n plain --create-namespace -n users-nowhere
install {0}-n plain --dry-run=server
install {0}-h hooked
test {0}-b --logs
uninstall {0}-a --dry-run
uninstall {0}-n
uninstall {0}-h --ignore-not-found
uninstall {0}-a
uninstall {0}-b --wait --timeout 2m
"""
EVERYTHING = ["get", "list", "watch", "create", "update", "patch", "delete"]
READING = EVERYTHING[:3]
RESOURCES = ("secrets", "configmaps", "pods", "pods/log", "jobs", "deployments")
#: What a user may do, by the user's name: verbs by resource; what is not named is allowed.
USERS: dict[str, dict[str, list[str]]] = {
    "nobody": {name: [] for name in RESOURCES},
    "viewer": dict.fromkeys(RESOURCES, READING),
    "no-logs": {"pods/log": []},
    "no-pods": {"pods": []},
    "maps-stay": {"configmaps": ["get", "list", "watch", "create", "patch"]},
    "records-read": {"secrets": READING},
    "records-unlisted": {"secrets": ["get", "create", "update"]},
}
GROUPS = {"jobs": "batch", "deployments": "apps"}


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("cluster-users")
    write(top, CHARTS)
    return top


@pytest.fixture(scope="session")
def runs(helm: Path, cluster: Cluster, place: Path) -> list[Run]:
    environs = [environment(place, cluster.kubeconfig(), space) for space in SPACES]
    client = connect(str(cluster.kubeconfig())).client
    for space in SPACES:
        make_namespace(client, space)
        for user, rules in USERS.items():
            _allow(client, space, user, rules)
    return [real(helm, place, environs[0]), own(place, environs[1])]


def _allow(client: Client, space: str, user: str, rules: dict[str, list[str]]) -> None:
    group = "rbac.authorization.k8s.io"
    metadata = {"name": user, "namespace": space}
    allowed = [
        {"apiGroups": [GROUPS.get(name, "")], "resources": [name], "verbs": rules.get(name, EVERYTHING)}
        for name in RESOURCES
        if rules.get(name, EVERYTHING)
    ]
    version = f"{group}/v1"
    client.create({"apiVersion": version, "kind": "Role", "metadata": metadata, "rules": allowed}, space)
    client.create(
        {
            "apiVersion": version,
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": group, "kind": "Role", "name": user},
            "subjects": [{"apiGroup": group, "kind": "User", "name": user}],
        },
        space,
    )
    if (name := next((name for name in RESOURCES if "get" in rules.get(name, EVERYTHING)), "")) != "":
        until_allowed(client, user, "get", f"{name}.{GROUPS[name]}" if name in GROUPS else name, space)


@pytest.mark.parametrize("user", USERS)
def test_users_who_may_not_do_everything(runs: list[Run], user: str) -> None:
    for line in MADE.strip().splitlines():
        same(runs, line.format(user))
    for line in LINES.strip().splitlines():
        same(runs, f"{line.format(user)} --kube-as-user {user}")


def test_quotas_and_namespaces_that_are_going(helm: Path, cluster: Cluster, place: Path) -> None:
    spaces = [f"luck-{os.getpid()}-{who}" for who in ("t", "o")]
    client = connect(str(cluster.kubeconfig())).client
    hard = {"count/configmaps": "1", "count/jobs.batch": "0"}
    held = {"name": "held", "finalizers": ["example.com/held"]}
    for space in spaces:
        make_namespace(client, space)
        client.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": held}, space)
        quota = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": "q"},
            "spec": {"hard": hard},
        }
        client.create(quota, space)
        until(lambda space=space: _is_counted(client, space))  # type: ignore[misc]
    environs = [environment(place, cluster.kubeconfig(), space) for space in spaces]
    runs = [real(helm, place, environs[0]), own(place, environs[1])]
    for line in ("install a web", "install b plain", "install c invalid", "install d unknown", "uninstall a"):
        same(runs, line, spaces)
    for space in spaces:
        client.delete("v1", "Namespace", space)
        # The namespace stays, for what is held in it; nothing else does.
        until(lambda space=space: client.list("v1", "Secret", space) == [])  # type: ignore[misc]
        until(lambda space=space: len(client.list("v1", "ConfigMap", space)) == 1)  # type: ignore[misc]
    for line in ("install e plain", "install f web --create-namespace", "test b", "uninstall c", "list -q"):
        same(runs, line, spaces)
    for space in spaces:
        client.patch("v1", "ConfigMap", "held", {"metadata": {"finalizers": None}}, space)


def _is_counted(client: Client, space: str) -> bool:
    """Tell whether a quota keeps out one ConfigMap more."""
    probe = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "probe"}}
    try:
        client.create(probe, space, dry_run=True)
    except ApiError as error:
        return "exceeded quota: q" in str(error)
    return False


def same(runs: list[Run], line: str, spaces: Sequence[str] = SPACES) -> None:
    theirs, ours = (_masked(run(line), space) for run, space in zip(runs, spaces, strict=True))
    assert (line, ours) == (line, theirs)


def _masked(result: Result, space: str) -> Any:
    code, out, err = masked(result, NAMESPACE=space)
    # klog's lines are client-go's own; pods of Jobs have random names.
    err = "".join(one for one in err.splitlines(keepends=True) if not re.match(r"[IEW]\d{4} |[IEW]UID", one))
    return code, out, re.sub(r"-job-[a-z0-9]{5}\b", "-job-XXXXX", err)
