"""The values of klog's flags: Helm hides them and takes them, and so do we; nothing here logs by them.

Setters as in `cli.flagvalues`, with the texts of klog v2 and of Go's `flag`.
"""

from __future__ import annotations

from hivehelm.golang.strconv import NumberError, parse_int, parse_uint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SEVERITIES = ("INFO", "WARNING", "ERROR", "FATAL")
_MODULES = "syntax error: expect comma-separated list of filename=N"
_PLACE = "syntax error: expect file.go:234"


def set_level(_current: Any, _given: bool, text: str) -> str:
    """A level, such as that of `-v`: a decimal integer of 32 bits."""
    try:
        parse_int(text, 10, 32)
    except NumberError as error:
        raise ValueError(str(error)) from None
    return text


def set_severity(current: Any, given: bool, text: str) -> str:
    """A severity, by name or by number."""
    return text if text.upper() in _SEVERITIES else set_level(current, given, text)


def set_switch(_current: Any, _given: bool, text: str) -> bool:
    """A boolean of Go's `flag`, whose error says less than pflag's."""
    from hivehelm.cli.flagvalues import parse_bool

    try:
        return parse_bool(text)
    except ValueError:
        raise ValueError("parse error") from None


def set_size(_current: Any, _given: bool, text: str) -> int:
    """An unsigned integer of Go's `flag`."""
    try:
        return parse_uint(text, 0)
    except NumberError as error:
        raise ValueError("value out of range" if error.overflow else "parse error") from None


def set_modules(_current: Any, _given: bool, text: str) -> str:
    """Levels of files: `name=2,other=3`."""
    for part in filter(None, text.split(",")):
        name, *levels = part.split("=")
        if not name or len(levels) != 1:
            raise ValueError(_MODULES)
        try:
            level = parse_int(levels[0], 10, 32)
        except NumberError:
            raise ValueError(_MODULES) from None
        if level < 0:
            raise ValueError("negative value for vmodule level")
    return text


def set_place(_current: Any, _given: bool, text: str) -> str:
    """A line of a file: `file.go:234`."""
    if not text:
        return text
    name, *lines = text.split(":")
    if len(lines) != 1 or "." not in name:
        raise ValueError(_PLACE)
    try:
        line = parse_int(lines[0])
    except NumberError:
        raise ValueError(_PLACE) from None
    if line <= 0:
        raise ValueError("negative or zero value for level")
    return text
