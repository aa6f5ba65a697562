"""The formats that drafts 4 to 7 assert, and what santhosh-tekuri/jsonschema v6 says of misfits."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = frozenset("0123456789")
_HOST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!$&'()*+,;=:[]<>\"%")
_HEX = frozenset("0123456789abcdefABCDEF")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOCAL = _LETTERS | _DIGITS | frozenset(".!#$%&'*+-/=?^_`{|}~")


def problem(name: str, text: str) -> str | None:
    """Return what is wrong with `text` as a `name`, None where nothing is or the format is not known."""
    check = _FORMATS.get(name)
    return None if check is None else check(text)


def _char(character: str) -> str:
    from hivehelm.golang.fmt import sprintf

    return sprintf("%q", [ord(character)])


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _json_pointer(text: str) -> str | None:
    if not text:
        return None
    if not text.startswith("/"):
        return "not starting with /"
    for part in text.split("/")[1:]:
        for index, character in enumerate(part):
            if character == "~" and part[index + 1 : index + 2] not in ("0", "1"):
                return "~ must be followed by 0 or 1"
    return None


def _relative_json_pointer(text: str) -> str | None:
    rest = text.lstrip("0123456789")
    digits = text[: len(text) - len(rest)]
    if not digits:
        return "must start with non-negative integer"
    if len(digits) > 1 and digits[0] == "0":
        return "starts with zero"
    return None if rest == "#" else _json_pointer(rest)


def _uuid(text: str) -> str | None:
    groups = text.split("-")
    if len(groups) != 5:
        return "must have 5 elements"
    for index, (group, wanted) in enumerate(zip(groups, (8, 4, 4, 4, 12), strict=True)):
        if _bytes(group) != wanted:
            return f"element {index + 1} must be {wanted} characters long"
        for character in group:
            if character not in _HEX:
                return f"non-hex character {_char(character)}"
    return None


def _duration(text: str) -> str | None:
    if not text.startswith("P"):
        return "must start with P"
    rest = text[1:]
    if not rest:
        return "nothing after P"
    if rest.endswith("W"):
        if rest == "W":
            return "no number in week"
        return None if _DIGITS.issuperset(rest[:-1]) else "invalid week"
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
            return kind.format(_char(unit))
        units = units[units.index(unit) + 1 :]
    return None


def _ipv4(text: str) -> str | None:
    groups = text.split(".")
    if len(groups) != 4:
        return "expected four decimals"
    for group in groups:
        if len(group) > 1 and group[0] == "0":
            return "leading zeros"
        digits = group[1:] if group[:1] in ("+", "-") else group
        if not digits or not _DIGITS.issuperset(digits):
            from hivehelm.golang.fmt import quote

            return f"strconv.Atoi: parsing {quote(group)}: invalid syntax"
        if not 0 <= int(group) <= 255:
            return "decimal must be between 0 and 255"
    return None


def _ipv6(text: str) -> str | None:
    """Return what Go's `netip.ParseAddr` says of `text`, or that it has a zone."""
    if ":" not in text:
        return "missing colon"
    from hivehelm.golang.fmt import quote

    if (said := _address(text)) is not None:
        message, at = said
        return f"ParseAddr({quote(text)}): {message}{f' (at {quote(at)})' if at else ''}"
    return "zone id is not a part of ipv6 address" if "%" in text else None


def _address(text: str) -> tuple[str, str] | None:
    first = next((character for character in text if character in ".:%"), "")
    if first == ".":
        return "unexpected character", text[text.index(":") :] if _ipv4(text) else ""
    if first == "%":
        return "missing IPv6 address", ""
    rest, percent, zone = text.partition("%")
    if percent and not zone:
        return "zone must be a non-empty string", ""
    shortened = rest.startswith("::")
    rest = rest[2:] if shortened else rest
    fields = 0
    while rest and fields < 8:
        digits = len(rest) - len(rest.lstrip("0123456789abcdefABCDEF"))
        if digits > 4:
            return "each group must have 4 or less digits", rest
        if not digits:
            return "each colon-separated field must have at least one digit", rest
        if rest[digits : digits + 1] == ".":
            if not shortened and fields != 6:
                return "embedded IPv4 address must replace the final 2 fields of the address", rest
            if fields > 6:
                return "too many hex fields to fit an embedded IPv4 at the end of the address", rest
            if (said := _ipv4(rest)) is not None:
                return said, rest
            fields, rest = fields + 2, ""
            break
        fields, rest = fields + 1, rest[digits:]
        if not rest:
            break
        if rest[0] != ":":
            return "unexpected character, want colon", rest
        if rest == ":":
            return "colon must be followed by more characters", rest
        rest = rest[1:]
        if rest[0] == ":":
            if shortened:
                return "multiple :: in address", rest
            shortened, rest = True, rest[1:]
    if rest:
        return "trailing garbage after address", rest
    if fields < 8 and not shortened:
        return "address string too short", ""
    if fields == 8 and shortened:
        return "the :: must expand to at least one field of zeros", ""
    return None


def _hostname(text: str) -> str | None:
    text = text.removesuffix(".")
    if _bytes(text) > 253:
        return "more than 253 characters long"
    for label in text.split("."):
        if not 1 <= _bytes(label) <= 63:
            return "label must be 1 to 63 characters long"
        if label.startswith("-"):
            return "label starts with hyphen"
        if label.endswith("-"):
            return "label ends with hyphen"
        for character in label:
            if character not in _LETTERS and character not in _DIGITS and character != "-":
                return f"invalid character {_char(character)}"
    return None


def _email(text: str) -> str | None:
    if _bytes(text) > 254:
        return "more than 255 characters long"
    local, at, domain = text.rpartition("@")
    if not at:
        return "missing @"
    if (said := _local_part(local)) is not None:
        return said
    if domain.startswith("[") and domain.endswith("]"):
        address = domain[1:-1]
        if address.startswith("IPv6:"):
            said = _ipv6(address[5:])
            return None if said is None else f"invalid ipv6 address: {said}"
        said = _ipv4(address)
        return None if said is None else f"invalid ipv4 address: {said}"
    said = _hostname(domain)
    return None if said is None else f"invalid domain: {said}"


def _local_part(local: str) -> str | None:
    if _bytes(local) > 64:
        return "local part more than 64 characters long"
    if len(local) > 1 and local.startswith('"') and local.endswith('"'):
        if "\\" in local or '"' in local[1:-1]:
            return "backslash and quote are not allowed within quoted local part"
        return None
    if local.startswith("."):
        return "starts with dot"
    if local.endswith("."):
        return "ends with dot"
    if ".." in local:
        return "consecutive dots"
    for character in local:
        if character not in _LOCAL:
            return f"invalid character {_char(character)}"
    return None


def _date(text: str) -> str | None:
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


def _time(text: str) -> str | None:
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


def _date_time(text: str) -> str | None:
    if len(text) < 20:
        return "less than 20 characters long"
    if text[10] not in "tT":
        return "11th character must be t or T"
    if (said := _date(text[:10])) is not None:
        return f"invalid date element: {said}"
    said = _time(text[11:])
    return None if said is None else f"invalid time element: {said}"


def _period(text: str) -> str | None:
    start, slash, end = text.partition("/")
    if not slash:
        return "missing slash"
    if start.startswith("P"):
        pairs = (("start duration", _duration, start), ("end date-time", _date_time, end))
    elif end.startswith("P"):
        pairs = (("start date-time", _date_time, start), ("end duration", _duration, end))
    else:
        pairs = (("start date-time", _date_time, start), ("end date-time", _date_time, end))
    for name, check, part in pairs:
        if (said := check(part)) is not None:
            return f"invalid {name}: {said}"
    return None


def url_problem(text: str) -> str | None:
    """Return what Go's `url.Parse` says of `text`, None where it is content."""
    said = _url(text)
    if said is None:
        return None
    from hivehelm.golang.fmt import quote

    return f"parse {quote(text)}: {said}"


def _url(text: str) -> str | None:
    from hivehelm.golang.fmt import quote

    if any(character < " " or character == "\x7f" for character in text):
        return "net/url: invalid control character in URL"
    if text.startswith(":"):
        return "missing protocol scheme"
    scheme = _scheme(text)
    rest = text.partition("#")[0].partition("?")[0][len(scheme) + 1 if scheme else 0 :]
    if not scheme and ":" in rest.partition("/")[0]:
        return "first path segment in URL cannot contain colon"
    if rest.startswith("//") and (said := _authority(rest[2:].partition("/")[0])) is not None:
        return said
    for index, character in enumerate(text):
        if character == "%" and not (len(pair := text[index + 1 : index + 3]) == 2 and _HEX.issuperset(pair)):
            return f"invalid URL escape {quote(text[index : index + 3])}"
    return None


def _authority(text: str) -> str | None:
    from hivehelm.golang.fmt import quote

    host = text.rpartition("@")[2]
    name, colon, port = host.rpartition(":")
    if host.startswith("["):
        if "]" not in host:
            return "missing ']' in host"
    elif colon:
        if not _DIGITS.issuperset(port):
            return f"invalid port {quote(':' + port)} after host"
    else:
        name = host
    for character in name:
        if character.isascii() and character not in _HOST:
            return f"invalid character {quote(character)} in host name"
    return None


def _scheme(text: str) -> str | None:
    scheme, colon, _ = text.partition(":")
    allowed = _LETTERS | _DIGITS | frozenset("+-.")
    return scheme if colon and scheme[:1] in _LETTERS and scheme and allowed.issuperset(scheme) else None


def _uri(text: str) -> str | None:
    if (said := url_problem(text)) is not None:
        return said
    return "relative url" if _scheme(text) is None else None


def _uri_reference(text: str) -> str | None:
    return "contains \\" if "\\" in text else url_problem(text)


def _regex(text: str) -> str | None:
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.regex import compile as compile_pattern

    try:
        compile_pattern(text)
    except HivehelmError as error:
        return str(error)
    return None


def _semver(text: str) -> str | None:
    core, plus, build = text.partition("+")
    if plus:
        if not build:
            return "build is empty"
        for part in build.split("."):
            if not part:
                return "build identifier is empty"
            for character in part:
                if character not in _LETTERS and character not in _DIGITS and character != "-":
                    return f"invalid character {_char(character)} in build identifier"
    core, hyphen, prerelease = core.partition("-")
    if hyphen:
        for part in prerelease.split("."):
            if not part:
                return "pre-release identifier is empty"
            for character in part:
                if character not in _LETTERS and character not in _DIGITS and character != "-":
                    return f"invalid character {_char(character)} in pre-release identifier"
            if len(part) > 1 and part[0] == "0" and _DIGITS.issuperset(part):
                return "pre-release numeric identifier starts with zero"
    numbers = core.split(".")
    if len(numbers) != 3:
        return "versionCore must have 3 numbers separated by dot"
    for name, number in zip(("major", "minor", "patch"), numbers, strict=True):
        if not number:
            return f"{name} is empty"
        if len(number) > 1 and number[0] == "0":
            return f"{name} starts with zero"
        if not _DIGITS.issuperset(number):
            return f"{name} contains non-digit"
    return None


_FORMATS: dict[str, Callable[[str], str | None]] = {
    "date": _date,
    "date-time": _date_time,
    "duration": _duration,
    "email": _email,
    "hostname": _hostname,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "iri": _uri,
    "iri-reference": _uri_reference,
    "json-pointer": _json_pointer,
    "period": _period,
    "regex": _regex,
    "relative-json-pointer": _relative_json_pointer,
    "semver": _semver,
    "time": _time,
    "uri": _uri,
    "uri-reference": _uri_reference,
    "uri-template": url_problem,
    "uuid": _uuid,
}
