"""What shells are told while somebody types: the real Helm and ours offer the same, and direct alike.

What is said of candidates is compared where it is data (releases, versions), not where it is help.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

SURFACE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "helm-4.3.1.tsv"
FLAGS = {line.split("\t")[2] for line in SURFACE.read_text().splitlines() if line.startswith("flag")}

KUBECONFIG = """apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: here, user: me, namespace: spaced}}
- {name: two, context: {cluster: there, user: me}}
clusters: []
users: []
"""
INDEX = """apiVersion: v1
entries:
  web:
  - {apiVersion: v2, name: web, version: 1.0.0, created: "2024-01-02T03:04:05Z", urls: [a.tgz]}
  - {apiVersion: v2, name: web, version: 1.10.0, appVersion: "7", created: "2024-11-12T03:04:05Z", urls: [a]}
  - {apiVersion: v2, name: web, version: 1.9.0, deprecated: true, urls: [a.tgz]}
  other:
  - {apiVersion: v2, name: other, version: 0.1.0, urls: [b.tgz]}
generated: "2024-01-01T00:00:00Z"
"""
RECORDS = "".join(
    f"""- name: {name}
  namespace: {namespace}
  version: {version}
  info: {{status: {status}, last_deployed: "2024-01-02T03:04:05Z"}}
  chart: {{metadata: {{name: web, version: 1.{version}.0{app}, apiVersion: v2}}}}
"""
    for name, namespace, version, status, app in [
        ("alpha", "default", 1, "superseded", ', appVersion: "7"'),
        ("alpha", "default", 2, "superseded", ""),
        ("alpha", "default", 10, "deployed", ', appVersion: "8"'),
        ("beta", "default", 1, "failed", ""),
        ("gone", "default", 3, "uninstalled", ""),
        ("pending", "default", 1, "pending-install", ""),
        ("elsewhere", "other", 1, "deployed", ""),
    ]
)
COMPLETE = """#!/bin/sh
echo "args:$*"
echo "namespace:$HELM_NAMESPACE"
printf 'one\\tthe first\\n\\ntwo\\n'
echo :36
"""
FILES = {
    "kubeconfig": KUBECONFIG,
    "records": RECORDS,
    "broken": "a: [",
    "webby/Chart.yaml": "apiVersion: v2\nname: webby\nversion: 0.1.0\n",
    "st-local.tgz": "",
    "home/.config/helm/repositories.yaml": "apiVersion: v1\nrepositories:\n"
    "- {name: stable, url: 'https://example.com/stable'}\n- {name: st, url: 'https://example.com/st'}\n"
    "- {name: bare, url: 'https://example.com/bare'}\n- {name: none, url: 'https://example.com/none'}\n",
    "home/.cache/helm/repository/stable-charts.txt": "web\nother\n",
    "home/.cache/helm/repository/stable-index.yaml": INDEX,
    "home/.cache/helm/repository/bare-index.yaml": INDEX,
    "home/.cache/helm/repository/st-charts.txt": "",
    "home/.local/share/helm/plugins/dyn/plugin.yaml": "apiVersion: v1\ntype: cli/v1\nname: dyn\n"
    "version: 0.1.0\nruntime: subprocess\nconfig: {usage: dyn, shortHelp: dynamic, longHelp: ''}\n"
    "runtimeConfig: {platformCommand: [{command: 'true'}]}\n",
    "home/.local/share/helm/plugins/dyn/plugin.complete": COMPLETE,
    "home/.local/share/helm/plugins/old/plugin.yaml": "name: old\nversion: 0.1.0\nusage: an old one\n"
    "description: 'old style'\ncommand: 'true'\n",
    "home/.local/share/helm/plugins/old/completion.yaml": "name: old\nflags: [global, g, deep]\n"
    "commands:\n- {name: sub, validArgs: [apple, pear], flags: [flag, f]}\n"
    "- {name: dir, commands: [{name: leaf}]}\n",
}

OFFERED = """
''
'' ''
s
zzz
nosuch ''
nosuch --
--
-
--k
--no
--debug --d
-n x ''
-n x -
-n
--namespace x l
--namespace=x sta
get ''
get a
get nosuch ''
get all x ''
dependency ''
dep u
repo ''
plugin ''
registry ''
search ''
show ''
completion ''
completion bash ''
completion bash --
completion zsh -
help ''
help sho
help get ''
help nosuch ''
status --
status -o ''
status -o=
status -oj
status --output ''
status --output=
status --output=t
status --output json ''
status --help ''
status -h ''
status -h -
status x --
status -- -
status --nosuch ''
status --nosuch=
status -z ''
status --timeout ''
install --timeout x ''
install --timeout 5m ''
install x ''
install x stab
install x st
install x stable/
install x stable/w
install x bare/
install x none/
install x nosuch/
install x oci
install x oci://
install x oci://example.com/x
install x https
install x ./
install x /
install x webb
install x w
install x stable/web --version ''
install x stable/web --version 1.
install x stable/other --version ''
install x bare/web --version=
install x none/web --version ''
install x stable/nosuch --version ''
install x web --version ''
install x a/b/c --version ''
install --version ''
install -g ''
install -g stable/web --version ''
install -g stable/
install ''
install x y z ''
install x --force
install x --force-replace --force
install x --set ''
install x --set-file ''
install x -f ''
install x --values=
install x --wait ''
install --w
template x stab
template x ''
template x stable/web --version ''
template --val
upgrade x st
upgrade x y ''
upgrade x stable/web --version ''
upgrade --install x stable/
pull ''
pull sta
pull stable/web --version ''
pull stable/web ''
pull -
push ''
push a ''
push a b ''
show all ''
show values stable/
show chart w
show crds stable/web --version ''
show readme a ''
lint ''
lint a ''
lint --
create ''
create a ''
create --
package ''
package a ''
verify ''
verify a ''
list ''
list a
list -
list -a
list -o json -
list --color never --co
version ''
version --
env ''
env HELM_K
env A ''
docs ''
docs --type ''
docs --dir ''
repo add ''
repo add a ''
repo add a b ''
repo add --
repo remove ''
repo remove stable ''
repo update ''
repo update stable bare s
repo list ''
repo index ''
repo index a ''
search repo ''
search hub ''
search hub -
registry login ''
registry logout ''
registry login --
plugin install ''
plugin install a ''
plugin list ''
plugin uninstall ''
plugin uninstall dyn ''
plugin update ''
plugin update x d
plugin package ''
dependency build ''
dependency list ''
dependency list -
dependency update --
uninstall --kube-context ''
--kube-context ''
--kube-context t
--kubeconfig ''
--kubeconfig kubeconfig --kube-context ''
--kubeconfig broken --kube-context ''
-v ''
--registry-config ''
dyn ''
dyn a
dyn a --flag -n inner ''
dyn --
-n outer dyn x ''
old ''
old -
old s
old sub ''
old sub app
old sub x ''
old sub --
old dir ''
old dir leaf ''
old nosuch ''
"""
RELEASES = """
status ''
status al
status alpha ''
get all ''
get values alpha --revision ''
get all alpha --revision=
get notes --revision ''
get manifest a b --revision ''
get hooks nosuch --revision ''
get metadata alpha --revision 1
status alpha --revision ''
history ''
history alpha ''
rollback ''
rollback alpha ''
rollback nosuch ''
rollback alpha 1 ''
test ''
uninstall ''
uninstall alpha ''
uninstall alpha alpha b
upgrade ''
upgrade al
-n other status ''
--namespace nosuch uninstall ''
get all ALPHA --revision ''
"""
#: Where ours offers the words that a flag takes, and Helm leaves the shell to offer files.
MORE = """
install x --wait=
upgrade --wait=w
install x --dry-run=
template x --dry-run=s
uninstall x --cascade ''
rollback x --server-side ''
upgrade x --server-side=a
list --color ''
list --colour=
"""


def cases(text: str) -> list[str]:
    """Return the command lines of a text, one a line."""
    return text.strip().splitlines()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with repositories, their caches, and plugins."""
    top = tmp_path_factory.mktemp("completion")
    for name, text in FILES.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if name.endswith(".complete"):
            path.chmod(0o755)
    return top


class Both:
    """Asks the real Helm and ours what may follow."""

    def __init__(
        self, helm: Path, place: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.helm, self.place, self.patch, self.capture = helm, place, patch, capture
        for name in list(os.environ):
            if name.startswith(("HELM_", "XDG_", "KUBE", "COBRA_")):
                patch.delenv(name)
        patch.setenv("HOME", str(place / "home"))
        patch.chdir(place)
        patch.setattr(sys, "argv", ["helm"])

    def __call__(
        self, line: str, command: str = "__complete", **variables: str
    ) -> tuple[list[str], list[str]]:
        """Return what each says: candidates in their order, the directive, and the words on it."""
        for name, value in variables.items():
            self.patch.setenv(name, value)
        words = shlex.split(line)
        done = subprocess.run(
            [self.helm, command, *words], capture_output=True, text=True, check=False, env=dict(os.environ)
        )
        theirs = [str(done.returncode), *done.stdout.splitlines(), *_errors(done.stderr)]
        code = main([command, *words])
        out, err = self.capture.readouterr()
        return theirs, [str(code), *out.splitlines(), *_errors(err)]


def _errors(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("[Debug] [Error]", "Completion", "Error"))]


def _plain(lines: list[str], *, unordered: bool = False) -> list[str]:
    """Return lines without what is said of candidates, and without flags that only ours has."""
    plain = [line.partition("\t")[0] for line in lines]
    plain = [line for line in plain if not line.startswith("--") or line[2:] in FLAGS]
    return sorted(plain) if unordered else plain


@pytest.fixture
def both(helm: Path, place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Both:
    """Both programs, in one home."""
    return Both(helm, place, monkeypatch, capfd)


@pytest.mark.parametrize("line", cases(OFFERED))
def test_candidates(both: Both, line: str) -> None:
    theirs, ours = both(line, KUBECONFIG=str(both.place / "kubeconfig"))
    # Helm lists contexts and the charts of an index in the order of a Go map.
    unordered = "--kube-context" in line or "bare/" in line
    assert _plain(ours, unordered=unordered) == _plain(theirs, unordered=unordered)


@pytest.mark.parametrize(
    "line", ["install x stable/web --version ''", "install x st", "repo remove ''", "--kube-context ''"]
)
def test_what_is_said_of_candidates(both: Both, line: str) -> None:
    """Data is said of them, and alike."""
    theirs, ours = both(line, KUBECONFIG=str(both.place / "kubeconfig"))
    said = [entry for entry in theirs if "\t" in entry and "://\t" not in entry]
    assert said
    assert sorted(entry for entry in ours if "\t" in entry and "://\t" not in entry) == sorted(said)


@pytest.mark.parametrize("line", cases(RELEASES))
def test_releases(both: Both, line: str) -> None:
    """Releases and revisions on record, with what is said of them."""
    theirs, ours = both(line, HELM_DRIVER="memory", HELM_MEMORY_DRIVER_DATA="records")
    assert ours == theirs


@pytest.mark.parametrize("line", cases(MORE))
def test_more_than_helm_offers(both: Both, line: str) -> None:
    theirs, ours = both(line)
    # Of a color that is only being typed, Helm says that there is none such.
    assert theirs[1:2] == [":0"] or theirs == ["1"]
    assert ours[-2] == ":4"
    assert len(ours) > 3


@pytest.mark.parametrize("line", ["list ''", "status -o ''", "repo remove ''", "show ''"])
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"HELM_COMPLETION_DESCRIPTIONS": "false"},
        {"COBRA_COMPLETION_DESCRIPTIONS": "0"},
        {"HELM_COMPLETION_DESCRIPTIONS": "1", "COBRA_COMPLETION_DESCRIPTIONS": "0"},
        {"HELM_COMPLETION_DESCRIPTIONS": "x"},
        {"COBRA_ACTIVE_HELP": "0"},
        {"HELM_ACTIVE_HELP": "0"},
        {"HELM_ACTIVE_HELP": "1"},
    ],
)
def test_variables(both: Both, line: str, variables: dict[str, str]) -> None:
    theirs, ours = both(line, **variables)
    assert ["\t" in entry for entry in ours] == ["\t" in entry for entry in theirs]
    assert _plain(ours) == _plain(theirs)


@pytest.mark.parametrize("line", ["", "''", "status -o ''", "plugin update ''"])
def test_without_descriptions(both: Both, line: str) -> None:
    theirs, ours = both(line, "__completeNoDesc")
    assert ours == theirs


def test_nothing_typed(both: Both) -> None:
    theirs, ours = both("")
    assert ours == theirs
    assert theirs[0] == "1"


@pytest.mark.parametrize("line", ["-n ''", "--namespace kube", "status ''", "rollback nosuch ''"])
def test_live(both: Both, cluster: Cluster, line: str) -> None:
    """What is asked of a cluster."""
    theirs, ours = both(line, KUBECONFIG=str(cluster.kubeconfig()))
    # Other tests make and delete namespaces meanwhile.
    keep = {"0", "default", "kube-system", "kube-public", "kube-node-lease"}
    assert [entry for entry in ours if entry in keep or entry[:1] in ":C["] == [
        entry for entry in theirs if entry in keep or entry[:1] in ":C["
    ]
    if line.startswith("-"):
        assert "kube-system" in ours


def test_no_cluster_answers(both: Both) -> None:
    text = KUBECONFIG.replace(
        "clusters: []", "clusters: [{name: here, cluster: {server: 'http://127.0.0.1:1'}}]"
    )
    both.place.joinpath("dead").write_text(text.replace("users: []", "users: [{name: me, user: {}}]"))
    for line in ("status ''", "rollback a ''", "-n ''", "status --revision=1 x ''"):
        theirs, ours = both(line, KUBECONFIG=str(both.place / "dead"))
        assert ours == theirs
