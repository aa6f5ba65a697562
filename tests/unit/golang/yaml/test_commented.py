"""Nodes with comments and styles.

commented.json holds texts, and what go.yaml.in/yaml/v3 3.0.4 made of each: read into a node and written with
SetIndent(2) and CompactSeqIndent, its errors after `ERR`. What kyaml makes of resources is held in
tests/unit/manifest/test_resources.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hivehelm.golang.yaml import events
from hivehelm.golang.yaml.commented import quick
from hivehelm.golang.yaml.commented.node import Node
from hivehelm.golang.yaml.commented.reader import _Reader, read
from hivehelm.golang.yaml.commented.writer import write
from hivehelm.golang.yaml.error import YAMLError

CASES: list[list[str]] = json.loads(Path(__file__).with_name("commented.json").read_text())
PLAIN = """a: {b: [1, 'x'], "c": ~}
d: &x |
  text
e: *x
? [k]
: - 1
  - yes
<<: {f: 2020-01-01}
g: >-
  folded
"""


@pytest.mark.parametrize(("text", "expected"), CASES, ids=range(len(CASES)))
def test_as_go_writes_what_it_read(text: str, expected: str) -> None:
    try:
        node = read(text)
        written = "null\n" if node is None else write([node])
    except YAMLError as error:
        written = f"ERR {error}"
    assert written == expected


def shape(node: Node | None) -> object:
    if node is None:
        return None
    facts = (node.kind, node.value, node.tag, node.tagged, node.style, node.anchor)
    return (*facts, node.head, node.line, node.foot, [shape(child) for child in node.content])


@pytest.mark.parametrize("text", [PLAIN, "", "a: b\n...\n", "--- x\n", "- a\n-\n", "null"])
def test_libyaml_gives_the_same_nodes(text: str) -> None:
    assert shape(quick.read(text, text.encode())) == shape(_Reader(text.encode()).document())


@pytest.mark.parametrize(
    "text",
    [
        "a: b # c",
        "%YAML 1.1\n---\na",
        "%TAG ! x:\n---\na",
        "a: !!str b",
        "a: !x {b: c}",
        "a: *b",
        "[a?b]",
        "a: \\/",
        "[" * 10_001 + "]" * 10_001,
    ],
    ids=range(9),
)
def test_what_libyaml_may_read_otherwise(text: str) -> None:
    with pytest.raises(events.Unlike):
        quick.read(text, text.encode())


def test_comments() -> None:
    node = read("# far\n\n# above\na: 1 # behind\n# below\n\nb: 2\n# end\n")
    assert node is not None
    key, value = node.content[0].content[:2]
    assert (node.head, key.head, value.line, key.foot) == ("# far", "# above", "# behind", "# below")


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("scalar", "a b", "yaml: anchor value must contain alphanumerical characters only"),
        ("alias", "a b", "yaml: alias value must contain alphanumerical characters only"),
    ],
)
def test_names_that_cannot_be_written(kind: str, value: str, expected: str) -> None:
    node = Node(kind, value)
    node.anchor = value
    with pytest.raises(YAMLError) as caught:
        write([node])
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("value", "style", "expected"),
    [
        ("a\nb", "", "|-\n  a\n  b\n"),
        ("true", "", '"true"\n'),
        ("a\tb", "'", '"a\\tb"\n'),
        (" a\nb", "|", "|2-\n   a\n  b\n"),
        ("a \n", "|", '"a \\n"\n'),
        ("", "|", '""\n'),
        ("\n", "|", "|2+\n\n"),
        ("a\n\nb\n", ">", ">\n  a\n\n\n  b\n\n"),
        ("x: y", "", "'x: y'\n"),
        ("a\u2028b", "'", "'a\u2028  b'\n"),
    ],
)
def test_styles_that_can_hold_a_text(value: str, style: str, expected: str) -> None:
    assert write([Node("scalar", value, tag="!!str", style=style)]) == expected


def test_comments_that_have_no_mark() -> None:
    node = Node("scalar", "x")
    node.head, node.line, node.foot = "above\n# and", "behind", "below"
    assert write([node]) == "# above\n# and\nx # behind\n# below\n"
