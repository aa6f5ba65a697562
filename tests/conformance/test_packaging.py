"""create, package and dependency through the real Helm and ours, each in a tree of its own.

What is printed, the exit codes, and the files that are there afterwards have to be equal.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import shlex
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

OURS = "import sys; from hivehelm.cli.hivehelm import main; sys.argv[0] = 'helm'; sys.exit(main())"
STARTER = "home/.local/share/helm/starters"
LONG = "d" * 90 + "/" + "e" * 40

FILES = {
    "sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.2.3\n",
    "sub/templates/a.yaml": "kind: A\nmetadata: {name: a}\n",
    "sub/values.yaml": "x: 1\n",
    "other/Chart.yaml": "apiVersion: v2\nname: other\nversion: 0.5.0\n",
    "main/Chart.yaml": "apiVersion: v2\nname: main\nversion: 0.1.0\ndependencies:\n- name: sub\n"
    "  version: ^1.0.0\n  repository: file://../sub\n  alias: a\n  tags: [x]\n"
    "  import-values: [data, {child: a, parent: b}]\n"
    "- name: loc\n  version: '>0'\n",
    "main/charts/loc/Chart.yaml": "apiVersion: v2\nname: loc\nversion: 2.0.0\n",
    "main/templates/t.yaml": "kind: T\nmetadata: {name: t}\n",
    "main/values.yaml": "x: 1\n",
    "main/.helmignore": "*.bak\n",
    "main/x.bak": "no",
    "v1/Chart.yaml": "apiVersion: v1\nname: v1\nversion: 0.1.0\n",
    "v1/requirements.yaml": "dependencies:\n- name: sub\n  version: ~1.2\n  repository: file://../sub\n",
    "old/Chart.yaml": "apiVersion: v2\nname: old\nversion: 0.1.0\n",
    "old/requirements.yaml": "dependencies:\n- name: sub\n  version: ~1.2\n  repository: file://../sub\n",
    "none/Chart.yaml": "apiVersion: v2\nname: none\nversion: 1.0.0\n",
    "empty/Chart.yaml": "apiVersion: v2\nname: empty\nversion: 1.0.0\ndependencies: []\n",
    "bad/Chart.yaml": "name: [\n",
    "badversion/Chart.yaml": "apiVersion: v2\nname: badversion\nversion: x\n",
    "full/Chart.yaml": "apiVersion: v2\nname: full\nversion: 1.0.0+b.1\nappVersion: 1.10\n"
    "description: 'x: y'\nkubeVersion: '>=1'\nhome: https://h\nsources: [a, b]\nkeywords: [k]\n"
    "maintainers:\n- name: M\n  email: e\n  url: u\n- name: N\nicon: i\n"
    "condition: c\ntags: t\ndeprecated: true\nannotations: {b: '2', a: '1'}\n"
    "type: library\n",
    "full/values.schema.json": '{"type": "object"}',
    "full/crds/c.yaml": "kind: C\n",
    f"full/files/{LONG}.txt": "a path in two fields",
    f"full/files/{'f' * 120}.txt": "a path in a record",
    "full/files/ümläut.txt": "a name that is not ASCII",
    "full/values.yaml": "\ufeffa: 1\n",
    "schema/Chart.yaml": "apiVersion: v2\nname: schema\nversion: 1.0.0\n",
    "schema/values.schema.json": "{",
    "lock/Chart.yaml": "apiVersion: v2\nname: lock\nversion: 1.0.0\n",
    "lock/Chart.lock": "digest: sha256:1\ngenerated: 2020-01-02T03:04:05.600+02:00\n"
    "dependencies:\n- name: a\n  version: 1\n  repository: ''\n",
    f"{STARTER}/mine/Chart.yaml": "apiVersion: v2\nname: mine\nversion: 3.0.0\n"
    "dependencies:\n- name: sub\n  version: '1'\n",
    f"{STARTER}/mine/values.yaml": "# <CHARTNAME>\nn: <CHARTNAME>\n",
    f"{STARTER}/mine/templates/x.yaml": "a: <CHARTNAME>\n",
    f"{STARTER}/mine/f.txt": "a: <CHARTNAME>\n",
    f"{STARTER}/mine/values.schema.json": "{}",
    f"{STARTER}/mine/charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.2.3\n",
    f"{STARTER}/mine/charts/sub/values.yaml": "a: <CHARTNAME>\n",
    "file": "some text\n",
}

# Each line is a tree of its own: command lines, and shell commands after a `!`, one after the other.
CREATE = r"""
create
create a b
create a/b ; create new/ ; create 'a b' ; create a+b ; create ü
create file ; create file/x ; create file/x/y
create new -p nosuch ; create new --starter /nosuch ; create new -p file
create q -p mine ; create none -p mine ; create sub/q -p mine ; create deep/er/q -p mine ; create file -p mine
create q -p ../../../../main
create q --chart-api-version v3 ; create q --chart-api-version v9 ; create q --chart-api-version v2 -p mine
"""
PACKAGE = r"""
package ; package nosuch ; package file ; package none none/nosuch ; package none other sub
package none -d out/deep/er ; package none -d file ; package none -d '' ; package none -d ./out/
package none -d file/x ; package other --destination=out
package none --version 2.0.0-rc.1+b ; package none --version x ; package none --version 1
package none --version 01.2.3 ; package none --version ' ' ; package none --app-version '9 9'
package full ; package full --version v1.2
package schema ; package lock ; package bad ; package badversion ; package empty
package v1 ; package v1 -u ; package old ; package old --dependency-update
package main ; package main -u ; package main/charts/loc ; package nosuch -u ; package none file -u
package none ; ! mkdir other-0.5.0.tgz ; package other ; ! chmod 600 none-1.0.0.tgz ; package none
package none ; ! ln -s none-1.0.0.tgz sub-1.2.3.tgz ; package sub
! touch -d 1960-01-01 none/Chart.yaml ; package none
"""
DEPENDENCY = r"""
dep list ; dependency list nosuch ; dep ls file ; dependencies list main ; dep list none ; dep list empty
dep list v1 ; dep list old ; dep list bad ; dep list badversion ; dep list a b ; dep list ./main/../main/
dep list main --max-col-width 5 ; dep list main --max-col-width 0 ; dep list main --max-col-width 0x10
dep list main --max-col-width x ; dep list main --max-col-width -1 ; dep list main --max-col-width 1
dep up main ; dep list main ; dep up main ; dep build main ; package main ; dep list main-0.1.0.tgz
dep up main ; ! sed -i s/1.2.3/1.3.0/ sub/Chart.yaml ; dep build main ; dep up main ; template main
dep build main ; dep build main ; dep build v1 ; dep build none ; dep build old ; dep build nosuch
dep up ; dep up nosuch ; dep up file ; dep up none ; dep up empty ; dep up bad ; dep up badversion ; dep up a b
dep up v1 ; dep list v1 ; package v1 ; template v1 ; dep up old ; dep list old
dep up main --debug ; dep build main --debug --skip-refresh
! rm -r main/charts/loc ; dep up main ; dep list main ; template main ; package main
! sed -i 's/>0/>3/' main/Chart.yaml ; dep up main ; dep list main ; dep build main
! sed -i 's/>0/q/' main/Chart.yaml ; dep up main ; dep list main
! rm main/charts/loc/Chart.yaml ; dep up main ; dep list main
! sed -i 's/1.0.0/2.0.0/' main/Chart.yaml ; dep up main ; dep list main ; template main ; package main -u
! sed -i 's/.1.0.0/q/' main/Chart.yaml ; dep up main ; dep list main
! sed -i 's!file://../sub!stable!' main/Chart.yaml ; dep up main ; dep list main ; dep build main
! sed -i 's!file://../sub!"@stable"!' main/Chart.yaml ; dep up main ; dep list main
! sed -i 's!file://../sub!file://../nosuch!' main/Chart.yaml ; dep up main ; dep list main ; dep build main
! sed -i 's!file://../sub!file://../file!' main/Chart.yaml ; dep up main
! sed -i 's!file://../sub!file://../file/x!' main/Chart.yaml ; dep up main
! sed -i 's!file://../sub!file://../other!; s/.1.0.0/*/' main/Chart.yaml ; dep up main ; dep list main ; template main
dep up main ; ! sed -i 's/.1.0.0/^1.1.0/' main/Chart.yaml ; dep build main ; dep up main
dep up v1 ; ! sed -i 's/~1.2/^1/' v1/requirements.yaml ; dep build v1
! cp file main/charts/plain ; mkdir main/charts/.hid ; cp file main/charts/_u.tgz ; dep up main ; dep list main
package other none ; ! cp other-0.5.0.tgz none-1.0.0.tgz main/charts/ ; dep list main ; dep up main ; dep list main
package sub ; package sub --version 1.9.0 ; ! cp sub-*.tgz main/charts/ ; dep list main ; dep up main ; dep list main
package sub ; package sub --version 1.9.0 ; ! cp sub-1.2.3.tgz main/charts/ ; ! cp sub-1.9.0.tgz main/charts/sub-x.tgz ; dep list main
package sub ; ! cp sub-1.2.3.tgz main/charts/loc-1.0.0.tgz ; dep list main
! mkdir main/charts/sub ; ! cp sub/Chart.yaml main/charts/sub/ ; dep list main ; ! sed -i s/1.2.3/3.0.0/ main/charts/sub/Chart.yaml ; dep list main
! rm -r main/charts ; ! cp file main/charts ; dep up main ; dep list main
! mkdir main/charts/sub-1.2.3.tgz ; ! cp sub/Chart.yaml main/charts/sub-1.2.3.tgz ; dep list main
! rm main/Chart.yaml ; dep up main ; dep build main ; dep list main ; package main
template main --dependency-update ; template main
install x main --dependency-update --dry-run=client --repository-config nosuch ; dep list main
package main ; package sub ; template sub-1.2.3.tgz --dependency-update
"""  # noqa: E501 - command lines


def cases(*groups: str) -> list[str]:
    return [line for group in groups for line in group.strip().splitlines()]


def make(top: Path) -> None:
    for name, text in FILES.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, ns=(0, 1_600_000_000_500_000_000))


def run(program: list[str], line: str, top: Path, variables: dict[str, str]) -> tuple[int, str, str]:
    environment = {"HOME": str(top / "home"), "PATH": os.environ["PATH"], "PWD": str(top), **variables}
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    done = subprocess.run(
        ["helm" if len(program) == 1 else program[0], *program[1:], *shlex.split(line)],
        executable=program[0],
        capture_output=True,
        cwd=top,
        env=environment,
        check=False,
        timeout=60,
    )
    out = re.sub("LAST DEPLOYED: .*", "", done.stdout.decode(errors="replace"))
    return done.returncode, out, done.stderr.decode(errors="replace")


def locked(data: bytes) -> bytes:
    return re.sub(rb"(?m)^generated: .*", b"generated: now", data)


def unpacked(data: bytes) -> object:
    """Return the head of an archive, and its entries with all that their headers say.

    Helm writes subcharts in no certain order; what was made in this run is of no certain age.
    """
    raw = gzip.decompress(data)
    entries = []
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        for entry in archive:
            body = archive.extractfile(entry)
            content = b"" if body is None else body.read()
            # An archive in an archive: the compressor's bytes are its own.
            content = b"tgz" if entry.name.endswith(".tgz") else locked(content)
            age = "now" if entry.mtime > 1_700_000_000 else entry.mtime
            facts = (entry.mode, entry.uid, entry.gid, entry.uname, entry.type, entry.devmajor, age)
            entries.append((entry.name, facts, sorted(entry.pax_headers), content))
    entries.sort(key=lambda entry: entry[0] if "/charts/" in entry[0] else "")
    return data[:60], len(raw), entries


def tree(top: Path) -> dict[str, object]:
    """Return what is in a directory: modes and contents, times masked."""
    found: dict[str, object] = {}
    for path in sorted(top.rglob("*")):
        if path.relative_to(top).parts[0] == "home":
            continue
        if path.is_dir():
            found[f"{path.relative_to(top)}/"] = path.stat().st_mode
            continue
        data = path.read_bytes()
        content: object = locked(data) if path.suffix == ".lock" else data
        if data.startswith(b"\x1f\x8b"):
            content = unpacked(data)
        found[str(path.relative_to(top))] = (path.is_symlink(), path.stat().st_mode, content)
    return found


def both(
    helm: Path, tmp_path: Path, line: str, **variables: str
) -> tuple[tuple[list[object], dict[str, object]], ...]:
    """Run a line of commands with the real Helm and with ours; return what each said and left behind."""
    results = []
    top = tmp_path / "tree"
    for number, program in enumerate(([str(helm)], [sys.executable, "-c", OURS])):
        top.mkdir()
        make(top)
        said: list[object] = []
        for command in line.split(" ; "):
            if command.startswith("! "):
                subprocess.run(command[2:], shell=True, cwd=top, check=True)  # noqa: S602 - our own lines
            else:
                said.append((command, *run(program, command, top, variables)))
        results.append((said, tree(top)))
        top.rename(tmp_path / f"done{number}")
    return results[0], results[1]


@pytest.mark.parametrize("line", cases(CREATE, PACKAGE, DEPENDENCY))
def test_command_line(helm: Path, tmp_path: Path, line: str) -> None:
    theirs, ours = both(helm, tmp_path, line)
    assert ours == theirs


@pytest.mark.parametrize(
    ("line", "epoch"),
    [
        ("package full ; package lock ; dep up main ; dep build main", "1234567890"),
        ("package none main -u ; package v1 -u", "0"),
        ("package lock", "99999999999"),
        ("package none", ""),
        ("package none ; dep up none ; dep build main ; dep list main ; template main ; template none", "x"),
        ("package none ; dep up main", "-1"),
        ("package none", "99999999999999999999"),
    ],
)
def test_the_age_of_files(helm: Path, tmp_path: Path, line: str, epoch: str) -> None:
    theirs, ours = both(helm, tmp_path, line, SOURCE_DATE_EPOCH=epoch)
    assert ours == theirs


@pytest.mark.parametrize(
    "text", ["repositories: [", "repositories:\n- name: stable\n  url: https://localhost:1/x\n", "[]"]
)
def test_repositories_yaml(helm: Path, tmp_path: Path, text: str) -> None:
    line = (
        f"! mkdir -p home/.config/helm ; ! printf {shlex.quote(text)} > home/.config/helm/repositories.yaml"
    )
    theirs, ours = both(helm, tmp_path, f"{line} ; dep list main" + (" ; dep up main" * (text[-1] == "[")))
    assert ours == theirs


def test_archives_are_the_same_byte_for_byte(helm: Path, tmp_path: Path) -> None:
    """With one subchart at most there is one order; what is inside gzip is equal."""
    both(helm, tmp_path, "package full lock schema v1 none main/charts/loc", SOURCE_DATE_EPOCH="1234567890")
    theirs, ours = (
        {path.name: gzip.decompress(path.read_bytes()) for path in (tmp_path / done).glob("*.tgz")}
        for done in ("done0", "done1")
    )
    assert sorted(theirs) == ["full-1.0.0+b.1.tgz", "lock-1.0.0.tgz"]
    assert ours == theirs


def test_a_new_chart_has_the_files_of_helms(helm: Path, tmp_path: Path) -> None:
    """Names, modes, and what is printed, the second time too; Chart.yaml and values.yaml say the same."""
    from hivehelm.golang.yaml import load

    theirs, ours = both(helm, tmp_path, "create web ; create web ; create sub/web ; create '' ; lint web")
    assert ours[0] == theirs[0]
    assert sorted(ours[1]) == sorted(theirs[1])
    for name in ("web/Chart.yaml", "web/values.yaml"):
        one, other = ((tmp_path / done / name).read_text() for done in ("done0", "done1"))
        assert load(one) == load(other)
    one, other = ((tmp_path / done / "web/.helmignore").read_text() for done in ("done0", "done1"))
    patterns = [{line for line in text.splitlines() if line[:1] not in ("", "#")} for text in (one, other)]
    assert patterns[0] == patterns[1]


SWITCHES = r"""

--set autoscaling.enabled=true
--set autoscaling.enabled=true,autoscaling.targetMemoryUtilizationPercentage=70
--set autoscaling.enabled=true,autoscaling.targetCPUUtilizationPercentage=null
--set ingress.enabled=true
--set ingress.enabled=true,ingress.className=x --set-json 'ingress.tls=[{"secretName":"s","hosts":["a","b"]}]'
--set ingress.enabled=true --set-json 'ingress.hosts=[{"host":"x","paths":[{"path":"/a"},{"path":"/b","pathType":"Exact"}]},{"host":"y"}]' --set-json 'ingress.annotations={"a":"b"}'
--set httpRoute.enabled=true
--set httpRoute.enabled=true --set-json 'httpRoute.rules[0].filters=[{"type":"x"}]' --set-json 'httpRoute.annotations={"q":"1"}'
--set httpRoute.enabled=true --set-json 'httpRoute.hostnames=[]'
--set httpRoute.enabled=true --set-json 'httpRoute.hostnames=[]' --set httpRoute.parentRefs[0].namespace=gw,httpRoute.parentRefs[0].name=g
--set httpRoute.enabled=true --set-json 'httpRoute.rules=[]'
--set httpRoute.enabled=true --set-json 'httpRoute.parentRefs=[]'
--set serviceAccount.create=false
--set serviceAccount.create=false,serviceAccount.name=me
--set serviceAccount.name=me,serviceAccount.automount=false --set-json 'serviceAccount.annotations={"a":"b"}'
--set serviceAccount.create=yes
--set service.type=NodePort --namespace other
--set service.type=LoadBalancer,service.port=8080
--set service.type=ExternalName
--set nameOverride=other
--set nameOverride=re
--set nameOverride=a-very-very-very-very-very-very-very-very-very-very-long-name-that-is-cut
--set fullnameOverride=full-
--set fullnameOverride=a-very-very-very-very-very-very-very-very-very-very-long-name-that-is-cut
--set image.tag=v1,image.pullPolicy=Always,image.repository=x/y,replicaCount=3
--set-json 'podAnnotations={"a":"b"}' --set-json 'podLabels={"c":"d"}' --set-json 'podSecurityContext={"fsGroup":2000}' --set-json 'securityContext={"capabilities":{"drop":["ALL"]}}'
--set-json 'imagePullSecrets=[{"name":"x"}]' --set-json 'resources={"limits":{"cpu":"1"}}' --set-json 'volumes=[{"name":"v"}]' --set-json 'volumeMounts=[{"name":"v","mountPath":"/x"}]'
--set-json 'nodeSelector={"a":"b"}' --set-json 'tolerations=[{"key":"k"}]' --set-json 'affinity={"x":[1]}' --set livenessProbe=null,readinessProbe=null
--set ingress.enabled=true,autoscaling.enabled=true,httpRoute.enabled=true,service.type=NodePort
"""  # noqa: E501 - command lines


@pytest.fixture(scope="module")
def scaffolds(helm: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The charts that the real Helm and ours make, of one name."""
    made = []
    for program in ([str(helm)], [sys.executable, "-c", OURS]):
        top = tmp_path_factory.mktemp("scaffold")
        assert run(program, "create web", top, {})[0] == 0
        made.append(top / "web")
    return made[0], made[1]


@pytest.mark.parametrize("flags", SWITCHES.split("\n")[1:-1])
def test_a_new_chart_renders_as_helms_does(helm: Path, scaffolds: tuple[Path, Path], flags: str) -> None:
    """Objects, hooks and notes, byte for byte; one tool renders both charts, the other one ours."""
    results = []
    for program, chart in (
        ([str(helm)], scaffolds[0]),
        ([str(helm)], scaffolds[1]),
        ([sys.executable, "-c", OURS], scaffolds[1]),
    ):
        line = f"install rel {chart} --dry-run=client {flags}"
        results.append(run(program, line, chart.parent, {}))
    assert results[0][0] == 0
    assert results[1:] == [results[0]] * 2


@pytest.mark.parametrize("maker", ["theirs", "ours"])
def test_each_takes_what_the_other_made(helm: Path, tmp_path: Path, maker: str) -> None:
    """Created, given dependencies, packaged and linted by one; listed, built, rendered and linted by both."""
    theirs, ours = [str(helm)], [sys.executable, "-c", OURS]
    make(tmp_path)
    for line in ("create web", "dep up main", "package web main", "lint web"):
        code, _, err = run(theirs if maker == "theirs" else ours, line, tmp_path, {})
        assert (code, err) == (0, ""), line
    for line in (
        "template web-0.1.0.tgz",
        "template main-0.1.0.tgz",
        "show all main-0.1.0.tgz",
        "dep list main",
        "dep list main-0.1.0.tgz",
        "dep build main",
        "lint web-0.1.0.tgz",
        "package main",
    ):
        assert run(ours, line, tmp_path, {}) == run(theirs, line, tmp_path, {}), line
