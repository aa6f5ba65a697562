"""The formats of times and durations (santhosh-tekuri/jsonschema v6's `format.go`, Go's `time`).

Each returns what is wrong with a text, None where nothing is.
"""

from __future__ import annotations

from hivehelm.values.jsonschema.alphabet import DIGITS, char


def duration(text: str) -> str | None:
    """Return what is wrong with an ISO 8601 duration."""
    if not text.startswith("P"):
        return "must start with P"
    rest = text[1:]
    if not rest:
        return "nothing after P"
    if rest.endswith("W"):
        if rest == "W":
            return "no number in week"
        return None if DIGITS.issuperset(rest[:-1]) else "invalid week"
    for index, part in enumerate(rest.split("T")):
        if index and not part:
            return "no time elements"
        if index > 1:
            return "more than one T"
        if (said := _units(part, ("YMD", "HMS")[index])) is not None:
            return said
    return None


def _units(part: str, all_units: str) -> str | None:
    units = all_units
    while part:
        rest = part.lstrip("0123456789")
        if rest == part:
            return "missing number"
        if not rest:
            return "missing unit"
        unit, part = rest[0], rest[1:]
        if unit not in units:
            kind = "unit {} out of order" if unit in all_units else "invalid unit {}"
            return kind.format(char(unit))
        units = units[units.index(unit) + 1 :]
    return None


def date(text: str) -> str | None:
    """Return what Go's `time.Parse("2006-01-02", …)` says of a date."""
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.timeparse import parse

    try:
        parse("2006-01-02", text)
    except HivehelmError as error:
        return str(error)
    return None


def _numbers(text: str, parts: int) -> list[int] | None:
    pieces = text.split(":", parts - 1)
    if not all(piece.removeprefix("+").isdigit() and piece.isascii() for piece in pieces):
        return None
    return [int(piece) for piece in pieces]


def time(text: str) -> str | None:
    """Return what is wrong with a time of RFC 3339."""
    if len(text) < 9:
        return "less than 9 characters long"
    if text[2] != ":" or text[5] != ":":
        return "missing colon in correct place"
    if (clock := _numbers(text[:8], 3)) is None:
        return "invalid hour/min/sec"
    hour, minute, second = clock
    if hour > 23 or minute > 59 or second > 60:
        return "hour/min/sec out of range"
    rest = text[8:]
    if rest.startswith("."):
        after = rest[1:].lstrip("0123456789")
        if after == rest[1:]:
            return "no digits in second fraction"
        rest = after
    if rest not in ("z", "Z"):
        offset = _offset(rest)
        if isinstance(offset, str):
            return offset
        hour, minute = divmod((hour * 60 + minute + offset) % (24 * 60), 60)
    return "invalid leap second" if second >= 60 and (hour, minute) != (23, 59) else None


def _offset(text: str) -> int | str:
    if len(text) != 6:
        return "offset must be 6 characters long"
    if text[0] not in "+-":
        return "offset must begin with plus/minus"
    if text[3] != ":":
        return "missing colon in offset in correct place"
    if (zone := _numbers(text[1:], 2)) is None:
        return "invalid hour/min in offset"
    if zone[0] > 23 or zone[1] > 59:
        return "hour/min in offset out of range"
    minutes = zone[0] * 60 + zone[1]
    return -minutes if text[0] == "+" else minutes


def date_time(text: str) -> str | None:
    """Return what is wrong with a date and time of RFC 3339."""
    if len(text) < 20:
        return "less than 20 characters long"
    if text[10] not in "tT":
        return "11th character must be t or T"
    if (said := date(text[:10])) is not None:
        return f"invalid date element: {said}"
    said = time(text[11:])
    return None if said is None else f"invalid time element: {said}"


def period(text: str) -> str | None:
    """Return what is wrong with a period: start and end, one of them maybe a duration."""
    start, slash, end = text.partition("/")
    if not slash:
        return "missing slash"
    if start.startswith("P"):
        pairs = (("start duration", duration, start), ("end date-time", date_time, end))
    elif end.startswith("P"):
        pairs = (("start date-time", date_time, start), ("end duration", duration, end))
    else:
        pairs = (("start date-time", date_time, start), ("end date-time", date_time, end))
    for name, check, part in pairs:
        if (said := check(part)) is not None:
            return f"invalid {name}: {said}"
    return None
