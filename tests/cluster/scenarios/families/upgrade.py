"""Upgrading: values, labels, histories, failures and what is done about them."""

from __future__ import annotations

from tests.cluster.scenarios.model import Scenario, chart, scenario
from tests.cluster.scenarios.objects import config_map, deployment, hook, job, kept, make, secret, service
from tests.cluster.scenarios.steps import edit, left_behind, put, remove

A = chart(config_map("a"), config_map("b"), notes="revision {{ .Release.Revision }}\n")
# One object changed, one gone, one new.
B = chart(
    config_map("a", k="2"), config_map("c"), version="0.2.0", notes="upgraded: {{ .Release.IsUpgrade }}\n"
)
BROKEN = chart(config_map("a", k="3"), config_map("d"), service("bad", port=99999), version="0.3.0")
UNREADY = chart(config_map("a", k="3"), config_map("d"), deployment(simulate="unready"), version="0.3.0")
VALUES = chart(
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {{- toYaml .Values | nindent 2 }}\n",
    values="a: chart\nb: chart\nc: {d: e}\n".replace("c: {d: e}\n", ""),
)
VALUES2 = chart(
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {{- toYaml .Values | nindent 2 }}\n",
    values="a: new\nb: new\nz: new\n",
    version="0.2.0",
)
BAD_HOOK = chart(config_map("a", k="2"), hook(job("h", simulate="fail"), "pre-upgrade"), version="0.2.0")
LATE_HOOK = chart(config_map("a", k="2"), hook(job("h", simulate="fail"), "post-upgrade"), version="0.2.0")

SCENARIOS = {
    "changed, gone and new": scenario(
        "install x ./a", "upgrade x ./b", "history x", "status x", "get notes x", "uninstall x", a=A, b=B
    ),
    "the same again": scenario("install x ./a", "upgrade x ./a", "upgrade x ./a", "history x", a=A),
    "no release": scenario("upgrade x ./a", "upgrade x ./a --install", "upgrade x ./a -i", a=A),
    "install where there is none": Scenario(
        steps=(
            "upgrade x ./a --install --create-namespace --labels a=b --description first",
            "upgrade x ./a --install --set k=2",
            "get metadata x",
        ),
        charts={"a": A},
        namespace=False,
    ),
    "as JSON": scenario("install x ./a", "upgrade x ./b -o json", "upgrade x ./b -o yaml", a=A, b=B),
    "labels and a description": scenario(
        "install x ./a --labels a=1,b=2",
        "upgrade x ./a --labels b=3,c=4 --description 'because of it'",
        "upgrade x ./a --labels a=null",
        "upgrade x ./a --labels owner=me",
        "list -l c=4",
        "get metadata x",
        a=A,
    ),
    "values given anew": scenario(
        "install x ./a --set a=user",
        "upgrade x ./b --set b=user",
        "get values x",
        "upgrade x ./b",
        "get values x --all",
        a=VALUES,
        b=VALUES2,
    ),
    "values taken along where none are given": scenario(
        "install x ./a --set a=user",
        "upgrade x ./b",
        "get values x",
        "get values x --revision 1",
        a=VALUES,
        b=VALUES2,
    ),
    "values reused": scenario(
        "install x ./a --set a=user",
        "upgrade x ./b --reuse-values --set q=more",
        "get values x",
        "get values x -a",
        a=VALUES,
        b=VALUES2,
    ),
    "values reset": scenario(
        "install x ./a --set a=user",
        "upgrade x ./b --reset-values",
        "get values x",
        "upgrade x ./b --reset-values --reuse-values --set a=2",
        "get values x",
        a=VALUES,
        b=VALUES2,
    ),
    "values reset, then reused": scenario(
        "install x ./a --set a=user,n=null",
        "upgrade x ./b --reset-then-reuse-values --set z=more",
        "get values x",
        "get values x -a",
        a=VALUES,
        b=VALUES2,
    ),
    "a value deleted": scenario(
        "install x ./a --set a=user",
        "upgrade x ./b --reuse-values --set a=null",
        "get values x",
        "get manifest x",
        a=VALUES,
        b=VALUES2,
    ),
    "history kept short": scenario(
        "install x ./a",
        "upgrade x ./b --history-max 2",
        "upgrade x ./a --history-max 2",
        "upgrade x ./bad --history-max 2",
        "upgrade x ./bad --history-max 2",
        "upgrade x ./bad --history-max 2",
        "history x",
        "upgrade x ./a --history-max 3",
        "history x",
        a=A,
        b=B,
        bad=BROKEN,
    ),
    "broken": scenario(
        "install x ./a",
        "upgrade x ./bad",
        "history x",
        "status x",
        "upgrade x ./b",
        "history x",
        a=A,
        b=B,
        bad=BROKEN,
    ),
    "broken, cleaned up": scenario(
        "install x ./a",
        "upgrade x ./bad --cleanup-on-fail",
        "history x",
        "upgrade x ./b",
        a=A,
        b=B,
        bad=BROKEN,
    ),
    "broken, rolled back": scenario(
        "install x ./a", "upgrade x ./bad --rollback-on-failure", "history x", "status x", a=A, bad=BROKEN
    ),
    "broken, cleaned up and rolled back": scenario(
        "install x ./a",
        "upgrade x ./bad --rollback-on-failure --cleanup-on-fail",
        "history x",
        a=A,
        bad=BROKEN,
    ),
    "atomic is an old name": scenario(
        "install x ./a", "upgrade x ./bad --atomic", "history x", a=A, bad=BROKEN
    ),
    "broken from the start": scenario(
        "install x ./bad",
        "upgrade x ./bad",
        "upgrade x ./bad --rollback-on-failure",
        "upgrade x ./a",
        "history x",
        a=A,
        bad=BROKEN,
    ),
    "installed by upgrade, rolled back": scenario(
        "upgrade x ./bad --install --rollback-on-failure", "history x", bad=BROKEN
    ),
    "not ready": scenario(
        "install x ./a",
        "upgrade x ./u --wait --timeout 2s",
        "history x",
        "upgrade x ./b",
        a=A,
        b=B,
        u=UNREADY,
    ),
    "not ready, rolled back": scenario(
        "install x ./a", "upgrade x ./u --rollback-on-failure --timeout 2s", "history x", a=A, u=UNREADY
    ),
    "hook fails before": scenario(
        "install x ./a", "upgrade x ./h", "history x", "upgrade x ./h --no-hooks", a=A, h=BAD_HOOK
    ),
    "hook fails after": scenario(
        "install x ./a", "upgrade x ./h", "history x", "upgrade x ./b", a=A, b=B, h=LATE_HOOK
    ),
    "hook fails, rolled back": scenario(
        "install x ./a", "upgrade x ./h --rollback-on-failure --timeout 20s", "history x", a=A, h=LATE_HOOK
    ),
    "of an uninstalled release": scenario(
        "install x ./a",
        "uninstall x --keep-history",
        "upgrade x ./b",
        "upgrade x ./b --install",
        "history x",
        a=A,
        b=B,
    ),
    "object gone meanwhile": scenario(
        "install x ./a",
        remove("v1", "ConfigMap", "a"),
        "upgrade x ./a",
        remove("v1", "ConfigMap", "b"),
        "upgrade x ./b",
        a=A,
        b=B,
    ),
    "object kept": scenario(
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./a",
        "uninstall x",
        a=chart(config_map("a"), kept(config_map("b"))),
        b=chart(config_map("a", k="2")),
    ),
    "kept only on the cluster": scenario(
        "install x ./a",
        edit("v1", "ConfigMap", "b", {"metadata": {"annotations": {"helm.sh/resource-policy": "keep"}}}),
        "upgrade x ./b",
        a=A,
        b=B,
    ),
    "renamed": scenario(
        "install x ./a",
        "upgrade x ./b",
        "rollback x",
        a=chart(deployment("old"), service("old")),
        b=chart(deployment("new"), service("new")),
    ),
    "new object is somebody's": scenario(
        "install x ./a",
        put(config_map("c", k="0")),
        "upgrade x ./b",
        "upgrade x ./b --take-ownership",
        "upgrade x ./b --take-ownership --force-conflicts",
        "history x",
        a=A,
        b=B,
    ),
    "dry runs": scenario(
        "install x ./a",
        "upgrade x ./s --dry-run=client",
        "upgrade x ./s --dry-run=server",
        "upgrade x ./s --dry-run=server --hide-secret",
        "upgrade x ./s --hide-secret",
        "upgrade y ./s --dry-run=server --install",
        "upgrade y ./s --dry-run=server",
        "history x",
        a=A,
        s=chart(config_map("a", k="2"), secret()),
    ),
    "left behind by a dead process": scenario(
        "install x ./a",
        "upgrade x ./b",
        left_behind(2, "pending-upgrade"),
        "list",
        "list --pending",
        "status x",
        "upgrade x ./a",
        "rollback x 1",
        "upgrade x ./a",
        "history x",
        a=A,
        b=B,
    ),
    "installing was left behind": scenario(
        "install x ./a",
        left_behind(1, "pending-install"),
        "list",
        "status x",
        "install x ./a",
        "install x ./a --replace",
        "upgrade x ./a --install",
        "rollback x 1",
        "uninstall x",
        a=A,
    ),
    "immutable field": scenario(
        "install x ./a",
        "upgrade x ./b",
        "history x",
        "upgrade x ./b --force-replace",
        "rollback x 1",
        a=chart(deployment("d")),
        b=chart({**deployment("d"), "spec": {**deployment("e")["spec"]}}),
    ),
    "replaced by force": scenario(
        "install x ./a",
        "upgrade x ./b --force-replace",
        "upgrade x ./a --force-replace --server-side=false",
        "upgrade x ./b --force",
        a=chart(config_map("a"), service("s")),
        b=chart(config_map("a", k="2"), service("s", port=81)),
    ),
    "service account's secrets stay": scenario(
        "install x ./a",
        "upgrade x ./b",
        a=chart(make("v1", "ServiceAccount", "sa", labels={"v": "1"})),
        b=chart(make("v1", "ServiceAccount", "sa", labels={"v": "2"})),
    ),
    "subchart's notes": scenario(
        "install x ./a", "upgrade x ./a --render-subchart-notes --hide-notes", "get notes x", a=A
    ),
    "not a chart, not a name": scenario(
        "install x ./a",
        "upgrade x ./nowhere",
        "upgrade X_ ./a",
        "upgrade x",
        "upgrade x ./a --server-side=maybe",
        a=A,
    ),
}
