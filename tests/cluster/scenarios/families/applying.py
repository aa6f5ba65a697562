"""How objects are changed: server-side or client-side, from one to the other, against other managers."""

from __future__ import annotations

from tests.cluster.scenarios.model import chart, scenario
from tests.cluster.scenarios.objects import (
    Object,
    claim,
    config_map,
    deployment,
    make,
    pod_template,
    secret,
    service,
    stateful_set,
    widget,
    widget_kind,
)
from tests.cluster.scenarios.steps import edit, put, remove

A = chart(config_map("a", k="1", gone="1"), deployment("d"), service("s"), secret())
B = chart(
    config_map("a", k="2", new="1"),
    deployment("d", image="other", replicas=2),
    service("s", port=81),
    secret("s", k="else"),
    version="0.2.0",
)


def containers(*names: str, env: dict[str, str] | None = None) -> dict[str, object]:
    """Return a Deployment with containers of these names."""
    template = pod_template("d")
    variables = [{"name": name, "value": value} for name, value in (env or {}).items()]
    template["spec"]["containers"] = [{"name": one, "image": "busybox", "env": variables} for one in names]
    return make(
        "apps/v1", "Deployment", "d", spec={"selector": {"matchLabels": {"app": "d"}}, "template": template}
    )


def listed(*items: Object) -> Object:
    """Return a list of objects."""
    return {"apiVersion": "v1", "kind": "List", "items": list(items)}


LISTS_A = chart(containers("one", "two", env={"A": "1", "B": "2"}))
LISTS_B = chart(containers("two", "three", env={"B": "3", "C": "4"}), version="0.2.0")
HAND = {"spec": {"replicas": 3, "template": {"metadata": {"annotations": {"by": "hand"}}}}}


SCENARIOS = {
    "server-side all along": scenario(
        "install x ./a", "upgrade x ./b", "upgrade x ./a --server-side=true", "rollback x 2", a=A, b=B
    ),
    "client-side all along": scenario(
        "install x ./a --server-side=false",
        "upgrade x ./b",
        "upgrade x ./a",
        "rollback x",
        "uninstall x",
        a=A,
        b=B,
    ),
    "from client to server": scenario(
        "install x ./a --server-side=false",
        "upgrade x ./b --server-side=true",
        "upgrade x ./a",
        "get metadata x",
        "rollback x 1",
        "rollback x 2",
        a=A,
        b=B,
    ),
    "from server to client": scenario(
        "install x ./a",
        "upgrade x ./b --server-side=false",
        "upgrade x ./a",
        "rollback x 1",
        "get metadata x -o json",
        a=A,
        b=B,
    ),
    "to and fro": scenario(
        "install x ./a --server-side=false",
        "upgrade x ./b --server-side=true",
        "upgrade x ./a --server-side=false",
        "upgrade x ./b --server-side=true",
        "rollback x 2 --server-side=false",
        a=A,
        b=B,
    ),
    "lists, server-side": scenario("install x ./a", "upgrade x ./b", "rollback x", a=LISTS_A, b=LISTS_B),
    "lists, client-side": scenario(
        "install x ./a --server-side=false", "upgrade x ./b", "rollback x", a=LISTS_A, b=LISTS_B
    ),
    "lists, client-side, changed by hand": scenario(
        "install x ./a --server-side=false",
        edit(
            "apps/v1",
            "Deployment",
            "d",
            {
                "spec": {
                    "template": {
                        "spec": {
                            "containers": [
                                {"name": "one", "image": "busybox", "env": [{"name": "MINE", "value": "1"}]},
                                {"name": "two", "image": "hand"},
                                {"name": "side", "image": "car"},
                            ]
                        }
                    }
                }
            },
        ),
        "upgrade x ./b",
        "upgrade x ./b",
        "rollback x 1",
        a=LISTS_A,
        b=LISTS_B,
    ),
    "changed by hand, client-side": scenario(
        "install x ./a --server-side=false",
        edit("apps/v1", "Deployment", "d", HAND),
        edit("v1", "ConfigMap", "a", {"data": {"k": "hand", "mine": "1", "gone": None}}),
        "upgrade x ./b",
        edit("apps/v1", "Deployment", "d", HAND),
        "upgrade x ./b",
        "rollback x 1",
        a=A,
        b=B,
    ),
    "changed by hand, server-side": scenario(
        "install x ./a",
        edit("apps/v1", "Deployment", "d", HAND),
        "upgrade x ./b",
        "history x",
        "upgrade x ./b --force-conflicts",
        edit("apps/v1", "Deployment", "d", HAND),
        "upgrade x ./b --server-side=false",
        a=A,
        b=B,
    ),
    "several conflicts": scenario(
        "install x ./a",
        put(config_map("a", k="other"), manager="operator"),
        edit("v1", "ConfigMap", "a", {"data": {"gone": "hand"}}),
        "upgrade x ./c",
        "upgrade x ./c --force-conflicts",
        a=A,
        c=chart(config_map("a", k="3", gone="3")),
    ),
    "a field shared without conflict": scenario(
        "install x ./a",
        put(config_map("a", k="1", more="1"), manager="operator"),
        "upgrade x ./a",
        "upgrade x ./b --force-conflicts",
        "uninstall x",
        a=chart(config_map("a", k="1")),
        b=chart(config_map("a", k="2")),
    ),
    "scaled by somebody, not by the chart": scenario(
        "install x ./a",
        edit("apps/v1", "Deployment", "d", {"spec": {"replicas": 5}}, manager="autoscaler"),
        "upgrade x ./b",
        "upgrade x ./b --server-side=false",
        a=LISTS_A,
        b=LISTS_B,
    ),
    "custom resources, server-side": scenario(
        "install x ./a",
        "upgrade x ./b",
        "rollback x",
        a=chart(widget(a=1, l=[1, 2]), crds=(widget_kind(),)),
        b=chart(widget(b=2, l=[3])),
    ),
    "custom resources, client-side": scenario(
        "install x ./a --server-side=false",
        edit("NAMESPACE.example.com/v1", "Widget", "w", {"spec": {"hand": 1, "a": 5}}),
        "upgrade x ./b",
        "upgrade x ./b",
        "rollback x",
        a=chart(widget(a=1, l=[1, 2]), crds=(widget_kind(),)),
        b=chart(widget(b=2, l=[3])),
    ),
    "replaced client-side": scenario(
        "install x ./a --server-side=false",
        "upgrade x ./b --force-replace",
        edit("v1", "ConfigMap", "a", {"data": {"mine": "1"}}),
        "upgrade x ./a --force-replace",
        "rollback x --force-replace",
        a=A,
        b=B,
    ),
    "replaced, immutable": scenario(
        "install x ./a --server-side=false",
        "upgrade x ./b",
        "upgrade x ./b --force-replace",
        "history x",
        a=chart(stateful_set("db", size="1Gi")),
        b=chart(stateful_set("db", size="2Gi")),
    ),
    "installing with force-replace": scenario(
        "install x ./a --force-replace", "install y ./a --server-side=false --force-replace --replace", a=A
    ),
    "a claim cannot shrink": scenario(
        "install x ./a --wait",
        "upgrade x ./b",
        "upgrade x ./a",
        a=chart(claim(size="2Gi")),
        b=chart(claim(size="1Gi")),
    ),
    "client-side, object gone": scenario(
        "install x ./a --server-side=false",
        remove("v1", "ConfigMap", "a"),
        "upgrade x ./b",
        "rollback x",
        a=A,
        b=B,
    ),
    "client-side, new object is somebody's": scenario(
        "install x ./a --server-side=false",
        put(config_map("c", k="0", own="1")),
        "upgrade x ./b",
        "upgrade x ./b --take-ownership",
        a=chart(config_map("a")),
        b=chart(config_map("a"), config_map("c", k="1")),
    ),
    "nulls": scenario(
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./a --server-side=false",
        "upgrade x ./b",
        a=chart({**deployment("d"), "spec": {**deployment("d")["spec"], "replicas": None, "paused": True}}),
        b=chart({**deployment("d"), "spec": {**deployment("d")["spec"], "paused": None}}),
    ),
    "generateName and no name": scenario(
        "install x ./a",
        "install y ./b",
        "install z ./c",
        "upgrade z ./b",
        a=chart("apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: g-}\n"),
        b=chart(config_map("b"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n"),
        c=chart(config_map("c")),
    ),
    "the same object twice": scenario(
        "install x ./a",
        "upgrade x ./a",
        "uninstall x",
        a=chart(config_map("a"), config_map("a")),
    ),
    "a list of objects": scenario(
        "install x ./a",
        "upgrade x ./b",
        "uninstall x",
        a=chart({"apiVersion": "v1", "kind": "List", "items": [config_map("a"), service("s")]}),
        b=chart({"apiVersion": "v1", "kind": "List", "items": [config_map("a", k="2")]}),
    ),
    "lists in lists, of nothing and of no objects": scenario(
        *(
            f"install {name} ./{name}{flag}"
            for name in ("a", "b", "c", "d", "e", "f", "g")
            for flag in ("", " --disable-openapi-validation")
        ),
        "list",
        a=chart(listed(listed(config_map("a")), config_map("b"))),
        b=chart("apiVersion: v1\nkind: List\n"),
        c=chart("apiVersion: v1\nkind: List\nitems: null\n"),
        d=chart("apiVersion: v1\nkind: List\nitems: {}\n"),
        e=chart("apiVersion: v1\nkind: List\nitems: [null]\n"),
        f=chart("apiVersion: v1\nkind: List\nitems: [5]\n---\napiVersion: v1\nkind: Nothing\n"),
        g=chart(listed({"kind": "ConfigMap"}, {"apiVersion": "v1"}, make("v1", "Nothing", "g"))),
    ),
    "lists with faults": scenario(
        "install a ./a",
        "install b ./b",
        "install c ./c",
        "upgrade --install d ./d",
        "upgrade --install d ./a",
        a=chart(
            listed({**config_map("a"), "more": 1}, make("v1", "Service", "s", spec={"ports": [{"p": 1}]}))
        ),
        b=chart(
            make(
                "rbac.authorization.k8s.io/v1",
                "RoleBindingList",
                "b",
                items=[{"metadata": {"name": "b"}, "subjects": {}, "roleRef": {"kind": "Role"}}],
            )
        ),
        c=chart("apiVersion: v1\nkind: ConfigMapList\nitems: 5\n"),
        d=chart("apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: d}}]\n"),
    ),
    "the next version of a kind": scenario(
        "install x ./a",
        "upgrade x ./b",
        "rollback x",
        a=chart(
            make(
                "autoscaling/v1",
                "HorizontalPodAutoscaler",
                "h",
                spec={
                    "maxReplicas": 2,
                    "scaleTargetRef": {"kind": "Deployment", "name": "d", "apiVersion": "apps/v1"},
                },
            )
        ),
        b=chart(
            make(
                "autoscaling/v2",
                "HorizontalPodAutoscaler",
                "h",
                spec={
                    "maxReplicas": 3,
                    "scaleTargetRef": {"kind": "Deployment", "name": "d", "apiVersion": "apps/v1"},
                },
            )
        ),
    ),
}
