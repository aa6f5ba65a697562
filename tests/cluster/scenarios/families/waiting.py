"""Waiting: for what, in which way, and what is said when it takes too long."""

from __future__ import annotations

from tests.cluster.scenarios.model import chart, scenario
from tests.cluster.scenarios.objects import (
    claim,
    config_map,
    deployment,
    job,
    make,
    pod,
    pod_template,
    service,
    stateful_set,
    widget,
    widget_kind,
)

DAEMON = make(
    "apps/v1",
    "DaemonSet",
    "ds",
    spec={"selector": {"matchLabels": {"app": "ds"}}, "template": pod_template("ds")},
)
READY = chart(deployment(), stateful_set(), DAEMON, pod(), claim(), service(type="LoadBalancer"), job())

SCENARIOS = {
    "all ready": scenario("install x ./a --wait", "upgrade x ./a --wait", "uninstall x --wait", a=READY),
    "all ready, the old way": scenario("install x ./a --wait=legacy", "upgrade x ./a --wait=legacy", a=READY),
    "hooks only": scenario("install x ./a --wait=hookOnly", a=chart(deployment(simulate="unready"))),
    "jobs too": scenario("install x ./a --wait --wait-for-jobs", "status x", a=chart(job())),
    "jobs without waiting": scenario("install x ./a --wait-for-jobs", a=chart(job(simulate="run"))),
    "an unready Deployment": scenario(
        "install x ./a --wait --timeout 2s", "status x", "history x", a=chart(deployment(simulate="unready"))
    ),
    "an unready Deployment, the old way": scenario(
        "install x ./a --wait=legacy --timeout 3s", a=chart(deployment(simulate="unready"))
    ),
    "an unready StatefulSet": scenario(
        "install x ./a --wait --timeout 2s", a=chart(stateful_set(simulate="unready"))
    ),
    "an unready Pod": scenario("install x ./a --wait --timeout 2s", a=chart(pod(simulate="unready"))),
    "a failing Pod": scenario(
        "install x ./a --wait --timeout 4s", a=chart(pod(simulate="fail", restart="Never"))
    ),
    "a failing Job": scenario(
        "install x ./a --wait --wait-for-jobs --timeout 4s", a=chart(job(simulate="fail"))
    ),
    "a failing Job, the old way": scenario(
        "install x ./a --wait=legacy --wait-for-jobs --timeout 4s", a=chart(job(simulate="fail"))
    ),
    "a Job that does not end": scenario(
        "install x ./a --wait --wait-for-jobs --timeout 2s", a=chart(job(simulate="run"))
    ),
    "rolled back": scenario(
        "install x ./a --rollback-on-failure --timeout 2s",
        "list -a",
        a=chart(config_map(), deployment(simulate="unready")),
    ),
    "a custom resource": scenario(
        "install x ./a --wait", "uninstall x --wait", a=chart(widget(), crds=(widget_kind(),))
    ),
    "no way to wait": scenario(
        "install x ./a --wait=sometimes",
        "install x ./a --wait=true",
        "upgrade x ./a --wait=false",
        "uninstall x --wait=watcher",
        a=chart(config_map()),
    ),
    "no time at all": scenario(
        "install x ./a --wait --timeout 0s", "list -a", a=chart(deployment(simulate="unready"))
    ),
}
