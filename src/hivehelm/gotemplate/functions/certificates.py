"""Sprig's certificates, encoded as Go's crypto/x509 encodes them."""

from __future__ import annotations

from hivehelm.golang import der, x509
from hivehelm.golang.fmt import quote, sprint
from hivehelm.golang.kinds import Int64, Struct
from hivehelm.golang.utf8 import encode
from hivehelm.gotemplate.functions.keys import new_rsa, parse_private, private_pem
from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate as Signer

_COMMON_NAME = "2.5.4.3"
_KEY_USAGE = "2.5.29.15"
_EXTENDED_KEY_USAGE = "2.5.29.37"
_BASIC_CONSTRAINTS = "2.5.29.19"
_SUBJECT_KEY = "2.5.29.14"
_AUTHORITY_KEY = "2.5.29.35"
_ALTERNATIVE_NAMES = "2.5.29.17"
_SERVER, _CLIENT = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"

_EMPTY_NAME = der.sequence()
_ALTERNATIVE_DNS, _ALTERNATIVE_IP = 0x82, 0x87
_DAY = 86400 * 1_000_000_000


class Certificate(Struct):
    """A certificate and its private key, both in PEM."""

    __slots__ = ("cert", "key")

    GO_TYPE: ClassVar[str] = "sprig.certificate"
    FIELDS: ClassVar[dict[str, str]] = {"Cert": "cert", "Key": "key"}

    def __init__(self, cert: str, key: str) -> None:
        self.cert = cert
        self.key = key


@go("string, string")
def build_custom_cert(cert: str, key: str) -> Certificate:
    """`buildCustomCert`: a certificate and a key given in base64 of PEM, once they have been read."""
    from hivehelm.golang.utf8 import decode

    cert_pem = decode(_decoded(cert, "certificate"))
    key_pem = decode(_decoded(key, "private key"))
    _parsed(cert_pem)
    _signing_key(key_pem)
    return Certificate(cert_pem, key_pem)


def _decoded(text: str, what: str) -> bytes:
    from hivehelm.golang.base64 import CorruptInputError, decode64

    try:
        return decode64(encode(text))
    except CorruptInputError:
        raise FunctionError(f"unable to decode base64 {what}") from None


@go("string, int")
def gen_ca(name: str, days: int) -> Certificate:
    """`genCA`: a certificate authority with a new RSA key."""
    return _own(_Request(name, None, None, days, authority=True), new_rsa(2048))


@go("string, int, string")
def gen_ca_with_key(name: str, days: int, key: str) -> Certificate:
    """`genCAWithKey`: a certificate authority with the given key."""
    parsed = _given_key(key)
    return _own(_Request(name, None, None, days, authority=True), parsed)


@go("string, []any, []any, int")
def gen_self_signed_cert(name: str, ips: list[Any] | None, dns: list[Any] | None, days: int) -> Certificate:
    """`genSelfSignedCert`: a certificate signed by itself, with a new RSA key."""
    return _own(_Request(name, ips, dns, days), new_rsa(2048))


@go("string, []any, []any, int, string")
def gen_self_signed_cert_with_key(
    name: str, ips: list[Any] | None, dns: list[Any] | None, days: int, key: str
) -> Certificate:
    """`genSelfSignedCertWithKey`: a certificate signed by itself, with the given key."""
    parsed = _given_key(key)
    return _own(_Request(name, ips, dns, days), parsed)


@go("string, []any, []any, int, sprig.certificate")
def gen_signed_cert(
    name: str, ips: list[Any] | None, dns: list[Any] | None, days: int, authority: Certificate
) -> Certificate:
    """`genSignedCert`: a certificate signed by an authority, with a new RSA key."""
    return _signed(name, ips, dns, days, authority, new_rsa(2048))


@go("string, []any, []any, int, sprig.certificate, string")
def gen_signed_cert_with_key(
    name: str, ips: list[Any] | None, dns: list[Any] | None, days: int, authority: Certificate, key: str
) -> Certificate:
    """`genSignedCertWithKey`: a certificate signed by an authority, with the given key."""
    return _signed(name, ips, dns, days, authority, _given_key(key))


def _given_key(pem: str) -> PrivateKeyTypes:
    try:
        return parse_private(pem)
    except FunctionError as error:
        raise FunctionError(f"parsing private key: {error}") from None


def _signing_key(pem: str) -> PrivateKeyTypes:
    try:
        return parse_private(pem)
    except FunctionError as error:
        raise FunctionError(f"error parsing private key: {error}") from None


def _parsed(pem: str) -> Signer:
    from cryptography.x509 import load_der_x509_certificate

    block = der.from_pem(pem)
    if block is None:
        raise FunctionError("unable to decode certificate")
    problem = "x509: malformed certificate"
    try:
        x509.check(block[1])
        return load_der_x509_certificate(block[1])
    except x509.CertificateError as error:
        problem = str(error)
    except ValueError:
        pass
    raise FunctionError(f"error parsing certificate: decodedCert.Bytes: {problem}")


class _Request:
    """What a certificate is to say, checked."""

    def __init__(
        self, name: str, ips: list[Any] | None, dns: list[Any] | None, days: int, *, authority: bool = False
    ) -> None:
        self.ips = [_address(ip) for ip in ips or ()]
        self.dns = [_host(host) for host in dns or ()]
        self.days = days
        self.authority = authority
        self.subject = _name(name)

    def validity(self) -> bytes:
        from time import time

        now = int(time())
        # Go multiplies in 64 bits.
        return der.sequence(der.moment(now), der.moment(now + Int64.wrap(self.days * _DAY) // 1_000_000_000))

    def extensions(self, public: bytes, authority_key: bytes) -> list[bytes]:
        usage = der.bits(b"\xa4", 2) if self.authority else der.bits(b"\xa0", 5)
        constraints = der.sequence(der.element(der.BOOLEAN, b"\xff")) if self.authority else der.sequence()
        made = [
            _extension(_KEY_USAGE, usage, critical=True),
            _extension(_EXTENDED_KEY_USAGE, der.sequence(der.identifier(_SERVER), der.identifier(_CLIENT))),
            _extension(_BASIC_CONSTRAINTS, constraints, critical=True),
        ]
        if self.authority:
            made.append(_extension(_SUBJECT_KEY, der.element(der.OCTET_STRING, _key_identifier(public))))
        if authority_key:
            made.append(_extension(_AUTHORITY_KEY, der.sequence(der.element(0x80, authority_key))))
        if self.dns or self.ips:
            names = [der.element(_ALTERNATIVE_DNS, encode(_ascii(host))) for host in self.dns]
            names += [der.element(_ALTERNATIVE_IP, ip) for ip in self.ips]
            made.append(
                _extension(_ALTERNATIVE_NAMES, der.sequence(*names), critical=self.subject == _EMPTY_NAME)
            )
        return made


def _ascii(host: str) -> str:
    if not host.isascii():
        raise FunctionError(
            f"error creating certificate: x509: {quote(host)} cannot be encoded as an IA5String"
        )
    return host


def _address(ip: Any) -> bytes:
    from ipaddress import IPv6Address, ip_address

    if not isinstance(ip, str):
        raise FunctionError(f"error parsing ip: {sprint(ip)} is not a string")
    try:
        if "%" in ip:
            raise ValueError
        address = ip_address(ip)
    except ValueError:
        raise FunctionError(f"error parsing ip: {ip}") from None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.packed
    return address.packed


def _host(host: Any) -> str:
    if not isinstance(host, str):
        raise FunctionError(f"error processing alternate dns name: {sprint(host)} is not a string")
    return host


def _name(common: str) -> bytes:
    if not common:
        return _EMPTY_NAME
    pair = der.sequence(der.identifier(_COMMON_NAME), der.text(encode(common)))
    return der.sequence(der.element(der.SET, pair))


def _extension(identifier: str, value: bytes, *, critical: bool = False) -> bytes:
    mark = der.element(der.BOOLEAN, b"\xff") if critical else b""
    return der.sequence(der.identifier(identifier), mark, der.element(der.OCTET_STRING, value))


def _key_identifier(public: bytes) -> bytes:
    """Return the first 160 bits of SHA-256 over the key's bits (RFC 7093)."""
    from hashlib import sha256

    bit_string = der.children(public)[1]
    header = len(bit_string) - len(_bits_of(bit_string))
    return sha256(bit_string[header:]).digest()[:20]


def _bits_of(bit_string: bytes) -> bytes:
    length = bit_string[1]
    start = 2 + (length & 0x7F if length & 0x80 else 0)
    return bit_string[start + 1 :]


def _own(request: _Request, key: PrivateKeyTypes) -> Certificate:
    return _create(request, key, request.subject, b"", None, key)


def _signed(
    name: str,
    ips: list[Any] | None,
    dns: list[Any] | None,
    days: int,
    authority: Certificate,
    key: PrivateKeyTypes,
) -> Certificate:
    from cryptography.x509 import ExtensionNotFound, SubjectKeyIdentifier

    try:
        signer = _parsed(authority.cert)
    except FunctionError as error:
        raise FunctionError(str(error).replace("decodedCert", "decodedSignerCert")) from None
    signing_key = _signing_key(authority.key)
    request = _Request(name, ips, dns, days)
    issuer = der.children(signer.tbs_certificate_bytes)[5]
    try:
        key_identifier = signer.extensions.get_extension_for_class(SubjectKeyIdentifier).value.digest
    except (ExtensionNotFound, ValueError):
        key_identifier = b""
    identified = b"" if issuer == request.subject else key_identifier
    return _create(request, key, issuer, identified, signer, signing_key)


def _create(
    request: _Request,
    key: PrivateKeyTypes,
    issuer: bytes,
    authority_key: bytes,
    signer: Signer | None,
    signing_key: PrivateKeyTypes,
) -> Certificate:
    from os import urandom

    algorithm = _algorithm(signing_key)
    public = _public(key)
    if signer is not None and _public_of(signer) != _public(signing_key):
        raise FunctionError(
            "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey"
        )
    body = der.sequence(
        der.element(0xA0, der.integer(2)),
        der.integer(int.from_bytes(urandom(16), "big")),
        algorithm,
        issuer,
        request.validity(),
        request.subject,
        public,
        der.element(0xA3, der.sequence(*request.extensions(public, authority_key))),
    )
    signed = der.sequence(body, algorithm, der.bits(_signature(signing_key, body)))
    return Certificate(der.to_pem("CERTIFICATE", signed), private_pem(key))


def _public(key: PrivateKeyTypes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.dsa import DSAPrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if isinstance(key, DSAPrivateKey):
        raise FunctionError("error creating certificate: x509: unsupported public key type: *dsa.PublicKey")
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _public_of(signer: Signer) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return signer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


_CURVES = {
    "secp224r1": ("1.2.840.10045.4.3.2", "SHA256"),
    "secp256r1": ("1.2.840.10045.4.3.2", "SHA256"),
    "secp384r1": ("1.2.840.10045.4.3.3", "SHA384"),
    "secp521r1": ("1.2.840.10045.4.3.4", "SHA512"),
}


def _algorithm(key: PrivateKeyTypes) -> bytes:
    """Return the identifier of the algorithm that crypto/x509 signs with by default."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        return der.sequence(der.identifier("1.2.840.113549.1.1.11"), der.element(der.NULL, b""))
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return der.sequence(der.identifier(_CURVES[key.curve.name][0]))
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return der.sequence(der.identifier("1.3.101.112"))
    raise FunctionError(
        "error creating certificate: x509: certificate private key does not implement crypto.Signer"
    )


def _signature(key: PrivateKeyTypes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(getattr(hashes, _CURVES[key.curve.name][1])()))
    assert isinstance(key, ed25519.Ed25519PrivateKey)  # noqa: S101 - `_algorithm` has refused all others
    return key.sign(data)
