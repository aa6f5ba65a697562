"""Fetching a chart: its manifest, then what is wanted of what that points to (`registry.Client.Pull`)."""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.sources.oci import manifest
from hivehelm.sources.oci.content import verify
from hivehelm.sources.oci.errors import ContentError, CopyError, RegistryError
from hivehelm.sources.oci.manifest import MANIFESTS, Descriptor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import TypeVar

    from hivehelm.sources.oci.repository import Repository

    T = TypeVar("T")

MAX_BLOB = 128 << 20
"""Bytes that a blob may have: Helm loads no chart of more than 100 MiB."""

_MAX_NODES = 10_000


class Content(Record):
    """A descriptor and the bytes that it describes."""

    descriptor: Descriptor
    data: bytes


class Pulled(Record):
    """What `pull` brought.

    Attributes:
        reference: what was asked for, as Helm prints it.
        digest: of the manifest.
        manifest, config: as they are in the registry.
        chart, prov: the archive and what signs it; None where they were not wanted or are not there.
    """

    reference: str
    digest: str
    manifest: bytes
    config: bytes
    chart: bytes | None = None
    prov: bytes | None = None


def graph(
    repository: Repository, reference: str, allowed: Collection[str]
) -> tuple[Descriptor, list[Content]]:
    """Return what a reference stands for, and of it and all that it leads to the content of `allowed` types.

    Raises:
        CopyError: a step failed.
        HttpError: as part of a `CopyError`'s text; never by itself.
    """
    root, data = _step("FetchReference", lambda: repository.manifest(reference))
    if root.media_type in MANIFESTS:
        _step("Successors", lambda: verify(data, root))
        _step("Successors", lambda: manifest.successors(root.media_type, data))
    found: list[Content] = []
    seen: set[tuple[str, str, int]] = set()

    def visit(one: Descriptor, content: bytes | None) -> None:
        key = (one.digest, one.media_type, one.size)
        if key in seen or len(seen) > _MAX_NODES:
            return
        seen.add(key)
        if one.media_type in MANIFESTS:
            known = content
            if known is None:
                known = _step("FindSuccessors", lambda: repository.fetch(one, manifest.MAX_MANIFEST))
            below = _step("FindSuccessors", lambda: manifest.successors(one.media_type, known))
            for child in below:
                visit(child, None)
            content = known
        if one.media_type in allowed:
            if content is None:
                content = _fetched(repository, one)
            found.append(Content(descriptor=one, data=content))

    visit(root, data if root.media_type in MANIFESTS else None)
    return root, found


def _fetched(repository: Repository, one: Descriptor) -> bytes:
    try:
        return _step("Fetch", lambda: repository.fetch(one, MAX_BLOB))
    except CopyError as error:
        if isinstance(error.cause, ContentError):
            # It came, and what oras puts it into does not take it.
            raise CopyError("Push", "destination", error.cause) from error
        raise


def _step(name: str, action: Callable[[], T]) -> T:
    from hivehelm.http.errors import HttpError

    try:
        return action()
    except CopyError:
        raise
    except (RegistryError, HttpError) as error:
        raise CopyError(name, "source", error) from error


def pull(
    repository: Repository,
    reference: str,
    *,
    shown: str,
    chart: bool = True,
    prov: bool = False,
    ignore_missing_prov: bool = False,
    warn: Callable[[str], object],
) -> Pulled:
    """Fetch a chart, its provenance, or both; `shown` is the reference in the result.

    `warn` takes a line about what is outdated.

    Raises:
        RegistryError: what is there is no chart, or cannot be had.
    """
    if not chart and not prov:
        raise RegistryError("must specify at least one layer to pull (chart/prov)")
    allowed = [manifest.INDEX, manifest.MANIFEST, manifest.CONFIG]
    if chart:
        allowed += [manifest.CHART_LAYER, manifest.LEGACY_CHART_LAYER]
    if prov:
        allowed.append(manifest.PROVENANCE_LAYER)
    root, contents = graph(repository, reference, allowed)
    least = 1 + chart + (prov and not ignore_missing_prov)
    if len(contents) < least:
        raise RegistryError(
            f"manifest does not contain minimum number of descriptors ({least}), "
            f"descriptors found: {len(contents)}"
        )
    found: dict[str, bytes] = {}
    for one in contents:
        kind = one.descriptor.media_type
        if kind == manifest.LEGACY_CHART_LAYER:
            warn(f"Warning: chart media type {kind} is deprecated\n")
            kind = manifest.CHART_LAYER
        found[kind] = one.data
    config = found.get(manifest.CONFIG)
    if config is None:
        raise RegistryError(f"could not load config with mediatype {manifest.CONFIG}")
    archive = found.get(manifest.CHART_LAYER) if chart else None
    if chart and archive is None:
        raise RegistryError(f"manifest does not contain a layer with mediatype {manifest.CHART_LAYER}")
    signature = found.get(manifest.PROVENANCE_LAYER) if prov else None
    if prov and signature is None and not ignore_missing_prov:
        raise RegistryError(f"manifest does not contain a layer with mediatype {manifest.PROVENANCE_LAYER}")
    raw = found.get(root.media_type)
    if raw is None:
        missing = f"{root.digest}: {root.media_type}: not found"
        raise RegistryError(f"unable to retrieve blob with digest {root.digest}: {missing}")
    manifest.document(config, "v2.Metadata")
    return Pulled(
        reference=shown,
        digest=root.digest,
        manifest=raw,
        config=config,
        chart=archive,
        prov=signature,
    )
