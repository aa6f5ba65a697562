"""Rolling back: to where, with what flags, and when it fails."""

from __future__ import annotations

from tests.cluster.scenarios.model import Scenario, chart, scenario
from tests.cluster.scenarios.objects import config_map, deployment, hook, job, kept, service
from tests.cluster.scenarios.steps import edit, left_behind, remove

A = chart(config_map("a"), config_map("b"), notes="one\n")
B = chart(config_map("a", k="2"), config_map("c"), version="0.2.0", notes="two\n")
BROKEN = chart(config_map("a", k="3"), config_map("d"), service("bad", port=99999), version="0.3.0")
HOOKS = chart(
    config_map("a"),
    hook(job("before"), "pre-rollback"),
    hook(job("after"), "post-rollback", policy="hook-succeeded"),
)

SCENARIOS = {
    "to the one before": scenario(
        "install x ./a",
        "upgrade x ./b",
        "rollback x",
        "history x",
        "status x",
        "rollback x",
        "uninstall x",
        a=A,
        b=B,
    ),
    "to one that is named": scenario(
        "install x ./a --set v=1",
        "upgrade x ./b --set v=2",
        "upgrade x ./a --set v=3",
        "rollback x 2 --description 'two was better'",
        "get values x",
        "rollback x 9",
        "rollback x -- -1",
        "rollback x one",
        "history x",
        a=A,
        b=B,
    ),
    "from nothing": scenario("rollback x", "rollback x 1", "install x ./a", "rollback x", "rollback", a=A),
    "from a failure": scenario(
        "install x ./a",
        "upgrade x ./bad",
        "rollback x",
        "history x",
        "upgrade x ./b",
        "history x",
        a=A,
        b=B,
        bad=BROKEN,
    ),
    "to a failure": scenario(
        "install x ./a",
        "upgrade x ./bad",
        "upgrade x ./b",
        "rollback x 2",
        "rollback x 2 --cleanup-on-fail",
        "history x",
        "rollback x 1",
        a=A,
        b=B,
        bad=BROKEN,
    ),
    "history kept short": scenario(
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./a",
        "rollback x 2 --history-max 2",
        "history x",
        a=A,
        b=B,
    ),
    "dry run": scenario(
        "install x ./a",
        "upgrade x ./b",
        "rollback x --dry-run=client",
        "rollback x --dry-run=server",
        "rollback x --dry-run",
        "history x",
        a=A,
        b=B,
    ),
    "not ready": scenario(
        "install x ./u",
        "upgrade x ./a",
        "rollback x --wait --timeout 2s",
        "history x",
        a=A,
        u=chart(deployment(simulate="unready")),
    ),
    "waiting": scenario(
        "install x ./a --wait",
        "upgrade x ./b --wait",
        "rollback x --wait --wait-for-jobs",
        a=chart(deployment(), job()),
        b=chart(deployment(replicas=2), job()),
    ),
    "hooks": scenario(
        "install x ./a", "upgrade x ./a", "rollback x", "rollback x --no-hooks", "history x", a=HOOKS
    ),
    "hook fails": scenario(
        "install x ./a",
        "upgrade x ./a",
        "rollback x",
        "history x",
        a=chart(config_map("a"), hook(job("before", simulate="fail"), "pre-rollback")),
    ),
    "hook fails after": scenario(
        "install x ./a",
        "upgrade x ./b",
        "rollback x",
        "history x",
        a=chart(config_map("a"), hook(job("after", simulate="fail"), "post-rollback")),
        b=B,
    ),
    "of an uninstalled release": scenario(
        "install x ./a",
        "upgrade x ./b",
        "uninstall x --keep-history",
        "rollback x 1",
        "history x",
        "rollback x",
        a=A,
        b=B,
    ),
    "changed by hand": scenario(
        "install x ./a",
        "upgrade x ./b",
        edit("v1", "ConfigMap", "a", {"data": {"k": "hand", "mine": "1"}}),
        "rollback x",
        "rollback x 1 --force-conflicts",
        "rollback x 1 --force-replace",
        "rollback x 1 --force-replace --server-side=false",
        a=A,
        b=B,
    ),
    "gone meanwhile": scenario(
        "install x ./a", "upgrade x ./b", remove("v1", "ConfigMap", "a"), "rollback x", a=A, b=B
    ),
    "kept object comes back": scenario(
        "install x ./a",
        "upgrade x ./b",
        "rollback x 1",
        a=chart(config_map("a"), kept(config_map("b"))),
        b=chart(config_map("a")),
    ),
    "left behind by a dead process": scenario(
        "install x ./a",
        "upgrade x ./b",
        "rollback x",
        left_behind(3, "pending-rollback"),
        "list -a",
        "upgrade x ./b",
        "rollback x 2",
        "history x",
        a=A,
        b=B,
    ),
    "labels come back": scenario(
        "install x ./a --labels a=1",
        "upgrade x ./b --labels a=2,b=3",
        "rollback x",
        "get metadata x",
        a=A,
        b=B,
    ),
    "immutable field": scenario(
        "install x ./a",
        "uninstall x --keep-history",
        "install x ./b --replace",
        "rollback x 1",
        "rollback x 1 --force-replace",
        "history x",
        a=chart(job("j")),
        b=chart(job("j", image="other")),
    ),
    "configmaps": Scenario(
        steps=("install x ./a", "upgrade x ./b", "rollback x", "history x", "uninstall x"),
        charts={"a": A, "b": B},
        environment={"HELM_DRIVER": "configmap"},
    ),
}
