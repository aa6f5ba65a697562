"""What Helm 3 left: its records, its client-side objects."""

from __future__ import annotations

from tests.cluster.scenarios.model import Scenario, chart, scenario
from tests.cluster.scenarios.objects import config_map, deployment, hook, job, service

A = chart(config_map("a", k="1", old="1"), deployment("d"), service("s"), notes="hi\n", values="a: 1\n")
B = chart(config_map("a", k="2"), deployment("d", replicas=2), config_map("b"), version="0.2.0")
BAD = chart(config_map("a"), service("bad", port=99999))
HOOKS = chart(config_map("a"), hook(job(), "post-install,post-upgrade,post-rollback,pre-delete"))

SCENARIOS = {
    "looked at": scenario(
        "helm3 install x ./a --set a=2 --labels t=1",
        "list",
        "status x",
        "history x",
        "get all x",
        "get metadata x",
        "get metadata x -o json",
        "list -l t=1 -o json",
        a=A,
    ),
    "uninstalled": scenario(
        "helm3 install x ./a", "uninstall x --keep-history", "history x", "uninstall x", a=HOOKS
    ),
    "upgraded": scenario(
        "helm3 install x ./a --set a=2",
        "upgrade x ./b",
        "history x",
        "get metadata x",
        "rollback x",
        "uninstall x",
        a=A,
        b=B,
    ),
    "upgraded server-side": scenario(
        "helm3 install x ./a",
        "upgrade x ./b --server-side=true",
        "upgrade x ./a",
        "rollback x 1",
        "rollback x 2",
        a=A,
        b=B,
    ),
    "forced server-side": scenario(
        "helm3 install x ./a",
        "upgrade x ./b --server-side=true --force-conflicts",
        "upgrade x ./a --server-side=false",
        a=A,
        b=B,
    ),
    "rolled back": scenario(
        "helm3 install x ./a",
        "helm3 upgrade x ./b",
        "rollback x",
        "rollback x --server-side=true",
        "history x",
        a=A,
        b=B,
    ),
    "failed there": scenario("helm3 install x ./bad", "list", "upgrade x ./a", "history x", a=A, bad=BAD),
    "uninstalled there": scenario(
        "helm3 install x ./a",
        "helm3 uninstall x --keep-history",
        "list --uninstalled",
        "install x ./b --replace",
        "history x",
        a=A,
        b=B,
    ),
    "hooks from there": scenario(
        "helm3 install x ./a", "upgrade x ./a", "rollback x 1", "uninstall x", a=HOOKS
    ),
    "going back there": scenario(
        "install x ./a",
        "upgrade x ./b",
        "helm3 rollback x",
        "helm3 upgrade x ./b",
        "upgrade x ./a",
        "history x",
        "uninstall x",
        a=A,
        b=B,
    ),
    "configmaps from there": Scenario(
        steps=("helm3 install x ./a", "upgrade x ./b", "rollback x", "history x", "uninstall x"),
        charts={"a": A, "b": B},
        environment={"HELM_DRIVER": "configmap"},
    ),
    "and on to Helm 4": scenario(
        "helm3 install x ./a",
        "upgrade x ./b",
        "helm rollback x",
        "helm upgrade x ./b",
        "history x",
        "uninstall x",
        a=A,
        b=B,
    ),
}
