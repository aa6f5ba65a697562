"""What the server refuses: quotas, admission, invalid objects, namespaces that go."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import yaml
from tests.cluster.scenarios.model import Scenario, chart, scenario
from tests.cluster.scenarios.objects import config_map, deployment, hook, job, make, pod, secret, service
from tests.cluster.scenarios.steps import edit, put
from tests.cluster.waiting import until

from hivehelm.kube.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cluster.scenarios.side import Side

ADMISSION = "admissionregistration.k8s.io/v1"
# The first ConfigMap of a namespace is the server's own certificate.
QUOTA = make("v1", "ResourceQuota", "q", spec={"hard": {"count/configmaps": "1"}})
LIMITS = make("v1", "ResourceQuota", "q", spec={"hard": {"pods": "1", "requests.cpu": "1"}})
A = chart(config_map("a"), service("s"))
B = chart(config_map("a", k="2"), config_map("c", k="forbidden"), service("s", port=81), version="0.2.0")


def policy(expression: str, message: str, operations: tuple[str, ...]) -> tuple[dict[str, object], ...]:
    """Return a policy for the ConfigMaps of the namespace, and what puts it in force."""
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": list(operations),
        "resources": ["configmaps"],
    }
    there = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "NAMESPACE"}}}
    return (
        make(
            ADMISSION,
            "ValidatingAdmissionPolicy",
            "p-NAMESPACE",
            spec={
                "failurePolicy": "Fail",
                "matchConstraints": {"resourceRules": [rule]},
                "validations": [{"expression": expression, "message": message}],
            },
        ),
        make(
            ADMISSION,
            "ValidatingAdmissionPolicyBinding",
            "p-NAMESPACE",
            spec={"policyName": "p-NAMESPACE", "validationActions": ["Deny"], "matchResources": there},
        ),
    )


def enforced(*objects: dict[str, object]) -> Callable[[Side], None]:
    """Put a policy in force and wait until it is."""

    def step(side: Side) -> None:
        put(*objects)(side)
        probe = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "probe"},
            "data": {"k": "forbidden"},
        }

        def refused() -> bool:
            try:
                side.client.create(probe, side.namespace, dry_run=True)
            except ApiError:
                return True
            return False

        until(refused)

    return step


def counted(quota: dict[str, Any], probe: dict[str, Any]) -> Callable[[Side], None]:
    """Put a quota in force, and wait until what is there is counted and it has `probe` refused."""

    def step(side: Side) -> None:
        client = side.client
        until(
            lambda: (
                "kube-root-ca.crt"
                in [one["metadata"]["name"] for one in client.list("v1", "ConfigMap", side.namespace)]
            )
        )
        put(quota)(side)

        def refused() -> bool:
            try:
                client.create(probe, side.namespace, dry_run=True)
            except ApiError as error:
                return "quota: q" in str(error) and "status unknown" not in str(error)
            return False

        until(refused)

    return step


NO_WORD = policy(
    "!has(object.data) || object.data.?k.orValue('') != 'forbidden'", "no such word", ("CREATE", "UPDATE")
)


def terminating(side: Side) -> None:
    """Have the namespace go, but nothing in it yet: each object waits for somebody."""
    held = [
        ("Secret", one["metadata"]["name"])
        for one in side.client.list("v1", "Secret", side.namespace, label_selector="owner=helm")
    ]
    held += [("ConfigMap", "a"), ("Service", "s")]
    for kind, name in held:
        edit("v1", kind, name, {"metadata": {"finalizers": ["example.com/held"]}})(side)
    side.client.delete("v1", "Namespace", side.namespace)

    def going() -> bool:
        found = [side.client.get("v1", kind, name, side.namespace)["metadata"] for kind, name in held]
        return all("deletionTimestamp" in metadata for metadata in found)

    until(going)


def webhook(port: int) -> dict[str, Any]:
    """Return what has a server on this machine asked about the ConfigMaps of the namespace."""
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE"],
        "resources": ["configmaps"],
    }
    return make(
        ADMISSION,
        "ValidatingWebhookConfiguration",
        "w-NAMESPACE",
        webhooks=[
            {
                "name": "w.example.com",
                "clientConfig": {"url": f"https://127.0.0.1:{port}/"},
                "rules": [rule],
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "NAMESPACE"}},
                "timeoutSeconds": 1,
                "failurePolicy": "Fail",
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
            }
        ],
    )


# Listeners that take connections and never say a word; both sides begin at once, each with one of its own.
_SILENT: list[socket.socket] = []


def hanging(side: Side) -> None:
    """Have a webhook asked that does not answer."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    _SILENT.append(listener)
    enforced(webhook(listener.getsockname()[1]))(side)


def expired(side: Side) -> None:
    """Write a kubeconfig whose token nobody knows (any more)."""
    config = yaml.safe_load(side.kubeconfig())
    config["users"] = [{"name": one["name"], "user": {"token": "expired"}} for one in config["users"]]
    side.write("expired.yaml", yaml.safe_dump(config))


SCENARIOS = {
    "a webhook that times out": Scenario(
        steps=(
            "install x ./a",
            hanging,
            "upgrade x ./b",
            "upgrade x ./b --rollback-on-failure",
            "rollback x 1",
            "install y ./b",
            "history x",
            "status x",
        ),
        charts={"a": A, "b": B},
        masks=((r"127\.0\.0\.1:\d+", "ADDRESS"),),
    ),
    "a webhook that is not there": scenario(
        "install x ./a",
        enforced(webhook(1)),
        "upgrade x ./b --server-side=false",
        "upgrade x ./b",
        "get values x",
        "uninstall x",
        a=A,
        b=B,
    ),
    "expired credentials": scenario(
        "install x ./a",
        expired,
        "install y ./a --kubeconfig expired.yaml",
        "upgrade x ./b --kubeconfig expired.yaml",
        "upgrade z ./b --install --kubeconfig expired.yaml",
        "rollback x 1 --kubeconfig expired.yaml",
        "uninstall x --kubeconfig expired.yaml",
        "list --kubeconfig expired.yaml",
        "status x --kubeconfig expired.yaml",
        "history x --kubeconfig expired.yaml",
        "get manifest x --kubeconfig expired.yaml",
        "test x --kubeconfig expired.yaml",
        "status x",
        a=A,
        b=B,
    ),
    "a quota": scenario(
        counted(QUOTA, config_map("probe")),
        "install x ./a",
        "install x ./a --replace --rollback-on-failure",
        "history x",
        a=A,
    ),
    "a quota, upgrading": scenario(
        "install x ./a",
        counted(QUOTA, config_map("probe")),
        "upgrade x ./b",
        "upgrade x ./b --cleanup-on-fail",
        "rollback x 1",
        "history x",
        a=A,
        b=B,
    ),
    "a quota for pods": scenario(
        counted(LIMITS, pod("probe")),
        "install x ./a",
        "install y ./b --wait --timeout 4s",
        a=chart(pod()),
        b=chart(deployment()),
    ),
    "admission": scenario(
        "install x ./a",
        enforced(*NO_WORD),
        "upgrade x ./b",
        "history x",
        "upgrade x ./b --rollback-on-failure",
        "status x",
        a=A,
        b=B,
    ),
    "admission, client-side": scenario(
        "install x ./a --server-side=false",
        enforced(*NO_WORD),
        "upgrade x ./b",
        "rollback x 1",
        "install y ./b",
        a=A,
        b=B,
    ),
    "admission of a change": scenario(
        enforced(*NO_WORD),
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./b --server-side=false",
        "upgrade x ./b --server-side=false --force-replace",
        a=chart(config_map("a")),
        b=chart(config_map("a", k="forbidden")),
    ),
    "a namespace that goes": scenario(
        "install x ./a", terminating, "upgrade x ./b", "history x", "install y ./b", a=A, b=B
    ),
    "a namespace that is not there": scenario(
        "install x ./a -n NAMESPACE-nowhere",
        "upgrade x ./a -n NAMESPACE-nowhere",
        "uninstall x -n NAMESPACE-nowhere",
        "list -n NAMESPACE-nowhere",
        a=A,
    ),
    "invalid names": scenario(
        "install x ./a",
        "install y ./b --server-side=false",
        a=chart(config_map("Not_A_Name")),
        b=chart(config_map("Not_A_Name")),
    ),
    "unknown fields": scenario(
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./b --server-side=false",
        "upgrade x ./b --server-side=false --disable-openapi-validation",
        "upgrade x ./b --disable-openapi-validation",
        a=chart(deployment()),
        b=chart({**deployment(), "spec": {**deployment()["spec"], "speck": 1, "replicas": 2}}),
    ),
    "wrong types": scenario(
        "install x ./a",
        "install x ./a --server-side=false --replace",
        a=chart({**deployment(), "spec": {**deployment()["spec"], "replicas": "two"}}),
    ),
    "a hook that is refused": scenario(
        enforced(*NO_WORD),
        "install x ./a",
        "history x",
        a=chart(hook(config_map("h", k="forbidden"), "pre-install"), config_map("a")),
    ),
    "an immutable config": scenario(
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./b --server-side=false",
        "upgrade x ./b --server-side=false --force-replace",
        a=chart({**config_map("a"), "immutable": True}),
        b=chart({**config_map("a", k="2"), "immutable": True}),
    ),
    "a type that cannot change": scenario(
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./b --server-side=false",
        "history x",
        a=chart({**secret(), "type": "Opaque"}),
        b=chart({**secret(), "type": "other"}),
    ),
    "a Job's template": scenario(
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./b --server-side=false",
        "history x",
        a=chart(job()),
        b=chart(job(image="other")),
    ),
    "a cluster address": scenario(
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./b --server-side=false",
        "upgrade x ./b --server-side=false --force-replace",
        a=chart(service("s")),
        b=chart(service("s", clusterIP="None")),
    ),
}
