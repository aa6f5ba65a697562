"""However an index is read, it says the same, or is read another way."""

from __future__ import annotations

import io
import random
import time

import pytest

from hivehelm.golang.yaml import tree
from hivehelm.sources.index import builder, events, fields, jsonstream, parse, shorten, stream
from hivehelm.sources.index.builder import Builder
from hivehelm.sources.index.errors import BrokenIndexError
from hivehelm.sources.index.events import Unlike
from hivehelm.sources.index.shorten import shortened
from hivehelm.sources.index.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

    Way = Callable[[BinaryIO, Builder], dict[str, Any]]

BASE = """apiVersion: v1
entries:
  a:
  - name: a
    version: 1.0.0
  - apiVersion: v2
    created: "2020-01-02T03:04:05Z"
    name: a
    urls:
    - http://x/a
    version: 1.1.0
  b:
  - description: b b
    name: b
    version: 0.1.0
"""

# What may stand in a file, in its place or out of it.
PIECES = [
    "# c",
    "",
    " ",
    "    # x",
    "  # y",
    "  - name: z",
    "    version: 1.0",
    '    version: "1.0.0"',
    "---",
    "...",
    "    description: |-\n      a\n      # b\n\n      c",
    "    description: |\n      a\n",
    "    description: |+\n      a\n\n",
    "    description: >\n      a\n      b",
    "    description: foo\n      bar",
    '    description: "foo\n      bar"',
    '    description: "foo\n  - bar"',
    "    description: 'it''s'",
    "    keywords: [a, b]",
    "    keywords:\n      - a",
    "    keywords:\n    - 1",
    "    annotations: {a: b}",
    '    annotations:\n      "a": "1"\n      b: |\n        x\n',
    "    deprecated: true",
    "    removed: yes",
    "    type: library",
    "    type: foo",
    "    name: a/b",
    "\t",
    "    appVersion: 1",
    "    appVersion: v1 # c",
    "    digest: 12",
    "    created: foo",
    "    created: 12",
    "    created: 2020-01-31T00:00:00Z",
    "    version: 1.0.x",
    "    dependencies: x",
    "    dependencies: []",
    "    dependencies:\n    - name: ü",
    "    dependencies:\n    - version: 1.0.0\n      condition: ''",
    "    annotations: {}",
    "    annotations:\n      a: null",
    "    dependencies: [x]",
    "    created: 2016-10-06T16:23:20.499814565-06:00",
    "  foo:",
    "  foo: []",
    "  bar: null",
    '  "q":',
    "  1:",
    "  foo: # c",
    "foo: 1",
    "generated: 2020-01-01T00:00:00Z",
    "annotations: {a: 1}",
    "annotations:\n  a: b",
    "publicKeys: [x]",
    "    urls: []",
    "    urls:",
    "    urls:\n    - a b",
    "    urls:\n    - a # c",
    "    urls:\n      - x\n      - y",
    "    - a",
    "    maintainers:\n    - name: x\n    - null",
    "entries: {}",
    "    dependencies:\n    - name: a\n      version: 1.0.0\n    - name: a",
    "    description: é ü",
    "ENTRIES: {a: []}",
    "    dependencies:\n    - name: a\n      import-values: [1, {child: a, parent: b}]",
    "    description: a\u2028b",
    '    description: "a\\nb"',
    '    description: "a\\/b"',
    "    description: *x",
    "    keywords: &x [k]",
    "    sources: *x",
    "    maintainers: &x\n    - name: *x",
    "    annotations: &x {a: b, c: *x}",
    "    <<: *x",
    "  c: *x",
    "  d: &x\n  - name: d\n    version: 1.0.0",
    "  - &x\n    name: a\n    version: 9.0.0",
    "  - *x",
    "    annotations: &x {a: b, a: c}",
    "    home: &x 1",
    "    description: &x y",
    "    Description: z",
    "    home:",
    '    home: ""',
    "    home: ~",
    '    icon: "x"',
    "    icon: !!str 1",
    "    condition: y",
    "  - apiVersion: v1\n    name: k\n    version: 2.0.0-rc.1",
    "  -\n    name: a",
    "   x: y",
    "  -   name: a\n      version: 3.0.0",
    "  - {name: f, version: 1.1.1}",
    "  - null",
    "  -",
    "    ? a",
    '    sources:\n    - "x"\n    -',
    "    - name: x",
    "   description: less",
    "    tillerVersion: '>2'",
    "    engine: .inf",
    "  a:",
    "    <<: {home: x}",
    "    1: x",
    "    [a]: x",
    "    home: {a: *b}",
    "entries:",
    "apiVersion: v2",
]


def through(way: Way, data: bytes) -> object:
    """Return all that is left of an index, what is wrong with it, or None to read it another way."""
    out = io.BytesIO()
    made = Builder(out)
    try:
        top = way(io.BytesIO(data), made)
    except Unlike:
        return None
    except BrokenIndexError as error:
        return str(error)
    made.finish(top)
    store = Store(out.getvalue())
    names = sorted(store.names())
    documents = [
        [store.document(at, size) for at, size in zip(*store.versions(name)[1:], strict=True)]
        for name in names
    ]
    tables = sorted((name, table.texts, table.rows) for name, table in store.tables())
    return store.top, names, documents, sorted(map(str, store.skipped)), tables


def test_all_ways_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    # Small enough for blocks to end, and fields to be forgotten, in the middle of things.
    monkeypatch.setattr(fields, "_REMEMBERED", 1500)
    source = random.Random(6)  # noqa: S311 - the same every time
    counts = {"stream": 0, "events": 0}
    for _ in range(1500):
        monkeypatch.setattr(stream, "BLOCK", source.choice([40, 64, 200, 1 << 20]))
        lines = BASE.split("\n")[:-1]
        for _ in range(source.choice([1, 1, 1, 2, 3])):
            if source.random() < 0.1:
                del lines[source.randrange(len(lines))]
                continue
            piece = source.choice(PIECES)
            places = range(len(lines) + 1)
            if source.random() < 0.8:
                depth = len(piece) - len(piece.lstrip(" "))
                fitting = [n for n in places if n == len(lines) or lines[n][:depth].strip(" -") == ""]
                places = fitting or places  # type: ignore[assignment]
            lines.insert(source.choice(places), piece)
        data = ("\n".join(lines) + "\n" * (source.random() < 0.95)).encode()
        whole = through(parse._read_whole, data)
        for name, way in (("stream", stream.read), ("events", parse._read_events)):
            found = through(way, data)
            assert found is None or found == whole, data.decode()
            counts[name] += found is not None
    # Neither gives up too soon.
    assert counts["stream"] > 300
    assert counts["events"] > 400


def test_large_indexes_are_written_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = through(stream.read, BASE.encode())
    monkeypatch.setattr(builder, "_BUFFER", 10)
    assert through(stream.read, BASE.encode()) == expected


def test_both_layouts_are_read_as_streams() -> None:
    deeper = (
        BASE.replace("\n  - ", "\n    - ").replace("\n    ", "\n      ").replace("\n      - n", "\n    - n")
    )
    for text in (
        BASE,
        BASE.replace("\n    - http", "\n      - http"),
        f"---\n{BASE}",
        f"# c\n{BASE}\n  \n# d\n",
    ):
        data = text.encode()
        assert through(stream.read, data) == through(parse._read_whole, data) is not None
    four = b"entries:\n    a:\n        - name: a\n          version: 1.0.0\napiVersion: v1\n"
    assert through(stream.read, four) == through(parse._read_whole, four) is not None
    assert through(stream.read, deeper.encode()) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null\n",
        b"- a\n",
        b"a: 1\n",
        b"%YAML 1.1\n---\nentries:\n  a:\n  - name: a\n",
        b"entries:\n  a:\n  - \xff\n",
        b"apiVersion: v1\nentries: []\n",
        b"entries: {a: 1}\n",
        b"entries:\n  a:\n  - created: x\n",
        b"a: [[[\n",
        b"entries:\n  a:\n  - foo: 1\n",
        b"generated: x\n",
        b"a: " + b"[" * 200 + b"]" * 200,
        b"a: {b: !!int 1}\n",
        b"foo: 1\n",
        b"a: [b, c?d]\n",
        b"a: .inf\n",
        b"a: *b\n",
        b"*a\n",
        b"entries:\n  a:\n  - name: [\n",
        b'entries:\n  a:\n  - description: "\\/"\n',
        b"entries:\n  a:\n  - name: a\n" + b"    x\n" * 9,
    ],
)
def test_what_is_read_another_way(data: bytes) -> None:
    assert through(stream.read, data) is None
    assert through(parse._read_events, data) in (None, through(parse._read_whole, data))


@pytest.mark.parametrize("text", [BASE, BASE + "    appVersion: v1\n", "{apiVersion: v1}", "{}", "a: *b\n"])
def test_the_way_is_chosen(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    def chosen(file: BinaryIO, made: Builder) -> dict[str, Any]:
        out = io.BytesIO()
        parse.parse(file, out)
        assert parse._read_whole(io.BytesIO(text.encode()), made) == Store(out.getvalue()).top
        return Store(out.getvalue()).top

    expected = through(parse._read_whole, text.encode())
    assert through(chosen, text.encode()) == expected
    monkeypatch.setattr(parse, "_SMALL", 0)
    assert through(chosen, text.encode()) == expected


def test_a_piece_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_LONGEST", 100)
    monkeypatch.setattr(stream, "BLOCK", 64)
    assert through(stream.read, BASE.encode()) is not None
    assert through(stream.read, (BASE + "    home: |\n" + "      x\n" * 99).encode()) is None


JSONS = [
    "{}",
    '{"apiVersion": "v1"}',
    ' {"apiVersion" : "v1" , "entries" : { } } ',
    '{"entries": null}',
    '{"entries": {"a": null}}',
    '{"entries": {"a": [], "b": [{"name": "b", "version": "1.0.0"}, null, {}]}}',
    '{"generated": "2020-01-01T00:00:00Z"}',
    '{"entries": {"a": [{"Name": "\\u00e9", "version": "1.0.0", "x": [1, 2.5e3, true]}]}}',
    '{"serverInfo": {"a": "xxxxxxxxxxxxx"}}',
    '{"entries": {"é": [{"name": "é", "version": "1.0.0"}]}}',
]
ODD_JSONS = [
    "",
    "[]",
    "{",
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    '{"a":1,2}',
    "{1:2}",
    '{"a":1}x',
    '{"a":NaN}',
    '{"entries":1}',
    '{"entries":{"a":{}}}',
    '{"entries":{"a":[1]}}',
    '{"entries":{"a":[{"name":1}]}}',
    '{"entries":{"a":[}}',
    '{"entries":{"a":[{}],"a":[]}}',
    '{"a":1,"a":2}',
    '{"Entries":{"a":[]}}',
    '{"a":"\\ud800"}',
    '{"apiVersion":1}',
    '{"entries":{"a":[{"created":"x"}]}}',
    '{"generated":"x"}',
    '{"a":' + "[" * 5000 + "]" * 5000 + "}",
    '{"a":"\x01"}',
    '{"entries":{"a":[{}x',
    '{"entries":{"a" 1',
]


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
@pytest.mark.parametrize("text", JSONS)
def test_json(monkeypatch: pytest.MonkeyPatch, text: str, block: int) -> None:
    monkeypatch.setattr(jsonstream, "BLOCK", block)
    assert through(jsonstream.read, text.encode()) == through(parse._read_whole, text.encode()) is not None


@pytest.mark.parametrize("text", ODD_JSONS)
def test_json_that_is_read_another_way(text: str) -> None:
    assert through(jsonstream.read, text.encode()) is None


LARGE = "apiVersion: v1\nentries:\n" + "".join(
    f"  {name}:\n"
    + "".join(f"  - name: {name}\n    version: 1.{n}.0\n    keywords:\n    - k\n" for n in range(40))
    for name in ("a", "b")
)
ERRORS = [
    "    name: 1: 2\n",
    '    home: "x\n',
    "    home: *x\n",
    "   home: x\n",
    "  c: [\n",
    "\tx: 1\n",
    "  - name: 'a\n",
    "    ? [\n",
    "    home: |x\n",
    "    home: @x\n",
    " x\n",
    "c: {a: b\n",
    "    home: %x\n",
    "    - x\n",
    "  c\n  d\n",
]


@pytest.mark.parametrize("text", ERRORS)
@pytest.mark.parametrize("place", [3, 40, 160, 240, 322, -1])
def test_errors_of_large_indexes_are_told_by_a_part(
    monkeypatch: pytest.MonkeyPatch, text: str, place: int
) -> None:
    monkeypatch.setattr(shorten, "_PIECE", 300)
    lines = LARGE.splitlines(keepends=True)
    lines.insert(place % (len(lines) + 1), text)
    data = "".join(lines).encode()
    short = shortened(data)
    assert short is None or len(short) < len(data)
    assert short is None or through(parse._read_whole, short) == through(parse._read_whole, data)
    if place == 240 and text in ERRORS[:2]:
        assert short is not None


def test_nothing_to_shorten() -> None:
    assert shortened(LARGE.encode()) is None
    assert shortened(b"a: b: c\n") is None
    assert shortened(LARGE.encode() + b"\x01") is None


def test_a_large_index_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    data = f"{LARGE}    name: 1: 2\n".encode()
    monkeypatch.setattr(parse, "_LARGE", 100)
    found = through(parse._read_whole, data)
    assert (
        found
        == "error converting YAML to JSON: yaml: line 325: mapping values are not allowed in this context"
    )


def test_json_that_is_no_text() -> None:
    assert through(jsonstream.read, b'{"apiVersion": "\xff"}') is None


def test_an_entry_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "_LONGEST", 100)
    monkeypatch.setattr(jsonstream, "BLOCK", 64)
    assert through(jsonstream.read, f'{{"apiVersion": "{"x" * 999}"}}'.encode()) is None


ANCHORED = """apiVersion: v1
entries:
  a:
  - keywords: &k
    - x
    - &y yy
    maintainers: &m [{name: *y}, &n {name: n, email: e}]
    name: a
    version: 1.0.0
  - &e
    annotations: &o {a: b}
    digest: 12
    keywords: *k
    maintainers: *m
    name: a
    version: 1.1.0
  - annotations: *o
    keywords: &k [z]
    maintainers: [*n]
    name: a
    version: 1.2.0
  b:
  - keywords: *k
    name: b
    version: 1.0.0
  - *e
"""


@pytest.mark.parametrize(
    ("more", "read"),
    [
        ("", True),
        ("  - annotations: {a: *k}\n", True),
        ("  c: &v [*e]\n  d: *v\n", False),
        ("  c: *v\n", False),
        ("    home: &h *h\n", False),
        ("    keywords: &h [*h]\n", False),
        ("  - <<: *e\n    name: d\n", False),
        ("  - &d {name: d, name: d}\n", False),
        ("  - &d {name: d, version: 1.0.0}\n  - *d\n  - *d\nannotations: &d {a: b}\n", True),
        ("annotations: {*y : z}\n", False),
        ("annotations: &d {a: b}\nserverInfo: {d: *d}\n", True),
        ("serverInfo: {d: &d [" + "[" * 90 + "]" * 90 + "], e: [*d]}\n", True),
        ("serverInfo: {d: &d [" + "[" * 90 + "]" * 90 + "], e: " + "[" * 20 + "*d" + "]" * 20 + "}\n", False),
        ("serverInfo: {d: &d [" + "k, " * 300 + "k], e: [" + "*d, " * 300 + "k]}\n", False),
        ("serverInfo: {d: &d [k, k], e: &e [" + "*d, " * 50 + "k], f: [" + "*e, " * 99 + "k]}\n", True),
    ],
)
def test_anchors_stand_for_what_they_say(more: str, read: bool) -> None:
    data = (ANCHORED + more).encode()
    whole = through(parse._read_whole, data)
    assert through(parse._read_events, data) == (whole if read else None)
    assert through(stream.read, data) is None


def test_aliases_that_come_to_too_much_text(monkeypatch: pytest.MonkeyPatch) -> None:
    long = f"serverInfo: {{a: &a {'x' * 999}, b: [{'*a, ' * 99}x]}}\n".encode()
    assert through(parse._read_events, long) == through(parse._read_whole, long) is not None
    monkeypatch.setattr(tree, "_ALIASED", 85_000)
    assert through(parse._read_events, long) is None
    assert "contains excessive aliasing" in str(through(parse._read_whole, long))


def test_events_end() -> None:
    found = events.Events(b"a: 1\nb: [x, {k: z}]\n")
    assert found.value() == {"a": 1, "b": ["x", {"k": "z"}]}
    found.end_all()
    found = events.Events(b"a\n--- b\n")
    assert found.value() == "a"
    with pytest.raises(Unlike):
        found.end_all()
    found = events.Events(b"[]\n")
    with pytest.raises(Unlike):
        found.end()


def test_what_is_nested_too_deeply_is_not_read_to_its_end() -> None:
    start = time.process_time()
    assert shortened(BASE.encode() + b"  c: " + b"[" * 300_000) is None
    assert time.process_time() - start < 5
