"""Resources as kyaml reads and writes them; kyaml.json holds texts and what it made of them.

Each was parsed, given the annotation of post-renderers, and written, by sigs.k8s.io/kustomize/kyaml. `E1`
is its error where it parses, `E2` where it annotates.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hivehelm.golang.yaml.commented.node import Node
from hivehelm.manifest.resources import (
    ResourceError,
    annotations_of,
    clear_annotation,
    parse_all,
    set_annotation,
    string_all,
)

NAME = "postrenderer.helm.sh/postrender-filename"
CASES: list[list[str]] = json.loads(Path(__file__).with_name("kyaml.json").read_text())


def through(text: str) -> str:
    try:
        nodes = parse_all(text)
    except ResourceError as error:
        return f"E1 {error}"
    try:
        for node in nodes:
            set_annotation(node, NAME, "a/b.yaml")
    except ResourceError as error:
        return f"E2 {error}"
    try:
        return string_all(nodes)
    except ResourceError as error:
        return f"E3 {error}"


@pytest.mark.parametrize(("text", "expected"), CASES, ids=range(len(CASES)))
def test_as_kyaml(text: str, expected: str) -> None:
    assert through(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metadata: {annotations: {a: 1, b: null, c: x}}", {"a": "1", "b": "", "c": "x"}),
        ("kind: x", {}),
        ("apiVersion: x", {}),
        ("metadata: {name: x}", {}),
        ("metadata: {labels: {a: b}}", {}),
    ],
)
def test_annotations(text: str, expected: dict[str, str]) -> None:
    (node,) = parse_all(text)
    found = annotations_of(node)
    for name in ("config.kubernetes.io/index", "internal.config.kubernetes.io/index"):
        assert found.pop(name) == "0"
    assert found == expected


@pytest.mark.parametrize("text", ["{}", "metadata: {labels: {}}", "kind: null", "metadata: x", "x"])
def test_items_that_are_no_resources(text: str) -> None:
    (node,) = parse_all(f"kind: List\nitems: [{text}]")
    with pytest.raises(ResourceError, match=r"^missing Resource metadata$"):
        annotations_of(node)


def test_clearing_annotations() -> None:
    first, second = parse_all("kind: A\nmetadata: {annotations: {x: y, a: b}}\n---\nkind: B\n")
    for node in (first, second):
        clear_annotation(node, "x")
    assert string_all([first, second]) == "kind: A\nmetadata: {annotations: {a: b}}\n---\nkind: B\n"


def test_what_cannot_be_written() -> None:
    node = Node("scalar", "x")
    node.anchor = "a b"
    with pytest.raises(ResourceError, match="anchor value must contain alphanumerical characters only"):
        string_all([Node("mapping"), *_mapping(node)])


def _mapping(value: Node) -> list[Node]:
    node = Node("mapping")
    node.content = [Node("scalar", "k"), value]
    return [node]
