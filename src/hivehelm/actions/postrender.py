"""What a chart renders to through a post-renderer and back (`annotateAndMerge` and `splitAndDeannotate`).

Documents go as one stream, hooks among them, each with an annotation that says which template it is from.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.manifest.documents import split
from hivehelm.manifest.resources import (
    ResourceError,
    annotations_of,
    clear_annotation,
    parse_all,
    set_annotation,
    string_all,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from hivehelm.golang.yaml.commented.node import Node

    #: Makes one stream of documents of another.
    PostRenderer = Callable[[str], str]

FILE_NAME: Final = "postrenderer.helm.sh/postrender-filename"


class PostRenderingError(HivehelmError):
    """Documents cannot be handed to a post-renderer, or what it gave back cannot be read."""


def post_rendered(files: Mapping[str, str], post_renderer: PostRenderer) -> dict[str, str]:
    """Return the files that `post_renderer` makes of rendered ones, by path.

    Raises:
        PostRenderingError: it failed, or what it was to be given or gave back is not YAML.
    """
    try:
        stream = _merged(files)
    except ResourceError as error:
        raise PostRenderingError(f"error merging manifests: {error}") from error
    try:
        stream = post_renderer(stream)
    except HivehelmError as error:
        raise PostRenderingError(f"error while running post render on files: {error}") from error
    try:
        return _separated(stream)
    except ResourceError as error:
        raise PostRenderingError(f"error while parsing post rendered output: {error}") from error


def _merged(files: Mapping[str, str]) -> str:
    found: list[Node] = []
    for path in sorted(files, key=lambda path: path.encode("utf-8", "surrogateescape")):
        text = files[path]
        if path.rpartition("/")[2].startswith("_") or not text.strip():
            continue
        for document in split(text):
            if not document.strip():
                continue
            try:
                nodes = parse_all(document)
            except ResourceError as error:
                raise ResourceError(f"parsing {path}: {error}") from error
            for node in nodes:
                try:
                    set_annotation(node, FILE_NAME, path)
                except ResourceError as error:
                    raise ResourceError(f"annotating {path}: {error}") from error
                found.append(node)
    try:
        return string_all(found)
    except ResourceError as error:
        raise ResourceError(f"writing merged docs: {error}") from error


def _separated(stream: str) -> dict[str, str]:
    try:
        nodes = parse_all(stream)
    except ResourceError as error:
        raise ResourceError(f"error parsing YAML: {error}") from error
    found: dict[str, list[Node]] = {}
    for index, node in enumerate(nodes):
        try:
            path = annotations_of(node).get(FILE_NAME, "")
        except ResourceError as error:
            raise ResourceError(f"getting metadata: {error}") from error
        clear_annotation(node, FILE_NAME)
        found.setdefault(path or f"generated-by-postrender-{index}.yaml", []).append(node)
    return {path: string_all(documents) for path, documents in found.items()}
