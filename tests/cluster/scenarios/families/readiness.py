"""Readiness: when objects of each kind count as ready, as failed, or as never going to be."""

from __future__ import annotations

from typing import Any

from tests.cluster.scenarios.model import Scenario, chart, scenario
from tests.cluster.scenarios.objects import (
    annotated,
    claim,
    config_map,
    deployment,
    hook,
    job,
    make,
    pod,
    pod_template,
    service,
    stateful_set,
    widget_kind,
)
from tests.cluster.scenarios.steps import edit, granted, later, remove

Object = dict[str, Any]

WAYS = {"": "--wait", ", the old way": "--wait=legacy"}
NOWHERE = {"nodeSelector": {"hivehelm.dev/no-such": "node"}}


def with_spec(obj: Object, **spec: Any) -> Object:
    """Return `obj` with more in its spec."""
    return {**obj, "spec": {**obj["spec"], **spec}}


def unschedulable(obj: Object) -> Object:
    """Return a workload whose pods no node takes."""
    template = obj["spec"]["template"]
    return with_spec(obj, template={**template, "spec": {**template["spec"], **NOWHERE}})


def replicas(api_version: str, kind: str, simulate: str = "", *, plain: bool = False) -> Object:
    """Return a ReplicaSet or ReplicationController of two pods."""
    selector = {"app": "r"} if plain else {"matchLabels": {"app": "r"}}
    spec = {"replicas": 2, "selector": selector, "template": pod_template("r", simulate)}
    return make(api_version, kind, "r", spec=spec)


def daemon(simulate: str = "", strategy: str = "RollingUpdate") -> Object:
    """Return a DaemonSet."""
    spec = {
        "selector": {"matchLabels": {"app": "ds"}},
        "template": pod_template("ds", simulate),
        "updateStrategy": {"type": strategy},
    }
    return make("apps/v1", "DaemonSet", "ds", spec=spec)


def thing(**status: Any) -> Object:
    """Return an object of a kind of its own, whose status is what the chart says."""
    return make("NAMESPACE.example.com/v1", "Widget", "w", spec={"a": 1}, status=status)


def condition(kind: str, status: str, reason: str = "Because", message: str = "it is so") -> Object:
    """Return a condition."""
    return {"type": kind, "status": status, "reason": reason, "message": message}


def open_kind() -> Object:
    """Return the definition of Widgets that keep whatever they are given."""
    kind = widget_kind()
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    versions = [{**one, "schema": {"openAPIV3Schema": schema}} for one in kind["spec"]["versions"]]
    return with_spec(kind, versions=versions)


def judged(status: Object) -> Scenario:
    """Return a scenario that waits for an object with this status."""
    return scenario("install x ./a --wait --timeout 2s", a=chart(thing(**status), crds=(open_kind(),)))


STUCK = {
    "a paused Deployment": chart(with_spec(deployment(), paused=True)),
    "a Deployment past its progress deadline": chart(
        with_spec(deployment(simulate="unready"), progressDeadlineSeconds=1)
    ),
    "a Deployment of none": chart(deployment(replicas=0)),
    "a Deployment of three, unready": chart(deployment(simulate="unready", replicas=3)),
    "a claim that nothing binds": chart(with_spec(claim(), storageClassName="no-such-class")),
    "an unready ReplicaSet": chart(replicas("apps/v1", "ReplicaSet", "unready")),
    "a ReplicaSet": chart(replicas("apps/v1", "ReplicaSet")),
    "a ReplicationController": chart(replicas("v1", "ReplicationController", plain=True)),
    "an unready ReplicationController": chart(replicas("v1", "ReplicationController", "unready", plain=True)),
    "an unready DaemonSet": chart(daemon("unready")),
    "a DaemonSet updated on deletion": chart(daemon("unready", "OnDelete")),
    "a StatefulSet updated on deletion": chart(
        with_spec(stateful_set(simulate="unready"), updateStrategy={"type": "OnDelete"})
    ),
    "a StatefulSet of none": chart(with_spec(stateful_set(), replicas=0)),
    "Services": chart(
        service("plain"), service("lb", type="LoadBalancer"), service("none", clusterIP="None")
    ),
    "a Service elsewhere": chart(service(type="ExternalName", externalName="example.com")),
    "several that are not ready": chart(
        deployment("d2", "unready"), deployment("d1", "unready"), pod("p", "unready"), config_map()
    ),
    "ready and failed": chart(
        with_spec(deployment("d1", "unready"), progressDeadlineSeconds=1), deployment("d2"), config_map()
    ),
}

NODE_PORT = ((r"80:\d+/TCP", "80:PORT/TCP"),)
STUCK_SCENARIOS = {
    f"{name}{suffix}": scenario(f"install x ./a {flag} --timeout 4s", "status x", a=files).replace(
        masks=NODE_PORT
    )
    for name, files in STUCK.items()
    for suffix, flag in WAYS.items()
}

PARTITION = {"rollingUpdate": {"partition": 1}}
SET = with_spec(stateful_set(), replicas=2, updateStrategy=PARTITION)
NEXT_SET = with_spec(
    stateful_set(), replicas=2, updateStrategy=PARTITION, template=pod_template("set", image="other")
)
STUCK_SET = with_spec(
    stateful_set(), replicas=2, updateStrategy=PARTITION, template=pod_template("set", "unready", "other")
)

JOBS = {
    "a Job that has failed": chart(job(simulate="fail")),
    "a Job of three": chart(with_spec(job(), completions=3, parallelism=2)),
    "a Job of three that fail": chart(with_spec(job(simulate="fail"), completions=3, parallelism=3)),
    "a Job that never ends": chart(job(simulate="run")),
    "a suspended Job": chart(with_spec(job(), suspend=True)),
    "a Job out of time": chart(with_spec(job(simulate="run"), activeDeadlineSeconds=1)),
    "a Job that nobody schedules": chart(unschedulable(job())),
}

JOB_SCENARIOS = {
    f"{name}{way}{also}": scenario(f"install x ./a {flag}{more} --timeout 7s", a=files)
    for name, files in JOBS.items()
    for way, flag in WAYS.items()
    for also, more in {"": "", ", to its end": " --wait-for-jobs"}.items()
}

HOOK_SCENARIOS = {
    f"{name}{suffix}": scenario(f"install x ./a {flag} --timeout 6s", "status x", a=files)
    for name, files in {
        "a hook Job out of time": chart(
            hook(with_spec(job(simulate="run"), activeDeadlineSeconds=1), "pre-install")
        ),
        "a hook Job that never ends": chart(hook(job(simulate="run"), "post-install")),
        "a hook Job that fails": chart(hook(job(simulate="fail"), "post-install")),
        "a hook Pod that fails": chart(hook(pod(simulate="fail", restart="Never"), "pre-install")),
        "a hook Pod that never ends": chart(hook(pod(), "pre-install")),
        "a hook Deployment": chart(hook(deployment(simulate="unready"), "pre-install")),
    }.items()
    for suffix, flag in {**WAYS, ", hooks only": "--wait=hookOnly"}.items()
}

GOING_SCENARIOS = {
    f"{name}{suffix}": scenario(later(step), f"install x ./a {flag} --timeout 7s", a=files)
    for name, (step, files) in {
        "a Deployment deleted meanwhile": (
            remove("apps/v1", "Deployment", "d"),
            chart(deployment(simulate="unready"), config_map()),
        ),
        "a hook Job deleted meanwhile": (
            remove("batch/v1", "Job", "j"),
            chart(hook(job(simulate="run"), "pre-install")),
        ),
    }.items()
    for suffix, flag in WAYS.items()
}

HELD = annotated(config_map("held"))
HELD["metadata"]["finalizers"] = ["example.com/hold"]
FREE = edit("v1", "ConfigMap", "held", {"metadata": {"finalizers": None}})

AS_BOB = "--kube-as-user bob"


def allowed(**verbs: str) -> tuple[Object, Object]:
    """Return what lets bob keep records and, of other kinds, do what is said."""
    groups = {"deployments": "apps", "replicasets": "apps", "jobs": "batch"}
    rules = [
        {"apiGroups": [groups.get(kind, "")], "resources": [kind], "verbs": words.split()}
        for kind, words in {"secrets": "*", **verbs}.items()
    ]
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "bob"}
    return (
        make("rbac.authorization.k8s.io/v1", "Role", "bob", rules=rules),
        make(
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            "bob",
            roleRef=role,
            subjects=[{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "bob"}],
        ),
    )


WRITE = "get create patch delete"
RIGHTS_SCENARIOS = {
    f"bob {name}": scenario(
        granted("bob", "*", "secrets", *allowed(deployments=verbs, replicasets="list", pods="list")),
        f"install x ./a --wait --timeout 5s {AS_BOB}",
        # Helm wants to watch on even what is gone already; we do not.
        *([] if "list, but not" in name else [f"uninstall x --wait --timeout 5s {AS_BOB}"]),
        # They would have to be watched, however fast the cluster is.
        a=chart(deployment(simulate="unready"), deployment("e", "unready")),
    )
    for name, verbs in {
        "may watch, but not list": f"{WRITE} watch",
        "may list, but not watch": f"{WRITE} list",
        "may neither list nor watch": WRITE,
    }.items()
} | {
    f"bob may make hooks, but not see them{suffix}": scenario(
        granted("bob", "*", "secrets", *allowed(jobs="create patch get delete")),
        f"install x ./a --timeout 4s {flag} {AS_BOB}",
        a=chart(hook(job(), "pre-install")),
    )
    for suffix, flag in WAYS.items()
}

SCENARIOS = {
    **RIGHTS_SCENARIOS,
    **STUCK_SCENARIOS,
    **JOB_SCENARIOS,
    **HOOK_SCENARIOS,
    **GOING_SCENARIOS,
    **{
        f"a partition{suffix}": scenario(
            f"install x ./a {flag} --timeout 8s",
            f"upgrade x ./b {flag} --timeout 8s",
            f"upgrade x ./c {flag} --timeout 3s",
            a=chart(SET),
            b=chart(NEXT_SET),
            c=chart(STUCK_SET),
        )
        for suffix, flag in WAYS.items()
    },
    "pods that nobody schedules": scenario(
        "install x ./a --wait --timeout 25s",
        a=chart(
            {**pod(), "spec": {**pod()["spec"], **NOWHERE}},
            unschedulable(stateful_set()),
            unschedulable(replicas("apps/v1", "ReplicaSet")),
        ),
    ),
    "a Deployment that nobody schedules": scenario(
        "install x ./a --wait --timeout 20s", a=chart(unschedulable(deployment()))
    ),
    "a condition Ready": judged({"conditions": [condition("Ready", "True")]}),
    "a condition Ready that does not hold": judged({"conditions": [condition("Ready", "False")]}),
    "a condition Ready that is unknown": judged({"conditions": [condition("Ready", "Unknown")]}),
    "a condition Ready of another status": judged({"conditions": [condition("Ready", "Perhaps")]}),
    "a condition Reconciling": judged({"conditions": [condition("Reconciling", "True")]}),
    "a condition Stalled": judged({"conditions": [condition("Stalled", "True")]}),
    "a generation not seen": judged({"observedGeneration": 99}),
    "a condition of no status": judged({"conditions": [{"type": "Ready"}]}),
    "conditions that are no list": judged({"conditions": "none"}),
    "conditions that are no maps": judged({"conditions": ["none", 1]}),
    "a status that is no map": scenario(
        "install x ./a --wait --timeout 2s",
        a=chart({**thing(), "status": "fine"}, crds=(open_kind(),)),
    ),
    "an observed generation that is no number": judged({"observedGeneration": "one"}),
    "held by a finalizer": scenario(
        "install x ./a",
        "uninstall x --wait --timeout 2s",
        FREE,
        "list -a",
        a=chart(HELD, config_map()),
    ),
    "held by a finalizer, the old way": scenario(
        "install x ./a",
        "uninstall x --wait=legacy --timeout 2s",
        FREE,
        "list -a",
        a=chart(HELD, config_map()),
    ),
    "held by a finalizer for a while": scenario(
        "install x ./a",
        later(FREE),
        "uninstall x --wait --timeout 9s",
        "list -a",
        a=chart(HELD, config_map()),
    ),
    "no limit, the old way": scenario(
        "install x ./a --wait=legacy --wait-for-jobs --timeout 0s",
        "uninstall x --wait=legacy --timeout 0s",
        a=chart(deployment(), job(), hook(job("h"), "pre-install")),
    ),
    "a definition among the templates": scenario(
        "install x ./a --wait --timeout 6s", "uninstall x --wait --timeout 6s", a=chart(open_kind())
    ),
    "a definition among the templates, the old way": scenario(
        "install x ./a --wait=legacy --timeout 6s", "uninstall x --wait=legacy", a=chart(open_kind())
    ),
}
