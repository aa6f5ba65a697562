"""What klog's flags take."""

from __future__ import annotations

import pytest

from hivehelm.cli.hivehelm import loggerflags

MODULES = "syntax error: expect comma-separated list of filename=N"
PLACE = "syntax error: expect file.go:234"


@pytest.mark.parametrize(
    ("setter", "text", "value"),
    [
        ("set_level", "-3", "-3"),
        ("set_severity", "warning", "warning"),
        ("set_severity", "3", "3"),
        ("set_switch", "true", True),
        ("set_switch", "f", False),
        ("set_size", "0x10", 16),
        ("set_modules", ",a=1,b=2,", ",a=1,b=2,"),
        ("set_modules", "", ""),
        ("set_place", "a.go:3", "a.go:3"),
        ("set_place", "", ""),
    ],
)
def test_values_that_fit(setter: str, text: str, value: object) -> None:
    assert getattr(loggerflags, setter)(None, False, text) == value


@pytest.mark.parametrize(
    ("setter", "text", "problem"),
    [
        ("set_level", "x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("set_level", "0x3", 'strconv.ParseInt: parsing "0x3": invalid syntax'),
        ("set_level", "99999999999", 'strconv.ParseInt: parsing "99999999999": value out of range'),
        ("set_severity", "x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("set_switch", "x", "parse error"),
        ("set_size", "-1", "parse error"),
        ("set_size", "99999999999999999999999", "value out of range"),
        ("set_modules", "x", MODULES),
        ("set_modules", "=1", MODULES),
        ("set_modules", "a=1=2", MODULES),
        ("set_modules", "a=b", MODULES),
        ("set_modules", "a=-1", "negative value for vmodule level"),
        ("set_place", "x", PLACE),
        ("set_place", "a:1", PLACE),
        ("set_place", "a.go:x", PLACE),
        ("set_place", "a.go:0", "negative or zero value for level"),
    ],
)
def test_values_that_do_not(setter: str, text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        getattr(loggerflags, setter)(None, False, text)
    assert str(caught.value) == problem
