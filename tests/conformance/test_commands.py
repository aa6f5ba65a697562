"""The same command line through the real Helm and ours: output, messages and exit code agree."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

RECORDS = Path(__file__).resolve().parent.parent / "cases" / "releases.yaml"
OURS = "import sys; from hivehelm.cli.hivehelm import main; sys.argv[0] = 'helm'; sys.exit(main())"

CONFIG_MAP = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  upgrade: {{ .Release.IsUpgrade | quote }}
  kube: {{ .Capabilities.KubeVersion.Version }}
  extra: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}
  a: {{ .Values.a | quote }}
"""
FILES = {
    "app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: '9'\ndescription: An app\n"
    "keywords: [x, y]\nmaintainers:\n- name: M\n  email: m@example.com\nannotations: {b: '2', a: '1'}\n",
    "app/values.yaml": "# defaults\na: 1\nnested:\n  b: two\n",
    "app/README.md": "# App\n\nRead me.\n",
    "app/templates/_helpers.tpl": '{{- define "app.x" }}x{{ end }}\n',
    "app/templates/configmap.yaml": CONFIG_MAP,
    "app/templates/sub/two.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\n"
    "apiVersion: v1\nkind: Service\nmetadata: {name: t}\n",
    "app/templates/hook.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: h\n  annotations:\n"
    "    helm.sh/hook: pre-install\n",
    "app/templates/tests/test.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations:\n"
    "    helm.sh/hook: test\n",
    "app/templates/empty.yaml": "{{ if .Values.never }}x{{ end }}\n",
    "app/templates/NOTES.txt": "Hello {{ .Release.Name }}\n",
    "app/crds/one.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    "metadata: {name: ones.example.com}\n",
    "app/crds/two.yaml": "---\nkind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\n"
    "metadata: {name: twos.example.com}\n",
    "bare/Chart.yaml": "apiVersion: v1\nname: bare\nversion: 0.1.0\ndeprecated: true\n",
    "library/Chart.yaml": "apiVersion: v2\nname: library\nversion: 0.1.0\ntype: library\n",
    "needy/Chart.yaml": "apiVersion: v2\nname: needy\nversion: 0.1.0\ndependencies:\n- name: far\n"
    "  version: 1.0.0\n  repository: https://example.com\n- name: off\n  version: 1.0.0\n",
    "picky/Chart.yaml": "apiVersion: v2\nname: picky\nversion: 0.1.0\nkubeVersion: '>=99.0.0'\n",
    "nochart/values.yaml": "a: 1\n",
    "noname/Chart.yaml": "apiVersion: v2\nversion: 0.1.0\n",
    "noversion/Chart.yaml": "apiVersion: v2\nname: noversion\n",
    "badversion/Chart.yaml": "apiVersion: v2\nname: badversion\nversion: one\n",
    "badyaml/Chart.yaml": "apiVersion: v2\nname: [\n",
    "badapi/Chart.yaml": "apiVersion: v9\nname: badapi\nversion: 0.1.0\n",
    "badtype/Chart.yaml": "apiVersion: v2\nname: badtype\nversion: 0.1.0\ntype: other\n",
    "badvalues/Chart.yaml": "apiVersion: v2\nname: badvalues\nversion: 0.1.0\n",
    "badvalues/values.yaml": "a: [\n",
    "broken/Chart.yaml": "apiVersion: v2\nname: broken\nversion: 0.1.0\n",
    "broken/templates/a.yaml": "kind: ConfigMap\nmetadata: {name: x\n",
    "unparsable/Chart.yaml": "apiVersion: v2\nname: unparsable\nversion: 0.1.0\n",
    "unparsable/templates/a.yaml": "{{ if }}\n",
    "unknown/Chart.yaml": "apiVersion: v2\nname: unknown\nversion: 0.1.0\n",
    "unknown/templates/a.yaml": "{{ nosuchfunction 1 }}\n",
    "failing/Chart.yaml": "apiVersion: v2\nname: failing\nversion: 0.1.0\n",
    "failing/templates/a.yaml": 'a: 1\nb: {{ fail "no luck" }}\n',
    "needs/Chart.yaml": "apiVersion: v2\nname: needs\nversion: 0.1.0\n",
    "needs/templates/a.yaml": 'a: {{ required "give me a name" .Values.name }}\n',
    "endless/Chart.yaml": "apiVersion: v2\nname: endless\nversion: 0.1.0\n",
    "endless/templates/a.yaml": '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}\n',
    "strict/Chart.yaml": "apiVersion: v2\nname: strict\nversion: 0.1.0\n",
    "strict/values.yaml": "a: text\n",
    "strict/values.schema.json": '{"type": "object", "properties": {"a": {"type": "integer"}}}\n',
    "one.yaml": "a: from file\nlist: [1, 2]\n",
    "two.yaml": "a: from second file\n",
    "list.yaml": "- a\n- b\n",
    "broken.yaml": "a: b: c\n",
    "empty.yaml": "",
    "text.txt": "text\nin a file\n",
    "notanarchive.tgz": "this is no archive\n",
    "plain.txt": "hello\n",
}

FLAGS = r"""
version --foo
version -x
version -xyz
list -qx
list -ƒ
-foo
--foo bar
template --=x
template ---x
template -n
template --set
list -m
list -qm
list --max x
list --max=99999999999999999999
list --max 1__0
list --max ''
list -o xml
status -oxml x
install --timeout 5 a b
install --timeout 5x a b
install --timeout '' a b
install --no-hooks=maybe a b
install --server-side=foo a b
install --wait=foo a b
install --wait=true --wait=false a b c
install --wait a b c
install -l a a b
install -l a=1,b=2,c a b
install --force --force-conflicts a b
install --force-replace --force-conflicts a b
install --atomic a b c
template --validate --dry-run x
template -f 'a"b' x
template -f '"a' x
template -f '"a"b' x
env --qps x
env --burst-limit x
env --debug=x
--debug=x version
version --color bad
--color bad
--color=never --colour bad version
template --hide-notes --render-subchart-notes a b c
install a b --dry-run=foo
install a b c --dry-run=false
install a b c --dry-run
template a b --dry-run=foo
template a b --dry-run=none
template a b --dry-run=false
template a b c --dry-run=true
template app --kube-version x
template app --kube-version 1
template app --kube-version 01.2
template a b --generate-name
template a b --name-template x
install a
install a b c d
install a b -g
install b --name-template '{{'
install a b --name-template x
list --max=0x1f --kube-context nosuchcontext
"""

COMMANDS = r"""
foo
versin
rm
u
s
re
instal
"" version
version x
env a b
list foo
ls foo
show all
show all a b
inspect values
get values
get values a b
get manifest
history
hist a b
status
status a b
uninstall
del
delete
un
uninstall x --cascade foo
install
template
-n x version y
--namespace x version y
-n x version -- y
"""

ENVIRONMENT = r"""
env
env HELM_BIN
env NOSUCH
env HELM_NAMESPACE
env HELM_NAMESPACE -n abc
env HELM_NAMESPACE -nabc
env HELM_NAMESPACE -n=abc
-n= env HELM_NAMESPACE
env --namespace=abc HELM_NAMESPACE
env --kubeconfig nosuchfile
env --kubeconfig nosuchfile HELM_NAMESPACE
env --kubeconfig plain.txt HELM_NAMESPACE
env --kube-as-group a --kube-as-group b
env --kube-as-user u --kube-token t --kube-context c --kube-apiserver s --kube-ca-file f
env --qps 1.5 --burst-limit -1 --debug --kube-insecure-skip-tls-verify --kube-tls-server-name n
env --registry-config r --repository-config c --repository-cache d --content-cache e
env --registry-config .
version
version --short
version --short=false
version --template '{{.Version}}'
version --template '{{.Version}} {{.GoVersion}} {{.KubeClientVersion}} {{.}}'
version --template '{{.Nope}}'
version --template '{{'
list --kube-context nosuchcontext
status x --kube-context nosuchcontext
list
uninstall x
get all x
install x app
"""

SHOW = r"""
show chart app
show values app
show readme app
show crds app
show all app
inspect chart app
show all bare
show values bare
show readme bare
show crds bare
show chart nochart
show chart noname
show chart noversion
show chart badversion
show chart badyaml
show chart badapi
show chart badtype
show values badvalues
show chart notanarchive.tgz
show chart plain.txt
show chart nosuch
show chart ./nosuch
show chart /nosuch/chart
show chart nosuch/chart
show chart 'nosuch chart'
show chart ftp://example.com/chart
show chart ''
show chart .
show chart app/Chart.yaml
show chart app --version '>9'
"""

TEMPLATE = r"""
template app
template x app
template x app -n abc
template x ./app/
template x app --no-hooks
template x app --skip-tests
template x app --include-crds
template x app --include-crds --skip-crds
template x app --is-upgrade
template x app --kube-version 1.30
template x app --kube-version v1.30.1-gke.1
template x app -a example.com/v1
template x app --api-versions a/v1,example.com/v1
template x app -s templates/configmap.yaml
template x app -s templates/sub/two.yaml -s templates/configmap.yaml
template x app -s 'templates/*.yaml'
template x app -s 'templates/*/*.yaml'
template x app -s templates/tests/test.yaml
template x app -s templates/nosuch.yaml
template x app -s templates/empty.yaml
template x app -s templates/NOTES.txt
template x app -s '[' --debug
template x app --set a=2
template x app --set a=2 --set-string a=3
template x app --set-json 'a={"b":[1,2]}'
template x app --set-json '{"a":{"b":1}}'
template x app --set-literal 'a=x,y=z'
template x app --set-file a=text.txt
template x app --set-file a=nosuch.txt
template x app --set a
template x app --set a[=2
template x app --set-json a={
template x app --set-json '{"a"'
template x app -f one.yaml
template x app -f one.yaml -f two.yaml
template x app -f one.yaml,two.yaml
template x app -f nosuch.yaml
template x app -f app
template x app -f list.yaml
template x app -f broken.yaml
template x app -f empty.yaml
template x app -f 1:2.yaml
template x app --dry-run=client
template x app --dry-run
template x app --validate=false --no-hooks
template app --name-template 'n-{{ upper "x" | lower }}'
template app --name-template '{{ nosuch }}'
template app --name-template '{{ fail "x" }}'
template app --name-template X
template Bad_Name app
template x app --labels name=y
template x app --description d --labels a=b --wait --timeout 1s --replace --create-namespace
template x app --output-dir out
template x app --output-dir out --include-crds --release-name
template x app --output-dir out -s templates/configmap.yaml
template x app --debug
template x bare
template x library
template x needy
template x picky
template x picky --kube-version 99.1
template x nochart
template x noname
template x badyaml
template x badvalues
template x broken
template x broken --debug
template x unparsable
template x unknown
template x failing
template x failing --debug
template x needs
template x endless
template x strict
template x strict --skip-schema-validation
template x notanarchive.tgz
template x nosuch
template x ./nosuch
template x nosuch --debug
"""

RELEASES = r"""
list
list -o json
list -q
list -qo json
list -qoyaml
list -o yaml
list --deployed
list --failed --pending
list --superseded
list --uninstalled
list -d
list -dr
list -m 1
list --offset 1
list -m 1 --offset 1
list -m 0
list -m -1
list --offset 9
list -f ^a
list -f [
list --no-headers
list --no-headers -f nope
list -f nope
list -f nope -o json
list --time-format 2006-01-02
list --color always
list -n elsewhere
list -l a=b
list -l =
history alpha
history alpha --show-rollback-revision
history alpha -o json
history alpha -oyaml
history alpha --max 1
history alpha --max 0
history alpha --max 0 -o json
history alpha --max -1 -o yaml
history failed-é
history longlines
history nope
history pending
history pending -o json
status alpha
status alpha -o json
status alpha --revision 1
status alpha --revision 9
status alpha -o yaml
status alpha --color always
status pending
status longlines
status nope
get all alpha
get all alpha --revision 1
get all alpha --color always
get values alpha
get values alpha -a
get values alpha -o json
get values alpha -ao yaml
get values alpha --revision 1
get values alpha --revision 1 -o json
get manifest alpha
get manifest pending
get hooks alpha
get hooks alpha --revision 1
get notes alpha
get notes alpha --revision 1
get metadata alpha
get metadata alpha -o json
get metadata alpha -o yaml
get metadata alpha --revision 1
get all nope
get values BAD_NAME
uninstall alpha --dry-run
uninstall nope
uninstall nope --ignore-not-found
uninstall BAD_NAME
install alpha app
"""


def cases(*groups: str) -> list[str]:
    """Return the command lines of some texts, one a line."""
    return [line for group in groups for line in group.strip().splitlines()]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with small charts, whole and broken ones, and values files."""
    top = tmp_path_factory.mktemp("commands")
    for name, text in FILES.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (top / "home").mkdir()
    return top


def run(program: list[str], line: str, place: Path, **variables: str) -> tuple[int, str, str]:
    """Run a command line; return exit code, standard output and standard error."""
    environment = {"HOME": str(place / "home"), "PATH": os.environ["PATH"], **variables}
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    done = subprocess.run(
        ["helm" if len(program) == 1 else program[0], *program[1:], *shlex.split(line)],
        executable=program[0],
        capture_output=True,
        cwd=place,
        env=environment,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def both(helm: Path, line: str, place: Path, **variables: str) -> tuple[tuple[int, str, str], ...]:
    """Return what the real Helm and ours make of a command line."""
    theirs = run([str(helm)], line, place, **variables)
    ours = run([sys.executable, "-c", OURS], line, place, **variables)
    return theirs, ours


@pytest.mark.parametrize("line", cases(FLAGS, COMMANDS, ENVIRONMENT, SHOW, TEMPLATE))
def test_command_line(helm: Path, place: Path, line: str) -> None:
    theirs, ours = both(helm, line, place)
    assert ours == theirs


@pytest.mark.parametrize("line", cases(RELEASES))
def test_releases_on_record(helm: Path, place: Path, line: str) -> None:
    """With records in memory, which Helm reads from a file: what is printed of them."""
    records = str(RECORDS)
    theirs, ours = both(helm, line, place, HELM_DRIVER="memory", HELM_MEMORY_DRIVER_DATA=records)
    assert ours == theirs


@pytest.mark.parametrize(
    ("line", "variables"),
    [
        ("env", {"HELM_NAMESPACE": "n", "HELM_DEBUG": "1", "HELM_MAX_HISTORY": "3", "HELM_QPS": "2.5"}),
        ("env", {"HELM_MAX_HISTORY": "x", "HELM_BURST_LIMIT": "y", "HELM_QPS": "z", "HELM_DEBUG": "w"}),
        ("env", {"HELM_CACHE_HOME": "/c/./d", "HELM_CONFIG_HOME": "e/../f", "HELM_DATA_HOME": "/g//h"}),
        ("env", {"XDG_CACHE_HOME": "/c", "XDG_CONFIG_HOME": "/d", "XDG_DATA_HOME": "/e"}),
        ("env", {"HELM_KUBEASGROUPS": " a,b, ", "HELM_KUBEASUSER": "u", "HELM_KUBETOKEN": "t"}),
        ("env", {"HELM_PLUGINS": "", "HELM_REGISTRY_CONFIG": "r.json", "HELM_REPOSITORY_CACHE": "c"}),
        ("env", {"HELM_KUBEINSECURE_SKIP_TLS_VERIFY": "true", "HELM_KUBETLS_SERVER_NAME": "n"}),
        ("env", {"HOME": ""}),
        ("version", {"HELM_COLOR": "bad"}),
        ("version", {"HELM_DRIVER": "nosuch"}),
        ("template", {"HELM_DRIVER": "nosuch"}),
        ("version", {"HELM_DRIVER": "memory"}),
        ("list", {"HELM_DRIVER": "memory", "HELM_MEMORY_DRIVER_DATA": "nosuch"}),
        ("list", {"KUBECONFIG": "plain.txt"}),
        ("template x app", {"HELM_NAMESPACE": "abc"}),
        ("template x app", {"KUBECONFIG": "plain.txt"}),
        ("template x app --debug -s nosuch", {"NO_COLOR": "1"}),
    ],
)
def test_environment(helm: Path, place: Path, line: str, variables: dict[str, str]) -> None:
    theirs, ours = both(helm, line, place, **variables)
    assert ours == theirs


def test_the_files_of_an_output_directory(helm: Path, tmp_path: Path, place: Path) -> None:
    """Names, order and contents, the second time over what the first wrote."""
    written: list[dict[str, bytes]] = []
    for program in ([str(helm)], [sys.executable, "-c", OURS]):
        out = tmp_path / Path(program[0]).name
        for _ in range(2):
            code, _, err = run(program, f"template x app --include-crds --output-dir {out}", place)
            assert (code, err) == (0, "")
        files = sorted(path for path in out.rglob("*") if path.is_file())
        written.append({str(path.relative_to(out)): path.read_bytes() for path in files})
    assert written[0] == written[1]
    assert len(written[0]) == 6


@pytest.mark.parametrize(
    "line",
    ["", "help", "--help", "version --help", "help list", "show", "show nosuch", "get", "help show all"],
)
def test_help_has_the_structure_of_helms(helm: Path, place: Path, line: str) -> None:
    """Words are ours; heads, usage lines and the exit code are Helm's."""
    theirs, ours = both(helm, line, place)

    def skeleton(result: tuple[int, str, str]) -> tuple[int, list[str], bool]:
        lines = result[1].splitlines()
        usage = lines.index("Usage:")
        return result[0], [text for text in lines[usage:] if text and text[0] != " "], bool(result[2])

    assert skeleton(ours) == skeleton(theirs)
    assert ours[1].split("Usage:\n")[1].split("\n\n")[0] == theirs[1].split("Usage:\n")[1].split("\n\n")[0]
