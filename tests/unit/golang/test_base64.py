"""Go's base64 and base32: each expectation is what Go gave."""

from __future__ import annotations

import pytest

from hivehelm.golang.base64 import CorruptInputError, decode32, decode64


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", b""), ("QQ==", b"A"), ("QR==", b"A"), ("QUI=", b"AB"), ("QU\nJD", b"ABC"),
        ("QUI=\n", b"AB"), ("QQ=\n=\r\n", b"A"),
    ],
)  # fmt: skip
def test_base64(text: str, data: bytes) -> None:
    assert decode64(text.encode()) == data


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("QQ", 0), ("Q", 0), ("QUI", 0), ("QUJDQ", 4), ("QQ=", 3), ("QQ=\n", 4),
        ("Q\nQ", 1), ("Q\r!", 2), ("QQ=x", 2), ("QQ==x", 4),
        ("QUI=x", 4), ("QUJD=", 4), ("=", 0), ("Q=", 1), ("Q!", 1), ("====", 0), ("QUJDR===", 5),
        ("QQ===", 4),
    ],
)  # fmt: skip
def test_no_base64(text: str, position: int) -> None:
    with pytest.raises(CorruptInputError) as caught:
        decode64(text.encode())
    assert str(caught.value) == f"illegal base64 data at input byte {position}"
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", b""), ("ME======", b"a"), ("MFRA====", b"ab"), ("MFRGG===", b"abc"), ("MFRGGZA=", b"abcd"),
        ("MFRGGZDF", b"abcde"), ("ME==\n====", b"a"),
        # What Go lets pass.
        ("MFRGGZDFME======x", b"abcdea"), ("MF========", b"a"), ("MF=======", b"a"),
    ],
)  # fmt: skip
def test_base32(text: str, data: bytes) -> None:
    assert decode32(text.encode()) == data


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("ME", 0), ("M=======", 1), ("ME=====", 7), ("ME====x=", 5), ("ME=====x", 6), ("MFR=====", 3),
        ("MFRGGZ==", 6), ("ME!=====", 2), ("me======", 0), ("MFRGGZDFM", 8), ("ME====", 6),
    ],
)  # fmt: skip
def test_no_base32(text: str, position: int) -> None:
    with pytest.raises(CorruptInputError) as caught:
        decode32(text.encode())
    assert str(caught.value) == f"illegal base32 data at input byte {position}"
