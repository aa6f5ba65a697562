"""The cache of charts: Helm's layout, and nothing that is not what its name says."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from hivehelm.chart.errors import PathError
from hivehelm.sources.content import PROVENANCE, ContentCache
from hivehelm.sources.errors import SourceError

DATA = b"some archive"
DIGEST = sha256(DATA).hexdigest()


def test_what_is_put_is_found(tmp_path: Path) -> None:
    cache = ContentCache(str(tmp_path / "deep" / "er"))
    assert cache.chart(DIGEST) is None
    path = cache.put(DIGEST, DATA)
    assert path == f"{tmp_path}/deep/er/{DIGEST[:2]}/{DIGEST}.chart"
    assert cache.chart(DIGEST) == DATA
    assert Path(path).stat().st_mode & 0o777 == 0o644
    assert cache.provenance(DIGEST) is None
    cache.put(DIGEST, b"signature", PROVENANCE)
    assert cache.provenance(DIGEST) == b"signature"
    assert sorted(one.suffix for one in Path(path).parent.iterdir()) == [".chart", ".prov"]


@pytest.mark.parametrize("data", [b"", b"some other archive"])
def test_what_is_damaged_counts_as_not_there(tmp_path: Path, data: bytes) -> None:
    """Helm puts what it got under the digest that it was promised."""
    cache = ContentCache(str(tmp_path))
    Path(cache.put(DIGEST, DATA)).write_bytes(data)
    assert cache.chart(DIGEST) is None
    assert Path(cache.put(DIGEST, DATA)).read_bytes() == DATA


def test_what_cannot_be_read(tmp_path: Path) -> None:
    cache = ContentCache(str(tmp_path))
    Path(cache.path(DIGEST)).mkdir(parents=True)
    with pytest.raises(SourceError, match=r"^is a directory$"):
        cache.chart(DIGEST)
    (tmp_path / "file").touch()
    cache = ContentCache(str(tmp_path / "file"))
    with pytest.raises(SourceError, match=r"^open .*\.chart: not a directory$"):
        cache.chart(DIGEST)
    with pytest.raises(PathError, match=r"^mkdir .*/file: not a directory$"):
        cache.put(DIGEST, DATA)
