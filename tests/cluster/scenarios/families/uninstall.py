"""Uninstalling: what stays, what is gone already, who waits."""

from __future__ import annotations

from tests.cluster.scenarios.model import Scenario, chart, scenario
from tests.cluster.scenarios.objects import config_map, deployment, kept, service
from tests.cluster.scenarios.steps import left_behind, remove

PLAIN = chart(config_map("a"), config_map("b"))

SCENARIOS = {
    "nothing there": scenario("uninstall x", "uninstall x --ignore-not-found", "uninstall"),
    "several": scenario(
        "install x ./a", "install y ./b", "uninstall x nobody y", a=PLAIN, b=chart(service())
    ),
    "history kept": scenario(
        "install x ./a",
        "uninstall x --keep-history --description 'no more'",
        "history x",
        "status x",
        "list",
        "list -a",
        "list --uninstalled",
        "uninstall x --keep-history",
        "uninstall x",
        "history x",
        a=PLAIN,
    ),
    "dry run": scenario("install x ./a", "uninstall x --dry-run", "list", a=PLAIN),
    "objects kept": scenario(
        "install x ./a", "uninstall x", a=chart(config_map("a"), kept(config_map("b")), kept(service()))
    ),
    "objects gone already": scenario("install x ./a", remove("v1", "ConfigMap", "a"), "uninstall x", a=PLAIN),
    "cascades": scenario(
        "install x ./a --wait",
        "uninstall x --cascade=foreground --wait",
        "install x ./a --wait",
        "uninstall x --cascade=orphan --wait",
        "install x ./a --wait",
        "uninstall x --cascade=sideways",
        a=chart(deployment()),
    ),
    "waiting the old way": scenario(
        "install x ./a --wait=legacy", "uninstall x --wait=legacy", a=chart(deployment(), config_map())
    ),
    "left behind by a dead process": scenario(
        "install x ./a", left_behind(1, "uninstalling"), "list -a", "status x", "uninstall x", a=PLAIN
    ),
    "configmaps": Scenario(
        steps=("install x ./a", "list", "history x", "uninstall x --keep-history", "uninstall x"),
        charts={"a": PLAIN},
        environment={"HELM_DRIVER": "configmap"},
    ),
}
