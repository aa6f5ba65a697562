"""What reading releases gives: JSON, and what tells whether it has changed."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self


class Found(Record):
    """One thing as JSON: `data`; `tag` changes whenever that does."""

    data: bytes
    tag: str
    revision: int = 0
    status: str = ""


class Page(Record):
    """A JSON array, `data`, of some of `total` things; `tag` changes whenever the data does."""

    data: bytes
    total: int
    tag: str

    @classmethod
    def of(cls, items: Iterable[bytes], total: int) -> Self:
        """Return a page of `items`, JSON each, of `total` that there are."""
        data = b"[%s]" % b",".join(items)
        return cls(data=data, total=total, tag=tag_of(data))


class ReaderState(Record):
    """How reading is: whether records are followed, and for how many seconds there has been no news of them.

    `age` is None where nothing has been heard yet; `error` is why. `size` is in bytes.
    """

    following: bool
    age: float | None
    error: str
    records: int
    releases: int
    size: int


def tag_of(data: bytes) -> str:
    """Return a short text that other data does not have."""
    from hashlib import blake2b

    return blake2b(data, digest_size=12).hexdigest()
