"""Plugins through the real Helm and ours: commands, post-renderers, getters, and all that `plugin` does.

Each line is a tree of its own: command lines, and shell commands after a `!`, one after the other. What is
printed, the exit codes, and the files that are there afterwards have to be equal. The real Helm runs as a
process, ours in this one.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import re
import shlex
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from tests.openpgp import Key, canonical, certificate, clear_signed, packet

from hivehelm.cli.hivehelm import main
from hivehelm.testing import ChartRepository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.cluster.registry import Registry

    Said = list[tuple[str, int, str, str]]

ANN = "Ann Other <ann@example.com>"
KEY, STRANGER = Key("eddsa"), Key("eddsa", 1)
PLUGINS = "home/plugins"
SHOW = """#!/bin/sh
echo "args: $*"
echo "to err" >&2
env | grep -E '^(HELM_|KUBECONFIG=)' | grep -v HELM_BIN= | sort
exit ${CODE:-0}
"""
CHART = {
    "c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 0.1.0\n",
    "c/templates/a.yaml": "# above\n\napiVersion: v1 # behind\nkind: ConfigMap\nmetadata:\n  name: a\n"
    "  # below\n"
    "data: {x: '1', y: \"2\"}\n---\nkind: Secret\napiVersion: v1\nmetadata: {name: s, annotations: {}}\n",
    "c/templates/b.yaml": "apiVersion: v1\nkind: List\nitems:\n- kind: A\n  apiVersion: v1\n- kind: B\n"
    "  apiVersion: v1\n  metadata: {name: b}\n",
    "c/templates/hook.yaml": "kind: Job\napiVersion: batch/v1\nmetadata:\n  name: h\n  annotations:\n"
    '    "helm.sh/hook": pre-install\n',
    "c/templates/crlf.yaml": "kind: D\r\napiVersion: v1\r\nmetadata:\r\n  name: d\r\n"
    "text: |\r\n  one\r\n  two\r\n",
    "c/templates/_x.tpl": "kind: never\n",
    "c/templates/NOTES.txt": "notes\n",
    "bare/Chart.yaml": "apiVersion: v2\nname: bare\nversion: 0.1.0\n",
    "bare/templates/x.yaml": "spec: {x: 1}\n",
    "list/Chart.yaml": "apiVersion: v2\nname: list\nversion: 0.1.0\n",
    "list/templates/x.yaml": "- a\n- b\n",
    "broken/Chart.yaml": "apiVersion: v2\nname: broken\nversion: 0.1.0\n",
    "broken/templates/x.yaml": "kind: X\na: [\n",
    "separated/Chart.yaml": "apiVersion: v2\nname: separated\nversion: 0.1.0\n",
    "separated/templates/x.yaml": "kind: X\nmetadata: {name: x}\nt: |\n  a\n   --- b\n",
    "annotated/Chart.yaml": "apiVersion: v2\nname: annotated\nversion: 0.1.0\n",
    "annotated/templates/x.yaml": "kind: X\nmetadata:\n  annotations:\n    config.kubernetes.io/index: '9'\n"
    "    config.kubernetes.io/path: q.yaml\n    a: b\n---\nkind: Y\nmetadata: null\n"
    "---\nkind: Z\nmetadata:\n  annotations: null\n",
    "text/Chart.yaml": "apiVersion: v2\nname: text\nversion: 0.1.0\n",
    "text/templates/x.yaml": "kind: X\nmetadata: x\n",
}


def v1(name: str, kind: str = "cli/v1", config: str = "{}", command: str = "$HELM_PLUGIN_DIR/run.sh") -> str:
    """Return a plugin.yaml of Helm 4."""
    return (
        f"apiVersion: v1\nname: {name}\nversion: 0.1.0\ntype: {kind}\nruntime: subprocess\nconfig: {config}\n"
        f"runtimeConfig:\n  platformCommand:\n  - command: {command}\n"
    )


def hooks(name: str) -> str:
    """Return a plugin.yaml with hooks that print what they are told."""
    lines = "".join(
        f"    {event}:\n    - command: sh\n      args: [-c, 'echo {event} $HELM_PLUGIN_NAME; echo e >&2']\n"
        for event in ("install", "update", "delete")
    )
    return v1(name) + f"  platformHooks:\n{lines}"


INSTALLED = {
    "tell/plugin.yaml": v1("tell", config="{shortHelp: shows, longHelp: shows all, usage: 'tell [X]'}"),
    "tell/run.sh": SHOW,
    "deaf/plugin.yaml": v1("deaf", config="{ignoreFlags: true}"),
    "deaf/run.sh": SHOW,
    "named/plugin.yaml": v1("named", config="{usage: greet NAME}"),
    "named/run.sh": SHOW,
    "old/plugin.yaml": "name: old\nversion: 1.2.3\nusage: of\n  Helm 3\ndescription: long\n"
    'command: "$HELM_PLUGIN_DIR/run.sh fixed $HELM_PLUGIN_NAME"\n',
    "old/run.sh": SHOW,
    "platform/plugin.yaml": "name: platform\nversion: 0.1.0\nplatformCommand:\n"
    "- {os: windows, command: never}\n- {command: any}\n- {arch: amd64, command: never}\n"
    "- {os: linux, command: sh, args: [-c, 'echo $0 ${HELM_PLUGIN_NAME} $NOSUCH- $$', arg]}\n",
    "exact/plugin.yaml": "name: exact\nplatformCommand:\n- {os: linux, command: never}\n"
    "- {os: LINUX, arch: AMD64, command: echo exact}\n- {os: linux, arch: arm64, command: echo exact}\n",
    "nothing/plugin.yaml": "name: nothing\nversion: 0.1.0\n",
    "gone/plugin.yaml": v1("gone", command="nosuchprogram"),
    "lost/plugin.yaml": v1("lost", command="$HELM_PLUGIN_DIR/nosuch"),
    "locked/plugin.yaml": v1("locked"),
    "locked/run.sh=": "#!/bin/sh\n",
    "garbled/plugin.yaml": v1("garbled"),
    "garbled/run.sh": "no program\n",
    "read/plugin.yaml": v1("read", command="cat"),
    "killed/plugin.yaml": v1("killed", command="sh") + '    args: [-c, "kill -9 $$$$"]\n',
    "cat/plugin.yaml": v1("cat", "postrenderer/v1", command="cat"),
    "sed/plugin.yaml": v1("sed", "postrenderer/v1", command="sed"),
    "args/plugin.yaml": v1("args", "postrenderer/v1", command="sh")
    + '    args: [-c, \'cat; printf -- "---\\nkind: Args\\nmetadata: {name: \\"%s\\"}\\n" "$*"; '
    'env | sed -n "s/^HELM_PLUGIN/# &/p"\', x]\n',
    "empty/plugin.yaml": v1("empty", "postrenderer/v1", command="true"),
    "fails/plugin.yaml": v1("fails", "postrenderer/v1", command="sh")
    + '    args: [-c, "cat > /dev/null; echo no; echo why >&2; exit 3"]\n',
    "junk/plugin.yaml": v1("junk", "postrenderer/v1", command="sh") + '    args: [-c, "echo a: ["]\n',
    "plain/plugin.yaml": v1("plain", "postrenderer/v1", command="sh") + '    args: [-c, "echo x: 1"]\n',
    "marks/plugin.yaml": v1("marks", "postrenderer/v1", command="sh")
    + '    args: [-c, "echo a: 1; echo --- x; echo b: 2"]\n',
    "getter/plugin.yaml": "name: getter\nversion: 0.1.0\nusage: gets\ndescription: d\n"
    "downloaders:\n- {command: get.sh, protocols: [mine, other]}\n- {command: nosuch, protocols: [none]}\n",
    "getter/get.sh": '#!/bin/sh\ncase "$4" in *fail*) exit 4;; *.tgz) cat "$TREE/c-0.1.0.tgz";; '
    '*) echo "args: \'$*\'"; echo "user: $HELM_PLUGIN_USERNAME.$HELM_PLUGIN_PASS_CREDENTIALS_ALL"; '
    'echo "name: $HELM_PLUGIN_NAME";; esac\n',
}
SOURCES = {
    "src/good/plugin.yaml": hooks("good"),
    "src/good/run.sh": SHOW,
    "src/good/deep/er/file": "text\n",
    "src/legacy/plugin.yaml": "name: legacy\nversion: 2.0.0\ncommand: echo $HELM_PLUGIN_DIR\nhooks:\n"
    '  install: "echo $0 hook $HELM_PLUGIN_NAME"\n  delete: exit 3\n',
    "src/failing/plugin.yaml": "name: failing\nversion: 2.0.0\nhooks: {install: 'exit 3'}\n",
    "src/unusable/plugin.yaml": "name: un usable\n",
    "src/none/file": "text\n",
    "file": "text\n",
}

COMMANDS = r"""
tell a -n ns --debug --flag=1 --kube-context x ; -n ns tell a --namespace=q -- -n b ; tell
tell --help ; tell -h x ; --flag tell ; tell --kubeconfig ; tell --kubeconfig=k --kube-as-group=a
tell --kube-insecure-skip-tls-verify true --registry-config r --repository-cache=c --repository-config q -nx
deaf a b --flag -n ns ; greet x ; named ; old a b -n q ; platform x y ; exact more
nothing ; gone ; lost ; locked ; garbled ; read ; killed
tells ; tel ; halp ; greeet
plugin list ; plugin ls --type cli/v1 ; plugin list --type getter/v1 ; plugin list --type x ; plugin ls a
__complete tel ; __complete plugin uninstall '' ; __complete plugin update tell sh ; __completeNoDesc greet ''
"""
BROKEN = {
    "no yaml": "a: [\n",
    "empty": "",
    "null": "null\n",
    "a list": "[]\n",
    "a text": "x\n",
    "version": "apiVersion: v2\nname: a\n",
    "name": "name: a b\n",
    "no name": "version: 1.0.0\n",
    "bad version": "name: a\nversion: v1\n",
    "types": "name: [a]\nversion: {b: c}\nusage: 12345678901\nignoreFlags: 3\n"
    "platformCommand: x\nhooks: [1]\n",
    "both commands": "name: a\ncommand: x\nplatformCommand: [{command: y}]\n",
    "both hooks": "name: a\nhooks: {a: b}\nplatformHooks: {a: [{command: y}]}\n",
    "downloader": "name: a\ndownloaders: [{command: x, protocols: [a]}, {protocols: [a]}]\n",
    "no protocols": "name: a\ndownloaders: [{command: x}]\n",
    "empty protocol": "name: a\ndownloaders: [{command: x, protocols: [a, '']}]\n",
    "twice": "name: a\nname: b\nversion: 1\nversion: 2\n",
    "v1 fields": "apiVersion: v1\nname: a\nnosuch: 1\nversion: 0.1.0\nother: 2\n",
    "v1 name": "apiVersion: v1\nname: a.b\n",
    "v1 version": "apiVersion: v1\nname: a\n",
    "v1 bad version": "apiVersion: v1\nname: a\nversion: x\n",
    "v1 type": "apiVersion: v1\nname: a\nversion: 0.1.0\n",
    "v1 runtime": "apiVersion: v1\nname: a\nversion: 0.1.0\ntype: cli/v1\n",
    "v1 what type": "apiVersion: v1\nname: a\nversion: 0.1.0\ntype: x\nruntime: subprocess\n",
    "v1 what runtime": "apiVersion: v1\nname: a\nversion: 0.1.0\ntype: cli/v1\nruntime: x\n",
    "v1 config": "apiVersion: v1\nname: a\nversion: 0.1.0\ntype: cli/v1\nruntime: subprocess\n"
    "config:\n  usage: yes\n  shortHelp: [1]\n  nosuch: 1\n  ignoreFlags: on\n",
    "v1 getter": "apiVersion: v1\nname: a\nversion: 0.1.0\ntype: getter/v1\nruntime: subprocess\n",
    "v1 getter protocol": "apiVersion: v1\nname: a\nversion: 0.1.0\ntype: getter/v1\nruntime: subprocess\n"
    "config: {protocols: [a, '']}\n",
    "v1 runtime config": "apiVersion: v1\nname: a\nversion: 0.1.0\ntype: cli/v1\nruntime: subprocess\n"
    "runtimeConfig:\n  nosuch: 1\n  platformCommand: {a: b}\n  platformHooks: [x]\n",
    "wasm": "apiVersion: v1\nname: a\nversion: 0.1.0\ntype: cli/v1\nruntime: extism/v1\n",
    "anchors": "x: &a {command: echo}\nname: ok\nplatformCommand: [*a]\n",
    "merge": "x: &a {name: ok}\n<<: *a\nversion: '1.0.0'\n",
    "odd scalars": "name: 12\nversion: 1.0.0\nignoreFlags: yes\nusage: null\ndescription: 0x1F\n",
}
MANAGING = r"""
plugin install src/good ; plugin list ; good x ; plugin install ./src/good ; plugin uninstall good ; plugin list
plugin add src/legacy ; legacy a b ; plugin rm legacy ; plugin list ; plugin remove legacy nosuch
plugin install src/failing ; plugin list ; plugin install src/unusable ; plugin install src/none ; plugin install file
plugin install nosuch ; plugin install http://127.0.0.1:1/x ; plugin install a b ; plugin install ; plugin install ''
plugin install src/good --verify=false ; plugin update good ; plugin up good nosuch ; plugin update ; plugin uninstall
plugin package ; plugin package a b ; plugin package nosuch ; plugin package file ; plugin package src/none
plugin package src/good --sign=false ; plugin install good-0.1.0.tgz ; plugin install good-0.1.0.tgz --verify=false ; plugin list
plugin package src/good --sign=false -d out/deep ; plugin package src/good --sign=false -d file
plugin package src/good --keyring ring ; plugin package src/good --keyring ring --key Ann ; plugin package src/good --keyring ring --key x
plugin package src/good --keyring nosuch ; plugin package src/good --keyring secret --key Bob
plugin package src/good --keyring secret --key Ann ; plugin verify good-0.1.0.tgz --keyring ring ; plugin install good-0.1.0.tgz --keyring ring ; plugin list ; good ; plugin uninstall good ; plugin list
plugin package src/good --keyring secret --key Ann ; plugin install good-0.1.0.tgz --keyring strange ; plugin install good-0.1.0.tgz --keyring nosuch ; plugin verify good-0.1.0.tgz ; plugin verify good-0.1.0.tgz --keyring strange
plugin package src/good --keyring locked --key Ann --passphrase-file pass ; plugin verify good-0.1.0.tgz --keyring ring
plugin package src/good --keyring locked --key Ann --passphrase-file file ; plugin package src/good --keyring locked --key Ann --passphrase-file nosuch ; plugin package src/good --keyring locked --key Ann --passphrase-file -
plugin verify ; plugin verify nosuch ; plugin verify src ; plugin verify file ; ! cp file x.tgz ; plugin verify x.tgz ; ! cp file x.tgz.prov ; plugin verify x.tgz --keyring ring
! cp file x.tgz ; plugin install x.tgz --verify=false ; plugin install x.tgz ; ! cp file x.tgz.prov ; plugin install x.tgz --keyring ring
plugin package src/good --sign=false ; ! cp good-0.1.0.tgz other-2.0.tgz ; plugin install other-2.0.tgz --verify=false ; plugin list
plugin package src/good --keyring secret --key Ann ; plugin install good-0.1.0.tgz --keyring ring ; ! echo x >> home/data/plugins/good-0.1.0.tgz ; plugin list ; ! echo x > home/data/plugins/good-0.1.0.tgz.prov ; plugin list ; ! rm home/data/plugins/good-0.1.0.tgz.prov ; plugin list
plugin install bad/up.tgz --verify=false ; plugin install bad/abs.tgz --verify=false ; plugin install bad/link.tgz --verify=false ; plugin install bad/colon.tgz --verify=false ; plugin install bad/none.tgz --verify=false ; plugin install bad/back.tgz --verify=false
plugin install {url}/good-0.1.0.tgz --verify=false ; plugin list ; good ; plugin update good ; plugin uninstall good
plugin install {url}/good-0.1.0.tgz ; plugin install {url}/good-0.1.0.tgz --keyring ring ; plugin list
plugin install {url}/signed-0.1.0.tgz --keyring ring ; plugin list ; plugin install {url}/signed-0.1.0.tgz --keyring ring
plugin install {url}/nosuch.tgz ; plugin install {url}/nosuch.tgz --verify=false ; plugin install {url}/index ; plugin install {url}/bare.tar.gz --verify=false
plugin install {url}/untitled --verify=false
plugin install file://{tree}/git/good ; plugin install file://{tree}/git/good --verify=false ; plugin list ; good x ; plugin update good ; plugin uninstall good
plugin install file://{tree}/git/good --verify=false --version 0.1.0 ; good ; ! rm -r home/plugins/good ; plugin install file://{tree}/git/good --verify=false --version '~0.2' ; good
plugin install file://{tree}/git/good --verify=false --version '>9' ; plugin install file://{tree}/git/good --verify=false --version 'x y' ; plugin install file://{tree}/git/good --verify=false --version side
plugin install file://{tree}/git/good --verify=false ; ! git -C git/good tag v9 ; ! echo new >> git/good/file ; ! git -C git/good -c user.name=a -c user.email=b commit -qam new ; plugin update good ; ! echo x >> home/plugins/good/file ; plugin update good
plugin install file://{tree}/git/nosuch --verify=false ; plugin install file://{tree}/src --verify=false ; plugin install git@127.0.0.1:x/y --verify=false --version x
plugin install file://{tree}/git/none --verify=false ; plugin install file://{tree}/git/gone.git --verify=false
plugin install oci://{registry}/p/nosuch:1 --verify=false --plain-http ; plugin install oci://{registry} ; plugin install oci://{registry}/p/chart:0.1.0 --plain-http
"""  # noqa: E501 - command lines
POST_RENDERING = r"""
template c --post-renderer cat ; template c --post-renderer cat --output-dir out ; template c --post-renderer cat -s templates/a.yaml
template c --post-renderer sed --post-renderer-args s/ConfigMap/Changed/ ; template c --post-renderer-args /Secret/d --post-renderer sed
template c --post-renderer args --post-renderer-args 'a b' --post-renderer-args '' --post-renderer-args=c,d
template c --post-renderer nosuch ; template c --post-renderer tell ; template c --post-renderer '' ; template c --post-renderer-args x
template c --post-renderer cat --post-renderer sed ; template c --post-renderer
template c --post-renderer empty ; template c --post-renderer fails ; template c --post-renderer fails --debug
template c --post-renderer junk ; template c --post-renderer plain ; template c --post-renderer marks
template bare --post-renderer cat ; template list --post-renderer cat ; template broken --post-renderer cat ; template text --post-renderer cat
template separated --post-renderer cat ; template annotated --post-renderer cat ; template c --post-renderer cat --no-hooks --include-crds
install x c --dry-run=client --post-renderer cat ; upgrade x c --install --dry-run=client --post-renderer sed --post-renderer-args s/name/label/
"""  # noqa: E501 - command lines
GETTING = r"""
template c -f mine://values --set-file t=other://x ; template c -f mine://fail ; template c -f none://x ; template c -f nosuch://x
show chart mine://h/c.tgz ; pull mine://h/c.tgz --untar -d out ; template mine://h/fail.tgz
pull mine://h/c.tgz --username u --password p --pass-credentials --ca-file ca --cert-file cert --key-file key
"""  # noqa: E501 - command lines


def cases(*groups: str) -> list[str]:
    return [line for group in groups for line in group.strip().splitlines()]


def write(top: Path, files: dict[str, str]) -> None:
    """Write files; scripts can be run, but for those whose name ends with `=`."""
    for name, text in files.items():
        path = top / name.rstrip("=")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        if name.endswith(".sh"):
            path.chmod(0o755)


def archive(files: dict[str, str], *, links: dict[str, str] | None = None) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as made:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text), 0o755 if name.endswith(".sh") else 0o644
            made.addfile(entry, io.BytesIO(text.encode()))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            made.addfile(entry)
    return gzip.compress(raw.getvalue(), mtime=0)


def provenance(name: str, data: bytes) -> bytes:
    from hashlib import sha256

    text = f"Name: good\n\n...\nfiles:\n  {name}: sha256:{sha256(data).hexdigest()}\n"
    return clear_signed(text, packet(2, KEY.signature(1, canonical(text))))


def sources(top: Path, git: Path) -> None:
    """Write what plugins can be installed from."""
    write(top, SOURCES)
    shutil.copytree(git, top / "git", symlinks=True)
    (top / "ring").write_bytes(certificate(KEY, ANN))
    (top / "strange").write_bytes(certificate(STRANGER, "Bob"))
    (top / "secret").write_bytes(certificate(KEY, ANN, secret=True))
    (top / "locked").write_bytes(KEY.secret(b"word") + certificate(KEY, ANN)[len(KEY.public()) :])
    (top / "pass").write_text("word\r\n\n")
    bad = top / "bad"
    bad.mkdir()
    good = {f"{name}/plugin.yaml": v1(name) for name in ("up", "abs", "link", "colon", "back")}
    for name, path in (
        ("up", "up/../../x"),
        ("abs", "/abs/x"),
        ("colon", "colon/a:b"),
        ("back", "back\\..\\x"),
    ):
        key = f"{name}/plugin.yaml"
        (bad / f"{name}.tgz").write_bytes(archive({key: good[key], path: "x"}))
    link = {"link/plugin.yaml": good["link/plugin.yaml"]}
    (bad / "link.tgz").write_bytes(archive(link, links={"link/x": "/etc/passwd"}))
    (bad / "none.tgz").write_bytes(archive({"none/x": "x"}))


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Repositories: `good` with two tags and a branch, `none` without a plugin."""
    top = tmp_path_factory.mktemp("git")
    script = """
    set -e
    git init -q -b main good && cd good
    cp ../plugin.yaml ../run.sh . && git add . && git commit -qm 1 && git tag 0.1.0
    echo two > file && git add . && git commit -qm 2 && git tag v0.2.5 && git tag nosemver
    git checkout -q -b side && echo side > side && git add . && git commit -qm 3 && git checkout -q main
    cd .. && git init -q -b main none && cd none && echo x > x && git add . && git commit -qm 1
    """
    write(top, {"plugin.yaml": hooks("good"), "run.sh": SHOW})
    environment = {
        f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    subprocess.run(script, shell=True, cwd=top, env={**os.environ, **environment}, check=True)  # noqa: S602
    return top


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChartRepository]:
    """A server of archives of plugins."""
    top = tmp_path_factory.mktemp("served")
    data = archive({"good/plugin.yaml": hooks("good"), "good/run.sh": SHOW, "good/deep/x": "x"})
    for name in ("good-0.1.0.tgz", "signed-0.1.0.tgz"):
        (top / name).write_bytes(data)
    (top / "signed-0.1.0.tgz.prov").write_bytes(provenance("signed-0.1.0.tgz", data))
    (top / "bare.tar.gz").write_bytes(archive({"plugin.yaml": v1("bare"), "run.sh": SHOW}))
    (top / "index").write_text("<html></html>")
    with ChartRepository(top) as running:
        yield running


def theirs(helm: Path, line: str, top: Path, variables: dict[str, str]) -> tuple[int, str, str]:
    done = subprocess.run(
        ["helm", *shlex.split(line)],
        executable=helm,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=top,
        env=variables,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def ours(line: str, top: Path, variables: dict[str, str]) -> tuple[int, str, str]:
    """Run a command line in this process; there is nothing on its standard input."""
    said = [io.BytesIO(), io.BytesIO()]
    out, err = (io.TextIOWrapper(one, encoding="utf-8") for one in said)
    kept, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    with (
        contextlib.chdir(top),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in set(os.environ) - set(variables):
            patch.delenv(name)
        for name, value in variables.items():
            patch.setenv(name, value)
        os.dup2(nothing, 0)
        try:
            code = main(shlex.split(line))
        finally:
            os.dup2(kept, 0)
            os.close(kept)
            os.close(nothing)
    texts = [one.getvalue().decode(errors="replace") for one in said]
    return code, texts[0], texts[1]


def mask(text: str) -> str:
    """Take out what is made up anew each time, and what is said of other programs and in other words."""
    text = re.sub(r"helm-plugin-extract-[^/]*", "helm-plugin-extract-N", text)
    text = re.sub(r"(?m)^\[Debug\] .*\n|LAST DEPLOYED: .*", "", text)
    text = re.sub(
        r'level=DEBUG msg="(plugin completion file loading|sub-command name field missing)".*\n', "", text
    )
    # Archives are equal in what is in them; flags are described in other words.
    text = re.sub(r"Plugin Hash Verified: sha256:\w+", "Plugin Hash Verified: sha256:H", text)
    text = re.sub(r"(?m)^(-[^\t\n]*)\t.*", r"\1", text)
    # Helm prints a plugin's whole structure, addresses in it.
    return re.sub(r'plugin (?:&\{.*|"\w+") failed to invoke', "plugin P failed to invoke", text)


def tree(top: Path) -> dict[str, object]:
    """Return what is in a directory: kinds, modes and contents; of archives their entries."""
    found: dict[str, object] = {}
    for path in sorted(top.rglob("*")):
        name = str(path.relative_to(top))
        if (
            "/.git/" in f"/{name}/"
            or name.startswith(("git/", "home/.", "home/cache/wazero"))
            or name.endswith((".prov", "locked"))
        ):
            continue
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_dir():
            if name not in ("home", "home/cache"):  # where Helm keeps what runs WebAssembly
                found[name + "/"] = path.stat().st_mode
        else:
            data = path.read_bytes()
            found[name] = (path.stat().st_mode, unpacked(data) if data[:2] == b"\x1f\x8b" else data)
    return found


def unpacked(data: bytes) -> object:
    entries = []
    with tarfile.open(fileobj=io.BytesIO(data)) as made:
        for entry in made:
            body = made.extractfile(entry) if entry.isreg() else None
            facts = (entry.name, entry.type, entry.mode, entry.uid, entry.uname, entry.linkname)
            entries.append((facts, b"" if body is None else body.read()))
    return entries


def both(
    helm: Path, tmp_path: Path, line: str, files: dict[str, str], git: Path | None = None, **names: str
) -> tuple[tuple[Said, dict[str, object]], ...]:
    """Run a line of commands with the real Helm and with ours; return what each said and left behind."""
    results = []
    top = tmp_path / "tree"
    variables = {
        "HOME": str(top / "home"),
        "PATH": os.environ["PATH"],
        "PWD": str(top),
        "TREE": str(top),
        "HELM_PLUGINS": str(top / PLUGINS),
        "HELM_DATA_HOME": str(top / "home/data"),
        "HELM_CACHE_HOME": str(top / "home/cache"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        **{name: value for name, value in names.items() if name.isupper()},
    }
    if git is not None:
        # One directory, as it is unless HELM_PLUGINS says otherwise.
        variables["HELM_PLUGINS"] = str(top / "home/data/plugins")
        line = line.replace("home/plugins", "home/data/plugins")
    for number in range(2):
        top.mkdir()
        write(top, CHART)
        write(top / PLUGINS, files)
        packed = {name: text for name, text in CHART.items() if name.startswith("c/")}
        (top / "c-0.1.0.tgz").write_bytes(archive(packed))
        if git is not None:
            sources(top, git)
        said: Said = []
        for command in line.format(tree=top, **names).split(" ; "):
            if command.startswith("! "):
                subprocess.run(command[2:], shell=True, cwd=top, check=True)  # noqa: S602 - our own lines
                continue
            run = theirs(helm, command, top, variables) if number == 0 else ours(command, top, variables)
            said.append((command, run[0], mask(run[1]), mask(run[2])))
        results.append((said, tree(top)))
        top.rename(tmp_path / f"done{number}")
    return results[0], results[1]


@pytest.mark.parametrize("line", cases(COMMANDS))
def test_commands(helm: Path, tmp_path: Path, line: str) -> None:
    """Plugins are commands: flags, environments, exit codes, what cannot be run, listing, completion."""
    expected, found = both(helm, tmp_path, line, INSTALLED)
    assert found == expected


@pytest.mark.parametrize("code", ["1", "7", "255"])
def test_exit_codes(helm: Path, tmp_path: Path, code: str) -> None:
    expected, found = both(helm, tmp_path, "tell ; deaf", INSTALLED, CODE=code)
    assert found == expected
    assert [said[1] for said in found[0]] == [int(code)] * 2


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_broken_plugins(helm: Path, tmp_path: Path, text: str) -> None:
    """Every command says what is wrong with them, and goes on."""
    files = {"a/plugin.yaml": text, "b/plugin.yaml": v1("b"), "b/run.sh": SHOW}
    expected, found = both(helm, tmp_path, "plugin list ; template bare", files)
    assert found == expected


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (
            {"a/plugin.yaml": v1("x"), "b/plugin.yaml": v1("x")},
            "plugin list ; x ; plugin uninstall x ; version --short",
        ),
        ({"a/plugin.yaml": v1("install"), "b/plugin.yaml": v1("zz", command="echo")}, "zz ; version --short"),
        ({"a/plugin.yaml": v1("docs"), "b/plugin.yaml": v1("aa", command="echo")}, "aa"),
        (
            {"a/plugin.yaml": v1("a", command="echo a"), "file": "x", "d/plugin.yaml/x": "x"},
            "a ; plugin list",
        ),
    ],
)
def test_names_in_the_way(helm: Path, tmp_path: Path, files: dict[str, str], line: str) -> None:
    expected, found = both(helm, tmp_path, line, files)
    assert found == expected


@pytest.mark.parametrize(
    "variables",
    [
        {"HELM_NO_PLUGINS": "1"},
        {"HELM_NO_PLUGINS": "0"},
        {"HELM_PLUGINS": ""},
        {"HELM_PLUGINS": "/nosuch:home/plugins::c"},
        {"HELM_PLUGINS": "home/plugins"},
        {"HELM_DEBUG": "1"},
    ],
)
def test_variables(helm: Path, tmp_path: Path, variables: dict[str, str]) -> None:
    """$HELM_PLUGINS has several directories; a plugin of either is a command."""
    files = {"tell/plugin.yaml": INSTALLED["tell/plugin.yaml"], "tell/run.sh": SHOW}
    expected, found = both(helm, tmp_path, "tell x ; plugin list ; tell --debug", files, None, **variables)
    assert found == expected


COMPLETION = """commands:
- name: sub
  flags: [flag, f, g]
  commands:
  - {name: low, validArgs: [one, two], flags: [deep]}
- name: other
  validArgs: [x, y]
- {flags: [lost]}
flags: [a, b, global]
"""


@pytest.mark.parametrize(
    "words",
    [
        "tell ''",
        "tell s",
        "tell -",
        "tell --g",
        "tell sub ''",
        "tell sub -",
        "tell sub low ''",
        "tell sub low t",
        "tell other ''",
        "tell other x y --namespace q z -",
        "tell other --debug",
    ],
)
@pytest.mark.parametrize("static", [True, False], ids=["listed", "asked"])
def test_completion(helm: Path, tmp_path: Path, words: str, static: bool) -> None:
    """completion.yaml lists what there is, and plugin.complete is asked for the rest."""
    files = {
        "tell/plugin.yaml": INSTALLED["tell/plugin.yaml"],
        "tell/run.sh": SHOW,
        "deaf/plugin.yaml": INSTALLED["deaf/plugin.yaml"],
    }
    if static:
        files["tell/completion.yaml"] = COMPLETION
    write(tmp_path, {"x": ""})
    complete = '#!/bin/sh\necho "got $#: $*"\necho "$HELM_NAMESPACE $HELM_PLUGIN_NAME" >&2\necho\necho :4\n'
    files["tell/plugin.complete.sh"] = complete
    line = f"! mv {PLUGINS}/tell/plugin.complete.sh {PLUGINS}/tell/plugin.complete ; __complete {words}"
    expected, found = both(helm, tmp_path, line, files)
    assert found == expected


@pytest.mark.parametrize("line", cases(MANAGING))
def test_managing(
    helm: Path, tmp_path: Path, line: str, git: Path, server: ChartRepository, registry: Registry
) -> None:
    """Install, list, update, package, verify, uninstall."""
    expected, found = both(helm, tmp_path, line, {}, git, url=server.url, registry=registry.address)
    assert found == expected


@pytest.mark.parametrize("line", cases(POST_RENDERING))
def test_post_rendering(helm: Path, tmp_path: Path, line: str) -> None:
    """Comments and styles come back; errors are Helm's."""
    expected, found = both(helm, tmp_path, line, INSTALLED)
    assert found == expected


@pytest.mark.parametrize("line", cases(GETTING))
def test_getting(helm: Path, tmp_path: Path, line: str) -> None:
    """Plugins fetch charts and values from URLs of their schemes."""
    expected, found = both(helm, tmp_path, line, INSTALLED)
    assert found == expected
