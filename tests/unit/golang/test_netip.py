from __future__ import annotations

import pytest

from hivehelm.golang.netip import AddressError, version


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("10.0.0.255", 4),
        ("255.10.1.2", 4),
        ("::", 6),
        ("::1", 6),
        ("1::", 6),
        ("1:2:3:4:5:6:7:8", 6),
        ("1:2:3:4:5:6:1.2.3.4", 6),
        ("::ffff:1.2.3.4", 6),
        ("fe80::1%eth0", 6),
    ],
)
def test_addresses(text: str, family: int) -> None:
    assert version(text) == family


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "unable to parse IP"),
        ("1234", "unable to parse IP"),
        ("%eth0", "missing IPv6 address"),
        ("01.2.3.4", "IPv4 field has octet with leading zero"),
        ("1.2.3.256", "IPv4 field has value >255"),
        ("1..2.3", 'IPv4 field must have at least one digit (at ".2.3")'),
        (".1.2.3", 'IPv4 field must have at least one digit (at ".1.2.3")'),
        ("1.2.3.", 'IPv4 field must have at least one digit (at ".")'),
        ("1.2.3.4.5", "IPv4 address too long"),
        ("1.2.3", "IPv4 address too short"),
        ("1.2.x.4", 'unexpected character (at "x.4")'),
        ("::1%", "zone must be a non-empty string"),
        ("12345::", 'each group must have 4 or less digits (at "12345::")'),
        ("1:g::", 'each colon-separated field must have at least one digit (at "g::")'),
        (
            "1:2.3.4.5",
            'embedded IPv4 address must replace the final 2 fields of the address (at "2.3.4.5")',
        ),
        (
            "::2:3:4:5:6:7:8:1.2.3.4",
            'too many hex fields to fit an embedded IPv4 at the end of the address (at "1.2.3.4")',
        ),
        ("::1.2.3", "IPv4 address too short"),
        ("1:2x", 'unexpected character, want colon (at "x")'),
        ("1:2:", 'colon must be followed by more characters (at ":")'),
        ("1::2::3", 'multiple :: in address (at ":3")'),
        ("1:2:3:4:5:6:7:8:9", 'trailing garbage after address (at "9")'),
        ("1:2:3", "address string too short"),
        ("1:2:3:4:5:6:7::8", "the :: must expand to at least one field of zeros"),
        ("1:2:3:4:5:6:7:8::9", 'trailing garbage after address (at "9")'),
        ("::1:2:3:4:5:6:7:8", "the :: must expand to at least one field of zeros"),
    ],
)
def test_what_is_none_says_why(text: str, problem: str) -> None:
    with pytest.raises(AddressError) as caught:
        version(text)
    assert str(caught.value) == f'ParseAddr("{text}"): {problem}'
    assert caught.value.text == text
