"""Instants as Helm's records hold them: RFC 3339 text with nanoseconds; the empty text is Go's zero time."""

from __future__ import annotations

ZERO = "0001-01-01T00:00:00Z"


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
    import calendar
    import re
    import time

    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))", text or ZERO, re.ASCII
    )
    if found is None:
        raise ValueError(f"not an RFC 3339 instant: {text!r}")
    moment, fraction, sign, hours, minutes = found.groups()
    seconds = calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%S"))
    if sign:
        offset = int(hours) * 3600 + int(minutes) * 60
        seconds -= offset if sign == "+" else -offset
    return seconds * 1_000_000_000 + int((fraction or "").ljust(9, "0")[:9])
