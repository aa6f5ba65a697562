"""slog's lines."""

from __future__ import annotations

import io
import re

import pytest

from hivehelm.cli.log import Log, write_server_warning
from hivehelm.cli.stream import Stream


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("plain", "plain"),
        ("--flag/path:1\\", "--flag/path:1\\"),
        ("é", "é"),
        ("", '""'),
        ("two words", '"two words"'),
        ("a=b", '"a=b"'),
        ('say "x"', '"say \\"x\\""'),
        ("line\nend", '"line\\nend"'),
        ("no\u00a0break", '"no\\u00a0break"'),
        ("\udcff", '"\\xff"'),
    ],
)
def test_quoting(message: str, shown: str) -> None:
    target = io.StringIO()
    Log(Stream(target))("INFO", message)
    assert target.getvalue() == f"level=INFO msg={shown}\n"


def test_attributes_follow() -> None:
    target = io.StringIO()
    Log(Stream(target)).warn("x", error=ValueError("no luck"), count=1, dry=True, **{"chart-name": "c"})
    assert target.getvalue() == 'level=WARN msg=x error="no luck" count=1 dry=true chart-name=c\n'


def test_debug_lines_only_when_asked_for() -> None:
    target = io.StringIO()
    Log(Stream(target)).debug("x")
    assert target.getvalue() == ""
    Log(Stream(target), debug=True).debug("x")
    assert target.getvalue() == "level=DEBUG msg=x\n"


def test_warnings_of_the_server_look_like_klogs() -> None:
    target = io.StringIO()
    write_server_warning(Stream(target), 'old "kind"')
    pattern = r'I\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ warnings.go:107\] "Warning: old \\"kind\\""\n'
    assert re.fullmatch(pattern, target.getvalue())


def test_attributes_may_have_the_names_of_parameters() -> None:
    target = io.StringIO()
    log = Log(Stream(target), debug=True)
    log("INFO", "one", message="a", level="b")
    log.warn("two", message="c")
    log.debug("three", message="d")
    assert target.getvalue() == (
        "level=INFO msg=one message=a level=b\n"
        "level=WARN msg=two message=c\n"
        "level=DEBUG msg=three message=d\n"
    )
