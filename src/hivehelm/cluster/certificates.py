"""A certificate authority of the cluster's own, and what it signs.

Names and groups in subjects are what Kubernetes reads as user and groups (CN and O).
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# A development cluster that outlives its certificates would be a riddle: ten years.
_LIFE = datetime.timedelta(days=3650)
# Machines that resume from sleep have clocks that lag.
_LAG = datetime.timedelta(hours=1)


class Pair(Record):
    """Paths of a certificate and its private key, both PEM."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority in a directory, made there when it is first used.

    Keys are ECDSA P-256 (fast to make); key files can be read by their owner only.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.pair = self._pair("ca")
        if not self.pair.certificate.exists():
            self._create()

    def server(self, name: str, hosts: Sequence[str]) -> Pair:
        """Return a certificate for `hosts` (names and addresses), good for both ends of a connection."""
        alternatives: list[x509.GeneralName] = []
        for host in hosts:
            try:
                alternatives.append(x509.IPAddress(ipaddress.ip_address(host)))
            except ValueError:
                alternatives.append(x509.DNSName(host))
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        return self._issue(name, name, (), usages, x509.SubjectAlternativeName(alternatives))

    def client(self, name: str, user: str, groups: Sequence[str] = ()) -> Pair:
        """Return a certificate that makes its holder `user` in `groups`, in files called `name`."""
        return self._issue(name, user, groups, [ExtendedKeyUsageOID.CLIENT_AUTH], None)

    def key(self, name: str) -> Path:
        """Return a key without a certificate, for signing tokens."""
        pair = self._pair(name)
        if not pair.key.exists():
            _write_key(pair.key, ec.generate_private_key(ec.SECP256R1()))
        return pair.key

    def _pair(self, name: str) -> Pair:
        return Pair(certificate=self._directory / f"{name}.crt", key=self._directory / f"{name}.key")

    def _create(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _subject("hivehelm-cluster-ca", ())
        builder = (
            _builder(name, name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(authority=True), critical=True)
        )
        _write_key(self.pair.key, key)
        write(self.pair.certificate, builder.sign(key, hashes.SHA256()).public_bytes(_PEM), 0o644)

    def _issue(
        self,
        file: str,
        user: str,
        groups: Sequence[str],
        usages: list[x509.ObjectIdentifier],
        alternatives: x509.SubjectAlternativeName | None,
    ) -> Pair:
        pair = self._pair(file)
        if pair.certificate.exists():
            return pair
        authority = x509.load_pem_x509_certificate(self.pair.certificate.read_bytes())
        signer = serialization.load_pem_private_key(self.pair.key.read_bytes(), None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)  # noqa: S101  # we made it
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            _builder(_subject(user, groups), authority.subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
            )
        )
        if alternatives is not None:
            builder = builder.add_extension(alternatives, critical=False)
        _write_key(pair.key, key)
        write(pair.certificate, builder.sign(signer, hashes.SHA256()).public_bytes(_PEM), 0o644)
        return pair


_PEM = serialization.Encoding.PEM


def _subject(user: str, groups: Sequence[str]) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, user)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LAG)
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    # The traditional form ("EC PRIVATE KEY") is what every part of Kubernetes reads.
    form = serialization.PrivateFormat.TraditionalOpenSSL
    write(path, key.private_bytes(_PEM, form, serialization.NoEncryption()), 0o600)


def write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all, never readable by more than `mode` says."""
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    fresh.replace(path)
