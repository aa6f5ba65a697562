from __future__ import annotations

import pytest

from hivehelm.manifest import lines
from hivehelm.manifest import outline as room
from hivehelm.manifest.documents import Head, HeadError, _head, head
from hivehelm.manifest.outline import ordinary, outline

PLAIN = """\
# a remark
apiVersion: apps/v1  # as ever
kind: "Deployment"
metadata:
  name: 'it''s'
  labels:
    app: x

  annotations:
    helm.sh/hook: pre-install,
      post-install
    "quoted/key": "1"
    octal: 010
spec:
  empty: {}
  none: []
  below:
    {}
  list:
  - a
  - "b: \\"c\\" \\\\ \\n"
  - key: value
    other: |-
       text: [unread

         more
    third: >
      folded
  nested:
    - - x
      - y
    - - key: a:b
  flow: [a, "b", 'c d']
  flow: ["a", b.c/d-e_f, 1]
  url: http://x:80/#y
  address: :8080
  words: one
    two, three
  quoted: 'one
    two ''three''

    four'
  double: "one \\
    two\\t"
  8080: port
  01-a.conf: file
  .dockerconfigjson: e30=
  x: é
"""


def test_the_lines_of_the_head_are_found() -> None:
    found = outline(PLAIN)
    assert found is not None
    assert found.split("\n") == [
        "apiVersion: apps/v1  # as ever",
        'kind: "Deployment"',
        "metadata:",
        "  name: 'it''s'",
        "  annotations:",
        "    helm.sh/hook: pre-install,",
        "      post-install",
        '    "quoted/key": "1"',
        "    octal: 010",
        "",
    ]
    assert head(PLAIN) == Head(
        api_version="apps/v1",
        kind="Deployment",
        name="it's",
        annotations={"helm.sh/hook": "pre-install, post-install", "quoted/key": "1", "octal": "8"},
        has_metadata=True,
    )


@pytest.mark.parametrize("line", ["  list: [a, *x]", "  é: x", "  words: one\n    - two:", "  -  two: 2"])
def test_what_is_out_of_the_ordinary_is_left_to_the_parser(line: str) -> None:
    assert outline(PLAIN + line + "\n") is None


@pytest.mark.parametrize(
    "line",
    [
        "a: b: c",
        "a: b:",
        "a: - b",
        "a: -",
        "a: @b",
        "a: `b`",
        "a: %b",
        "a: ? b",
        "a: &b c",
        "a: *b",
        "a: !!str b",
        "a: .inf",
        "a: -.INF",
        "a: .nan",
        'a: "b" c',
        'a: "b"\\"',
        'a: "\\x41"',
        "a: 'b' c",
        "a: 'b''",
        "a: [b",
        "a: ['b', c",
        "a: {b: c} d",
        "a: [b],",
        "a: [\n  b",
        "a: [\n  b\nc: d\n]",
        "a: [\n  b\n  ]\n  c: d",
        "a: {\n  'b': &c d }",
        "a: {\n  'b':\n\n  d}",
        "a: [b,\n\tc]",
        "a:\n  [\n  b]\n  c: d",
        "a:\n  {\n  b:\n",
        "a:\n{\n}",
        "a: {b: c}: d",
        "a: {b: &c d}",
        "a: {b: .inf}",
        "a: [.inf]",
        'a: ["\\/"]',
        "a: [b?c]",
        f"a: {'[' * 2100}{']' * 2100}",
        'a: "\\/"',
        'a: "\\\'"',
        'a: "b"# c',
        "a: 'b'# c",
        "a: |0\n  b",
        "a: |-2\n  b",
        "a: |2\n   b\n\tc",
        "a: |4\n   b",
        "a:\n  b: c\n  -",
        "a:\n - b\n -\n  c\n d",
        "a:\n? b",
        "a:\n  'b\n  c'",
        "a:\n  |\n   b",
        "- b\n c",
        "a: |\n\tb",
        "a: |\n  b\n \tc",
        "a: |\n    \n  b",
        "a: 'b\nc'",
        "a: 'b\n  \tc'",
        "a: 'b",
        "a: b\n  # c\n  d",
        "a: b # c\n  d",
        "a: b\n  c: d",
        "a: b\n  c # d",
        "a: b\n  c:",
        "a: b\n  {}: c",
        "a:\n{}",
        "a:\n  {}\n  b: c",
        "a:\n - b\n c: d",
        "a:\n  b: c\n d: e",
        "a\n",
        "- a",
        " a: b",
        "\ta: b",
        "a:\tb",
        "a: b\r",
        "a: b\x85",
        "a: \udc80",
        "a b: c",
        "-a: b",
        "~: b",
        "null: b",
        "<<: b",
        ".5: b",
        ".inf: b",
        "1e3: b",
        "2001-01-01: b",
        "99999999999999999999: b",
        "? a",
        "...",
        "%YAML 1.1",
        '"a\\n": b',
        '"a" : b',
        "'a' b: c",
        "a" * 129 + ": b",
        "- - a",
        "[]",
        "{}",
    ],
)
def test_lines_that_only_the_parser_understands(line: str) -> None:
    assert outline(line) is None
    assert outline(f"kind: X\n{line}\n") is None


LESS_ORDINARY = """\
kind : X
metadata:
  name : x
  annotations:
    a: |
      b
spec:
  metadata: {"annotations":{"a":"b: c"},"name":"x"}
  one: {a: b-c, d: e, f: "g"}
  two: [{a: [b c, d]}, "e\\n", -f] # g
  three: ["#", "a, b"]
  list:
  -
    a: b
  -
  - {key: a/b, operator: In, values: [c]}
  -
    - x
  - - -
      y
  alone:
    one
    - two
    # three
  open: {
    "a": ["b", {
      "c": "*d" } ]
  }
  closed:
  - - key: [a b,
        c] # d
    - [
        "e"
      ]
  below:
    {
      "a": 1
    }
  below: # it
    [a,
    b]
  quoted:
    "one" # two
  words: one
    - two
    -
    |
  'single': 'one'  # two
  double: "one\\
    \\ two \\\\\\" \\_\\e\\0\\
    three"  # four
  literal: |2-
      one

     two
  folded: >1
   one
"""


@pytest.mark.parametrize("place", range(LESS_ORDINARY.count("\n")))
def test_lines_that_are_less_ordinary(place: int) -> None:
    text = "\n".join(LESS_ORDINARY.split("\n")[: place + 1]) + "\n"
    found = outline(text)
    try:
        expected = _head(text)
    except HeadError:
        assert found is None
    else:
        assert found is not None
        assert (ordinary(found) or _head(found)) == expected


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\nkind: X", "\n\nkind: X\n", "\nspec:\n", "\n\nspec:"])
@pytest.mark.parametrize("mark", ["|", "|-", "|+", ">"])
def test_literals_that_end_a_head(mark: str, end: str) -> None:
    text = f"metadata:\n  annotations:\n    a: {mark}\n      b{end}"
    assert outline(text) is not None
    assert head(text) == _head(text)


def test_depth_is_left_to_the_parser() -> None:
    deep = "\n".join(f"{' ' * depth}a:" for depth in range(300))
    assert outline(deep) is None
    assert outline("\n".join(deep.split("\n")[:100])) == ""


@pytest.mark.parametrize("text", ["", "# only remarks", "a: b", "a: |\n\n", "a: >-"])
def test_documents_without_a_head(text: str) -> None:
    assert outline(text) == ""
    assert head(text) == Head()


def test_metadata_that_has_neither_a_name_nor_annotations() -> None:
    assert outline("metadata:\n  labels:\n    a: b\n  c: d\n") == "metadata:\n  labels:\n    a: b\n"
    assert head("metadata:\n  labels:\n    a: b\n  c: d\n").has_metadata
    assert not head("metadata:\nkind: X\n").has_metadata
    assert head("metadata: {}\nkind: X\n").has_metadata


def test_what_is_wrong_with_a_head_is_told_of_the_whole() -> None:
    with pytest.raises(HeadError, match="array into Go struct field SimpleHead"):
        head("kind: X\nmetadata:\n- a\n- b\n")
    with pytest.raises(HeadError, match="object into Go struct field SimpleHead"):
        head("kind:\n  a: b\n")


def test_lines_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    lines.LINES.clear()
    monkeypatch.setattr(lines, "_MAX_LINES", 10)
    assert outline("\n".join(f"a{number}: b" for number in range(25))) == ""
    assert len(lines.LINES) == 5


def test_annotations_in_brackets_are_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_ANNOTATIONS", {})
    monkeypatch.setattr(room, "_MAX_ANNOTATIONS", 2)
    for letter in "aabcc":
        found = ordinary(f"metadata:\n  annotations: {{{letter}: b}}")
        assert found is not None
        assert found.annotations == {letter: "b"}
        found.annotations["more"] = "c"
    assert len(room._ANNOTATIONS) == 1


LONG = '{"a":[' + '{"b":1,"c":"d"},' * 500 + "{}]}"


@pytest.mark.parametrize(
    ("line", "known"), [(LONG, True), (LONG[:-1], False), (LONG.replace("1", "&a 1", 1), False)]
)
def test_long_lines_of_json(line: str, known: bool) -> None:
    lines.LINES.clear()
    text = f"kind: X\nspec: {line}\n"
    for _ in range(2):
        assert outline(text) == ("kind: X\n" if known else None)
    assert all(len(line) < 100 for line in lines.LINES)
    if line != LONG[:-1]:
        assert head(text) == Head(kind="X")


@pytest.mark.parametrize(
    "lines",
    [
        "kind: X\nmetadata:\n  name: 'a'\n  annotations:\n    b: \"c\"\n  name: d\napiVersion: v1",
        "metadata:\n  annotations:\n  name: a",
        "metadata:",
        "metadata:\nkind: nothing",
        "kind: X",
        "metadata:\n  annotations: {}",
        'metadata:\n  name: a\n  annotations: {a: \'b\', "c/d": "e: f", g: 1} # h\nkind: X',
    ],
)
def test_heads_of_keys_and_texts_need_no_parser(lines: str) -> None:
    assert ordinary(lines) == _head(lines)


@pytest.mark.parametrize(
    "lines",
    [
        "kind: 1",
        "kind: X # y",
        "kind:",
        "kind: |\n  X",
        'kind: "\\n"',
        "kind: X\n  y",
        "kind: X\n  y:z",
        "Kind: X",
        "metadata:\n  labels:\n    a: b",
        "metadata:\n  name: a\nmetadata:\n  name: b",
        "metadata:\n  annotations:\n    a: true",
        "metadata:\n  annotations:\n    8080: a",
        "metadata:\n  annotations:\n    yes: a",
        "metadata:\n  annotations: {a: [b]}",
        "metadata:\n  annotations: [a]",
        "metadata:\n  annotations: {a: b",
        "metadata:\n  annotations: {a: b}\n  annotations: {}",
        "metadata:\n  annotations:\n    a: b\n  annotations: {}",
        "metadata:\n  annotations: {}\n  annotations:\n    a: b",
        "metadata:\n  annotations:\n  annotations: {}",
        "metadata:\nkind: X\n  annotations: {}",
        "metadata:\n  annotations: ",
        "metadata:\n  labels: {}",
        "metadata:\nkind: X\n  name: a",
    ],
)
def test_other_heads_are_left_to_the_parser(lines: str) -> None:
    assert ordinary(lines) is None
