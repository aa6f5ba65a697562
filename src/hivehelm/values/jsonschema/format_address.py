"""The formats of addresses: IP, host names, e-mail, URLs.

The rules are those of santhosh-tekuri/jsonschema v6's `format.go`, Go's `net/netip` and `net/url`.
Each returns what is wrong with a text, None where nothing is.
"""

from __future__ import annotations

from hivehelm.values.jsonschema.alphabet import ALPHANUMERIC, DIGITS, byte_length, char

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.golang.url import URL

_LOCAL = ALPHANUMERIC | frozenset(".!#$%&'*+-/=?^_`{|}~")


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
    """Return what is wrong with an IPv6 address; it may have no zone."""
    if ":" not in text:
        return "missing colon"
    from hivehelm.golang.netip import AddressError, version

    try:
        version(text)
    except AddressError as error:
        return str(error)
    return "zone id is not a part of ipv6 address" if "%" in text else None


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
    from hivehelm.golang.url import URLError, parse

    try:
        parse(text)
    except URLError as error:
        return str(error)
    return None


def _url(text: str) -> URL | str:
    """Return the URL that `text` spells, or what is wrong with it."""
    from hivehelm.golang.url import URLError, parse

    try:
        url = parse(text)
    except URLError as error:
        return str(error)
    if ":" in (host := url.hostname()):
        if "[" not in url.host or "]" not in url.host:
            return "ipv6 address not enclosed in brackets"
        if (said := ipv6(host)) is not None:
            return f"invalid ipv6 address: {said}"
    return url


def uri(text: str) -> str | None:
    """Return what is wrong with an absolute URL."""
    url = _url(text)
    if isinstance(url, str):
        return url
    return None if url.scheme else "relative url"


def uri_reference(text: str) -> str | None:
    """Return what is wrong with a URL that may be relative."""
    if "\\" in text:
        return "contains \\"
    url = _url(text)
    return url if isinstance(url, str) else None


def uri_template(text: str) -> str | None:
    """Return what is wrong with a URL that may have names in braces in its path."""
    url = _url(text)
    if isinstance(url, str):
        return url
    # What Go kept of the path is spelt in a way of its own, but well.
    from hivehelm.golang.url import parse

    for part in url.raw_path.split("/"):
        is_open = False
        for character in parse(f"/{part}").path:
            if character == ("{" if is_open else "}"):
                return "nested curly braces"
            is_open ^= character in "{}"
        if is_open:
            return "no matching closing brace"
    return None
