"""Indexes through the real Helm and ours: what is wrong with them, what counts, and how they are written."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests.conformance.served import chart, ours, theirs

ENTRY = "  - name: a\n    version: 1.0.0\n"
HEAD = f"apiVersion: v1\nentries:\n  a:\n{ENTRY}"

# Nearly all of these end with `repo is corrupt or missing`, and why.
BROKEN = [
    "",
    "\n",
    "# nothing\n",
    "null\n",
    "{}\n",
    "abc\n",
    "- a\n",
    "entries: {}\n",
    "apiVersion: v1\n",
    "apiVersion: ''\nentries:\n  a:\n  - name: a\n",
    "apiVersion: 1\n",
    "apiVersion: [v1]\n",
    "apiVersion: v1\nentries: [a]\n",
    "apiVersion: v1\nentries: null\n",
    "apiVersion: v1\nentries:\n  a: {}\n",
    "apiVersion: v1\nentries:\n  a: [1]\n",
    "apiVersion: v1\nentries:\n  a: [[]]\n",
    "apiVersion: v1\nentries:\n  1: []\n  true: []\n  b: null\n",
    "apiVersion: v1\ngenerated: x\nentries:\n  a: [1]\n",
    "apiVersion: v1\ngenerated: 1\nentries: {}\n",
    "apiVersion: v1\npublicKeys: [1, a]\nserverInfo: {a: {b: 1}}\nannotations: {a: 1}\nentries: {}\n",
    "apiVersion: v1\nserverInfo: a\nentries: {}\n",
    "apiVersion: v1\nannotations: [a]\npublicKeys: a\nentries: {}\n",
    "apiVersion: v1\nfoo: x\nbar: y\n",
    "apiVersion: v1\nAPIVERSION: v2\nEntries:\n  a:\n  - NAME: a\n    Version: 1.0.0\n",
    HEAD + "    foo: 1\n",
    HEAD + "    name: b\n",
    HEAD + "    name: b\n  a: []\napiVersion: v2\n",
    HEAD + "    appVersion: 1.10\n",
    HEAD + "    annotations: {a: 1}\n",
    HEAD + "    annotations: {version: 1}\n    digest: 12\n    urls: [1, null, true]\n",
    HEAD + "    keywords: [a, 1]\n",
    HEAD + "    dependencies: [{name: 1}]\n",
    HEAD + "    dependencies: [{foo: 1}]\n",
    HEAD + "    maintainers: [a]\n",
    HEAD + "    digest: [a]\n    removed: 1\n",
    HEAD + "    deprecated: 'true'\n",
    HEAD + "    created: 12\n    digest: []\n",
    HEAD + "    annotations: 1\n    created: x\n    digest: []\n",
    HEAD + "    created: 2020-01-32T00:00:00Z\n",
    HEAD + "    created: 2020-01-02\n",
    HEAD + "    description: a: b\n",
    HEAD + '    description: "a\n',
    HEAD + "    description: *a\n",
    HEAD + "   description: a\n",
    HEAD + "\tdescription: a\n",
    HEAD + "    description: \x01\n",
    HEAD + "---\nfoo: x\n",
    "apiVersion: v1\nentries: &e\n  a: *e\n",
    '{"apiVersion": "v1"}x',
    '{"apiVersion": "v1", "entries": {"a": [{"name": "a", "version": 1}]}}',
    '{"apiVersion": "v1", "entries": {"a": [{"name": "a", "version": "1.0.0", "created": 1}]}}',
    '{"apiVersion": "v1", "entries": {"a": {}}, "foo": 1}',
    '{"entries": {}}',
    "[]",
    '"v1"',
]

# These are read, some of their entries are not.
READ = [
    HEAD + "    created: 2016-10-06T16:23:20.499814565-06:00\n    description: |\n      one\n      two\n",
    HEAD + "    description: >-\n      folded\n      text\n    home: null\n    tags: ''\n",
    HEAD + "    description: folded\n      text\n    removed: yes\n    deprecated: on\n",
    HEAD + '    description: "b\\tc\\u00e9 \\x01"\n    keywords: []\n    sources:\n      - "x"\n',
    HEAD + "    checksum: a\n    engine: gotpl\n    tillerVersion: '>2'\n    url: u\n",
    HEAD + "  - name: a\n    version: 1.0.0\n    description: again\n  -\n    name: a\n    version: 0.1.0\n",
    HEAD + "  - null\n  - {}\n  - name: b\n  - version: 1.0.0\n  - name: a/b\n    version: 1.0.0\n  - ~\n",
    HEAD + "  - {name: a, version: x}\n  - {name: a, version: v1}\n  - {name: a, version: '1.2'}\n",
    HEAD + "  - {name: a, version: 1.0.1, type: foo}\n  - {name: a, version: 1.0.2, type: library}\n",
    HEAD + "  - {name: a, version: 1.0.1, maintainers: [null]}\n  - {name: .., version: 1.0.1}\n",
    HEAD + "  - {name: a, version: 1.0.1, dependencies: [{name: x, alias: 'a b'}]}\n",
    HEAD + "  - {name: a, version: 1.0.1, dependencies: [{name: x}, {name: x}]}\n",
    HEAD + "  - {name: a, version: 1.0.1, dependencies: [null]}\n",
    HEAD + "# a comment\n    # another\n    appVersion: v1 # a third\n\n  b:   \n" + ENTRY,
    "---\nentries:\n    a:\n        - name: a\n          version: 1.0.0\napiVersion: v1\n",
    "apiVersion: v1\nentries:\n  a:\n    - name: a\n      version: 1.0.0\n      keywords:\n        - k\n",
    "apiVersion: v1\nentries: {a: [{name: a, version: 1.0.0}], 'b': []}\n",
    "apiVersion: v1\nentries:\n  a:\n  - &b {name: a, version: 1.0.0}\n  c:\n  - <<: *b\n    home: m\n",
    HEAD.replace("\n", "\r\n"),
    HEAD.rstrip(),
    "\ufeff" + HEAD,
    HEAD + "    description: ü\u2028ß \U0001f680\n",
    HEAD + "    icon: !!str 1\n    condition: ? x\n",
    '{"apiVersion": "v1", "entries": {"a": [{"name": "a", "version": "1.0.0", "foo": 1}, null, {}]}}',
    '{"apiVersion":"v1","entries":{"a":[{"Name":"a","VERSION":"1.0.0","Description":"\\u00e9\\ud800"},{}]}}',
    ' {"apiVersion": "v1", "entries": {"a": [{"name": "a", "version": "1.0.0"}], "b": null, "c": []}} ',
    "apiVersion: v1\nentries:\n  a:\n"
    + "".join(f"  - {{name: a, version: {v}}}\n" for v in (
        "1.0.0", "1.0.0-rc.1", "1.0.0-rc.10", "1.0.0-rc.2", "2.0.0+b", "2.0.0+a", "v1.5", "0.0.0", "0.0.0-0",
        "1.0.0-alpha", "1.0.0-1", "10.0.0", "9.0.0", "1.0.0-rc.18446744073709551616",
    )),
]  # fmt: skip


def home(top: Path) -> dict[str, str]:
    """Return the environment of a home below a directory, with the repository r in it."""
    config = top / ".config/helm/repositories.yaml"
    config.parent.mkdir(parents=True)
    config.write_text("repositories:\n- name: r\n  url: https://example.com\n")
    (top / ".cache/helm/repository").mkdir(parents=True)
    return {"HOME": str(top), "PATH": os.environ["PATH"], "PWD": str(top)}


def sides(helm: Path, top: Path, lines: list[str], environment: dict[str, str]) -> list[list[object]]:
    """Run command lines with both; warnings come in no order."""
    found: list[list[object]] = []
    for run in (theirs, ours):
        said: list[object] = []
        for line in lines:
            code, out, err = run(helm, line, top, environment)
            said.append((line, code, out, sorted(err.splitlines())))
        found.append(said)
    return found


@pytest.mark.parametrize("text", BROKEN + READ)
def test_an_index(helm: Path, tmp_path: Path, text: str) -> None:
    environment = home(tmp_path)
    (tmp_path / ".cache/helm/repository/r-index.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    real, own = sides(helm, tmp_path, ["search repo -o json --devel"], environment)
    assert own == real
    # What was kept of it says the same.
    assert sides(helm, tmp_path, [], environment) == [[], []]
    code, out, err = ours(helm, "search repo -o json --devel", tmp_path, environment)
    assert [("search repo -o json --devel", code, out, sorted(err.splitlines()))] == real


def test_no_index(helm: Path, tmp_path: Path) -> None:
    environment = home(tmp_path)
    (tmp_path / ".cache/helm/repository/s-index.yaml").mkdir()
    config = tmp_path / ".config/helm/repositories.yaml"
    config.write_text(config.read_text() + "- name: s\n  url: https://example.com\n")
    real, own = sides(helm, tmp_path, ["search repo a"], environment)
    assert own == real


INDEXED = r"""
repo index charts
repo index charts --url https://example.com/charts/ ; repo index charts/ --url https://example.com/charts?a=b
repo index charts --url 'https://u:p@example.com/a b' ; repo index charts --url x/y ; repo index charts --url ':'
repo index charts --json ; search repo
repo index charts --merge other.yaml ; repo index charts --merge other.yaml --json --url http://h
repo index charts --merge other.json ; repo index charts --merge charts/index.yaml
repo index charts --merge new.yaml ; repo index charts --merge new.json --json
repo index charts --merge nosuch/new.yaml ; repo index charts --merge charts ; repo index charts --merge file/x
repo index charts --merge broken.yaml ; repo index charts --merge empty.yaml ; repo index charts --merge odd.yaml
repo index empty --merge many.yaml ; repo index empty ; repo index empty --json ; repo index empty --merge other.yaml
repo index nosuch ; repo index file ; repo index ; repo index a b ; repo index charts --foo
repo index withdir
repo index blocked
""".strip().splitlines()  # noqa: E501 - command lines

OTHER = """apiVersion: v1
entries:
  a:
  - {name: a, version: 1.0.0, description: other, created: "2020-01-02T03:04:05.1200Z", urls: []}
  - {name: a, version: "1.0", description: like what is there, created: "2020-01-02T03:04:05+00:00"}
  - name: a
    version: 0.9.0
    description: a long description that is folded where it is written because it has more than eighty columns
    created: 2016-10-06T16:23:20.499814565-06:00
    digest: abc
    urls: [https://example.com/a-0.9.0.tgz]
    keywords: [k, l]
    maintainers: [{url: u, name: 'n'}]
    dependencies: [{version: "1", name: d, import-values: [x, {parent: p, child: c}], enabled: true}]
    annotations: {b: "1", a: "<x>"}
    deprecated: true
    removed: true
    checksum: c
    engine: e
  other:
  - {name: b, version: 3.0.0}
  c10: [{name: c10, version: 1.0.0}]
  c9: [{name: c9, version: 1.0.0, description: "<a> & 'b'"}]
generated: "2020-01-02T03:04:05Z"
"""


# So many that Go's sort is not stable.
MANY = "apiVersion: v1\nentries:\n  a:\n" + "".join(
    f"  - {{name: a, version: 1.{n % 3}.{n % 7}{'-rc.1' * (n % 2)}+{n}, description: d{n}}}\n"
    for n in range(90)
)


def directory(top: Path) -> None:
    """Write archives and indexes to merge."""
    full = "description: <full> & more\nhome: https://h\nkeywords: [k]\nappVersion: '1'\ntype: application\n"
    for path, data in {
        "charts/a-1.0.0.tgz": chart("a", "1.0.0", full),
        "charts/a-1.1.0.tgz": chart("a", "1.1.0+build.1"),
        "charts/a-1.1.0-rc.1.tgz": chart("a", "1.1.0-rc.1"),
        "charts/sub/b-1.0.0.tgz": chart("b", "1.0.0"),
        "charts/sub/deep/c-1.0.0.tgz": chart("c", "1.0.0"),
        "charts/.hidden.tgz": chart("hidden", "1.0.0"),
        "charts/a b#ü.tgz": chart("odd", "1.0.0"),
        "charts/bad.tgz": b"no archive",
        "charts/badversion.tgz": chart("bad", "x"),
        "charts/no.txt": b"",
        "other.yaml": OTHER.encode(),
        "other.json": b'{"apiVersion": "v1", "entries": {"z": [{"name": "z", "version": "1.0.0"}]}}',
        "many.yaml": MANY.encode(),
        "broken.yaml": b"entries: {}\n",
        "empty.yaml": b"",
        "odd.yaml": b"apiVersion: v1\nentries:\n  a:\n  - null\n  - {name: a}\n  - {name: a, version: 7.0.0}",
        "file": b"text",
        "withdir/x.tgz/Chart.yaml": b"apiVersion: v2\nname: x\nversion: 1.0.0\n",
        "blocked/index.yaml/x": b"",
    }.items():  # fmt: skip
        file = top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (top / "empty").mkdir()
    (top / "charts/link.tgz").symlink_to("a-1.0.0.tgz")


@pytest.mark.parametrize("line", INDEXED)
def test_writing(helm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr("hivehelm.golang.zone._LOCAL", [])
    found: list[object] = []
    for run in (theirs, ours):
        top = tmp_path / "tree"
        top.mkdir()
        directory(top)
        environment = {"HOME": str(top), "PATH": os.environ["PATH"], "PWD": str(top), "TZ": "Etc/GMT-3"}
        said = [
            (command, code, out, sorted(re.sub(r"(index|new)\.(yaml|json)\d+", r"\1.\2N", err).splitlines()))
            for command in line.split(" ; ")
            for code, out, err in [run(helm, command, top, environment)]
        ]
        files = {
            str(path.relative_to(top)): (oct(path.stat().st_mode), timeless(path.read_text()))
            for path in sorted(top.rglob("*"))
            if path.suffix in (".yaml", ".json") and path.is_file()
        }
        found.append((said, files))
        top.rename(tmp_path / run.__name__)
    assert found[1] == found[0]


def timeless(text: str) -> str:
    """Mask the times of this run, but not how they are spelt."""
    year = r"20(?:2[4-9]|[3-9]\d)"
    return re.sub(rf"{year}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{{1,9}})?\+03:00", "now", text)
