"""Fetching a plugin: an artifact whose layers are told by their titles (Helm's `pkg/registry/plugin.go`)."""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.sources.oci import manifest
from hivehelm.sources.oci.errors import RegistryError
from hivehelm.sources.oci.pull import graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.sources.oci.repository import Repository

ARTIFACT_TYPE = "application/vnd.helm.plugin.v1+json"

_ALLOWED = (
    manifest.MANIFEST,
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip",
)
_TITLE = "org.opencontainers.image.title"


class PulledPlugin(Record):
    """What `pull` brought: a plugin's archive, what signs it under its name, and the manifest's digest."""

    reference: str
    digest: str
    archive: bytes
    prov: bytes | None = None
    prov_name: str = ""


def pull(repository: Repository, reference: str, name: str, *, shown: str) -> PulledPlugin:
    """Fetch the plugin `name`; `shown` is the reference in the result.

    Raises:
        RegistryError: what is there is no plugin of that name, or cannot be had.
    """
    root, contents = graph(repository, reference, _ALLOWED)
    data = {one.descriptor.digest: one.data for one in contents}
    if root.digest not in data:
        raise RegistryError(f"unable to retrieve manifest: {root.digest}: {root.media_type}: not found")
    try:
        document = manifest.document(data[root.digest])
        layers = [manifest.descriptor(layer) for layer in document.get("layers") or []]
    except RegistryError as error:
        raise RegistryError(f"unable to parse manifest: {error}") from error
    _check_type(document.get("artifactType") or "", (document.get("config") or {}).get("mediaType") or "")
    archive: manifest.Descriptor | None = None
    prov: manifest.Descriptor | None = None
    for layer in layers:
        title = layer.annotations.get(_TITLE, "")
        if title.startswith(f"{name}-"):
            if archive is None and title.endswith(".tgz"):
                archive = layer
            elif prov is None and title.endswith(".tgz.prov"):
                prov = layer
    if archive is None:
        raise RegistryError(f"required layer matching pattern {name}-VERSION.tgz not found in manifest")
    for one, what in ((archive, "plugin"), (prov, "provenance")):
        if one is not None and one.digest not in data:
            missing = f"{one.digest}: {one.media_type}: not found"
            raise RegistryError(f"unable to retrieve {what} data with digest {one.digest}: {missing}")
    return PulledPlugin(
        reference=shown,
        digest=root.digest,
        archive=data[archive.digest],
        prov=None if prov is None else data[prov.digest],
        prov_name="" if prov is None else prov.annotations[_TITLE],
    )


def _check_type(artifact: str, config: str) -> None:
    if artifact and artifact != ARTIFACT_TYPE:
        raise RegistryError(f"expected artifact type {ARTIFACT_TYPE}, got {artifact}")
    if not artifact and config != ARTIFACT_TYPE:
        raise RegistryError(
            f"expected config media type {ARTIFACT_TYPE} for legacy compatibility, got {config}"
        )
