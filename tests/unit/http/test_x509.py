from __future__ import annotations

import ssl
from typing import Any

import pytest

from hivehelm.http.x509 import handshake_text
from hivehelm.testing.authority import Authority


def broken(reason: str, kind: type[ssl.SSLError] = ssl.SSLError) -> ssl.SSLError:
    error = kind(1, reason)
    error.reason = reason
    return error


def unverified(code: int) -> ssl.SSLError:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (broken("WRONG_VERSION_NUMBER"), "http: server gave HTTP response to HTTPS client"),
        (broken("SSLV3_ALERT_HANDSHAKE_FAILURE"), "remote error: tls: handshake failure"),
        (broken("TLSV1_ALERT_UNKNOWN_CA"), "remote error: tls: unknown certificate authority"),
        (broken("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "remote error: tls: certificate required"),
        (broken("TLSV1_ALERT_NO_RENEGOTIATION"), "remote error: tls: no renegotiation"),
        (broken("UNEXPECTED_EOF_WHILE_READING", ssl.SSLEOFError), "EOF"),
        (broken("BAD_SIGNATURE"), "tls: bad signature"),
    ],
)
def test_broken_handshakes(error: ssl.SSLError, text: str) -> None:
    assert handshake_text(error, "h", lambda: b"") == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (26, "certificate specifies an incompatible key usage"),
        (20, "certificate signed by unknown authority"),
        (10, "certificate has expired or is not yet valid"),
        (62, "certificate is not valid for any names, but wanted to match h"),
    ],
)
def test_servers_whose_certificate_cannot_be_had(code: int, text: str) -> None:
    for der in (b"", b"junk"):
        said = handshake_text(unverified(code), "h", lambda der=der: der)  # type: ignore[misc]
        assert said == f"tls: failed to verify certificate: x509: {text}"


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("ec", "x509: ECDSA verification failure"),
        ("rsa", "crypto/rsa: verification error"),
        ("ed25519", "x509: Ed25519 verification failure"),
    ],
)
def test_authorities_of_the_same_name(kind: str, problem: str) -> None:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.x509.oid import NameOID

    keys: dict[str, Any] = {
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    key = keys[kind]()

    def issued(*names: tuple[x509.ObjectIdentifier, str]) -> bytes:
        name = x509.Name([x509.NameAttribute(oid, text) for oid, text in names])
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(datetime.now(UTC))
            .not_valid_after(datetime.now(UTC) + timedelta(days=1))
            .sign(key, None if kind == "ed25519" else hashes.SHA256())
            .public_bytes(serialization.Encoding.DER)
        )

    start = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    organization = (NameOID.ORGANIZATION_NAME, "Org")
    for names, shown in (
        ((organization, (NameOID.COMMON_NAME, "CA")), "CA"),
        ((organization,), "Org"),
    ):
        said = handshake_text(unverified(7), "h", lambda names=names: issued(*names))  # type: ignore[misc]
        hint = f'"{problem}" while trying to verify candidate authority certificate "{shown}"'
        assert said == f"{start} (possibly because of {hint})"
    assert handshake_text(unverified(7), "h", issued) == start
    assert handshake_text(unverified(7), "h", lambda: b"junk") == start


def test_a_namesake_of_the_authority_is_told_of_though_its_key_identifier_is_another() -> None:
    start = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    der = ssl.PEM_cert_to_DER_cert(Authority("one").issue("x")[0].decode())
    twin, other = (ssl.PEM_cert_to_DER_cert(Authority(name).pem.decode()) for name in ("one", "two"))
    for code in (20, 21):
        said = handshake_text(unverified(code), "h", lambda: der, lambda: [b"junk", other, twin])
        assert said.startswith(f"{start} (possibly because of ")
        assert handshake_text(unverified(code), "h", lambda: der, lambda: [other]) == start
        assert handshake_text(unverified(code), "h", lambda: b"", lambda: [twin]) == start
        assert handshake_text(unverified(code), "h", lambda: der) == start


@pytest.mark.parametrize(
    ("name", "hosts", "text"),
    [
        ("foo.test", ("a.test", "b.test"), "certificate is valid for a.test, b.test, not foo.test"),
        ("foo.test", ("10.0.0.1",), "certificate is not valid for any names, but wanted to match foo.test"),
        ("10.0.0.2", ("10.0.0.1",), "certificate is valid for 10.0.0.1, not 10.0.0.2"),
        (
            "10.0.0.2",
            ("a.test",),
            "cannot validate certificate for 10.0.0.2 because it doesn't contain any IP SANs",
        ),
        ("foo.test", (), "certificate relies on legacy Common Name field, use SANs instead"),
    ],
)
def test_names(name: str, hosts: tuple[str, ...], text: str) -> None:
    der = ssl.PEM_cert_to_DER_cert(Authority().issue("x", hosts)[0].decode())
    said = handshake_text(unverified(62), name, lambda: der)
    assert said == f"tls: failed to verify certificate: x509: {text}"


def test_certificates_of_the_past() -> None:
    der = ssl.PEM_cert_to_DER_cert(Authority().issue("x", days=-1)[0].decode())
    assert " is after " in handshake_text(unverified(10), "h", lambda: der)


def test_certificates_of_the_future() -> None:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    start = datetime.now(UTC) + timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    said = handshake_text(unverified(9), "h", lambda: certificate)
    assert f" is before {start:%Y-%m-%dT%H:%M:%SZ}" in said
