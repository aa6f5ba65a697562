"""What passes for an address in Chart.yaml (govalidator's `IsEmail`, `IsURL` and `IsRequestURL`)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_MOST_CHARACTERS: Final = 2083
_FEWEST_BYTES: Final = 4

# E-mail addresses: RFC 5322 with letters beyond ASCII, and the oddities of govalidator's pattern.
_BEYOND: Final = r"\x{00A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
_ATOM: Final = rf"[a-zA-Z\d!#$%&'*+\-/=?^_`{{|}}~{_BEYOND}]+"
_FOLD: Final = r"(?:(?:[ \t]*\r\n)?[ \t]+)?"
# Each character has a quote of its own before it, by a slip in the pattern.
_QUOTED: Final = (
    rf'(?:"{_FOLD}(?:[\x01-\x08\x0b\x0c\x0e-\x1f\x7f!\x23-\x5b\x5d-\x7e{_BEYOND}]'
    rf'|\([\x01-\x09\x0b\x0c\x0d-\x7f]))*{_FOLD}"'
)
_LABEL: Final = rf"[a-zA-Z\d{_BEYOND}](?:[a-zA-Z\d\-._~{_BEYOND}]*[a-zA-Z\d{_BEYOND}])?"
_TOP: Final = rf"[a-zA-Z{_BEYOND}](?:[a-zA-Z\d\-_~{_BEYOND}]*[a-zA-Z{_BEYOND}])?"
_EMAIL: Final = rf"^(?:{_ATOM}(?:\.{_ATOM})*|{_QUOTED})@(?:{_LABEL}\.)+{_TOP}\.?$"

# URLs: an optional scheme, user, host, port and path.
_WORD: Final = "[0-9a-fA-F]{1,4}"
_BYTE: Final = "(?:25[0-5]|(?:2[0-4]|1?[0-9])?[0-9])"
_DOTTED: Final = rf"(?:{_BYTE}\.){{3}}{_BYTE}"
_IPV6: Final = "|".join(
    (
        f"(?:{_WORD}:){{7}}{_WORD}",
        f"(?:{_WORD}:){{1,7}}:",
        *(f"(?:{_WORD}:){{1,{7 - tail}}}(?::{_WORD}){{1,{tail}}}" for tail in range(1, 6)),
        f"{_WORD}:(?::{_WORD}){{1,6}}",
        f":(?:(?::{_WORD}){{1,7}}|:)",
        "fe80:(?::[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]+",
        f"::(?:ffff(?::0{{1,4}})?:)?{_DOTTED}",
        f"(?:{_WORD}:){{1,4}}:{_DOTTED}",
    )
)
_IPV4: Final = (
    r"(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5])"
    r"(?:\.(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])){2}\.(?:[0-9]\d?|1\d\d|2[0-4]\d|25[0-5])"
)
_SUBDOMAIN: Final = (
    r"(?:[a-zA-Z0-9][a-zA-Z0-9_-]*[a-zA-Z0-9](?:[-.][a-zA-Z0-9]+)*"
    r"|www\.|[a-zA-Z0-9]+(?:[-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\.[a-zA-Z0-9]+)?"
)
_WIDE: Final = r"a-zA-Z\x{00a1}-\x{ffff}"
_DOMAIN: Final = rf"{_SUBDOMAIN}(?:[{_WIDE}0-9]+-?-?)*[{_WIDE}0-9]+(?:\.[{_WIDE}]+)?"
_URL: Final = (
    r"^(?:(?:ftp|tcp|udp|wss?|https?)://)?(?:\S+(?::\S*)?@)?"
    rf"(?:{_IPV4}|\[(?:{_IPV6})\]|{_DOMAIN})\.?(?::\d{{1,5}})?(?:[/?#]\S*)?$"
)


def is_email(text: str) -> bool:
    """Tell whether `text` is an e-mail address."""
    return _matches(_EMAIL, text)


def is_url(text: str) -> bool:
    """Tell whether `text` is a URL or a host, with or without a scheme."""
    from hivehelm.golang import url
    from hivehelm.golang.utf8 import length

    if len(text) >= _MOST_CHARACTERS or length(text) < _FEWEST_BYTES or text.startswith("."):
        return False
    try:
        # A port without a scheme before it is none to Go.
        parsed = url.parse(f"http://{text}" if ":" in text and "://" not in text else text)
    except url.URLError:
        return False
    if parsed.host.startswith(".") or (not parsed.host and parsed.path and "." not in parsed.path):
        return False
    return _matches(_URL, text)


def is_request_url(text: str) -> bool:
    """Tell whether `text` has a scheme, and is a URL as an HTTP request carries it: without fragment."""
    from hivehelm.golang import url

    try:
        return url.parse_request(text).scheme != ""
    except url.URLError:
        return False


def _matches(pattern: str, text: str) -> bool:
    from hivehelm.golang.regex import compile as compiled

    return compiled(pattern).match(text)
