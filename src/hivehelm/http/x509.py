"""Why a TLS handshake failed, in the words of Go's crypto/tls and crypto/x509."""

from __future__ import annotations

import ssl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cryptography import x509

# OpenSSL's X509_V_ERR_… codes.
_NOT_YET_VALID, _EXPIRED, _HOSTNAME, _EMAIL, _IP = 9, 10, 62, 63, 64
_BAD_PURPOSE, _BAD_SIGNATURE, _NO_ISSUER, _NO_CHAIN = 26, 7, 20, 21

HTTP_ANSWER = "http: server gave HTTP response to HTTPS client"


def handshake_text(
    error: ssl.SSLError,
    name: str,
    fetch: Callable[[], bytes],
    trusted: Callable[[], Sequence[bytes]] = tuple,
) -> str:
    """Return what Go would say of `error`, met when verifying that a server is `name`.

    `fetch` gives the server's certificate as DER without trusting it, `trusted` those of the authorities that
    were believed; they are called only where the text needs it, and may return nothing.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        text = _verify_text(error.verify_code, name, fetch, trusted)
        return f"tls: failed to verify certificate: x509: {text}"
    reason = error.reason or ""
    if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        return HTTP_ANSWER
    if reason in ("UNEXPECTED_EOF_WHILE_READING", "") and isinstance(error, ssl.SSLEOFError):
        return "EOF"
    if "_ALERT_" in reason:
        alert = reason.rpartition("_ALERT_")[2].replace("_", " ").lower()
        return f"remote error: tls: {_ALERTS.get(alert, alert)}"
    return f"tls: {reason.replace('_', ' ').lower() or error}"


_ALERTS = {
    "certificate required": "certificate required",
    "bad certificate": "bad certificate",
    "unknown ca": "unknown certificate authority",
    "handshake failure": "handshake failure",
    "certificate expired": "expired certificate",
    "certificate revoked": "revoked certificate",
    "certificate unknown": "unknown certificate",
    "protocol version": "protocol version not supported",
    "internal error": "internal error",
    "access denied": "access denied",
}


def _verify_text(
    code: int, name: str, fetch: Callable[[], bytes], trusted: Callable[[], Sequence[bytes]]
) -> str:
    if code in (_NOT_YET_VALID, _EXPIRED):
        return f"certificate has expired or is not yet valid: {_validity(code, fetch)}".rstrip(": ")
    if code in (_HOSTNAME, _EMAIL, _IP):
        return _names_text(name, fetch)
    if code == _BAD_PURPOSE:
        return "certificate specifies an incompatible key usage"
    hint = ""
    if code == _BAD_SIGNATURE or (code in (_NO_ISSUER, _NO_CHAIN) and _has_namesake(fetch, trusted)):
        hint = _hint(fetch)
    return f"certificate signed by unknown authority{hint}"


def _has_namesake(fetch: Callable[[], bytes], trusted: Callable[[], Sequence[bytes]]) -> bool:
    """Tell whether an authority that we trust has the name of the one that signed.

    OpenSSL passes over those whose key identifier is another; Go tries them last (`findPotentialParents`).
    """
    certificates = [found for found in map(_parse, trusted()) if found is not None]
    signed = _parse(fetch()) if certificates else None
    return signed is not None and any(one.subject == signed.issuer for one in certificates)


def _hint(fetch: Callable[[], bytes]) -> str:
    """Tell of an authority that we trust and that has the name of the one that signed, and not its key."""
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.x509.oid import NameOID

    certificate = _parse(fetch())
    if certificate is None:
        return ""
    kind = certificate.signature_algorithm_parameters
    if isinstance(kind, ec.ECDSA):
        problem = "x509: ECDSA verification failure"
    elif isinstance(kind, (padding.PKCS1v15, padding.PSS)):
        problem = "crypto/rsa: verification error"
    else:
        problem = "x509: Ed25519 verification failure"
    names = [
        str(name.value)
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        for name in certificate.issuer.get_attributes_for_oid(oid)
    ]
    if not names:
        return ""
    candidate = f'while trying to verify candidate authority certificate "{names[0]}"'
    return f' (possibly because of "{problem}" {candidate})'


def _validity(code: int, fetch: Callable[[], bytes]) -> str:
    from datetime import UTC, datetime

    certificate = _parse(fetch())
    if certificate is None:
        return ""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if code == _EXPIRED:
        return f"current time {now} is after {certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"
    return f"current time {now} is before {certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}"


def _names_text(name: str, fetch: Callable[[], bytes]) -> str:
    from ipaddress import ip_address

    from cryptography import x509

    try:
        ip_address(name)
        is_ip = True
    except ValueError:
        is_ip = False
    names: list[str] = []
    certificate = _parse(fetch())
    if certificate is not None:
        try:
            alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (x509.ExtensionNotFound, ValueError):
            return "certificate relies on legacy Common Name field, use SANs instead"
        names = (
            [str(ip) for ip in alternative.get_values_for_type(x509.IPAddress)]
            if is_ip
            else list(alternative.get_values_for_type(x509.DNSName))
        )
    if is_ip and not names:
        return f"cannot validate certificate for {name} because it doesn't contain any IP SANs"
    if not names:
        return f"certificate is not valid for any names, but wanted to match {name}"
    return f"certificate is valid for {', '.join(names)}, not {name}"


def _parse(der: bytes) -> x509.Certificate | None:
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(der) if der else None
    except ValueError:
        return None
