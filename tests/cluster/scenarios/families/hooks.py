"""Hooks: when they run, in which order, when they go, what is told of them."""

from __future__ import annotations

from tests.cluster.scenarios.model import chart, scenario
from tests.cluster.scenarios.objects import config_map, deployment, hook, job, make, pod, secret, widget_kind

EVENTS = "pre-install post-install pre-upgrade post-upgrade pre-rollback post-rollback pre-delete post-delete"
ALL = chart(
    config_map("a"),
    *(hook(job(event), event, weight=weight) for weight, event in enumerate(EVENTS.split(), -4)),
    notes="{{ .Release.Name }}\n",
)
LOGS = chart(
    config_map("a"),
    hook(job("good"), "pre-install,pre-upgrade", log="hook-succeeded"),
    hook(pod("direct", restart="Never"), "post-install", log="hook-succeeded,hook-failed"),
    hook(job("bad", simulate="fail"), "pre-upgrade", weight=9, log="hook-failed"),
)
POLICIES = chart(
    config_map("a"),
    hook(job("none"), "pre-install,pre-upgrade"),
    hook(job("both"), "pre-install,pre-upgrade", policy="before-hook-creation,hook-succeeded"),
    hook(job("succeeded"), "pre-install,pre-upgrade", policy="hook-succeeded"),
    hook(job("failed"), "pre-install,pre-upgrade", policy="hook-failed"),
    hook(config_map("data"), "pre-install,pre-upgrade", weight=-1),
    hook(secret("early"), "pre-install", weight=-2, policy="hook-succeeded"),
)
FAILING = chart(
    config_map("a"),
    hook(job("first"), "pre-install", weight=-5, policy="hook-succeeded"),
    hook(job("second"), "pre-install", weight=-4),
    hook(job("bad", simulate="fail"), "pre-install", policy="hook-failed"),
    hook(job("never"), "pre-install", weight=5),
)

SCENARIOS = {
    "of all kinds": scenario(
        "install x ./a",
        "get hooks x",
        "upgrade x ./a",
        "rollback x",
        "status x -o json",
        "uninstall x",
        a=ALL,
    ),
    "of all kinds, left out": scenario(
        "install x ./a --no-hooks",
        "upgrade x ./a --no-hooks",
        "rollback x --no-hooks",
        "uninstall x --no-hooks",
        a=ALL,
    ),
    "of all kinds, client-side": scenario(
        "install x ./a --server-side=false",
        "upgrade x ./a",
        "rollback x",
        "uninstall x --keep-history",
        a=ALL,
    ),
    "weights and policies": scenario("install x ./a", "upgrade x ./a", "uninstall x", a=POLICIES),
    "a policy nobody knows": scenario(
        "install x ./a", a=chart(hook(job(), "pre-install", policy="sometimes"))
    ),
    "an event nobody knows": scenario(
        "install x ./a", "get hooks x", a=chart(hook(job(), "pre-lunch"), config_map())
    ),
    "logs": scenario("install x ./a", "upgrade x ./a", "uninstall x", a=LOGS),
    "a failure before": scenario(
        "install x ./a", "history x", "install x ./a --replace", "uninstall x", a=FAILING
    ),
    "a failure before, rolled back": scenario(
        "install x ./a --rollback-on-failure --timeout 20s", "history x", a=FAILING
    ),
    "a failure after": scenario(
        "install x ./a",
        "status x",
        "uninstall x",
        a=chart(config_map(), hook(job(simulate="fail"), "post-install")),
    ),
    "never done": scenario(
        "install x ./a --timeout 2s",
        "install y ./b --timeout 2s --wait=legacy",
        a=chart(hook(job(simulate="run"), "pre-install")),
        b=chart(hook(job("k", simulate="run"), "pre-install")),
    ),
    "the old way of waiting": scenario(
        "install x ./a --wait=legacy",
        "install y ./b --wait=legacy",
        a=chart(hook(job(), "pre-install"), config_map()),
        b=chart(hook(job("k", simulate="fail"), "pre-install"), config_map("b")),
    ),
    "failing to uninstall": scenario(
        "install x ./a",
        "uninstall x",
        "status x",
        "uninstall x --no-hooks",
        a=chart(config_map(), hook(job(simulate="fail"), "pre-delete")),
    ),
    "failing after all is gone": scenario(
        "install x ./a",
        "uninstall x",
        "history x",
        a=chart(config_map(), hook(job(simulate="fail"), "post-delete")),
    ),
    "pods, and what is no workload": scenario(
        "install x ./a",
        "upgrade x ./a",
        a=chart(
            hook(pod("one", restart="Never"), "pre-install,pre-upgrade", policy="before-hook-creation"),
            hook(make("v1", "ServiceAccount", "sa"), "pre-install,pre-upgrade", weight=-3),
            hook(deployment("d"), "pre-install,pre-upgrade", weight=-2, policy="hook-succeeded"),
        ),
    ),
    "a failing pod": scenario(
        "install x ./a", a=chart(hook(pod("one", restart="Never", simulate="fail"), "pre-install"))
    ),
    "an invalid hook": scenario(
        "install x ./a",
        "install y ./b",
        a=chart(hook(make("v1", "Service", "bad", spec={"ports": [{"port": 99999}]}), "pre-install")),
        b=chart(hook(make("none.example/v1", "None", "n"), "pre-install")),
    ),
    "crd-install is of Helm 2": scenario(
        "install x ./a", "get hooks x", a=chart(hook(widget_kind(), "crd-install"), config_map())
    ),
    "the same hook for two events": scenario(
        "install x ./a",
        "upgrade x ./a",
        "uninstall x",
        a=chart(hook(job(), "pre-install, post-install,post-upgrade")),
    ),
}
