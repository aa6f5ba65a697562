"""What is read: lists with their filters, histories, revisions, formats, what charts look up."""

from __future__ import annotations

from tests.cluster.scenarios.model import Scenario, chart, scenario
from tests.cluster.scenarios.objects import config_map, hook, job, service
from tests.cluster.scenarios.steps import left_behind, put

A = chart(
    config_map("{{ .Release.Name }}-a"), notes="hi {{ .Release.Name }}\n", values="a: 1\nb: {c: [1, 2.5]}\n"
)
BAD = chart(service("{{ .Release.Name }}-bad", port=99999), version="9.0.0-rc.1")
LOOKUP = chart(
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: found}\ndata:\n"
    '  one: {{ (lookup "v1" "ConfigMap" .Release.Namespace "there").data | toJson | quote }}\n'
    '  none: {{ lookup "v1" "ConfigMap" .Release.Namespace "nowhere" | toJson | quote }}\n'
    '  all: {{ len (lookup "v1" "ConfigMap" .Release.Namespace "").items | quote }}\n'
    '  kind: {{ (lookup "v1" "ConfigMap" .Release.Namespace "").kind | quote }}\n'
)
MANY = (
    "install one ./a",
    "install two ./a --labels t=1",
    "install three ./bad",
    "install four ./a",
    "uninstall four --keep-history",
    "upgrade two ./a",
)

SCENARIOS = {
    "what --debug tells": Scenario(
        steps=(
            "install x ./a --debug",
            "install x ./a --debug",
            "upgrade x ./a --debug --set k=2 --history-max 2",
            "upgrade x ./a --debug --set k=3 --history-max 2",
            "rollback x 2 --debug --history-max 2",
            "history x --debug",
            "status x --debug",
            "get all x --debug",
            "list --debug",
            "uninstall x --debug --keep-history --no-hooks",
            "upgrade --install x ./a --debug",
            "uninstall x --debug --cascade foreground",
            "install x ./a --debug --dry-run=server",
            "install x ./a --debug --dry-run",
            "uninstall x --debug",
        ),
        charts={
            "a": chart(config_map("a", k="{{ .Values.k }}"), service("s"), values="k: '1'\n"),
        },
        masks=((r"path=\S+", "path=PATH"),),
    ),
    "lists": scenario(
        *MANY,
        *(
            f"list {flags}".strip()
            for flags in (
                "",
                "-q",
                "--deployed",
                "--failed",
                "--uninstalled",
                "--superseded",
                "--failed --uninstalled --superseded",
                "--pending --uninstalling",
                "-d",
                "-d -r",
                "-r -q",
                "--max 1",
                "--max 1 --offset 1",
                "--offset 9",
                "--max 0",
                "-f t",
                "-f '^o' -q",
                "-f '['",
                "-l t=1",
                "-l t",
                "-l 't in (1,2)'",
                "-l '!t' -q",
                "-l 'a b'",
                "--no-headers",
                "--time-format 2006",
                "-o json",
                "-o yaml -q",
                "-o xml",
                "-q -o json",
            )
        ),
        a=A,
        bad=BAD,
    ),
    "of all namespaces": scenario(
        "install NAMESPACE ./a", "list -A -f NAMESPACE", "list -A -f NAMESPACE -q", a=A
    ),
    "revisions": scenario(
        "install x ./a --set a=1",
        "upgrade x ./a --set a=2",
        "upgrade x ./bad",
        "history x",
        "history x --max 2",
        "history x --max 0",
        "history x -o json",
        "history x -o yaml",
        "history x --show-rollback-revision",
        "history y",
        "status x --revision 1",
        "status x --revision 9",
        "status y",
        "get values x --revision 1 -o json",
        "get values x -a -o yaml",
        "get manifest x --revision 2",
        "get manifest x --revision 3",
        "get notes x",
        "get notes x --revision 1",
        "get metadata x --revision 1 -o yaml",
        "get all x --revision 1",
        "get hooks x",
        "get all y",
        a=A,
        bad=BAD,
    ),
    "rollbacks in the history": scenario(
        "install x ./a",
        "upgrade x ./a",
        "rollback x 1",
        "history x --show-rollback-revision",
        "history x --show-rollback-revision -o json",
        "get metadata x",
        a=A,
    ),
    "with a template": scenario(
        "install x ./a --set a=2",
        "get all x --template '{{.Release.Name}} {{.Release.Version}} {{.Release.Info.Status}}'",
        "get all x --template '{{.Release.Config}} {{.Release.Chart.Metadata.Version}}'",
        "get all x --template '{{range $k, $v := .Release.Config}}{{$k}}={{$v}}{{end}}'",
        "get all x --template '{{.Nothing}}'",
        "get all x --template '{{'",
        a=A,
    ),
    "looking up": scenario(
        put(config_map("there", k="v")),
        "template x ./a",
        "template x ./a --dry-run=server",
        "install x ./a --dry-run=client",
        "install x ./a --dry-run=server",
        "install x ./a",
        "upgrade x ./a",
        a=LOOKUP,
    ),
    "validating": scenario(
        "template x ./a --validate",
        "install x ./a",
        "template x ./a --validate",
        "template x ./a --validate --is-upgrade",
        "template x ./bad --validate",
        a=A,
        bad=chart({**config_map("a"), "speck": 1}),
    ),
    "states left behind": scenario(
        "install x ./a",
        left_behind(1, "pending-install"),
        "list",
        "list --pending",
        "list --deployed",
        "history x",
        "get metadata x",
        left_behind(1, "unknown"),
        "list",
        "list --failed",
        left_behind(1, "uninstalling"),
        "list --uninstalling",
        "history x -o json",
        a=A,
    ),
    "hooks": scenario(
        "install x ./a",
        "get hooks x",
        "get manifest x",
        "status x",
        a=chart(hook(job(), "pre-install"), config_map()),
    ),
    "no driver": Scenario(
        steps=("list", "install x ./a", "status x"), charts={"a": A}, environment={"HELM_DRIVER": "paper"}
    ),
    "no server": Scenario(
        steps=(
            "list",
            "install x ./a",
            "upgrade x ./a",
            "rollback x",
            "uninstall x",
            "status x",
            "history x",
            "get all x",
            "test x",
        ),
        charts={"a": A},
        environment={"HELM_KUBEAPISERVER": "https://127.0.0.1:1"},
    ),
    "namespace by flag": scenario(
        "install x ./a -n NAMESPACE",
        "status x --namespace NAMESPACE",
        "list -n default -f NAMESPACE",
        "history x -n default",
        a=A,
    ),
}
