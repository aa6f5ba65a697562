"""Instants as Helm's records hold them: RFC 3339 text with nanoseconds; the empty text is Go's zero time."""

from __future__ import annotations

ZERO = "0001-01-01T00:00:00Z"

_RFC3339 = r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))"
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Days from the first of January of the year 1 to that of 1970.
_EPOCH = 719_162


def rfc3339(nanoseconds: int) -> str:
    """Return nanoseconds since the epoch as Go's `time.RFC3339Nano` in the local zone ("Z" if that is UTC).

    Trailing zeros of the fraction are dropped, as Go's layout does.
    """
    import time

    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    local = time.localtime(seconds)
    digits = f".{fraction:09d}".rstrip("0").rstrip(".")
    offset = local.tm_gmtoff // 60
    sign, offset = ("-", -offset) if offset < 0 else ("+", offset)
    zone = f"{sign}{offset // 60:02d}:{offset % 60:02d}" if offset else "Z"
    return time.strftime("%Y-%m-%dT%H:%M:%S", local) + digits + zone


def nanoseconds(text: str) -> int:
    """Return an RFC 3339 instant as nanoseconds since the epoch; the empty text is Go's zero time.

    Raises:
        ValueError: the text is not RFC 3339.
    """
    import re

    found = re.fullmatch(_RFC3339, text or ZERO, re.ASCII)
    if found is None:
        raise ValueError(f"not an RFC 3339 instant: {text!r}")
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    fraction, sign, hours, minutes = found.groups()[6:]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1] + (leap and month == 2)):
        raise ValueError(f"not a day: {text!r}")
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"not a time of day: {text!r}")
    # `time.strptime` would do, but takes ten times as long, and as long again to import.
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - _EPOCH
    days += sum(_DAYS[: month - 1]) + (leap and month > 2) + day - 1
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    if sign:
        offset = int(hours) * 3600 + int(minutes) * 60
        seconds -= offset if sign == "+" else -offset
    return seconds * 1_000_000_000 + int((fraction or "").ljust(9, "0")[:9])
