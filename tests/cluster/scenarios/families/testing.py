"""`helm test`: which tests run, what they say, how they end."""

from __future__ import annotations

from tests.cluster.scenarios.model import chart, scenario
from tests.cluster.scenarios.objects import config_map, hook, job, pod

GOOD = chart(
    config_map("a"),
    hook(pod("one", restart="Never"), "test", weight=1),
    hook(pod("two", restart="Never"), "test-success", weight=2, policy="before-hook-creation,hook-succeeded"),
    hook(job("three"), "test", weight=3),
)
BAD = chart(
    config_map("a"),
    hook(pod("good", restart="Never"), "test", weight=1),
    hook(pod("bad", restart="Never", simulate="fail"), "test", weight=2),
    hook(pod("never", restart="Never"), "test", weight=3),
)
# Pods are named, so that there is a log; a Job's are not.
PODS = chart(
    config_map("a"), hook(pod("one", restart="Never"), "test"), hook(pod("two", restart="Never"), "test")
)

SCENARIOS = {
    "all good": scenario("install x ./a", "status x", "test x", "status x", "test x", "uninstall x", a=GOOD),
    "one fails": scenario("install x ./a", "test x", "status x", "history x", "test x --logs", a=BAD),
    "filtered": scenario(
        "install x ./a",
        "test x --filter name=one",
        "test x --filter name=one,name=three",
        "test x --filter '!name=one'",
        "test x --filter 'name=nobody'",
        "test x --filter 'color=red'",
        "status x -o json",
        a=GOOD,
    ),
    "logs": scenario(
        "install x ./a",
        "test x --logs",
        "test x --logs --filter name=two",
        "test x -o json --hide-notes",
        a=PODS,
    ),
    "none": scenario("install x ./a", "test x", "test y", "test", a=chart(config_map())),
    "never done": scenario(
        "install x ./a",
        "test x --timeout 2s",
        "status x",
        a=chart(hook(pod("p", restart="Never", simulate="run"), "test")),
    ),
    "after an uninstall": scenario(
        "install x ./a", "uninstall x --keep-history", "test x", "status x", a=PODS
    ),
}
