from __future__ import annotations

from unicodedata import category

import pytest

from hivehelm.golang import unicode
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


@pytest.mark.parametrize("code", [0x2FFC, 0x31EF, 0x2EBF0, 0x2EE5D, 0x1C89, 0x10D4A, 0x1CCF0, 0x323B0])
def test_what_came_after_gos_tables_is_nothing(code: int) -> None:
    tests = [value for name, value in vars(unicode).items() if name.startswith("is_")]
    assert len(tests) == 9
    assert not any(test(chr(code)) for test in tests)
    for mapped in (unicode.to_upper, unicode.to_lower, unicode.to_title):
        assert mapped(chr(code)) == chr(code)
    assert quote(chr(code)) == (f'"\\u{code:04x}"' if code < 0x10000 else f'"\\U{code:08x}"')


def test_letters_have_no_case_that_came_later() -> None:
    assert [unicode.to_upper(letter) for letter in "\u019b\u0264"] == ["\u019b", "\u0264"]


def test_categories_are_gos() -> None:
    assert [unicode.is_lower(chr(code)) for code in (0x1DF24, 0x1DF25, 0x1DF2A, 0x61, 0x41)] == [
        0,
        1,
        1,
        1,
        0,
    ]
    assert [unicode.is_number(chr(code)) for code in (0x11F50, 0x1D2C0, 0xB2, 0x31, 0x61)] == [1, 1, 1, 1, 0]
    assert [unicode.is_punct(chr(code)) for code in (0x11B00, 0x11F43, 0x2D, 0x24)] == [1, 1, 1, 0]
    assert [unicode.is_upper(letter) for letter in "Aa\u00c9\u2160"] == [1, 0, 1, 0]
    assert [unicode.is_title(letter) for letter in "A\u01c5"] == [0, 1]
    assert [unicode.is_space(letter) for letter in " \x1c\u3000"] == [1, 0, 1]


@pytest.mark.parametrize(
    ("letter", "upper", "lower", "title"),
    [
        ("\u00df", "\u00df", "\u00df", "\u00df"), ("\u0130", "\u0130", "i", "\u0130"),
        ("\u01c6", "\u01c4", "\u01c6", "\u01c5"), ("\u1f80", "\u1f88", "\u1f80", "\u1f88"),
    ],
)  # fmt: skip
def test_one_letter_is_mapped_to_one(letter: str, upper: str, lower: str, title: str) -> None:
    mapped = unicode.to_upper(letter), unicode.to_lower(letter), unicode.to_title(letter)
    assert mapped == (upper, lower, title)


def test_letters_and_digits_are_gos() -> None:
    assert [is_letter(chr(code)) for code in (0x41, 0x31350, 0x323B0, 0x11F03, 0x31)] == [1, 1, 0, 0, 0]
    assert [is_digit(chr(code)) for code in (0x31, 0x660, 0x11F50, 0x11F5A, 0x41)] == [1, 1, 1, 0, 0]
    assert dump({"\U00031350": None, "0": None}) == '"0": null\n"\\U00031350": null\n'


def test_quoting_goes_by_it() -> None:
    assert quote("\U00031350\U000e0001") == '"\U00031350\\U000e0001"'
    assert sprintf("%#U %#U", [0x31350, 0x323B0]) == "U+31350 '\U00031350' U+323B0"


def test_ascii_is_as_its_categories_say() -> None:
    for char in map(chr, range(0x80)):
        group = category(char)
        assert unicode.is_punct(char) == group.startswith("P")
        assert unicode.is_letter(char) == group.startswith("L")
        assert unicode.is_digit(char) == (group == "Nd")
        assert unicode.to_upper(char) == unicode.to_title(char) == char.upper()
        assert unicode.to_lower(char) == char.lower()


def test_runes_are_made_once_and_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def make(rune: str) -> str:
        made.append(rune)
        return rune * 2

    monkeypatch.setattr(unicode, "_MAX_RUNES", 2)
    runes = unicode.Runes(make)
    assert "aab".translate(runes) == "aaaabb"
    assert "ca".translate(runes) == "ccaa"
    assert made == ["a", "b", "c", "a"]
