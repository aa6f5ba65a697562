from __future__ import annotations

import pytest

from hivehelm.sources.oci import digests
from hivehelm.sources.oci.digests import DigestError


def test_of_and_hasher_agree() -> None:
    assert digests.of(b"x") == "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    hashed = digests.hasher("sha512:0")
    hashed.update(b"x")
    assert len(hashed.hexdigest()) == 128


def test_a_digest_may_come_later() -> None:
    hashed = digests.Hashed(b"x" * 1_000_000)
    assert hashed.digest() == hashed.digest() == digests.of(b"x" * 1_000_000)


@pytest.mark.parametrize("aside", [False, True])
def test_pieces_are_hashed_as_they_come(aside: bool) -> None:
    with digests.Trailing(digests.hasher("sha256:"), aside=aside) as hashed:
        for _ in range(100):
            hashed.update(b"x" * 10_000)
    assert f"sha256:{hashed.hexdigest()}" == digests.of(b"x" * 1_000_000)


@pytest.mark.parametrize("text", [f"sha256:{'0' * 64}", f"sha384:{'a' * 96}", f"sha512:{'f' * 128}"])
def test_digests(text: str) -> None:
    assert digests.validate(text) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "invalid checksum digest format"),
        ("x", "invalid checksum digest format"),
        (":x", "invalid checksum digest format"),
        ("sha256:", "invalid checksum digest format"),
        ("sha256:00", "invalid checksum digest length"),
        (f"sha256:{'A' * 64}", "invalid checksum digest format"),
        ("md5+b64.x:Az=_-", "unsupported digest algorithm"),
        ("md5:ä", "invalid checksum digest format"),
        ("MD5:0", "invalid checksum digest format"),
        ("md5..x:0", "invalid checksum digest format"),
    ],
)
def test_what_is_none(text: str, problem: str) -> None:
    with pytest.raises(DigestError) as caught:
        digests.validate(text)
    assert str(caught.value) == problem
