"""The formats of addresses: IP, host names, e-mail, URLs.

The rules are those of santhosh-tekuri/jsonschema v6's `format.go`, Go's `net/netip` and `net/url`.
Each returns what is wrong with a text, None where nothing is.
"""

from __future__ import annotations

from hivehelm.values.jsonschema.alphabet import ALPHANUMERIC, DIGITS, HEX, LETTERS, byte_length, char

_HOST = ALPHANUMERIC | frozenset("-_.~!$&'()*+,;=:[]<>\"%")
_LOCAL = ALPHANUMERIC | frozenset(".!#$%&'*+-/=?^_`{|}~")
_SCHEME = ALPHANUMERIC | frozenset("+-.")


def ipv4(text: str) -> str | None:
    """Return what is wrong with an IPv4 address."""
    groups = text.split(".")
    if len(groups) != 4:
        return "expected four decimals"
    for group in groups:
        if len(group) > 1 and group[0] == "0":
            return "leading zeros"
        digits = group[1:] if group[:1] in ("+", "-") else group
        if not digits or not DIGITS.issuperset(digits):
            from hivehelm.golang.fmt import quote

            return f"strconv.Atoi: parsing {quote(group)}: invalid syntax"
        if not 0 <= int(group) <= 255:
            return "decimal must be between 0 and 255"
    return None


def ipv6(text: str) -> str | None:
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
        return "unexpected character", text[text.index(":") :] if ipv4(text) else ""
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
            if (said := ipv4(rest)) is not None:
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


def hostname(text: str) -> str | None:
    """Return what is wrong with a host name."""
    text = text.removesuffix(".")
    if byte_length(text) > 253:
        return "more than 253 characters long"
    for label in text.split("."):
        if not 1 <= byte_length(label) <= 63:
            return "label must be 1 to 63 characters long"
        if label.startswith("-"):
            return "label starts with hyphen"
        if label.endswith("-"):
            return "label ends with hyphen"
        for character in label:
            if character not in ALPHANUMERIC and character != "-":
                return f"invalid character {char(character)}"
    return None


def email(text: str) -> str | None:
    """Return what is wrong with an e-mail address."""
    if byte_length(text) > 254:
        return "more than 255 characters long"
    local, at, domain = text.rpartition("@")
    if not at:
        return "missing @"
    if (said := _local_part(local)) is not None:
        return said
    if domain.startswith("[") and domain.endswith("]"):
        address = domain[1:-1]
        if address.startswith("IPv6:"):
            said = ipv6(address[5:])
            return None if said is None else f"invalid ipv6 address: {said}"
        said = ipv4(address)
        return None if said is None else f"invalid ipv4 address: {said}"
    said = hostname(domain)
    return None if said is None else f"invalid domain: {said}"


def _local_part(local: str) -> str | None:
    if byte_length(local) > 64:
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
            return f"invalid character {char(character)}"
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
        if character == "%" and not (len(pair := text[index + 1 : index + 3]) == 2 and HEX.issuperset(pair)):
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
        if not DIGITS.issuperset(port):
            return f"invalid port {quote(':' + port)} after host"
    else:
        name = host
    for character in name:
        if character.isascii() and character not in _HOST:
            return f"invalid character {quote(character)} in host name"
    return None


def _scheme(text: str) -> str | None:
    scheme, colon, _ = text.partition(":")
    return scheme if colon and scheme[:1] in LETTERS and scheme and _SCHEME.issuperset(scheme) else None


def uri(text: str) -> str | None:
    """Return what is wrong with an absolute URL."""
    if (said := url_problem(text)) is not None:
        return said
    return "relative url" if _scheme(text) is None else None


def uri_reference(text: str) -> str | None:
    """Return what is wrong with a URL that may be relative."""
    return "contains \\" if "\\" in text else url_problem(text)
