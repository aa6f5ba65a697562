from __future__ import annotations

import ssl

import pytest

from hivehelm.http.x509 import handshake_text


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
