from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

from hivehelm.gotemplate.functions import digests


@pytest.mark.parametrize("text", ["", "a", "é", "\udcff", "x" * digests._MUCH])
def test_sums_are_those_of_the_bytes(text: str) -> None:
    data = text.encode("utf-8", "surrogateescape")
    assert digests.sha256sum(text) == digests._plain(data).hexdigest() == hashlib.sha256(data).hexdigest()
    assert digests.sha1sum(text) == hashlib.sha1(data).hexdigest()  # noqa: S324
    assert digests.sha512sum(text) == hashlib.sha512(data).hexdigest()


def test_a_little_text_does_not_load_openssl() -> None:
    program = (
        "import sys; from hivehelm.gotemplate.functions.digests import sha256sum; "
        "sha256sum('a'); assert '_hashlib' not in sys.modules; "
        "sha256sum('a' * (1 << 20)); assert '_hashlib' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_interpreter_without_its_own_hashes_has_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_sha2", None)
    monkeypatch.setitem(sys.modules, "_sha256", None)
    assert digests._plain(b"a").hexdigest() == hashlib.sha256(b"a").hexdigest()
