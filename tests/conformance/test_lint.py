"""`lint` of the real Helm and ours, on the same charts: output, messages and exit code agree."""

from __future__ import annotations

import io
import os
import re
import tarfile
from pathlib import Path

import pytest
from tests.cases.lint import CHARTS, CHARTS_WITH_OWN_DEFINITION, charts, read, write
from tests.conformance.test_commands import both, cases, run

from hivehelm.lint.deprecated_apis import TABLE

DEFINITION = "apiVersion: v2\nname: {0}\nversion: 1.0.0\n"
OTHERS = {
    "one.yaml": "table: {b: {d: 4}}\nscalar: {a: 1}\n",
    "child.yaml": "child: {a: {b: 1}}\n",
    "file.txt": "text\n",
    "loose/templates/a.yaml": "",
    "chartdir/Chart.yaml/x": "",
    # Where several charts are not asked for, Helm's order is random.
    "deep/Chart.yaml": DEFINITION.format("deep") + "dependencies: [{name: a}, {name: b}, {name: packed}]\n",
    "deep/charts/b/Chart.yaml": DEFINITION.format("b"),
    "deep/charts/b/charts/z/Chart.yaml": DEFINITION.format("z") + "extra: 1\n",
    "deep/charts/A/Chart.yaml": DEFINITION.format("a"),
    "deep/charts/A/x/Chart.yaml": "broken",
    "deep/charts/a.txt": "",
    "dir.tgz/Chart.yaml": DEFINITION.format("dir"),
}
ARCHIVES = {
    "good.tgz": {
        "x/Chart.yaml": DEFINITION.format("good"),
        "x/charts/c/Chart.yaml": "name: c\nversion: 1.0.0\n",
    },
    "good.tar.gz": {
        "x/Chart.yaml": DEFINITION.format("good"),
        "x/values.yaml": "",
        "x/templates/a.yaml": "kind: a\n",
    },
    "deep/charts/packed.tgz": {"x/Chart.yaml": DEFINITION.format("packed"), "x/templates/a.yaml": "{{"},
    "nameless.tgz": {"x/Chart.yaml": "version: 1\n"},
    "undefined.tgz": {"x/values.yaml": ""},
    "broken.tgz": {"x/Chart.yaml": "name: ["},
    "dots.tgz": {"x/Chart.yaml": "name: ..\n"},
    "slash.tgz": {"x/Chart.yaml": "name: a/b\n"},
    "root.tgz": {"x/Chart.yaml": "name: /\n"},
    "clash.tgz": {"x/Chart.yaml": DEFINITION.format("clash"), "x/a": "", "x/a/b/c": ""},
    "long.tgz": {"x/Chart.yaml": DEFINITION.format("long"), "x/" + "n" * 300: ""},
    "outside.tgz": {"x/Chart.yaml": DEFINITION.format("outside"), "x/../../y": ""},
    "ignoring.tgz": {
        "x/Chart.yaml": DEFINITION.format("ignoring"),
        "x/.helmignore": "templates/b.yaml\n",
        "x/templates/b.yaml": "{{",
    },
    "empty.tgz": {},
}
LINES = r"""
lint
lint --strict
lint -q plain
lint plain --nope
lint plain names no-templates nosuch --strict
lint plain names no-templates --quiet
lint plain names t-failing c-deprecated nosuch --quiet
lint plain --quiet
lint plain --quiet --strict
lint t-unmatched --quiet
lint nosuch
lint nosuch.tgz
lint ''
lint .
lint plain/
lint ./plain/../plain
lint file.txt
lint plain/Chart.yaml
lint loose
lint chartdir
lint dir.tgz
lint good.tgz
lint good.tgz --quiet
lint good.tar.gz --strict
lint nameless.tgz
lint undefined.tgz broken.tgz dots.tgz slash.tgz root.tgz
lint clash.tgz
lint long.tgz
lint outside.tgz
lint ignoring.tgz
lint empty.tgz
lint deep --with-subcharts
lint deep plain deep/ --with-subcharts --quiet
lint nosuch --with-subcharts
lint good.tgz --with-subcharts
lint schema below-schema --skip-schema-validation
lint schema --set z=1,a=2
lint schema --debug
lint below below-mismatch imports --debug
lint release -n there
lint t-release -n there --kube-version 1.30
lint deprecated --kube-version 1.15
lint deprecated --kube-version 1.36
lint deprecated --kube-version v99.1-x
lint deprecated --kube-version 0.0 --strict
lint deprecated --quiet
lint plain --kube-version x --set a
lint plain --kube-version 1
lint plain --set a
lint plain --set a[=1
lint plain --set-json a={
lint plain -f nosuch.yaml
lint plain -f file.txt
lint shows-values --set a=1 --set-string b=2 --set-json 'c=[3]' --set-literal e=f,g --set-file h=file.txt
lint shows-values -f one.yaml -f child.yaml --set table.b=1
lint tables shows-values --set table.a=2,table.new=1
lint tables shows-values tables -f one.yaml
lint tables --set table=1
lint tables --set table=null,scalar=null,nothing=x
lint tables shows-values --set table.b=null
lint below-failing --set child.a.b=1
lint below-failing --set child=1
lint below-failing -f child.yaml
lint t-nil-pointer --set b.c=1
lint t-required --set x=1
lint needs --set other.on=false
lint needs --set other.on=true
lint imports --set a=2
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with all charts, others, and archives."""
    top = tmp_path_factory.mktemp("lint")
    write(top)
    kinds = [
        (row[0], kind) for row in TABLE for entry in row[4].split() for kind in _both(entry.partition("=")[0])
    ]
    kinds += [("/v1", "Endpoints"), ("v1/", "Endpoints"), ("a/b/c", "Pod"), ("v1", "endpoints"), ("", "Pod")]
    kinds += [("apps/v1", "Deployment"), ("policy/v1beta1", "PodSecurityPolicy"), ("v1", "Status")]
    documents = (f'apiVersion: "{group}"\nkind: {kind}\nmetadata: {{name: a}}\n' for group, kind in kinds)
    files = {
        **OTHERS,
        "deprecated/Chart.yaml": DEFINITION.format("deprecated"),
        "deprecated/templates/a.yaml": "---\n".join(["# matchLabels\n", *documents]),
    }
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name, inside in ARCHIVES.items():
        with tarfile.open(top / name, "w:gz") as archive:
            for path_inside, text in inside.items():
                entry = tarfile.TarInfo(path_inside)
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
    (top / "home").mkdir()
    return top


def _both(kind: str) -> list[str]:
    return [kind[:-1], f"{kind[:-1]}List"] if kind.endswith("+") else [kind]


def _masked(result: tuple[int, str, str]) -> tuple[int, str, str]:
    """Archives are unpacked to places with random names."""
    code, out, err = result
    return code, re.sub(r"/helm-lint\w+/", "/helm-lint/", out), err


@pytest.mark.parametrize("line", cases(LINES))
def test_command_line(helm: Path, place: Path, line: str) -> None:
    theirs, ours = both(helm, line, place)
    assert _masked(ours) == _masked(theirs)


@pytest.mark.parametrize("chart", [*CHARTS, *CHARTS_WITH_OWN_DEFINITION])
def test_chart(helm: Path, place: Path, chart: str) -> None:
    theirs, ours = both(helm, f"lint {chart} --debug --with-subcharts", place)
    assert ours == theirs


@pytest.mark.parametrize("family", ["c-", "t-"])
def test_one_command_line_for_many_charts(helm: Path, place: Path, family: str) -> None:
    names = " ".join(name for name in charts() if name.startswith(family))
    theirs, ours = both(helm, f"lint {names}", place)
    assert ours == theirs


def test_what_is_on_file_is_what_helm_says(helm: Path, place: Path) -> None:
    """So that the unit tests compare with Helm, too: tests/cases/lint.txt."""
    _, out, _ = run([str(helm)], f"lint {' '.join(charts())}", place)
    sections = out.replace(str(place), "TOP").split("==> Linting ")[1:]
    told = {name: said for name, _, said in (section.partition("\n") for section in sections)}
    assert told == read()


@pytest.mark.parametrize("where", ["nosuch", "file.txt"])
def test_no_place_to_unpack_to(helm: Path, place: Path, where: str) -> None:
    theirs, ours = both(helm, "lint good.tgz", place, TMPDIR=os.fspath(place / where))
    code, out, err = ours
    assert (code, re.sub(r"helm-lint\w+", "", out), err) == (
        theirs[0],
        re.sub(r"helm-lint\w+", "", theirs[1]),
        theirs[2],
    )


def test_published_charts(helm: Path, published_chart: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    theirs, ours = both(helm, f"lint {published_chart}", tmp_path)
    assert _masked(ours) == _masked(theirs)
