from __future__ import annotations

import pytest

from hivehelm.golang.fmt import quote, sprintf
from hivehelm.golang.unicode import is_print


@pytest.mark.parametrize(
    ("code", "printable"),
    [
        *((0x20, True), (0x7F, False), (0xA0, False), (0xAD, False), (0xE9, True), (0x2028, False)),
        # New in Unicode 15.0, the version of Go's tables: what stands at the ends of ranges, and beside them.
        *((0xCF2, True), (0xCF3, True), (0xCF4, False), (0x10EFC, False), (0x10EFD, True), (0x10EFE, True)),
        *((0x11F10, True), (0x11F11, False), (0x11F12, True), (0x3134F, False), (0x31350, True)),
        *((0x323AF, True), (0x323B0, False), (0xE000, False), (0x10FFFF, False)),
    ],
)
def test_what_is_printable_is_gos(code: int, printable: bool) -> None:
    assert is_print(chr(code)) is printable


def test_quoting_goes_by_it() -> None:
    assert quote("\U00031350\U000e0001") == '"\U00031350\\U000e0001"'
    assert sprintf("%#U %#U", [0x31350, 0x323B0]) == "U+31350 '\U00031350' U+323B0"
