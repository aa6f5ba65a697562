"""Certificates with one byte changed: each complaint is Go's."""

from __future__ import annotations

from base64 import b64decode

import pytest

from hivehelm.golang import der, x509

# Self-signed, by openssl.
RSA = b64decode(
    "MIIB9DCCAV2gAwIBAgIUNM4WP6AC+vMqh5WOq7YldvFDqzowDQYJKoZIhvcNAQELBQAwDDEKMAgGA1UEAwwBeDAeFw0yNjExMjEx"
    "NjUzMjhaFw0yNjExMjQxNjUzMjhaMAwxCjAIBgNVBAMMAXgwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAOynQt4qnLPFReFh"
    "eHZg7XPdItuvg/sYGLS2/dhGkHcpTZZ21OH/inayq7pCgBdUhk76KEfM+fDR1gk5cUO96O/zMLzQYtbAKEvtM7oMsFskcjS732aZ"
    "96mSAHPKIH/yoYwm8Mm9AIm78hphhLLIx/k2FpjbKxv2Q5xvY26Sy8MZAgMBAAGjUzBRMB0GA1UdDgQWBBQvpeNEwTvo0/WG2b+h"
    "JHimPYZ7GDAfBgNVHSMEGDAWgBQvpeNEwTvo0/WG2b+hJHimPYZ7GDAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GB"
    "AKKDJMMjH2GWi50DoiKDWHgPjNMIpnDtmkBhF+BgpbPEhA1NHwOieIWu4p1DueIfA3LMJYa97d36RZ0p4+ND9soXktICEVZeSRqX"
    "k5cH4En58oilKR7VyYuqwvVQUC1y5VlSTCER7tqlKGMmIp1UAVAfYfsLhLsveJSpusEm0fp2"
)
EC = b64decode(
    "MIIBizCCATGgAwIBAgIUGlRgPCpflBIE7YMWkCoZPyka5zQwCgYIKoZIzj0EAwIwGjELMAkGA1UEBhMCREUxCzAJBgNVBAMMAsOp"
    "MCAXDTI2MTEyMTE2NTYyM1oYDzIxMDkwMTEwMTY1NjIzWjAaMQswCQYDVQQGEwJERTELMAkGA1UEAwwCw6kwWTATBgcqhkjOPQIB"
    "BggqhkjOPQMBBwNCAAQUfnJrTUSYaHLhh1cau0azyI1s7+Fwtt5DHT3lSbrglNpW2+O5QtYtQT58VaXlggXx7tlPeIlhVdIlPXB+"
    "5dzno1MwUTAdBgNVHQ4EFgQUDgNDeC3ZENeAI4z0b3Uv1WDMJsgwHwYDVR0jBBgwFoAUDgNDeC3ZENeAI4z0b3Uv1WDMJsgwDwYD"
    "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA9NSg6nQ75dx47s6R7LsEKJEiCYJSRAVpk1JrFJPVdVsCIAbRzp5y9cEX"
    "hMTnuwFqbeHyU1D8Gp31jq2NCKhKF7WC"
)
ED = b64decode(
    "MIIBLDCB36ADAgECAhRD7DQnL/s7F3Wm9tM+i/PLr8YM4jAFBgMrZXAwDDEKMAgGA1UEAwwBeDAeFw0yNjExMjExNjU2MjNaFw0y"
    "NjExMjQxNjU2MjNaMAwxCjAIBgNVBAMMAXgwKjAFBgMrZXADIQB9VMzmB+dki7QDmzlbdRYKlNZSsxDLoofite1GosbUdaNTMFEw"
    "HQYDVR0OBBYEFJpxZUb9U5PEzvxJWou60XA6aaHQMB8GA1UdIwQYMBaAFJpxZUb9U5PEzvxJWou60XA6aaHQMA8GA1UdEwEB/wQF"
    "MAMBAf8wBQYDK2VwA0EA2wrgXBWHz1/cQ9jX3C3Jrbgo5DYyrUVq9P61/21IFOU8SlFDoMhVUs9Yk5mYuqf1oqCxEyFscVzR5ruD"
    "VqCKDw=="
)


@pytest.mark.parametrize("data", [RSA, EC, ED], ids=["rsa", "ec", "ed25519"])
def test_certificates(data: bytes) -> None:
    x509.check(data)


@pytest.mark.parametrize(
    ("data", "place", "byte", "problem"),
    [
        (RSA, 126, 0xED, "RSA key missing NULL parameters"),
        (RSA, 371, 0x08, "inner and outer signature algorithm identifiers don't match"),
        (EC, 41, 0x08, "inner and outer signature algorithm identifiers don't match"),
        (EC, 159, 0x87, "invalid ECDSA parameters"),
        (RSA, 98, 0x71, "invalid RDNSequence"),
        (EC, 111, 0x11, "invalid RDNSequence"),
        (RSA, 55, 0x0C, "invalid RDNSequence: invalid attribute"),
        (EC, 65, 0x0D, "invalid RDNSequence: invalid attribute"),
        (RSA, 102, 0x4D, "invalid RDNSequence: invalid attribute type"),
        (EC, 54, 0x0B, "invalid RDNSequence: invalid attribute type"),
        (RSA, 62, 0x05, "invalid RDNSequence: invalid attribute value"),
        (EC, 54, 0x02, "invalid RDNSequence: invalid attribute value"),
        (EC, 58, 0x12, "invalid RDNSequence: invalid attribute value: invalid NumericString"),
        (EC, 123, 0xC5, "invalid RDNSequence: invalid attribute value: invalid PrintableString"),
        (RSA, 109, 0xF8, "invalid RDNSequence: invalid attribute value: invalid UTF-8 string"),
        (EC, 136, 0x08, "invalid RDNSequence: invalid attribute value: invalid UTF-8 string"),
        (RSA, 107, 0x0D, "invalid RDNSequence: invalid attribute value: unsupported string type: 13"),
        (RSA, 61, 0x83, "invalid RDNSequence: invalid attribute value: unsupported string type: 131"),
        (RSA, 61, 0x0E, "invalid RDNSequence: invalid attribute value: unsupported string type: 14"),
        (EC, 58, 0x0E, "invalid RDNSequence: invalid attribute value: unsupported string type: 14"),
        (RSA, 61, 0x8C, "invalid RDNSequence: invalid attribute value: unsupported string type: 140"),
        (ED, 52, 0x8C, "invalid RDNSequence: invalid attribute value: unsupported string type: 140"),
        (EC, 120, 0x93, "invalid RDNSequence: invalid attribute value: unsupported string type: 147"),
        (ED, 98, 0x94, "invalid RDNSequence: invalid attribute value: unsupported string type: 148"),
        (EC, 58, 0x11, "invalid RDNSequence: invalid attribute value: unsupported string type: 17"),
        (EC, 133, 0xBE, "invalid RDNSequence: invalid attribute value: unsupported string type: 190"),
        (EC, 120, 0xDE, "invalid RDNSequence: invalid attribute value: unsupported string type: 222"),
        (EC, 120, 0x1B, "invalid RDNSequence: invalid attribute value: unsupported string type: 27"),
        (RSA, 107, 0x1C, "invalid RDNSequence: invalid attribute value: unsupported string type: 28"),
        (EC, 133, 0x1C, "invalid RDNSequence: invalid attribute value: unsupported string type: 28"),
        (ED, 52, 0x20, "invalid RDNSequence: invalid attribute value: unsupported string type: 32"),
        (RSA, 61, 0x04, "invalid RDNSequence: invalid attribute value: unsupported string type: 4"),
        (EC, 133, 0x04, "invalid RDNSequence: invalid attribute value: unsupported string type: 4"),
        (RSA, 61, 0x2C, "invalid RDNSequence: invalid attribute value: unsupported string type: 44"),
        (EC, 133, 0x2C, "invalid RDNSequence: invalid attribute value: unsupported string type: 44"),
        (RSA, 61, 0x4C, "invalid RDNSequence: invalid attribute value: unsupported string type: 76"),
        (EC, 71, 0x4C, "invalid RDNSequence: invalid attribute value: unsupported string type: 76"),
        (RSA, 61, 0x08, "invalid RDNSequence: invalid attribute value: unsupported string type: 8"),
        (EC, 71, 0x08, "invalid RDNSequence: invalid attribute value: unsupported string type: 8"),
        (EC, 120, 0x53, "invalid RDNSequence: invalid attribute value: unsupported string type: 83"),
        (RSA, 136, 0xC1, "invalid RSA modulus"),
        (RSA, 268, 0x43, "invalid RSA public exponent"),
        (RSA, 132, 0x20, "invalid RSA public key"),
        (EC, 12, 0x06, "invalid version"),
        (ED, 11, 0x12, "invalid version"),
        (EC, 93, 0xBD, "malformed GeneralizedTime"),
        (RSA, 125, 0x81, "malformed OID"),
        (EC, 149, 0x81, "malformed OID"),
        (RSA, 94, 0xB8, "malformed UTCTime"),
        (EC, 87, 0x4B, "malformed UTCTime"),
        (RSA, 357, 0xB0, "malformed algorithm identifier"),
        (EC, 314, 0x8A, "malformed algorithm identifier"),
        (RSA, 3, 0xFC, "malformed certificate"),
        (EC, 3, 0xCB, "malformed certificate"),
        (RSA, 341, 0x41, "malformed extension"),
        (EC, 297, 0x8F, "malformed extension"),
        (RSA, 309, 0x26, "malformed extension OID field"),
        (EC, 265, 0x86, "malformed extension OID field"),
        (RSA, 348, 0x21, "malformed extension critical field"),
        (EC, 297, 0x07, "malformed extension critical field"),
        (RSA, 315, 0x5D, "malformed extension value field"),
        (EC, 307, 0x25, "malformed extension value field"),
        (RSA, 274, 0x32, "malformed extensions"),
        (EC, 230, 0x38, "malformed extensions"),
        (RSA, 50, 0x32, "malformed issuer"),
        (EC, 47, 0x38, "malformed issuer"),
        (RSA, 127, 0x89, "malformed parameters"),
        (EC, 140, 0x11, "malformed parameters"),
        (RSA, 113, 0xB4, "malformed public key algorithm identifier"),
        (EC, 139, 0x34, "malformed public key algorithm identifier"),
        (RSA, 13, 0x0A, "malformed serial number"),
        (EC, 13, 0x03, "malformed serial number"),
        (RSA, 373, 0x89, "malformed signature"),
        (EC, 325, 0x0B, "malformed signature"),
        (RSA, 35, 0x32, "malformed signature algorithm identifier"),
        (EC, 36, 0xD4, "malformed signature algorithm identifier"),
        (RSA, 110, 0x20, "malformed spki"),
        (EC, 137, 0x10, "malformed spki"),
        (RSA, 128, 0x02, "malformed subjectPublicKey"),
        (EC, 160, 0xF0, "malformed subjectPublicKey"),
        (RSA, 5, 0x86, "malformed tbs certificate"),
        (EC, 4, 0x34, "malformed tbs certificate"),
        (RSA, 64, 0xC1, "malformed validity"),
        (EC, 75, 0x31, "malformed validity"),
        (RSA, 9, 0x23, "malformed version"),
        (EC, 10, 0x0A, "malformed version"),
        (RSA, 15, 0xBB, "negative serial number"),
        (EC, 15, 0x9B, "negative serial number"),
        (EC, 153, 0x96, "unsupported elliptic curve"),
        (RSA, 81, 0x16, "unsupported time format"),
        (EC, 77, 0x1F, "unsupported time format"),
        (ED, 111, 0x01, "wrong Ed25519 public key size"),
    ],
)
def test_one_byte_is_wrong(data: bytes, place: int, byte: int, problem: str) -> None:
    with pytest.raises(x509.CertificateError) as caught:
        x509.check(data[:place] + bytes((byte,)) + data[place + 1 :])
    assert str(caught.value) == f"x509: {problem}"
    assert caught.value.problem == problem


def test_what_is_too_long_or_too_short() -> None:
    with pytest.raises(x509.CertificateError, match=r"^x509: trailing data$"):
        x509.check(ED + b"\0")
    for size in (0, 1, len(ED) - 1):
        with pytest.raises(x509.CertificateError, match=r"^x509: malformed certificate$"):
            x509.check(ED[:size])


@pytest.mark.parametrize(
    ("tag", "text", "problem"),
    [
        (0x13, b"a*&", ""), (0x13, b"a_", "invalid PrintableString"), (0x0C, "é".encode(), ""),
        (0x0C, b"\xff", "invalid UTF-8 string"), (0x14, b"\xff", ""), (0x16, b"a", ""),
        (0x16, b"\xe9", "invalid IA5String"), (0x12, b"1 2", ""), (0x12, b"a", "invalid NumericString"),
        (0x1E, b"\0a", ""), (0x1E, b"a", "invalid BMPString"), (0x1E, b"\xd8\0", "invalid BMPString"),
        (0x04, b"a", "unsupported string type: 4"),
    ],
)  # fmt: skip
def test_texts_of_names(tag: int, text: bytes, problem: str) -> None:
    common = der.sequence(der.identifier("2.5.4.3"), der.element(tag, text))
    names = x509._Reader(der.element(der.SET, common))
    if not problem:
        x509._name(names)
        return
    with pytest.raises(x509.CertificateError) as caught:
        x509._name(names)
    assert str(caught.value) == f"x509: invalid RDNSequence: invalid attribute value: {problem}"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a00402020000", "malformed version"),
        ("a0030201ff", "malformed version"),
        ("a003020103", "invalid version"),
    ],
)
def test_versions(content: str, problem: str) -> None:
    with pytest.raises(x509.CertificateError, match=f"^x509: {problem}$"):
        x509._version(x509._Reader(bytes.fromhex(content)))


def test_the_first_version_is_not_spelt() -> None:
    assert x509._version(x509._Reader(b"\x02\x01\x01")) == 1


@pytest.mark.parametrize("content", ["", "80", "8001", "ff", "ffffffff7f"])
def test_identifiers_that_are_none(content: str) -> None:
    reader = x509._Reader(der.element(der.OBJECT, bytes.fromhex(content)))
    with pytest.raises(x509.CertificateError, match=r"^x509: wrong$"):
        reader.identifier("wrong")


@pytest.mark.parametrize("content", ["", "08", "01", "0181"])
def test_bits_that_are_none(content: str) -> None:
    reader = x509._Reader(der.element(der.BIT_STRING, bytes.fromhex(content)))
    with pytest.raises(x509.CertificateError, match=r"^x509: wrong$"):
        reader.bits("wrong")


def test_bits_stand_at_the_right() -> None:
    assert x509._Reader(der.bits(b"\xa0", 5)).bits("wrong") == b"\x05"


@pytest.mark.parametrize(
    ("algorithm", "parameters", "key", "problem"),
    [
        ("1.2.840.113549.1.1.1", "0500", "30060201010201ff", "RSA public exponent is not a positive number"),
        ("1.2.840.113549.1.1.1", "0500", "3006020100020103", "RSA modulus is not a positive number"),
        ("1.2.840.113549.1.1.1", "", "3006020101020103", "RSA key missing NULL parameters"),
        ("1.2.840.10045.2.1", "0603550403", "04", "unsupported elliptic curve"),
        ("1.2.840.10045.2.1", "0500", "04", "invalid ECDSA parameters"),
        ("1.3.101.112", "0500", "00", "Ed25519 key encoded with illegal parameters"),
        ("1.3.101.112", "", "00", "wrong Ed25519 public key size"),
        ("1.3.101.112", "", "00" * 32, ""),
        ("1.2.3", "", "00", ""),
    ],
)
def test_keys(algorithm: str, parameters: str, key: str, problem: str) -> None:
    sort = der.sequence(der.identifier(algorithm), bytes.fromhex(parameters))
    info = x509._Reader(sort + der.bits(bytes.fromhex(key)))
    if not problem:
        x509._key(info)
        return
    with pytest.raises(x509.CertificateError) as caught:
        x509._key(info)
    assert str(caught.value) == f"x509: {problem}"


@pytest.mark.parametrize(
    ("extensions", "problem"),
    [
        ("3009300706032a03040400" * 1, ""),
        (
            "3012300706032a03040400300706032a03040400",
            'certificate contains duplicate extension with OID "1.2.3.4"',
        ),
        ("300c300a06032a03040101010400", "malformed extension critical field"),
        ("300c300a06032a03040101ff0400", ""),
    ],
)
def test_extensions(extensions: str, problem: str) -> None:
    holder = x509._Reader(bytes.fromhex(extensions))
    if not problem:
        x509._extensions(holder)
        return
    with pytest.raises(x509.CertificateError) as caught:
        x509._extensions(holder)
    assert str(caught.value) == f"x509: {problem}"
