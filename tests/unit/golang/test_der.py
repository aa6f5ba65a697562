from __future__ import annotations

import pytest

from hivehelm.golang import der


def test_long_lengths() -> None:
    assert der.element(4, b"x" * 300)[:4] == b"\x04\x82\x01\x2c"
    assert der.children(der.sequence(der.element(4, b"x" * 300), der.integer(128))) == [
        der.element(4, b"x" * 300),
        b"\x02\x02\x00\x80",
    ]


@pytest.mark.parametrize(
    ("unix", "encoded"),
    [(0, b"\x17\x0d700101000000Z"), (4_000_000_000, b"\x18\x0f20961002070640Z")],
)
def test_times(unix: int, encoded: bytes) -> None:
    assert der.moment(unix) == encoded


def test_strings() -> None:
    assert der.text(b"a b") == b"\x13\x03a b"
    assert der.text(b"a*") == b"\x0c\x02a*"


def test_pem_there_and_back() -> None:
    data = bytes(range(100))
    text = der.to_pem("X", data)
    assert max(map(len, text.split("\n"))) == 64
    assert der.from_pem("noise\n" + text) == ("X", data)
    assert der.from_pem(text.replace("\n", "\r\n")) == ("X", data)
    assert der.from_pem("-----BEGIN X-----\nProc: y\n\nYQ==\n-----END X-----") == ("X", b"a")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN X-----\n!\n-----END X-----\n",
        "-----BEGIN X-----\nYQ==\n-----END Y-----\n",
        "-----BEGIN X-----\nYQ==\n",
    ],
)
def test_no_pem(text: str) -> None:
    assert der.from_pem(text) is None


def test_identifiers_and_bits() -> None:
    assert der.identifier("1.2.840.113549.1.1.11").hex() == "06092a864886f70d01010b"
    assert der.identifier("2.5.29.15").hex() == "0603551d0f"
    assert der.bits(b"\xa0", 5).hex() == "030205a0"
