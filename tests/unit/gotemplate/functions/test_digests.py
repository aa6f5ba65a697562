from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

from hivehelm.golang.sha256 import MUCH
from hivehelm.gotemplate.functions import digests


@pytest.mark.parametrize("text", ["", "a", "é", "\udcff", "x" * MUCH])
def test_sums_are_those_of_the_bytes(text: str) -> None:
    data = text.encode("utf-8", "surrogateescape")
    assert digests.sha256sum(text) == hashlib.sha256(data).hexdigest()
    assert digests.sha1sum(text) == hashlib.sha1(data).hexdigest()  # noqa: S324
    assert digests.sha512sum(text) == hashlib.sha512(data).hexdigest()


def test_a_little_text_does_not_load_openssl() -> None:
    program = (
        "import sys; from hivehelm.gotemplate.functions.digests import sha256sum; "
        "sha256sum('a'); assert '_hashlib' not in sys.modules; "
        "sha256sum('a' * (1 << 20)); assert '_hashlib' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
