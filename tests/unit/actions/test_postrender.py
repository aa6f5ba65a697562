from __future__ import annotations

import pytest

from hivehelm.actions.postrender import PostRenderingError, post_rendered
from hivehelm.errors import HivehelmError

FILES = {
    "c/templates/b.yaml": "kind: B\nmetadata: {name: b} # said\n---\n---\n# above\nkind: C\n",
    "c/templates/a.yaml": "kind: A\n",
    "c/templates/_x.tpl": "kind: [",
    "c/templates/empty.yaml": " \n",
}
STREAM = """kind: A
metadata:
  annotations:
    postrenderer.helm.sh/postrender-filename: 'c/templates/a.yaml'
---
kind: B
metadata: {name: b, annotations: {postrenderer.helm.sh/postrender-filename: 'c/templates/b.yaml'}} # said
---
# above
kind: C
metadata:
  annotations:
    postrenderer.helm.sh/postrender-filename: 'c/templates/b.yaml'
"""


def test_there_and_back() -> None:
    given: list[str] = []

    def keep(stream: str) -> str:
        given.append(stream)
        return stream

    assert post_rendered(FILES, keep) == {
        "c/templates/a.yaml": "kind: A\n",
        "c/templates/b.yaml": "kind: B\nmetadata: {name: b} # said\n---\n# above\nkind: C\n",
    }
    assert given == [STREAM]


def test_what_a_post_renderer_adds() -> None:
    found = post_rendered({"a": "kind: A\n"}, lambda stream: f"{stream}---\nkind: N\n---\nkind: M\n")
    assert found == {
        "a": "kind: A\n",
        "generated-by-postrender-1.yaml": "kind: N\n",
        "generated-by-postrender-2.yaml": "kind: M\n",
    }


def fail(_stream: str) -> str:
    raise HivehelmError("it failed")


@pytest.mark.parametrize(
    ("files", "result", "expected"),
    [
        (
            {"a": "a: [\n"},
            "",
            (
                "error merging manifests: parsing a: MalformedYAMLError: "
                "yaml: line 1: did not find expected node content"
            ),
        ),
        (
            {"a": "metadata: 3\n"},
            "",
            (
                "error merging manifests: parsing a: wrong node kind: expected MappingNode "
                "but got ScalarNode: node contents:\n3\n"
            ),
        ),
        (
            {"a": "kind: A\n"},
            "a: [\n",
            (
                "error while parsing post rendered output: error parsing YAML: MalformedYAMLError: "
                "yaml: line 1: did not find expected node content"
            ),
        ),
        (
            {"a": "kind: A\n"},
            "kind: List\nitems: [{}]\n",
            "error while parsing post rendered output: getting metadata: missing Resource metadata",
        ),
    ],
    ids=["yaml", "metadata", "result", "items"],
)
def test_what_is_no_manifest(files: dict[str, str], result: str, expected: str) -> None:
    with pytest.raises(PostRenderingError) as caught:
        post_rendered(files, lambda _: result)
    assert str(caught.value) == expected


def test_a_post_renderer_that_fails() -> None:
    with pytest.raises(PostRenderingError, match=r"^error while running post render on files: it failed$"):
        post_rendered({}, fail)


def test_items_that_cannot_be_annotated() -> None:
    with pytest.raises(PostRenderingError, match=r"^error merging manifests: annotating a: wrong node kind"):
        post_rendered({"a": "kind: List\nitems: [x]\n"}, fail)
