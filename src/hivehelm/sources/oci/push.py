"""Bringing a chart to a registry (Helm's `registry.Client.Push`, oras-go's `ExtendedCopy`)."""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.sources.oci import manifest
from hivehelm.sources.oci.digests import of
from hivehelm.sources.oci.errors import CopyError, RegistryError
from hivehelm.sources.oci.manifest import Descriptor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from hivehelm.chart.model import Metadata
    from hivehelm.sources.oci.repository import Repository

    T = TypeVar("T")


class Artifact(Record):
    """A manifest and what it points to, ready to go; `blobs` in the order in which they are pushed."""

    descriptor: Descriptor
    data: bytes
    blobs: list[tuple[Descriptor, bytes]]


def artifact(
    metadata: Metadata, archive: bytes, provenance: bytes | None, created: str, digest: str = ""
) -> Artifact:
    """Return a chart as a registry keeps it: byte for byte what Helm makes of the same files.

    `created` is when the archive was made, as RFC 3339 has it; `digest` is the archive's, if known.
    """
    chart = Descriptor(media_type=manifest.CHART_LAYER, digest=digest or of(archive), size=len(archive))
    blobs = [(chart, archive)]
    if provenance is not None:
        blobs.append((described(manifest.PROVENANCE_LAYER, provenance), provenance))
    blobs.sort(key=lambda blob: blob[0].digest)
    return assemble(
        manifest.config_of(metadata), manifest.CONFIG, blobs, manifest.annotations_of(metadata, created)
    )


def assemble(
    config: bytes, config_type: str, blobs: list[tuple[Descriptor, bytes]], annotations: Mapping[str, str]
) -> Artifact:
    """Return a manifest over a configuration and layers, and all of it."""
    configured = described(config_type, config)
    data = manifest.encode(configured, [one for one, _ in blobs], annotations)
    return Artifact(
        descriptor=described(manifest.MANIFEST, data), data=data, blobs=[(configured, config), *blobs]
    )


def described(media_type: str, data: bytes) -> Descriptor:
    """Return the descriptor of content."""
    return Descriptor(media_type=media_type, digest=of(data), size=len(data))


def push(repository: Repository, one: Artifact, reference: str) -> None:
    """Bring an artifact to a repository, blobs that are there already left out, and tag it.

    Raises:
        CopyError: a step failed.
    """
    digest = one.descriptor.digest
    if not _step("Exists", lambda: repository.exists(one.descriptor)):
        _upload_all(repository, one.blobs)
        try:
            return repository.put(one.descriptor, one.data, reference)
        except RegistryError:
            # oras puts it under its digest first: that tells what is wrong, the manifest or the tag.
            _step("Push", lambda: repository.put(one.descriptor, one.data, digest))
    return _step("Tag", lambda: repository.put(one.descriptor, one.data, reference))


def _upload_all(repository: Repository, blobs: list[tuple[Descriptor, bytes]]) -> None:
    """Bring what is not there yet, blobs side by side: registries take long to put even small ones away."""
    from threading import Thread

    problems: dict[str, Exception] = {}

    def bring(descriptor: Descriptor, data: bytes) -> None:
        try:
            if not _step("Exists", lambda: repository.exists(descriptor)):
                _step("Push", lambda: repository.upload(descriptor, data))
        except Exception as error:
            problems[descriptor.digest] = error

    # Two descriptors of the same bytes are one blob.
    distinct = {descriptor.digest: (descriptor, data) for descriptor, data in blobs}
    *others, last = distinct.values()
    threads = [Thread(target=bring, args=blob) for blob in others]
    for thread in threads:
        thread.start()
    bring(*last)
    for thread in threads:
        thread.join()
    for digest in distinct:
        if digest in problems:
            raise problems[digest]


def _step(name: str, action: Callable[[], T]) -> T:
    from hivehelm.http.errors import HttpError

    try:
        return action()
    except (RegistryError, HttpError) as error:
        raise CopyError(name, "destination", error) from error
