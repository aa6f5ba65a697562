from __future__ import annotations

import pytest

from hivehelm.sources.oci.content import verify
from hivehelm.sources.oci.digests import of
from hivehelm.sources.oci.errors import ContentError
from hivehelm.sources.oci.manifest import Descriptor


@pytest.mark.parametrize(
    ("data", "size", "problem"),
    [
        (
            b"ab",
            3,
            f"read failed: expected content size of 3, got 2, for digest {of(b'abc')}: unexpected EOF",
        ),
        (b"abcd", 3, "trailing data"),
        (b"abd", 3, "mismatched digest"),
    ],
)
def test_what_is_here_already_is_held_against_its_descriptor(data: bytes, size: int, problem: str) -> None:
    wanted = Descriptor(media_type="x", digest=of(b"abc"), size=size)
    verify(b"abc", wanted)
    with pytest.raises(ContentError) as caught:
        verify(data, wanted)
    assert str(caught.value) == problem
