"""The whole command line beside the real Helm: arguments too many and too few, flags, aliases, variables.

What is said, where, and the exit code agree; where help is printed, both print it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main

SURFACE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "helm-4.3.1.tsv"
HELP = re.compile(r"(?s)\A.*?^Usage:\n.*\Z", re.MULTILINE)
VARIABLE = re.compile(r"([A-Z_]+)=(.*)")
OWN = ("HELM_", "XDG_", "KUBE", "COBRA_", "NO_COLOR", "HTTP", "NO_PROXY", "http", "no_proxy")

#: Commands that there are and that there are not, and how many arguments they take.
COMMANDS = """
nosuch
hel
hepl
lst
lis
sta
upgrad x
remove
fetch
inspect
repo
repo nosuch
repo ad
repo add
repo add a
repo add a b c
repo remove
repo remove x
repo list x
repo list
repo list -o json
repo list -o yaml
repo list -o xml
repo update
repo update x
repo rm
repo ls
repo up
search
search foo
search repo
search repo a b
search hub
search repo -r '['
search repo -o xml
search repo --max-col-width x
search repo --max-col-width -1
plugin
plugin install
plugin install a b
plugin list x
plugin list
plugin ls
plugin update
plugin up
plugin uninstall
plugin rm
plugin remove x
plugin uninstall x
plugin package
plugin package a b
plugin verify
plugin verify a b
plugin nosuch
registry
registry logout
registry logout a b
registry nosuch
push
push a
push a b c
push app oci://x
push nosuch.tgz oci://localhost:1/x
push app-0.1.0.tgz http://x/y
push app-0.1.0.tgz x/y
pull
pull a
pull x/y
pull nosuch/web
pull ./x
pull --untar
pull --version
pull oci://
verify
verify a b
verify nosuch.tgz
verify app
verify app-0.1.0.tgz
package
package nosuch
package app --sign
package app --sign --key x
dependency
dep
dependencies
dep nosuch
dep list
dep list a b
dep up a b
dep build a b
dependency update nosuch
show
show nosuch
show values app --jsonpath
lint
create
create a b
completion
completion nosuch
completion bash x
completion bash --nosuch
completion -h
docs x
env nosuch
version --short --template x
version --template '{{.Version}} {{.GoVersion}}'
version -c
version --client
help nosuch
help repo add
help repo nosuch
help help
get
get nosuch
get all
get all a b
list x
list --nosuch
list -o
list -q -o json
list -aA
list --max
list --offset -1
history a b
status -o xml x
test
test a b
rollback
rollback a b c
rollback x y
upgrade
upgrade a
upgrade a b c
install a b c
install -g
template a b c
template --generate-name a b
--nosuch
-Z
-h
--help
-n
-n x
--namespace
--namespace=
--debug=x
--qps x list
--burst-limit x list
--color bad version
--color always version --short
--colour never version --short
--color= version
'' version
-- version
version --
- version
version -
--version
-v
-v 3
-v 3 version --short
--kube-insecure-skip-tls-verify=x version
__complete
__completeNoDesc
"""

#: What is given to commands, well and badly; nothing listens on port 1.
ARGUMENTS = """
install --nosuch -h
install -h --nosuch
-h install
nosuch -h
--help nosuch
help -h
help --help
repo nosuch --help
install x --help --color bad
install --help=false
install --help=x
install -hx
install -xh
list -qA -h
list -qa
list -aqn x
list -nq
list -n=x -q
list -n= -q
list -ojson
list -o=json
list -oyaml -q
list -o "json "
list -ox
list --output=json --output=yaml
list --output
un x
del x
delete x y
dep ls
dep ls app --max-col-width 5
dep ls app --max-col-width -5
plugin add
plugin rm x
inspect values app
inspect all app x
inspect
hist x
ls
fetch
repo rm
upgrade --install
upgrade -i x
upgrade -i
template app app app
template -- x app -s templates/service.yaml
template x -- app -s templates/service.yaml
template x app -- -s templates/service.yaml
template x app -s=templates/service.yaml
template x app -stemplates/service.yaml
template x app -s templates/service.yaml,templates/hpa.yaml
template x app -s templates/service.yaml -s templates/serviceaccount.yaml
template x app --show-only
template x app --set
template x app --set= -s templates/service.yaml
template x app --set=a=1,b=2 --set-string c=1 -s templates/service.yaml
template x app -f=text.txt -s templates/service.yaml
template x app -ftext.txt
template x app --values text.txt,text.txt
template x app -n '' -s templates/service.yaml
template x app -n a/b -s templates/service.yaml
template x app -n '!!' -s templates/service.yaml
template '' app
template ' ' app
template x ''
template x .
template x ./app -s templates/service.yaml
template x app/ -s templates/service.yaml
template x ./app/../app -s templates/service.yaml
template x app/Chart.yaml
template x app-0.1.0.tgz -s templates/service.yaml
template x text.txt
template x home
template x --debug app -s nosuch
template x app --debug=false -s templates/service.yaml
template x app --debug=1 -s templates/service.yaml
template x app --color=always -s templates/service.yaml
template x app --qps 1e3 --burst-limit 0x10 -s templates/service.yaml
template x app --kube-as-group a --kube-as-group b -s templates/service.yaml
template x app --kube-context nosuch -s templates/service.yaml
template x app --kubeconfig nosuch -s templates/service.yaml
template x app --kubeconfig text.txt -s templates/service.yaml
template x app --registry-config text.txt -s templates/service.yaml
template x app --registry-config nosuch -s templates/service.yaml
template x app --registry-config home -s templates/service.yaml
template x app --repository-config text.txt -s templates/service.yaml
template x app --repository-cache nosuch -s templates/service.yaml
template x nosuch/app --repository-config text.txt
template x nosuch/app --repository-config home
template x app --content-cache nosuch -s templates/service.yaml
template x app --api-versions a --api-versions b,c -s templates/service.yaml
template x app --enable-dns -s templates/service.yaml
template x app --take-ownership -s templates/service.yaml
template x app --rollback-on-failure -s templates/service.yaml
template x app --description d -s templates/service.yaml
template x app --replace --create-namespace -s templates/service.yaml
template x app --name-template '' -s templates/service.yaml
template x app --name-template '{{ randAlphaNum 3 }}' -s templates/service.yaml
template app --name-template '{{ printf "ab" }}' -s templates/service.yaml
template app --name-template 'A B'
template --name-template 'ab' app x
template -g app --name-template x
template -g x app
show values app --jsonpath '{.image}'
show values app --jsonpath '{'
show chart app app
show all app-0.1.0.tgz
show values app --devel --version 1
show values text.txt
show values nosuch
show values ./nosuch
show values /nosuch
show values file://app
show values ftp://x/y
show values http://
show values oci://
show values 'http://%zz'
version --template ''
version --template ' '
version --template '{{range $i := .}}{{end}}'
version --template '{{.Version'
version --template '{{ .GitCommit }}-{{ .GitTreeState }}'
version --template '{{ printf "%s" .GoVersion }}'
version --template '{{ upper .Version }}'
version --short --debug
env HELM_NAMESPACE -n foo
env HELM_DEBUG --debug
env --kubeconfig x KUBECONFIG
env HELM_KUBECONTEXT --kube-context y
env HELM_KUBEASGROUPS --kube-as-group a --kube-as-group b
env HELM_KUBETOKEN --kube-token t
env HELM_QPS --qps 1.005
env HELM_QPS --qps 1e10
env HELM_QPS --qps nan
env HELM_QPS --qps inf
env HELM_BURST_LIMIT --burst-limit -5
env helm_bin
env ''
completion bash --no-descriptions=x
completion --no-descriptions
completion bash zsh
search repo '' -o json
search repo x -r
search repo x -l --version '>1'
search repo --devel x
search hub x y --endpoint http://127.0.0.1:1
lint .
lint app app
lint app --with-subcharts --strict -q
lint app -f nosuch
lint app --set a
lint text.txt
lint app-0.1.0.tgz
lint ''
verify ''
verify .
push '' ''
push app-0.1.0.tgz ''
push app-0.1.0.tgz oci://
push app-0.1.0.tgz 'oci://%zz/x'
push app-0.1.0.tgz oci://UPPER/x
pull ''
pull .
pull oci://127.0.0.1:1/app:1:2 --plain-http
pull oci://127.0.0.1:1/App --plain-http
pull 'oci://127.0.0.1:1/app@sha256:bad' --plain-http
pull oci://127.0.0.1:1/app --version bad --plain-http
pull nosuch --version 'x y'
pull a/b/c
pull repo/x --repo http://127.0.0.1:1
registry login '' -u u -p p
registry login a/b/c -u u -p p
registry logout ''
repo add x
repo add x not-a-url
repo add x 'http://%zz'
repo add x http://127.0.0.1:1 --ca-file nosuch
repo add x https://127.0.0.1:1 --cert-file nosuch --key-file nosuch
repo add x https://127.0.0.1:1 --insecure-skip-tls-verify
repo add x file:///tmp
repo add x http://127.0.0.1:1/?a=b
repo remove ''
repo update ''
repo list -o table
dependency build app --keyring nosuch --verify
dependency update .
dependency list text.txt
plugin install ''
plugin install https://127.0.0.1:1/x.git
plugin install git+https://127.0.0.1:1/x
plugin verify app-0.1.0.tgz
plugin update nosuch
plugin uninstall ''
plugin list -h
"""

#: Variables, then the command line.
VARIABLES = """
HELM_COLOR=always version --short
HELM_COLOR=bad version --short
HELM_COLOR= version --short
HELM_COLOR=ALWAYS version --short
NO_COLOR=1 HELM_COLOR=always version --short
HELM_COLOR=always lint app
HELM_COLOR=always dependency list app
HELM_COLOR=always repo list
HELM_COLOR=always search repo x
HELM_COLOR=always plugin list
HELM_COLOR=always template x app -s templates/service.yaml
HELM_NAMESPACE=x env HELM_NAMESPACE
HELM_NAMESPACE=x env HELM_NAMESPACE -n y
HELM_NAMESPACE= env HELM_NAMESPACE
HELM_DEBUG=x env HELM_DEBUG
HELM_DEBUG=T env HELM_DEBUG
HELM_DEBUG=true version --short
HELM_MAX_HISTORY=0x5 env HELM_MAX_HISTORY
HELM_MAX_HISTORY=-3 env HELM_MAX_HISTORY
HELM_MAX_HISTORY=99999999999999999999 env HELM_MAX_HISTORY
HELM_MAX_HISTORY=+7 env HELM_MAX_HISTORY
HELM_MAX_HISTORY=1_0 env HELM_MAX_HISTORY
HELM_BURST_LIMIT=5 env HELM_BURST_LIMIT
HELM_BURST_LIMIT=5 env HELM_BURST_LIMIT --burst-limit 6
HELM_QPS=0x1p4 env HELM_QPS
HELM_QPS=1_0 env HELM_QPS
HELM_QPS=inf env HELM_QPS
HELM_QPS=-inf env HELM_QPS
HELM_QPS=nan env HELM_QPS
HELM_QPS=1e400 env HELM_QPS
HELM_QPS=.5 env HELM_QPS
HELM_KUBEASGROUPS=a,b env HELM_KUBEASGROUPS --kube-as-group c
HELM_KUBEASGROUPS=,a,,b, env HELM_KUBEASGROUPS
HELM_KUBEINSECURE_SKIP_TLS_VERIFY=1 env HELM_KUBEINSECURE_SKIP_TLS_VERIFY
HELM_KUBEINSECURE_SKIP_TLS_VERIFY=yes env HELM_KUBEINSECURE_SKIP_TLS_VERIFY
HELM_KUBECONTEXT=nosuch list
HELM_KUBEAPISERVER=http://127.0.0.1:1 list
HELM_KUBEAPISERVER=127.0.0.1:1 list
HELM_KUBEAPISERVER=http://%zz list
HELM_KUBECAFILE=nosuch HELM_KUBEAPISERVER=https://127.0.0.1:1 list
KUBECONFIG=nosuch list
KUBECONFIG=text.txt env HELM_NAMESPACE
KUBECONFIG=home list
HELM_DRIVER=secrets list
HELM_DRIVER=configmap list
HELM_DRIVER=nosuch __complete list ''
HOME=PLACE/nosuch repo list
HELM_REPOSITORY_CONFIG=text.txt repo list
HELM_REPOSITORY_CONFIG=nosuch repo list
HELM_REPOSITORY_CONFIG=home repo list
HELM_REPOSITORY_CONFIG=home repo add a http://127.0.0.1:1
HELM_REPOSITORY_CONFIG=text.txt repo add a http://127.0.0.1:1
HELM_REPOSITORY_CONFIG=text.txt repo update
HELM_REPOSITORY_CONFIG=text.txt search repo
HELM_REPOSITORY_CONFIG=text.txt repo remove a
HELM_REGISTRY_CONFIG=text.txt version
HELM_REGISTRY_CONFIG=home registry logout x
HELM_PLUGINS=nosuch plugin list
HELM_PLUGINS=text.txt plugin list
HELM_PLUGINS=a:b plugin list
HELM_PLUGINS= plugin list
HELM_NO_PLUGINS=1 plugin list
HELM_EXPERIMENTAL_OCI=1 version --short
HTTP_PROXY=http://127.0.0.1:1 show values http://example.invalid/x.tgz
HTTPS_PROXY=http://127.0.0.1:1 show values https://example.invalid/x.tgz
NO_PROXY=* HTTP_PROXY=http://127.0.0.1:1 show values http://127.0.0.1:2/x.tgz
HTTP_PROXY=http://127.0.0.1:1 show values http://127.0.0.1:2/x.tgz
HTTP_PROXY=socks5://127.0.0.1:1 show values http://example.invalid/x.tgz
COBRA_COMPLETION_DESCRIPTIONS=0 __complete list -o ''
"""


def cases(*texts: str) -> list[str]:
    """Return the command lines of some texts, one a line."""
    return [line for text in texts for line in text.strip("\n").splitlines()]


def bad_flags() -> list[str]:
    """Return lines that give each of Helm's flags what it cannot take, or nothing: each kind of flag once."""
    lines: dict[tuple[str, str], list[str]] = {}
    missing: set[str] = set()
    for entry in SURFACE.read_text().splitlines():
        kind, path, *fields = entry.split("\t")
        name, short, type_, _, alone, *_ = (*fields, "", "", "", "", "")
        if kind != "flag" or name == "help" or (name, type_) in lines:
            continue
        command = path.partition(" ")[2] or "version"
        found = lines[name, type_] = []
        if not type_:
            found.append(f"{command} --{name}=maybe")
        elif type_ not in ("string", "strings", "stringArray"):
            found.append(f"{command} --{name}=bad")
        if type_ and not alone and type_ not in missing:
            missing.add(type_)
            found.append(f"{command} --{name}")
        if short:
            found.append(f"{command} -{short}")
    return [line for found in lines.values() for line in found]


@pytest.fixture(scope="module")
def tree(helm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chart, its archive, a text and an empty home."""
    top = tmp_path_factory.mktemp("line") / "tree"
    (top / "home").mkdir(parents=True)
    (top / "text.txt").write_text("x\n")
    environ = {"HOME": str(top / "home")}
    for line in ("create app", "package app"):
        subprocess.run([helm, *line.split()], check=True, cwd=top, env=environ, stdout=subprocess.DEVNULL)
    shutil.rmtree(top / "home")
    (top / "home").mkdir()
    return top


class Both:
    """Runs a command line in the real Helm and in ours, each in a tree of its own."""

    def __init__(
        self,
        helm: Path,
        tree: Path,
        directory: Path,
        patch: pytest.MonkeyPatch,
        capture: pytest.CaptureFixture[str],
    ) -> None:
        self.helm, self.tree, self.directory, self.patch, self.capture = helm, tree, directory, patch, capture
        for name in list(os.environ):
            if name.startswith(OWN):
                patch.delenv(name)
        patch.setattr(sys, "argv", ["helm"])

    def __call__(self, line: str) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
        """Return exit code, standard output and standard error of each."""
        words = shlex.split(line)
        environ: dict[str, str] = {}
        while words and (found := VARIABLE.fullmatch(words[0])):
            environ[found[1]] = found[2]
            words.pop(0)
        theirs, ours = self._tree("theirs"), self._tree("ours")
        done = subprocess.run(
            ["helm", *words],
            executable=self.helm,
            cwd=theirs,
            env={**os.environ, "HOME": f"{theirs}/home", **self._placed(environ, theirs)},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        self.patch.chdir(ours)
        for name, value in {"HOME": f"{ours}/home", **self._placed(environ, ours)}.items():
            self.patch.setenv(name, value)
        code = main(words)
        out, err = self.capture.readouterr()
        said = [_masked(text.decode(errors="replace"), theirs) for text in (done.stdout, done.stderr)]
        return (done.returncode, said[0], said[1]), (code, _masked(out, ours), _masked(err, ours))

    def _tree(self, name: str) -> Path:
        return Path(shutil.copytree(self.tree, self.directory / name, copy_function=os.link))

    def _placed(self, environ: dict[str, str], place: Path) -> dict[str, str]:
        return {name: value.replace("PLACE", str(place)) for name, value in environ.items()}


def _masked(text: str, place: Path) -> str:
    """Return what is said without what help says, and without the place."""
    text = re.sub(r"(?<=index\.yaml)\d+", "N", text.replace(str(place), "PLACE"))
    return HELP.sub("HELP", text)


@pytest.fixture
def both(
    helm: Path, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Both:
    """Both programs, each in a tree of its own."""
    return Both(helm, tree, tmp_path, monkeypatch, capfd)


@pytest.mark.parametrize("line", cases(COMMANDS, ARGUMENTS, VARIABLES))
def test_command_line(both: Both, line: str) -> None:
    theirs, ours = both(line)
    assert ours == theirs


@pytest.mark.parametrize("line", bad_flags())
def test_flags_that_are_given_badly(both: Both, line: str) -> None:
    theirs, ours = both(line)
    assert ours == theirs
