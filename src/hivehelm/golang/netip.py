"""IP addresses as Go's net/netip reads them."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

_HEX = "0123456789abcdefABCDEF"
_DIGITS = frozenset("0123456789")


class AddressError(HivehelmError):
    """A text is no IP address; `str()` is Go's text."""

    def __init__(self, text: str, problem: str, at: str = "") -> None:
        from hivehelm.golang.fmt import quote

        place = f" (at {quote(at)})" if at else ""
        super().__init__(f"ParseAddr({quote(text)}): {problem}{place}")
        self.text = text


def version(text: str) -> int:
    """Return 4 or 6, which an address is of (`netip.ParseAddr`).

    Raises:
        AddressError: it is of neither.
    """
    first = next((character for character in text if character in ".:%"), "")
    if first == ".":
        _check_fields(text, text)
        return 4
    if first == ":":
        _check_6(text)
        return 6
    raise AddressError(text, "missing IPv6 address" if first else "unable to parse IP")


def _check_fields(text: str, part: str) -> None:
    """Check the four numbers of an IPv4 address, which is `part` of the text."""
    value = digits = dots = 0
    for position, character in enumerate(part):
        if character in _DIGITS:
            if digits == 1 and value == 0:
                raise AddressError(text, "IPv4 field has octet with leading zero")
            value = value * 10 + int(character)
            digits += 1
            if value > 255:
                raise AddressError(text, "IPv4 field has value >255")
        elif character == ".":
            if position in (0, len(part) - 1) or part[position - 1] == ".":
                raise AddressError(text, "IPv4 field must have at least one digit", part[position:])
            if dots == 3:
                raise AddressError(text, "IPv4 address too long")
            dots += 1
            value = digits = 0
        else:
            raise AddressError(text, "unexpected character", part[position:])
    if dots < 3:
        raise AddressError(text, "IPv4 address too short")


def _check_6(text: str) -> None:
    rest, percent, zone = text.partition("%")
    if percent and not zone:
        raise AddressError(text, "zone must be a non-empty string")
    shortened = rest.startswith("::")
    rest = rest[2:] if shortened else rest
    if shortened and not rest:
        return
    fields = 0
    while fields < 8:
        digits = len(rest) - len(rest.lstrip(_HEX))
        if digits > 4:
            raise AddressError(text, "each group must have 4 or less digits", rest)
        if not digits:
            raise AddressError(text, "each colon-separated field must have at least one digit", rest)
        if rest[digits : digits + 1] == ".":
            if not shortened and fields != 6:
                problem = "embedded IPv4 address must replace the final 2 fields of the address"
                raise AddressError(text, problem, rest)
            if fields > 6:
                problem = "too many hex fields to fit an embedded IPv4 at the end of the address"
                raise AddressError(text, problem, rest)
            _check_fields(text, rest)
            fields, rest = fields + 2, ""
            break
        fields, rest = fields + 1, rest[digits:]
        if not rest:
            break
        if rest[0] != ":":
            raise AddressError(text, "unexpected character, want colon", rest)
        if rest == ":":
            raise AddressError(text, "colon must be followed by more characters", rest)
        rest = rest[1:]
        if rest[0] == ":":
            if shortened:
                raise AddressError(text, "multiple :: in address", rest)
            shortened, rest = True, rest[1:]
            if not rest:
                break
    if rest:
        raise AddressError(text, "trailing garbage after address", rest)
    if fields < 8 and not shortened:
        raise AddressError(text, "address string too short")
    if fields == 8 and shortened:
        raise AddressError(text, "the :: must expand to at least one field of zeros")
