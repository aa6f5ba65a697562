from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable, Mapping

import pytest

CHART_YAML = b"apiVersion: v2\nname: a\nversion: 1.0.0\n"

MakeArchive = Callable[..., bytes]


def make_tar(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            entry.mtime = 1_700_000_000
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


@pytest.fixture
def archive() -> MakeArchive:
    """Makes the bytes of a packaged chart from its files."""

    def make(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
        return gzip.compress(make_tar(files, form))

    return make
