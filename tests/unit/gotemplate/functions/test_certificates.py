from __future__ import annotations

from base64 import b64encode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from hivehelm.gotemplate.functions import certificates, keys
from hivehelm.gotemplate.functions.certificates import Certificate
from hivehelm.gotemplate.functions.signature import FunctionError

KEY = keys.gen_private_key("ed25519")
OTHER = keys.gen_private_key("ed25519")
AUTHORITY = certificates.gen_ca_with_key("authority", 10, KEY)


def parsed(made: Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.cert.encode())


def test_an_authority() -> None:
    certificate = parsed(AUTHORITY)
    assert certificate.subject == certificate.issuer
    assert certificate.subject.rfc4514_string() == "CN=authority"
    assert [extension.oid.dotted_string for extension in certificate.extensions] == [
        "2.5.29.15",
        "2.5.29.37",
        "2.5.29.19",
        "2.5.29.14",
    ]
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_encipherment, usage.key_cert_sign) == (True, True, True)
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 10
    certificate.verify_directly_issued_by(certificate)


def test_a_signed_certificate() -> None:
    made = certificates.gen_signed_cert_with_key(
        "é.example", ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.2"], ["a.example"], -1, AUTHORITY, OTHER
    )
    certificate = parsed(made)
    certificate.verify_directly_issued_by(parsed(AUTHORITY))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert not names.critical
    assert names.value.get_values_for_type(x509.DNSName) == ["a.example"]
    assert list(map(str, names.value.get_values_for_type(x509.IPAddress))) == [
        "192.0.2.1",
        "2001:db8::1",
        "192.0.2.2",
    ]
    identifier = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    own = parsed(AUTHORITY).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert identifier.key_identifier == own.digest
    assert certificate.not_valid_after_utc < certificate.not_valid_before_utc
    assert made.key == OTHER


def test_names_alone_are_critical() -> None:
    certificate = parsed(certificates.gen_self_signed_cert_with_key("", None, ["a"], 1, KEY))
    assert certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).critical


def test_an_authority_without_key_identifier_is_not_named_by_one() -> None:
    plain = certificates.gen_self_signed_cert_with_key("plain", None, None, 1, KEY)
    made = parsed(certificates.gen_signed_cert_with_key("x", None, None, 1, plain, OTHER))
    with pytest.raises(x509.ExtensionNotFound):
        made.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)


@pytest.mark.parametrize(
    ("curve", "algorithm"),
    [(ec.SECP256R1(), "sha256"), (ec.SECP384R1(), "sha384"), (ec.SECP521R1(), "sha512")],
)
def test_curves_have_their_hashes(curve: ec.EllipticCurve, algorithm: str) -> None:
    pem = keys.private_pem(ec.generate_private_key(curve))
    certificate = parsed(certificates.gen_ca_with_key("x", 1, pem))
    assert certificate.signature_hash_algorithm is not None
    assert certificate.signature_hash_algorithm.name == algorithm
    certificate.verify_directly_issued_by(certificate)


def test_new_keys_are_rsa() -> None:
    made = certificates.gen_self_signed_cert("x", None, None, 1)
    assert made.key.startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    parsed(made).verify_directly_issued_by(parsed(made))


def error_of(call: object) -> str:
    with pytest.raises(FunctionError) as caught:
        call()  # type: ignore[operator]
    return str(caught.value)


def test_keys_that_do_not_belong_together() -> None:
    mixed = Certificate(AUTHORITY.cert, OTHER)
    assert error_of(lambda: certificates.gen_signed_cert_with_key("x", None, None, 1, mixed, KEY)) == (
        "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey"
    )


def test_authorities_that_are_none() -> None:
    def sign(authority: Certificate) -> str:
        return error_of(lambda: certificates.gen_signed_cert_with_key("x", None, None, 1, authority, KEY))

    assert sign(Certificate("", KEY)) == "unable to decode certificate"
    malformed = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"
    assert sign(Certificate(malformed, KEY)).startswith(
        "error parsing certificate: decodedSignerCert.Bytes: "
    )
    assert sign(Certificate(AUTHORITY.cert, "")) == "error parsing private key: no PEM data in input"


DSA = """-----BEGIN DSA PRIVATE KEY-----
MIIBugIBAAKBgQCPpuiLP8T5Py7eoGKjOrBlLSBpZd+PRt/KQ+h8zaFUyaLDO1U5
-----END DSA PRIVATE KEY-----
"""


def test_keys_that_are_none() -> None:
    assert error_of(lambda: keys.parse_private(DSA)) == (
        "parsing DSA private key from PEM: asn1: structure error: not a private key"
    )
    assert error_of(lambda: keys.parse_private(DSA.replace("DSA ", ""))) == (
        "decoding PEM as PKCS#8: asn1: structure error: not a private key"
    )


def test_dsa_keys_do_not_sign() -> None:
    from cryptography.hazmat.primitives.asymmetric import dsa

    small = dsa.generate_private_key(1024)  # noqa: S505 - the safe sizes take seconds
    pem = keys.private_pem(small)
    assert pem.startswith("-----BEGIN DSA PRIVATE KEY-----\n")
    assert error_of(lambda: certificates.gen_ca_with_key("x", 1, pem)) == (
        "error creating certificate: x509: certificate private key does not implement crypto.Signer"
    )
    assert error_of(lambda: certificates.gen_signed_cert_with_key("x", None, None, 1, AUTHORITY, pem)) == (
        "error creating certificate: x509: unsupported public key type: *dsa.PublicKey"
    )


def test_keys_in_pkcs8_come_back_in_their_own_format() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pkcs8 = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert certificates.gen_ca_with_key("x", 1, pkcs8).key == keys.private_pem(key)


def test_custom_certificates() -> None:
    cert, key = (b64encode(text.encode()).decode() for text in (AUTHORITY.cert, KEY))
    made = certificates.build_custom_cert(cert, key)
    assert (made.get("Cert"), made.get("Key")) == (AUTHORITY.cert, KEY)
    assert error_of(lambda: certificates.build_custom_cert(cert, "")) == (
        "error parsing private key: no PEM data in input"
    )
    wrong = b64encode(b"-----BEGIN X-----\nYQ==\n-----END X-----\n").decode()
    assert error_of(lambda: certificates.build_custom_cert(wrong, key)).startswith(
        "error parsing certificate: decodedCert.Bytes: x509: "
    )


def test_kinds_of_new_keys() -> None:
    assert isinstance(keys.parse_private(KEY), ed25519.Ed25519PrivateKey)
    assert isinstance(keys.parse_private(keys.gen_private_key("ecdsa")), ec.EllipticCurvePrivateKey)


def test_large_keys_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    def new_rsa(size: int) -> object:
        sizes.append(size)
        return ed25519.Ed25519PrivateKey.generate()

    monkeypatch.setattr(keys, "new_rsa", new_rsa)
    assert keys.gen_private_key("").startswith("-----BEGIN PRIVATE KEY-----")
    keys.gen_private_key("rsa")
    assert sizes == [4096, 4096]


def test_only_keys_of_others_are_looked_at_for_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives import serialization

    load, skipped = serialization.load_der_private_key, []

    def spy(data: bytes, password: None, *, unsafe_skip_rsa_key_validation: bool) -> object:
        skipped.append(unsafe_skip_rsa_key_validation)
        return load(data, password, unsafe_skip_rsa_key_validation=unsafe_skip_rsa_key_validation)

    monkeypatch.setattr(serialization, "load_der_private_key", spy)
    monkeypatch.setattr(keys, "_MOST", 1)
    first, second = (keys.private_pem(keys.new_rsa(2048)) for _ in range(2))
    for pem in (second, first):
        assert keys.private_pem(keys.parse_private(pem)) == pem
    assert skipped == [True, False]
