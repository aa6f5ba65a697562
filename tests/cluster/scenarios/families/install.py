"""Installing: flags, names in use, what is refused."""

from __future__ import annotations

from tests.cluster.scenarios.model import Scenario, chart, scenario
from tests.cluster.scenarios.objects import (
    claim,
    config_map,
    deployment,
    job,
    kept,
    make,
    owned,
    pod,
    secret,
    service,
    stateful_set,
)
from tests.cluster.scenarios.steps import put

PLAIN = chart(config_map("a"), notes="hi {{ .Release.Name }}, {{ .Release.Revision }}\n")
BROKEN = chart(config_map("a"), service("bad", port=99999))
WORKLOADS = chart(
    deployment("web"),
    stateful_set("db", size="1Gi"),
    service("web"),
    claim(),
    job("once"),
    pod("bare"),
    secret(),
    make("v1", "ServiceAccount", "sa"),
    make("rbac.authorization.k8s.io/v1", "Role", "role", rules=[]),
)
SUBCHART = {
    **PLAIN,
    "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
    "charts/sub/templates/NOTES.txt": "from below\n",
    "charts/sub/templates/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: sub}\n",
}

SCENARIOS = {
    "plain, and gone": scenario("install x ./a", "list", "status x", "uninstall x", "list -a", a=PLAIN),
    "everything at once": scenario(
        "install x ./a --wait --wait-for-jobs", "get all x", "uninstall x --wait", a=WORKLOADS
    ),
    "labels and a description": scenario(
        "install x ./a --labels team=a,b=c --description why --set k=v",
        "list -l team=a",
        "list -l team=b",
        "get metadata x",
        "get metadata x -o json",
        a=PLAIN,
    ),
    "a label of the store's own": scenario("install x ./a --labels owner=me", a=PLAIN),
    "as JSON": scenario("install x ./a -o json", "status x -o json", "list -o json", a=PLAIN),
    "as YAML": scenario("install x ./a -o yaml", "status x -o yaml", "list -o yaml", a=PLAIN),
    "client-side": scenario("install x ./a --server-side=false", "uninstall x", a=WORKLOADS),
    "client-side, broken": scenario("install x ./a --server-side=false", "uninstall x", a=BROKEN),
    "force-conflicts without server-side": scenario(
        "install x ./a --server-side=false --force-conflicts", a=PLAIN
    ),
    "a namespace is made": Scenario(
        steps=("install x ./a", "install x ./a --create-namespace", "uninstall x"),
        charts={"a": {**PLAIN, "README.md": "What is looked at, too:\napiVersion: v1\nkind: Namespace\n"}},
        namespace=False,
    ),
    "a namespace that is there is made": Scenario(
        steps=("install x ./a --create-namespace", "uninstall x"),
        charts={"a": {**PLAIN, "README.md": "What is looked at, too:\napiVersion: v1\nkind: Namespace\n"}},
    ),
    "the name is in use": scenario("install x ./a", "install x ./a", "install x ./a --replace", a=PLAIN),
    "a failed name is used again": scenario(
        "install x ./bad", "install x ./a", "install x ./a --replace", "history x", bad=BROKEN, a=PLAIN
    ),
    "a kept name is used again": scenario(
        "install x ./a",
        "uninstall x --keep-history",
        "install x ./a",
        "install x ./a --replace",
        "history x",
        "uninstall x",
        a=PLAIN,
    ),
    "invalid object": scenario("install x ./bad", "status x", "history x", "uninstall x", bad=BROKEN),
    "invalid object, rolled back": scenario("install x ./bad --rollback-on-failure", "history x", bad=BROKEN),
    "unknown field": scenario(
        "install x ./a",
        "install x ./a --replace --server-side=false",
        a=chart({**config_map("a"), "speck": {}}),
    ),
    "unknown kind": scenario(
        "install x ./a",
        "list -a",
        a=chart(config_map("a"), make("nothing.example/v1", "Nothing", "n")),
    ),
    "no such chart": scenario("install x ./nowhere", "install x"),
    "no template": scenario("install x ./a", "get manifest x", "uninstall x", a=chart()),
    "name generated": scenario("install ./a --generate-name --name-template fixed", "list", a=PLAIN),
    "dry runs": scenario(
        "install x ./a --dry-run=client",
        "install x ./a --dry-run=server",
        "install x ./a --dry-run=server --hide-secret",
        "install x ./a --hide-secret",
        "list -a",
        a=chart(config_map("a"), secret(), notes="{{ .Release.Name }}"),
    ),
    "subcharts' notes": scenario(
        "install x ./a", "install y ./b --render-subchart-notes", a=PLAIN, b=SUBCHART
    ),
    "notes hidden": scenario("install x ./a --hide-notes", "get notes x", a=PLAIN),
    "somebody's object": scenario(put(config_map("a", k="0")), "install x ./a", a=PLAIN),
    "another release's object": scenario(put(owned(config_map("a"), "y")), "install x ./a", a=PLAIN),
    "our own object already": scenario(put(owned(config_map("a"), "x")), "install x ./a", a=PLAIN),
    "our own object, other values": scenario(
        put(owned(config_map("a", k="0"), "x")),
        "install x ./a",
        "install x ./a --replace --force-conflicts",
        a=PLAIN,
    ),
    "somebody's object taken": scenario(
        put(config_map("a", k="0", other="1")),
        "install x ./a --take-ownership",
        "install x ./a --take-ownership --force-conflicts --replace",
        "uninstall x",
        a=PLAIN,
    ),
    "taken client-side": scenario(
        put(config_map("a", k="0", other="1")),
        "install x ./a --take-ownership --server-side=false",
        "uninstall x",
        a=PLAIN,
    ),
    "kept and adopted": scenario(
        "install x ./a",
        "uninstall x",
        "install y ./a",
        "install y ./a --replace --take-ownership",
        "install x ./a",
        a=chart(kept(config_map("a"))),
    ),
    "required value": scenario(
        "install x ./a",
        "install x ./a --set k=1",
        a=chart(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
            "data: {k: '{{ required \"give k\" .Values.k }}'}\n"
        ),
    ),
}
