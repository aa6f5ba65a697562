"""What is written, and as which bytes."""

from __future__ import annotations

import io

from hivehelm.cli.stream import Stream


def test_bytes_that_are_not_utf_8_come_out_as_they_went_in() -> None:
    raw = io.BytesIO()
    stream = Stream(io.TextIOWrapper(raw, encoding="ascii", newline="\r\n"))
    stream.write(b"\xff\xc3\xa9\n".decode("utf-8", "surrogateescape"))
    assert raw.getvalue() == b"\xff\xc3\xa9\n"


def test_halves_of_surrogate_pairs_are_replaced() -> None:
    raw = io.BytesIO()
    stream = Stream(io.TextIOWrapper(raw))
    stream.write("a\ud800\udcff\udfffb")
    assert raw.getvalue() == b"a\xef\xbf\xbd\xff\xef\xbf\xbdb"


def test_what_was_written_before_comes_first() -> None:
    raw = io.BytesIO()
    text = io.TextIOWrapper(raw, encoding="utf-8")
    text.write("one ")
    Stream(text).write("two")
    assert raw.getvalue() == b"one two"


def test_a_target_without_bytes_takes_text() -> None:
    target = io.StringIO()
    stream = Stream(target)
    stream.write("é")
    assert target.getvalue() == "é"
    assert not stream.is_terminal()
