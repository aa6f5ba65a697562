"""Rendered files become hooks and manifests in Helm's order (releaseutil's SortManifests)."""

from __future__ import annotations

from hivehelm.manifest.documents import HeadError, ManifestError, head, split
from hivehelm.manifest.order import INSTALL_ORDER, sort
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, Final

    from hivehelm.manifest.documents import Head

    Known = dict[str, tuple[str, tuple["Manifest | Hook", ...]]]

HOOK_ANNOTATION: Final = "helm.sh/hook"
WEIGHT_ANNOTATION: Final = "helm.sh/hook-weight"
DELETE_ANNOTATION: Final = "helm.sh/hook-delete-policy"
LOG_ANNOTATION: Final = "helm.sh/hook-output-log-policy"

EVENTS: Final = {
    **{
        event: event
        for event in (
            "pre-install",
            "post-install",
            "pre-delete",
            "post-delete",
            "pre-upgrade",
            "post-upgrade",
            "pre-rollback",
            "post-rollback",
            "test",
        )
    },
    "test-success": "test",  # Helm 2's name
}
"""The names that the annotation may give, and the event each stands for."""


class Manifest(Record):
    """A document that is applied: `name` is the path of its template."""

    name: str
    content: str
    head: Head

    @property
    def template(self) -> str:
        """The path of the template that wrote the document."""
        return self.name

    @property
    def object(self) -> dict[str, Any]:
        """The document as an object, new each time; empty for a document of comments."""
        from hivehelm.golang import yaml

        return yaml.load(self.content) or {}


class Hook(Record):
    """A document that runs at `events`; `path` is that of its template, `manifest` its text."""

    name: str = ""
    kind: str = ""
    path: str = ""
    manifest: str = ""
    events: tuple[str, ...] = ()
    weight: int = 0
    delete_policies: tuple[str, ...] = ()
    output_log_policies: tuple[str, ...] = ()


def sort_manifests(
    files: Mapping[str, str],
    order: Sequence[str] = INSTALL_ORDER,
    log: Callable[..., None] | None = None,
    known: Known | None = None,
) -> tuple[list[Hook], list[Manifest]]:
    """Return the hooks and the other documents of rendered `files`, each sorted by kind in `order`.

    Partials (names that begin with `_`) and blank files are left out, as are hooks of unknown events, of
    which `log(level, message, **attributes)` is told. `known` are files that have been read before, with
    their documents; afterwards, these files.

    Raises:
        ManifestError: a document is not YAML, or its head is not one.
    """
    hooks: list[Hook] = []
    manifests: list[Manifest] = []
    before: Known = {}
    if known is not None:
        before = known.copy()
        known.clear()
    for path in sorted(files, key=lambda path: path.encode("utf-8", "surrogateescape")):
        text = files[path]
        earlier = before.get(path)
        if earlier is not None and earlier[0] == text:
            found: Iterable[Manifest | Hook] = earlier[1]
        elif path.rstrip("/").rpartition("/")[2].startswith("_"):
            continue
        else:
            found = _documents(path, text, log)
        if known is not None:
            found = tuple(found)
            known[path] = text, found
        for document in found:
            if isinstance(document, Hook):
                hooks.append(document)
            else:
                manifests.append(document)
    return sort(hooks, lambda hook: hook.kind, order), sort(manifests, lambda one: one.head.kind, order)


def _documents(path: str, text: str, log: Callable[..., None] | None) -> Iterator[Manifest | Hook]:
    for document in split(text):
        try:
            found = head(document)
        except HeadError as error:
            raise ManifestError(path, str(error)) from error
        names = (found.annotations or {}).get(HOOK_ANNOTATION)
        if names is None:
            yield Manifest(name=path, content=document, head=found)
        elif (hook := _hook(path, document, found, names)) is not None:
            yield hook
        elif log is not None:
            log("INFO", "skipping unknown hooks", hookTypes=names)


def _hook(path: str, document: str, found: Head, names: str) -> Hook | None:
    """Return the hook for the events `names`, None if any is unknown."""
    events = [EVENTS.get(name) for name in _listed(names)]
    if None in events:
        return None
    annotations = found.annotations or {}
    return Hook(
        name=found.name,
        kind=found.kind,
        path=path,
        manifest=document,
        events=tuple(event for event in events if event is not None),
        weight=_weight(annotations.get(WEIGHT_ANNOTATION, "")),
        delete_policies=_policies(annotations, DELETE_ANNOTATION),
        output_log_policies=_policies(annotations, LOG_ANNOTATION),
    )


def _listed(text: str) -> list[str]:
    from hivehelm.manifest.documents import SPACE

    return [part.strip(SPACE).lower() for part in text.split(",")]


def _policies(annotations: dict[str, str], name: str) -> tuple[str, ...]:
    return tuple(_listed(annotations[name])) if name in annotations else ()


def _weight(text: str) -> int:
    """Return what strconv.Atoi reads, 0 where it reads nothing."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isdigit() and digits.isascii()) or len(digits.lstrip("0")) > 19:
        return 0
    weight = int(text)
    return weight if -(1 << 63) <= weight < 1 << 63 else 0
