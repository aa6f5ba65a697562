"""Content as it comes in, held against its descriptor (oras-go's `content.ReadAll`)."""

from __future__ import annotations

from hivehelm.sources.oci.digests import DigestError, Trailing, hasher, validate
from hivehelm.sources.oci.errors import ContentError
from hivehelm.sources.oci.manifest import MAX_MANIFEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.sources.oci.exchange import Answer
    from hivehelm.sources.oci.manifest import Descriptor

# What is larger is hashed by another thread: hashing needs no interpreter.
_LARGE = 1 << 20


def verified(answer: Answer, wanted: Descriptor, limit: int) -> bytes:
    """Return what a descriptor promises: hashed once, while it comes in.

    Raises:
        ContentError: what comes in is something else, or more than `limit` bytes.
    """
    from hivehelm.http.errors import BodyError

    if wanted.size < 0:
        raise ContentError("invalid descriptor size")
    try:
        validate(wanted.digest)
    except DigestError as error:
        raise ContentError(f"read failed: failed to validate {wanted.digest}: {error}") from None
    if wanted.size > limit:
        raise ContentError(f"content size {wanted.size} exceeds the limit of {limit} bytes: {wanted.digest}")
    pieces: list[bytes] = []
    size = 0
    with Trailing(hasher(wanted.digest), aside=wanted.size > _LARGE) as hashed:
        try:
            for piece in answer.chunks():
                hashed.update(piece)
                pieces.append(piece)
                size += len(piece)
                if size > wanted.size:
                    raise ContentError("trailing data")
        except BodyError as error:
            if str(error) != "unexpected EOF":
                raise ContentError(f"read failed: {error}") from None
    if size < wanted.size:
        raise ContentError(
            f"read failed: expected content size of {wanted.size}, got {size}, "
            f"for digest {wanted.digest}: unexpected EOF"
        )
    if hashed.hexdigest() != wanted.digest.partition(":")[2]:
        raise ContentError("mismatched digest")
    return b"".join(pieces)


def verify(data: bytes, wanted: Descriptor) -> None:
    """Take content that is here already for what a descriptor says.

    Raises:
        ContentError: it is not.
    """
    if wanted.size > MAX_MANIFEST:
        raise ContentError(
            f"read failed: content size {wanted.size} exceeds push size limit {MAX_MANIFEST}: "
            "size exceeds limit"
        )
    if len(data) < wanted.size:
        raise ContentError(
            f"read failed: expected content size of {wanted.size}, got {len(data)}, "
            f"for digest {wanted.digest}: unexpected EOF"
        )
    if len(data) > wanted.size:
        raise ContentError("trailing data")
    hashed = hasher(wanted.digest)
    hashed.update(data)
    if hashed.hexdigest() != wanted.digest.partition(":")[2]:
        raise ContentError("mismatched digest")
