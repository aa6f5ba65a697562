"""What an archive says of itself, without more trust in it than its size allows."""

from __future__ import annotations

from hivehelm.platform.repository.errors import (
    ArchiveTooLargeError,
    InvalidArchiveError,
    InvalidProvenanceError,
)
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from hivehelm.chart.model import File

ARCHIVE = ".tgz"
PROVENANCE = ".tgz.prov"

MAX_ARCHIVE = 20 << 20
"""Bytes of an archive: ChartMuseum's `--max-upload-size`."""
MAX_PROVENANCE = 4 << 20
"""Bytes of a provenance: Chart.yaml, sums, and a signature."""
MAX_UNPACKED = 100 << 20
"""Bytes of all files of a chart: Helm loads no more."""
MAX_FILES = 10_000
"""Entries of an archive; of published charts, the largest has 900."""
MAX_RATIO = 200
"""Bytes unpacked to one packed, beyond `_FREE`; charts have 5 to 30, bombs 1,000."""
_FREE = 16 << 20
_MAX_METADATA = 256 << 10
_HEADS = ("Chart.yaml", "requirements.yaml")

_MAX_NAME = 250
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")


class Archive(Record):
    """A chart's archive: `file` is what it is kept as, `digest` its SHA-256 in hexadecimal digits.

    `document` is what Chart.yaml says, as an index has it.
    """

    name: str
    version: str
    file: str
    digest: str
    size: int
    document: dict[str, Any]


def file_of(name: str, version: str, ending: str = ARCHIVE) -> str:
    """Return the name of the file that a version of a chart is kept in.

    Raises:
        InvalidArchiveError: it would be no name of a file, or one outside the repository's directory.
    """
    file = f"{name}-{version}{ending}"
    if not is_file(file):
        raise InvalidArchiveError(f"{file} is improperly formatted")
    return file


def is_file(file: str) -> bool:
    """Tell whether a repository may have a file of that name: an archive, or a provenance."""
    return (
        file.endswith((ARCHIVE, PROVENANCE))
        and len(file) <= _MAX_NAME
        and file[0].isalnum()
        and _ALLOWED.issuperset(file)
        and len(file) > len(ARCHIVE)
    )


def described(data: bytes) -> Archive:
    """Return what an archive says of itself; sizes are checked, and only Chart.yaml is looked into.

    Raises:
        InvalidArchiveError: it is no chart's, in Helm's words.
        ArchiveTooLargeError: it is too large, or unpacks to too much.
    """
    import hashlib

    from hivehelm.chart.errors import ChartError
    from hivehelm.chart.load import load_files
    from hivehelm.sources.index.decode import document_of

    if len(data) > MAX_ARCHIVE:
        raise ArchiveTooLargeError(f"the archive has more than {MAX_ARCHIVE} bytes")
    try:
        metadata = load_files(_members(data, _HEADS, _MAX_METADATA)).metadata
    except ChartError as error:
        raise InvalidArchiveError(str(error)) from error
    metadata.api_version = metadata.api_version or "v1"
    return Archive(
        name=metadata.name,
        version=metadata.version,
        file=file_of(metadata.name, metadata.version),
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        document=document_of(metadata),
    )


def member(data: bytes, file: str) -> bytes | None:
    """Return one file of an archive by its path within the chart, None where there is none.

    Raises:
        InvalidArchiveError, ArchiveTooLargeError: it is no archive, or too large.
    """
    from hivehelm.chart.errors import ChartError

    try:
        found = _members(data, (file,), MAX_UNPACKED)
    except ChartError as error:
        raise InvalidArchiveError(str(error)) from error
    return found[0].data if found else None


def _members(data: bytes, wanted: Collection[str], most: int) -> list[File]:
    """Return some files of an archive all of which is gone through; each may have `most` bytes."""
    from io import BytesIO

    from hivehelm.chart.archive import BOM, Tar, inner_path
    from hivehelm.chart.gunzip import Gunzip
    from hivehelm.chart.model import File

    tar = Tar(Gunzip(BytesIO(data)))
    found: list[File] = []
    files = unpacked = 0
    while (entry := tar.entry()) is not None:
        files += 1
        unpacked += entry.size
        if files > MAX_FILES:
            raise ArchiveTooLargeError(f"the archive has more than {MAX_FILES} files")
        if unpacked > MAX_UNPACKED or unpacked > _FREE + MAX_RATIO * len(data):
            raise ArchiveTooLargeError("the archive unpacks to more than a chart may have")
        if entry.is_directory or entry.flag == 0x67:
            continue
        name = inner_path(entry.name)
        if name in wanted:
            if entry.size > most:
                raise ArchiveTooLargeError(f"{name} has more than {most} bytes")
            found.append(File(name, tar.data(entry).removeprefix(BOM), entry.modtime))
    return found


def check_provenance(data: bytes) -> tuple[str, str, dict[str, str]]:
    """Return the name and version of the chart that a provenance is for, and the sums in it by file.

    Whether its signature is good is for those to say who have the keys.

    Raises:
        InvalidProvenanceError: it is none.
    """
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.yaml import load
    from hivehelm.provenance.clearsign import decode
    from hivehelm.provenance.message import checksums

    invalid = InvalidProvenanceError("invalid provenance file")
    if len(data) > MAX_PROVENANCE:
        raise ArchiveTooLargeError(f"the provenance has more than {MAX_PROVENANCE} bytes")
    message = decode(data)
    if message is None:
        raise invalid
    try:
        metadata = load(message.text.partition(b"\n...\n")[0])
        sums = checksums(message.text)
    except HivehelmError as error:
        raise invalid from error
    if not isinstance(metadata, dict):
        raise invalid
    name, version = metadata.get("name"), metadata.get("version")
    if not isinstance(name, str) or not isinstance(version, str) or not name or not version:
        raise invalid
    return name, version, sums
