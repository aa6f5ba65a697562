"""Go's time.Duration: parsed, printed, rounded."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.kinds import Int64, Methods, SizedInt, called
from hivehelm.golang.method import takes
from hivehelm.golang.utf8 import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

NANOSECOND = 1
MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
LEAST = -(1 << 63)
GREATEST = (1 << 63) - 1

_UNITS = {
    "ns": NANOSECOND,
    "us": MICROSECOND,
    "µs": MICROSECOND,
    "μs": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}


class DurationError(HivehelmError):
    """A text is no duration; `str()` is Go's text."""

    def __init__(self, problem: str, text: str) -> None:
        super().__init__(f"time: {problem} {quote(text)}")
        self.text = text


class NamedInt(SizedInt, Methods):
    """An integer of a named Go type, with methods that templates can call."""

    __slots__ = ()

    def get(self, name: str) -> Any:
        """Return what method `name` returns when called without arguments.

        Raises:
            NoFieldError: there is no such method.
        """
        return called(name, self.method(name))


class Duration(NamedInt):
    """A span of time in nanoseconds."""

    __slots__ = ()

    GO_TYPE: ClassVar[str] = "time.Duration"
    GO_KIND: ClassVar[str] = "int64"
    METHODS: ClassVar[dict[str, str]] = {
        "Abs": "_abs",
        "Hours": "hours",
        "Microseconds": "microseconds",
        "Milliseconds": "milliseconds",
        "Minutes": "minutes",
        "Nanoseconds": "nanoseconds",
        "Round": "rounded",
        "Seconds": "seconds",
        "String": "go_string",
        "Truncate": "truncated",
    }

    def __str__(self) -> str:
        return spell(int(self))

    def go_string(self) -> str:
        """Return what `String` does in Go: what fmt prints."""
        return str(self)

    def _divided(self, unit: int) -> float:
        whole, rest = divmod(abs(self), unit)
        value = whole + rest / unit
        return -value if self < 0 else value

    def hours(self) -> float:
        """Return the hours, with their fraction."""
        return self._divided(HOUR)

    def minutes(self) -> float:
        """Return the minutes, with their fraction."""
        return self._divided(MINUTE)

    def seconds(self) -> float:
        """Return the seconds, with their fraction."""
        return self._divided(SECOND)

    def milliseconds(self) -> Int64:
        """Return the whole milliseconds."""
        return Int64(_cut(self, MILLISECOND))

    def microseconds(self) -> Int64:
        """Return the whole microseconds."""
        return Int64(_cut(self, MICROSECOND))

    def nanoseconds(self) -> Int64:
        """Return the nanoseconds."""
        return Int64(self)

    def _abs(self) -> Duration:
        return Duration(min(abs(self), GREATEST))

    @takes("time.Duration")
    def truncated(self, unit: int) -> Duration:
        """Return this span cut towards zero to a multiple of `unit`; itself where that is not positive."""
        return self if unit <= 0 else Duration(_cut(self, unit) * unit)

    @takes("time.Duration")
    def rounded(self, unit: int) -> Duration:
        """Return this span rounded to a multiple of `unit`, halves away from zero; itself if `unit` <= 0."""
        if unit <= 0:
            return self
        whole, rest = divmod(abs(self), unit)
        size = (whole + (2 * rest >= unit)) * unit
        return Duration(max(-size, LEAST) if self < 0 else min(size, GREATEST))


def _cut(value: int, unit: int) -> int:
    return -(-value // unit) if value < 0 else value // unit


def spell(nanoseconds: int) -> str:
    """Return a span as `Duration.String` prints it, such as `1h2m0.5s`."""
    if nanoseconds == 0:
        return "0s"
    sign, size = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if size < SECOND:
        unit, name = (
            (1, "ns")
            if size < MICROSECOND
            else (MICROSECOND, "µs")
            if size < MILLISECOND
            else (MILLISECOND, "ms")
        )
        return f"{sign}{_with_fraction(size, unit)}{name}"
    minutes, rest = divmod(size, MINUTE)
    text = f"{_with_fraction(rest, SECOND)}s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{hours}h{minutes}m{text}" if hours else f"{minutes}m{text}"
    return sign + text


def _with_fraction(size: int, unit: int) -> str:
    whole, rest = divmod(size, unit)
    if not rest:
        return str(whole)
    return f"{whole}.{str(unit + rest)[1:].rstrip('0')}"


def parse_duration(text: str) -> Duration:
    """Return the span that `text` spells, such as `-1.5h` or `1h15m30.918s` (`time.ParseDuration`).

    Raises:
        DurationError: it spells none, or one beyond 64 bits of nanoseconds.
    """
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return Duration(0)
    if not rest:
        raise DurationError("invalid duration", text)
    total = 0
    while rest:
        whole, rest = _digits(rest)
        fraction = ""
        if rest[:1] == ".":
            fraction, rest = _digits(rest[1:])
        if not whole and not fraction:
            raise DurationError("invalid duration", text)
        value = int(whole[-40:] or "0") if len(whole.lstrip("0")) < 20 else 1 << 64
        if value > 1 << 63:
            raise DurationError("invalid duration", text)
        name = ""
        while rest and rest[0] not in ".0123456789":
            name, rest = name + rest[0], rest[1:]
        if not name:
            raise DurationError("missing unit in duration", text)
        unit = _UNITS.get(name)
        if unit is None:
            raise DurationError(f"unknown unit {quote(name)} in duration", text)
        total += value * unit + _part(fraction, unit)
        if value * unit > 1 << 63 or total > 1 << 63:
            raise DurationError("invalid duration", text)
    if text[0] == "-":
        return Duration(-total)
    if total > GREATEST:
        raise DurationError("invalid duration", text)
    return Duration(total)


def _digits(text: str) -> tuple[str, str]:
    end = 0
    while end < len(text) and text[end] in "0123456789":
        end += 1
    return text[:end], text[end:]


def _part(fraction: str, unit: int) -> int:
    # Digits beyond what fits an int64 are dropped; the product is Go's in float64.
    value, scale = 0, 1.0
    for digit in fraction:
        if value > GREATEST // 10 or value * 10 + int(digit) > 1 << 63:
            break
        value = value * 10 + int(digit)
        scale *= 10
    return int(value * (unit / scale))


def quote(text: str) -> str:
    """Return `text` in quotes as package time writes it in errors: bytes that are not plain as `\\x..`."""
    result = ['"']
    for character in text:
        if character < " " or character >= "\x80":
            result.extend(f"\\x{byte:02x}" for byte in encode(character))
        else:
            result.append("\\" + character if character in '"\\' else character)
    result.append('"')
    return "".join(result)
