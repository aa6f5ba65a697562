from __future__ import annotations

from hivehelm.golang import utf8


def test_lengths_count_bytes() -> None:
    assert [utf8.length(text) for text in ("abc", "é", "\udcff")] == [3, 2, 1]


def test_escapes_read_as_replacements() -> None:
    assert utf8.runes("aé\udcff") == "aé\ufffd"
    assert utf8.runes("aé") == "aé"


def test_escapes_that_meet_are_characters_again() -> None:
    assert utf8.normal("\udcc3\udca9") == "é"
    assert utf8.normal("é") == "é"
    assert utf8.decode(utf8.encode("\udcc3x")) == "\udcc3x"
