"""Descriptors and manifests (OCI image specification), and the annotations that Helm gives charts."""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.sources.oci.errors import RegistryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from hivehelm.chart.model import Metadata

CONFIG = "application/vnd.cncf.helm.config.v1+json"
CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
LEGACY_CHART_LAYER = "application/tar+gzip"
PROVENANCE_LAYER = "application/vnd.cncf.helm.chart.provenance.v1.prov"

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json"

MANIFESTS = (DOCKER_MANIFEST, DOCKER_LIST, MANIFEST, INDEX, ARTIFACT)
"""Media types of what is kept under `manifests/`, in the order of the Accept header."""

MAX_MANIFEST = 4 << 20

_FOREIGN = (
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
)
_TITLE = "org.opencontainers.image.title"
_VERSION = "org.opencontainers.image.version"


class Descriptor(Record):
    """What content is: its type, its digest, its size in bytes, and for layers of plugins its annotations."""

    media_type: str
    digest: str
    size: int
    annotations: dict[str, str] = {}


def successors(media_type: str, data: bytes) -> list[Descriptor]:
    """Return what a manifest points to, in the order in which oras fetches it; foreign layers are left out.

    Raises:
        RegistryError: the manifest is no JSON, or of another shape.
    """
    if media_type in (MANIFEST, DOCKER_MANIFEST):
        body = document(data)
        found = [body.get("config") or {}, *_listed(body, "layers")]
        if media_type == MANIFEST and body.get("subject") is not None:
            found.insert(0, body["subject"])
    elif media_type in (INDEX, DOCKER_LIST):
        body = document(data)
        found = _listed(body, "manifests")
        if media_type == INDEX and body.get("subject") is not None:
            found.insert(0, body["subject"])
    elif media_type == ARTIFACT:
        body = document(data)
        found = _listed(body, "blobs")
        if body.get("subject") is not None:
            found.insert(0, body["subject"])
    else:
        return []
    return [one for one in map(descriptor, found) if one.media_type not in _FOREIGN]


def document(data: bytes, go_type: str = "v1.Manifest") -> dict[str, Any]:
    """Return the object that JSON spells, for a struct of `go_type`.

    Raises:
        RegistryError: it spells something else.
    """
    from hivehelm.golang.json import JSONError, kind_name, loads

    try:
        body = loads(data)
    except JSONError as error:
        raise RegistryError(str(error)) from None
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise RegistryError(f"json: cannot unmarshal {kind_name(body)} into Go value of type {go_type}")
    return body


def _listed(body: Mapping[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _mismatch(value, f"Manifest.{name}", "[]v1.Descriptor")
    return value


def descriptor(value: Any) -> Descriptor:
    """Return the descriptor that JSON holds.

    Raises:
        RegistryError: it holds something else.
    """
    if not isinstance(value, dict):
        raise _mismatch(value, "Manifest", "v1.Descriptor")
    for name in ("mediaType", "digest"):
        if not isinstance(value.get(name) or "", str):
            raise _mismatch(value[name], f"Descriptor.{name}", "string")
    size = value.get("size") or 0
    if isinstance(size, bool) or not isinstance(size, float | int):
        raise _mismatch(size, "Descriptor.size", "int64")
    if size != int(size) or not -(1 << 63) <= size < 1 << 63:
        raise RegistryError(
            f"json: cannot unmarshal number {size:g} into Go struct field Descriptor.size of type int64"
        )
    annotations = value.get("annotations") or {}
    if not isinstance(annotations, dict) or not all(isinstance(text, str) for text in annotations.values()):
        raise _mismatch(annotations, "Descriptor.annotations", "map[string]string")
    return Descriptor(
        media_type=value.get("mediaType") or "",
        digest=value.get("digest") or "",
        size=int(size),
        annotations=annotations,
    )


def _mismatch(value: Any, field: str, wanted: str) -> RegistryError:
    from hivehelm.golang.json import kind_name

    return RegistryError(
        f"json: cannot unmarshal {kind_name(value)} into Go struct field {field} of type {wanted}"
    )


def encode(config: Descriptor, layers: Iterable[Descriptor], annotations: Mapping[str, str]) -> bytes:
    """Return the manifest of a chart, as Go writes it."""
    from hivehelm.golang.json import dumps

    parts = [f'{{"schemaVersion":2,"config":{_encoded(config)}']
    parts.append(f',"layers":[{",".join(map(_encoded, layers))}]')
    if annotations:
        parts.append(f',"annotations":{dumps(dict(annotations))}')
    return ("".join(parts) + "}").encode("utf-8", "surrogateescape")


def _encoded(one: Descriptor) -> str:
    from hivehelm.golang.json import quote

    return f'{{"mediaType":{quote(one.media_type)},"digest":{quote(one.digest)},"size":{one.size}}}'


def config_of(metadata: Metadata) -> bytes:
    """Return a chart's metadata as the configuration of its manifest: Go's struct as JSON."""
    from hivehelm.chart.encode import metadata_document
    from hivehelm.golang.json import dumps

    document = metadata_document(metadata)
    for name in ("maintainers", "dependencies"):
        if name in document:
            document[name] = [_Fields(one) for one in document[name]]
    return dumps(_Fields(document)).encode("utf-8", "surrogateescape")


class _Fields:
    """A struct for `dumps`: its fields are written in their own order, not a map's."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def to_json(self) -> dict[str, Any]:
        return self._fields


def annotations_of(metadata: Metadata, created: str) -> dict[str, str]:
    """Return the annotations of a chart's manifest; the chart's own come over all but title and version."""
    people = metadata.maintainers or ()
    found = {
        "org.opencontainers.image.description": metadata.description,
        _TITLE: metadata.name,
        _VERSION: metadata.version,
        "org.opencontainers.image.url": metadata.home,
        "org.opencontainers.image.created": created,
        "org.opencontainers.image.source": (metadata.sources or [""])[0],
        "org.opencontainers.image.authors": ", ".join(
            (person.name or "") + (f" ({person.email})" if person.email else "") for person in people
        ),
    }
    kept = {name: text for name, text in found.items() if text and text.strip()}
    own = {
        name: text for name, text in (metadata.annotations or {}).items() if name not in (_TITLE, _VERSION)
    }
    return kept | own
