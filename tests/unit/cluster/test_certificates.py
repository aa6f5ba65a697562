from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hivehelm.cluster.certificates import Authority, Pair, write


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("cluster") / "pki")


def _certificate(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate.read_bytes())


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_the_owners_alone(authority: Authority) -> None:
    pair = authority.client("secret", "someone")
    assert _mode(pair.key) == _mode(authority.pair.key) == _mode(authority.key("tokens")) == 0o600
    assert _mode(pair.key.parent) == 0o700


def test_the_authority_signs_and_no_one_else(authority: Authority) -> None:
    own = _certificate(authority.pair)
    assert own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    client = _certificate(authority.client("a", "a"))
    client.verify_directly_issued_by(own)
    assert not client.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not client.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_a_client_is_its_user_in_its_groups(authority: Authority) -> None:
    subject = _certificate(authority.client("root", "admin", ["system:masters", "others"])).subject
    assert [part.value for part in subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["admin"]
    groups = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert [part.value for part in groups] == ["system:masters", "others"]


def test_a_client_is_no_server(authority: Authority) -> None:
    client = _certificate(authority.client("b", "b"))
    usage = client.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    with pytest.raises(x509.ExtensionNotFound):
        client.extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_a_server_is_known_by_names_and_addresses(authority: Authority) -> None:
    server = _certificate(authority.server("s", ["127.0.0.1", "localhost"]))
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]


def test_what_was_made_once_is_kept(authority: Authority) -> None:
    first = authority.client("again", "again").certificate.read_bytes()
    token = authority.key("again-key").read_bytes()
    other = Authority(authority.pair.key.parent)
    assert other.client("again", "again").certificate.read_bytes() == first
    assert other.key("again-key").read_bytes() == token


def test_certificates_are_good_now_and_for_years(authority: Authority) -> None:
    certificate = _certificate(authority.client("c", "c"))
    now = datetime.datetime.now(datetime.UTC)
    assert certificate.not_valid_before_utc < now
    assert certificate.not_valid_after_utc > now + datetime.timedelta(days=3000)
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    (tmp_path / "file.new").write_bytes(b"of a crash")
    write(path, b"new", 0o600)
    assert path.read_bytes() == b"new"
    assert _mode(path) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
