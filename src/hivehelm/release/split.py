"""Records that are too large for one object, and what becomes of them (`--split-records`; not Helm's).

What nobody needs once a revision was rendered goes first: the chart's templates, its other files and the
schema of its values. What is still read stays:

- `rollback` takes the manifest, hooks, notes, the user's values, labels and the chart's metadata;
- `upgrade --reuse-values` and `get values --all` also take the chart's default values;
- `list`, `history`, `status` and `get metadata` take the chart's metadata; `test` and `uninstall` the hooks
  and the manifest.

If that is not enough, the stored text is cut into parts. The first lies where the record would, with a mark
that says how many there are and what they hash to; Helm cannot unpack it, and passes over the revision. The
others are named after that hash: they are written before the first and removed after it, so that whoever is
killed in between leaves a record that is whole, the old one or the new one, and maybe parts of no record.
"""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.release.errors import ReleaseDecodeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hivehelm.release.model import Release

#: How many bytes of data the API server takes in a Secret or ConfigMap (core.MaxSecretSize).
FITS = 1 << 20
#: How many bytes of a record go into each part; a multiple of 4, so that base64 is not cut in the middle.
PART = 1_000_000
#: How many parts a record may have.
MOST = 64
#: The annotation of a first part.
NAME = "hivehelm.dev/parts"


class Mark(Record):
    """What a first part says of its record: how many parts there are, itself included, and their SHA-256."""

    count: int
    digest: str

    def note(self) -> str:
        """Return the mark as an annotation."""
        return f"{self.count}/{self.digest}"

    def keys(self, key: str) -> list[str]:
        """Return the names of the parts that follow the first one, `key`."""
        return [f"{key}.{self.digest[:16]}.{number}" for number in range(2, self.count + 1)]


def mark(notes: Mapping[str, str] | None) -> Mark | None:
    """Return the mark among an object's annotations, None where the record is whole.

    Raises:
        ReleaseDecodeError: it makes no sense.
    """
    text = (notes or {}).get(NAME)
    if not text:
        return None
    count, _, digest = text.partition("/")
    known = set(digest) <= set("0123456789abcdef") and len(digest) == 64
    if not (known and count.isascii() and count.isdigit() and len(count) < 4 and 2 <= int(count) <= MOST):
        raise ReleaseDecodeError("the record is split in a way that is not known")
    return Mark(count=int(count), digest=digest)


def lean(release: Release) -> Release:
    """Return `release` without what nobody reads of a record."""
    from hivehelm.release.times import ZERO

    document = release.chart_document
    if document is None:
        return release
    dropped = {"templates": None, "schema": None, "schemamodtime": ZERO, "files": None}
    changes = {name: value for name, value in dropped.items() if name in document}
    return release.replace(chart_document={**document, **changes})


def pack(release: Release, *, splits: bool) -> tuple[bytes, Mark | None, list[bytes]]:
    """Return the record of `release` or its first part, with the mark and the other parts that go with that.

    Only what does not fit is made lean and divided, if it `splits` at all; what has too many parts is whole.
    """
    from hivehelm.release import codec

    record = codec.encode(release)
    if not splits or len(record) <= FITS:
        return record, None, []
    record = codec.encode(lean(release))
    if len(record) <= FITS:
        return record, None, []
    mark, parts = divide(record)
    return (record, None, []) if mark.count > MOST else (parts[0], mark, parts[1:])


def divide(record: bytes) -> tuple[Mark, list[bytes]]:
    """Return a record in parts, and what to mark the first one with; more than `MOST` parts too."""
    from hashlib import sha256

    parts = [record[start : start + PART] for start in range(0, len(record), PART)]
    return Mark(count=len(parts), digest=sha256(record).hexdigest()), parts


def join(mark: Mark, parts: Sequence[bytes]) -> bytes:
    """Return the record of all its parts, the first one included.

    Raises:
        ReleaseDecodeError: they are not those that were written.
    """
    from hashlib import sha256

    record = b"".join(parts)
    if len(parts) != mark.count or sha256(record).hexdigest() != mark.digest:
        raise ReleaseDecodeError("the parts of the record do not belong together")
    return record
