"""Bad input through the real Helm and ours: the same words, the same exit code, and nothing half-written."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

OURS = "import sys; from hivehelm.cli.hivehelm import main; sys.argv[0] = 'helm'; sys.exit(main())"

CHART = "apiVersion: v2\nname: {}\nversion: 0.1.0\n"
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
ALL = CONFIG_MAP + "a: {{ .Values | toJson | quote | trunc 2000 }}\nlength: {{ .Values | toYaml | len }}\n"

# What stands in the place of YAML: values, Chart.yaml, a template, a schema.
TEXTS: dict[str, bytes] = {
    "bracket": b"a: [\n",
    "colons": b"a: b: c\n",
    "tab": b"a:\n\tb: 1\n",
    "tabline": b"a: 1\n\tb: 2\n",
    "nul": b'a: "x\0y"\n',
    "latin1": b"a: caf\xe9\n",
    "cut": b"a: \xe2\x82",
    "surrogate": b"a: \xed\xa0\x80\n",
    "utf16": "a: 1\n".encode("utf-16"),
    "utf16be": b"\xfe\xff" + "a: 1\n".encode("utf-16-be"),
    "utf32": "a: 1\n".encode("utf-32"),
    "bom": b"\xef\xbb\xbfa: 1\n",
    "boms": b"\xef\xbb\xbf\xef\xbb\xbfa: 1\n",
    "crlf": b"a: 1\r\nb:\r\n  c: 2\r\n",
    "cr": b"a: 1\rb: 2\r",
    "list": b"- a\n",
    "scalar": b"text\n",
    "empty": b"",
    "twice": b"a: 1\na: 2\n",
    "documents": b"a: 1\n---\nb: [\n",
    "separator": b"a: 1\n--- x\n",
    "noanchor": b"a: *x\n",
    "itself": b"a: &x\n  b: *x\n",
    "merge": b"x: &x 1\ny:\n  <<: *x\n",
    "tag": b"a: !!int x\n",
    "listkey": b"[a, b]: c\n",
    "version": b"%YAML 1.2\n---\na: 1\n",
    "quote": b'"',
    "escape": b'a: "\\q"\n',
    "nan": b"a: .nan\n",
    "control": b"a: \x01\n",
    "image": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "dash": b"-",
    "laughs": b'a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]\n'
    + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(8)),
    "longkey": b"k" * 2000 + b": 1\n",
    "deep2000": b"a: " + b"[" * 2000 + b"]" * 2000 + b"\n",
    "deep9999": b"a: " + b"[" * 9999 + b"]" * 9999 + b"\n",
    "deep10000": b"a: " + b"[" * 10_000 + b"]" * 10_000 + b"\n",
    "deep20000": b"a: " + b"[" * 20_000 + b"]" * 20_000 + b"\n",
    "tables1500": b"a: " + b"{a: " * 1500 + b"1" + b"}" * 1500 + b"\n",
    "lines": b"".join(b"key%d: value %d\n" % (i, i) for i in range(50_000)),
}

TEMPLATES = {
    "include": '{{define "x"}}{{include "x" .}}{{end}}{{include "x" .}}',
    "template": '{{define "x"}}{{template "x" .}}{{end}}{{template "x" .}}',
    "tpl": '{{define "x"}}{{tpl "{{include \\"x\\" .}}" .}}{{end}}{{include "x" .}}',
    "mixed": '{{define "x"}}{{include "y" .}}{{end}}{{define "y"}}{{template "x" .}}{{end}}{{include "x" .}}',
    "inside": '{{ include "chart/templates/a.yaml" . }}',
    "unknown": "{{ nosuch 1 }}",
    "open": "{{ if true }}x",
    "action": "{{",
    "string": '{{ "a',
    "comment": "{{/* a",
    "end": "{{end}}",
    "control": "{{ \x01 }}",
    "variable": "{{ $x }}",
    "missing": '{{include "zz" .}}',
    "nil": "{{ .Values.a.b.c }}",
    "index": "{{ index (list 1) 5 }}",
    "number": "{{ 99999999999999999999 }}",
    "regex": '{{ mustRegexMatch "(" "x" }}',
    "evil": '{{ regexMatch "(a+)+$" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" }}',
    "escape": '{{ .Files.Get "../../etc/passwd" }}{{ .Files.Get "/etc/passwd" }}',
    "fail": '{{ fail "one\\ntwo" }}',
    "yaml": "a: b: c\n",
    "kind": "kind: [a]\n",
    "hook": "metadata: {name: q, annotations: {helm.sh/hook: foo}}\n",
    "parentheses": "a: {{ " + "(" * 2000 + "1" + ")" * 2000 + " }}\n",
    "blocks": "{{if true}}" * 2000 + "a: 1" + "{{end}}" * 2000,
    "nested": '{{ $d := dict }}{{ range until 3000 }}{{ $d = dict "a" $d }}{{ end }}'
    "a: {{ $d | toJson | len }}\nb: {{ $d | toYaml | len }}\nc: {{ deepEqual $d (deepCopy $d) }}\n",
}

NOT_CHARTS: dict[str, bytes] = {
    "empty": b"",
    "magic": b"\x1f\x8b",
    "head": b"\x1f\x8b\x08\0\0\0\0\0\0\xff",
    "image": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "zip": b"PK\3\4" + bytes(50),
    "html": b"<!DOCTYPE html><html>",
    "zeros": bytes(600),
    "garbage": gzip.compress(bytes(range(256)) * 9, mtime=0),
    "nothing": gzip.compress(b"", mtime=0),
    "end": gzip.compress(bytes(1024), mtime=0),
    "deflate": b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xff" * 300,
    "name": b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + b"n" * 3000,
}

GOOD = ("x/Chart.yaml", CHART.format("x").encode())
LINK, DEVICE, DIRECTORY = tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE
# Entries beside a good Chart.yaml: name, type, PAX records.
ENTRIES: dict[str, tuple[str, bytes, dict[str, str]]] = {
    "parent": ("x/../../evil", tarfile.REGTYPE, {}),
    "up": ("../evil", tarfile.REGTYPE, {}),
    "absolute": ("/etc/evil", tarfile.REGTYPE, {}),
    "slashes": ("x//etc/evil", tarfile.REGTYPE, {}),
    "drive": ("x/c:/evil", tarfile.REGTYPE, {}),
    "backslashes": ("x\\..\\..\\evil", tarfile.REGTYPE, {}),
    "top": ("Chart.yaml", tarfile.REGTYPE, {}),
    "base": ("x/.", tarfile.REGTYPE, {}),
    "long": ("x/" + "l" * 300, tarfile.REGTYPE, {}),
    "far": ("x/" + "d/" * 2000 + "f", tarfile.REGTYPE, {}),
    "bytes": ("x/\udcff\udcfe", tarfile.REGTYPE, {}),
    "again": ("x/Chart.yaml", tarfile.REGTYPE, {}),
    "subchart": ("x/charts/y.tgz", tarfile.REGTYPE, {}),
    "subdirectory": ("x/charts/y.tgz/Chart.yaml", tarfile.REGTYPE, {}),
    "bare": ("x/charts/y/values.yaml", tarfile.REGTYPE, {}),
    "link": ("x/templates/link.yaml", LINK, {}),
    "device": ("x/templates/device.yaml", DEVICE, {}),
    "directory": ("x/templates", DIRECTORY, {}),
    "recordpath": ("x/f", tarfile.REGTYPE, {"path": "x/../../evil"}),
    "recordsize": ("x/f", tarfile.REGTYPE, {"size": "99999999999999999999"}),
    "recordtime": ("x/f", tarfile.REGTYPE, {"mtime": "1e5"}),
    "recorduser": ("x/f", tarfile.REGTYPE, {"uid": "abc"}),
}

COMMANDS = r"""
template r nosuch
template r ./nosuch
template r /nosuch/x.tgz
template r /dev/null
template r directory
template r file.txt/x
template r huge
template r fifo
template r self
template r dangling
show chart directory
show all nosuch.tgz
show values /dev/null
show chart bomb.tgz
template r bomb.tgz
template r chart -f nosuch.yaml
template r chart -f directory
template r chart -f /dev/null
template r chart --set a[99999999]=1
template r chart --set a[-1]=1
template r chart --set a[
template r chart --set =1
template r chart --set a={1,2
template r chart --set a.b.c=1
template r chart --set a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1
template r chart --set-json a={
template r chart --set-json []
template r chart --set-file a=directory
template r chart --set-file a=nosuch
template r chart --output-dir /dev/null/x
template r chart --output-dir file.txt
template r chart --output-dir /proc/nosuch
template r chart --registry-config file.txt/x
template r chart --registry-config directory
template r chart --registry-config number.json
template r chart --kube-version x
template r chart -s nosuch
template -- -x chart
template A_b chart
template r chart --validate --kubeconfig nosuch
template r chart --validate --kubeconfig broken.yaml
template r chart --validate --kube-apiserver https://127.0.0.1:1
list --kubeconfig directory
list --kube-apiserver http://127.0.0.1:1
install r chart --kubeconfig broken.yaml
install r chart --kube-apiserver http://127.0.0.1:1
install r chart --kube-ca-file nosuch --kube-apiserver https://127.0.0.1:1
uninstall r --kube-apiserver http://127.0.0.1:1
status r --kube-context nosuch
"""


def write(path: Path, data: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def archive(*entries: tuple[str, bytes, bytes, dict[str, str]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(
        fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8", errors="surrogateescape"
    ) as tar:
        for name, data, kind, records in entries:
            info = tarfile.TarInfo(name)
            info.type, info.pax_headers = kind, records
            info.linkname = "/etc/passwd" if kind == LINK else ""
            info.size = len(data) if kind == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(data) if info.size else None)
    return gzip.compress(buffer.getvalue(), 1, mtime=0)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that is bad, in one directory."""
    top = tmp_path_factory.mktemp("bad")
    for name, data in TEXTS.items():
        write(top / f"{name}.yaml", data)
        write(top / f"chart-{name}" / "Chart.yaml", data)
        for kind, file in (
            ("values", "values.yaml"),
            ("file", "templates/a.yaml"),
            ("schema", "values.schema.json"),
        ):
            write(top / f"{kind}-{name}" / "Chart.yaml", CHART.format("chart"))
            write(top / f"{kind}-{name}" / file, data)
        write(top / f"values-{name}" / "templates/a.yaml", ALL)
    for name, text in TEMPLATES.items():
        write(top / f"template-{name}" / "Chart.yaml", CHART.format("chart"))
        write(top / f"template-{name}" / "templates/a.yaml", text)
    for name, data in NOT_CHARTS.items():
        write(top / f"{name}.tgz", data)
    for name, (entry, flag, records) in ENTRIES.items():
        data = archive((*GOOD, tarfile.REGTYPE, {}), (entry, b"data", flag, records))
        write(top / f"entry-{name}.tgz", data)
    zeros = bytes(101 << 20)
    write(top / "bomb.tgz", archive((*GOOD, tarfile.REGTYPE, {}), ("x/f", zeros, tarfile.REGTYPE, {})))
    write(top / "file.txt", "text\n")
    write(top / "number.json", "7")
    write(top / "broken.yaml", "a: [\n")
    write(top / "directory" / "values.yaml", "a: 1\n")
    for name in ("chart", "huge", "fifo", "self", "dangling"):
        write(top / name / "Chart.yaml", CHART.format(name))
        write(top / name / "templates/a.yaml", ALL)
    with (top / "huge" / "file").open("wb") as stream:
        stream.truncate(3 << 30)
    os.mkfifo(top / "fifo" / "templates" / "pipe")
    (top / "self" / "self").symlink_to("self")
    (top / "dangling" / "link").symlink_to("nowhere")
    return top


def outcome(command: list[str], place: Path, home: Path, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    """Return the exit code and what a run writes; in its home and below `place` it leaves nothing."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(home)}
    ran = subprocess.run(
        command, cwd=place, env=environ, input=stdin, capture_output=True, timeout=60, check=False
    )
    return ran.returncode, ran.stdout, ran.stderr


def compare(helm: Path, place: Path, tmp_path: Path, *arguments: str, stdin: bytes = b"") -> None:
    before = sorted(path.name for path in place.iterdir())
    wanted = outcome([str(helm), *arguments], place, tmp_path, stdin)
    found = outcome([sys.executable, "-c", OURS, *arguments], place, tmp_path, stdin)
    # Where several things are wrong, Helm names any of them.
    for _ in range(3):
        if found == wanted:
            break
        wanted = outcome([str(helm), *arguments], place, tmp_path, stdin)
    assert found == wanted
    assert b"Traceback" not in found[2]
    assert sorted(path.name for path in place.iterdir()) == before


@pytest.mark.parametrize("name", TEXTS)
def test_values_files(helm: Path, place: Path, tmp_path: Path, name: str) -> None:
    compare(helm, place, tmp_path, "template", "r", "chart", "-f", f"{name}.yaml")


@pytest.mark.parametrize("name", [name for name in TEXTS if len(TEXTS[name]) < 30_000])
@pytest.mark.parametrize("kind", ["chart", "values", "file", "schema"])
def test_files_of_a_chart(helm: Path, place: Path, tmp_path: Path, kind: str, name: str) -> None:
    compare(helm, place, tmp_path, "template", "r", f"{kind}-{name}")


@pytest.mark.parametrize("name", ["bracket", "utf16", "deep2000", "image"])
def test_standard_input(helm: Path, place: Path, tmp_path: Path, name: str) -> None:
    compare(helm, place, tmp_path, "template", "r", "chart", "-f", "-", stdin=TEXTS[name])


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates(helm: Path, place: Path, tmp_path: Path, name: str) -> None:
    compare(helm, place, tmp_path, "template", "r", f"template-{name}")


@pytest.mark.parametrize("verb", ["template", "show"])
@pytest.mark.parametrize("name", NOT_CHARTS)
def test_what_is_no_chart(helm: Path, place: Path, tmp_path: Path, verb: str, name: str) -> None:
    compare(helm, place, tmp_path, verb, "r" if verb == "template" else "chart", f"{name}.tgz")


@pytest.mark.parametrize("name", ENTRIES)
def test_archives(helm: Path, place: Path, tmp_path: Path, name: str) -> None:
    compare(helm, place, tmp_path, "show", "all", f"entry-{name}.tgz")
    compare(helm, place, tmp_path, "template", "r", f"entry-{name}.tgz")


@pytest.mark.parametrize("line", COMMANDS.strip().splitlines())
def test_command_lines(helm: Path, place: Path, tmp_path: Path, line: str) -> None:
    compare(helm, place, tmp_path, *line.split(" "))
