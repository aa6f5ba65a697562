from __future__ import annotations

import pytest

from hivehelm.golang.fmt import quote, sprintf
from hivehelm.golang.unicode import is_digit, is_letter, is_print
from hivehelm.golang.yaml import dump


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


def test_letters_and_digits_are_gos() -> None:
    assert [is_letter(chr(code)) for code in (0x41, 0x31350, 0x323B0, 0x11F03, 0x31)] == [1, 1, 0, 0, 0]
    assert [is_digit(chr(code)) for code in (0x31, 0x660, 0x11F50, 0x11F5A, 0x41)] == [1, 1, 1, 0, 0]
    assert dump({"\U00031350": None, "0": None}) == '"0": null\n"\\U00031350": null\n'


def test_quoting_goes_by_it() -> None:
    assert quote("\U00031350\U000e0001") == '"\U00031350\\U000e0001"'
    assert sprintf("%#U %#U", [0x31350, 0x323B0]) == "U+31350 '\U00031350' U+323B0"
