from __future__ import annotations

import hashlib
import sys

import pytest

from hivehelm.golang.sha256 import MUCH, hexdigest, new


@pytest.mark.parametrize("openssl", [True, False])
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("size", [0, 1, MUCH])
def test_it_is_the_same_by_whom_ever(
    monkeypatch: pytest.MonkeyPatch, size: int, own: bool, openssl: bool
) -> None:
    data = b"x" * size
    expected = hashlib.sha256(data).hexdigest()
    if not openssl:
        monkeypatch.delitem(sys.modules, "_hashlib")
    if not own:
        monkeypatch.setitem(sys.modules, "_sha2", None)
        monkeypatch.setitem(sys.modules, "_sha256", None)
    assert hexdigest(data) == expected
    found = new(size)
    found.update(data[: size // 2])
    found.update(data[size // 2 :])
    assert found.hexdigest() == expected
